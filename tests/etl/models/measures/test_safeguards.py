"""What makes a best-interest reduction supported, one record a row: what is missing, what to query."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.etl.models.world import day, patient, rows_of, world

TALKS = (
    "evidence_discussed",
    "harms_discussed",
    "dependence_discussed",
    "tapering_discussed",
    "biopsychosocial",
)
WHOLE: dict[str, Any] = {
    **dict.fromkeys(TALKS, "discussed"), "physiotherapy": "offered", "rationale_recorded": True,
    "contact_attempts": 0, "engaged": "partly", "agreed": False, "reasons_discussed_on": day("2026-01-01"),
    "options_explained_on": day("2026-01-01"), "decided_by": "GP01", "second_opinion": "offered",
}  # fmt: skip
ALL_TRIED = dict.fromkeys(TALKS, "attempted")
UNSUITABLE = {"physiotherapy": "not appropriate"}
REFUSALS = (
    "not appropriate for this patient", "Not clinically appropriate", "no reason recorded", "none needed",
    "not relevant", "as discussed", "see consultation", "already known", "clinical decision", "not approp",
    "na at present", "pt declined", "not app", "see note", "nil of note", "n/a for pt", "no need",
    "NOT APPLICABLE TO PT", "asdf", "dnaa", "inappropriate", "unsuitable", "not apropriate", "notappropriate",
    "don't know", "Known to them",
    "physiotherapy not needed", "pain clinic not suitable at this time", "patient refused", "GP decision",
    "see previous entry", "not considered necessary", "pt does not want", "referral not indicated", "N / A",
    "Not required at present.", "as per consultation notes", "no", "none - see record", "declined by patient",
)  # fmt: skip
REASONS = (
    "Housebound", "On the list of the pain clinic", "Advanced dementia", "In a care home", "Moving abroad",
    "Not appropriate: bedbound", "Under rheumatology", "Physio twice in 2024 without benefit",
    "Deaf and blind", "n/a as already under the hospice", "Terminal illness", "Phobia of groups",
    "Lives too far away", "Works nights",
)  # fmt: skip
# what differs from a whole record → missing, queries
RECORDS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "", ""),
    ({"evidence_discussed": "not done"}, "evidence discussed", ""),
    ({"harms_discussed": None}, "harms discussed", ""),
    ({"biopsychosocial": "not done"}, "biopsychosocial approach", ""),
    ({"tapering_discussed": "attempted"}, "contact attempt", ""),
    ({"biopsychosocial": "attempted", "contact_attempts": None}, "contact attempt", ""),
    ({**ALL_TRIED, "contact_attempts": 1}, "", ""),
    ({"rationale_recorded": False}, "rationale recorded", ""),
    ({"rationale_recorded": None}, "rationale recorded", ""),
    ({"reasons_discussed_on": None}, "person’s reasons", ""),
    ({**ALL_TRIED, "reasons_discussed_on": None, "engaged": "no", "contact_attempts": 2}, "", ""),
    ({**ALL_TRIED, "reasons_discussed_on": None, "engaged": "no"}, "contact attempt; person’s reasons", ""),
    ({"options_explained_on": None}, "reasons and options explained", ""),
    ({"physiotherapy": None}, "referral", ""),
    ({"physiotherapy": "declined"}, "", ""),
    ({"physiotherapy": None, "drug_alcohol": "already done"}, "", ""),
    ({**UNSUITABLE, "not_appropriate_reason": "Housebound"}, "", ""),
    ({**UNSUITABLE, "not_appropriate_reason": "On the list of the pain clinic"}, "", ""),
    *(({**UNSUITABLE, "not_appropriate_reason": text}, "referral", "")
      for text in (None, "", " ", "-", "--", ".", "n/a", "N/A", "na", "None", "none.", "nil", "x", "XXXX",
                   "aaaa", "??", "0", "1234", "not appropriate", "Not applicable", "not known", "TBC")),
    ({"second_opinion": None}, "second opinion", ""),
    ({"second_opinion": "not offered"}, "second opinion", ""),
    ({"second_opinion_by": "gp01 "}, "second opinion", ""),
    ({"second_opinion": "taken", "second_opinion_by": "GP02"}, "", ""),
    ({"second_opinion": "taken", "second_opinion_by": "GP01"}, "second opinion", ""),
    ({"second_opinion": "taken"}, "second opinion", ""),
    ({"agreed": True}, "", "agreed: not a best-interest reduction"),
    ({"agreed": None, "engaged": None}, "", ""),
    ({"engaged": "no"}, "", "not engaged, yet everything discussed"),
    ({"decided_by": None}, "rationale recorded", "nobody named as deciding"),
    ({"decided_by": "-"}, "rationale recorded", ""),
    ({"options_explained_on": day("2026-01-29")}, "", ""),
    ({"options_explained_on": day("2026-01-30")}, "reasons and options explained", ""),
    ({"reasons_discussed_on": day("2026-01-30")}, "person’s reasons", ""),
    *(({**UNSUITABLE, "not_appropriate_reason": text}, "referral", "") for text in REFUSALS),
    *(({**UNSUITABLE, "not_appropriate_reason": text}, "", "") for text in REASONS),
]  # fmt: skip
EVERY = (
    "evidence discussed; harms discussed; dependence discussed; tapering discussed; biopsychosocial approach"
)


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    own = {"practice_code": "A", "patient_key": "P", "decided_on": day("2026-01-01")}
    made = [{**own, "record_id": f"{n:02}", **WHOLE, **differs} for n, (differs, _, _) in enumerate(RECORDS)]
    blank = {**own, "record_id": "blank"}
    with world(best_interest=[*made, blank], patients=[patient("P")]) as con:
        yield con


@pytest.mark.parametrize("n", range(len(RECORDS)))
def test_each_missing_item_is_named_and_only_a_whole_record_is_supported(
    marts: duckdb.DuckDBPyConnection, n: int
) -> None:
    differs, missing, queries = RECORDS[n]
    (row,) = rows_of(marts, f"SELECT * FROM best_interest WHERE record_id = '{n:02}'")
    assert (row["missing"], row["queries"], row["supported"]) == (missing, queries, not missing), differs


def test_a_blank_record_has_nothing_but_no_attempt_to_prove(marts: duckdb.DuckDBPyConnection) -> None:
    (row,) = rows_of(marts, "SELECT * FROM best_interest WHERE record_id = 'blank'")
    rest = "person’s reasons; reasons and options explained; rationale recorded; referral; second opinion"
    assert row["missing"] == f"{EVERY}; {rest}"
