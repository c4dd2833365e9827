"""Measures of reviews, plans, steps, referrals and decisions, each on patients small enough to check by eye.

Everybody takes MST 60 twice a day, 120 mg, to October 2026; the month is September 2026, at practice A.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from measures import policy
from tests.etl.models.world import MST30, MST60, Row, day, every, patient, plan, rows_of, world

NOW = "2026-09-01"
KEYS = ["CARED", "EDGE", "LATE", "NONE"]
ISSUES = [row for key in KEYS for row in every(key, "2025-01-09", 23, MST60, "1 bd", 56)]
SEPTEMBER = [row for row in ISSUES if row["issued_on"] >= day(NOW)]  # 17 September for everybody
for one, more in zip(SEPTEMBER, [("GP01", 2), ("GP02", 3), ("GP09", None), (None, None)], strict=True):
    one["issuer"], one["requested_early_days"] = more


def review(key: str, on: str, **fields: Any) -> Row:
    return {"practice_code": "A", "patient_key": key, "reviewed_on": day(on), **fields}


REVIEWS = [
    review("CARED", "2026-07-01", template="ardens", reviewer="GP02", other_meds_on=day("2026-07-01")),
    review("CARED", "2026-02-01", template="other", reviewer="GP09", otc_herbal="none taken"),
    review("EDGE", "2026-06-30", template="ardens", reviewer="GP09", otc_herbal="not asked"),
    review("LATE", "2025-09-30", template="ardens", reviewer="GP01"),  # a day before the twelve months
]
NAMED = {"named_clinician": "GP01", "cover_clinician": "GP02", "interval_days": 28}
PLANS = [
    plan(
        "CARED",
        "2026-01-01",
        **NAMED,
        home_alert_on=day("2026-09-30"),
        pharmacy_consent="declined",
        template="OUH",
    ),
    plan(
        "EDGE",
        "2026-01-01",
        **{**NAMED, "cover_clinician": "GP01", "interval_days": 25},
        pharmacy_consent="not asked",
    ),
    plan(
        "LATE",
        "2026-01-01",
        **NAMED,
        home_alert_on=day("2026-10-01"),
        status="complete",
        ended_on=day("2026-09-30"),
    ),
]


def step(key: str, seq: int, on: str, dose: float, **fields: Any) -> Row:
    return {
        "practice_code": "A", "patient_key": key, "plan_id": f"PL-{key}", "seq": seq, "planned_on": day(on),
        "planned_ome": dose, "actual_on": day(on), **fields,
    }  # fmt: skip


STEPS = [
    step(
        "CARED", 1, "2026-02-01", 108.0, mdt_discussed_on=day("2026-02-01"), other_provider=True
    ),  # 10% of 120
    step(
        "CARED", 2, "2026-02-15", 98.0, letters_reviewed_on=day("2026-02-15"), other_provider=True
    ),  # 9%, 14 days
    step("CARED", 3, "2026-02-28", 90.0),  # 8%, after 13 days
    step("CARED", 4, "2026-04-01", 80.0),  # 11%
    step("CARED", 5, "2026-05-01", 100.0),  # a rise is no step down
    step("EDGE", 1, "2026-02-01", 100.0, mdt_discussed_on=day("2026-02-02")),  # discussed a day too late
]


def offer(key: str, number: str, on: str, service: str = "Circle MSK", **fields: Any) -> Row:
    return {
        "practice_code": "A", "patient_key": key, "referral_id": number, "service": service,
        "offered_on": day(on), **fields,
    }  # fmt: skip


MSK = "musculoskeletal pain"
REFERRALS = [
    offer(
        "CARED",
        "1",
        "2025-10-01",
        reason=MSK,
        referred_on=day("2025-10-05"),
        first_contact_on=day("2025-11-04"),
    ),
    offer(
        "EDGE",
        "2",
        "2026-01-05",
        reason="addiction",
        referred_on=day("2026-01-10"),
        first_contact_on=day("2026-03-11"),
    ),
    offer("LATE", "3", "2026-02-01", referred_on=day("2026-02-01")),
    offer("NONE", "4", "2025-09-30", reason="addiction", referred_on=day("2025-09-30")),  # a day too early
    *(offer("NONE", f"N{n}", "2026-03-01", "Elsewhere", offer_outcome="declined") for n in range(2)),
]
SAFE = {
    **dict.fromkeys(("evidence_discussed", "harms_discussed", "dependence_discussed"), "discussed"),
    "tapering_discussed": "attempted", "biopsychosocial": "discussed", "physiotherapy": "not appropriate",
    "not_appropriate_reason": "Housebound", "options_explained_on": day("2025-10-01"),
    "decided_by": "GP01", "second_opinion": "taken", "second_opinion_by": "GP02",
    "rationale_recorded": True, "contact_attempts": 1, "engaged": "partly", "agreed": False,
    "reasons_discussed_on": day("2025-10-01"),
}  # fmt: skip


def decision(key: str, on: str, **fields: Any) -> Row:
    return {"practice_code": "A", "patient_key": key, "record_id": key, "decided_on": day(on), **fields}


DECISIONS = [
    decision("CARED", "2025-10-01", **SAFE),
    decision("EDGE", "2026-09-30", **{**SAFE, "second_opinion_by": "GP01"}),  # by who decided
    decision("LATE", "2026-01-01", **{**SAFE, "not_appropriate_reason": None}),
    decision("NONE", "2025-09-30"),  # a day before the twelve months
]
OWN_PLAN = {
    "practice_code": "A", "approved_on": day("2025-10-01"), "search_run_on": day("2025-10-01"),
    "restricted_issuer": "no",
    "single_pharmacy": "not considered", "supply_interval": "individual",
    "last_meeting_on": day("2025-09-30"),
    "minutes_filed": True,
}  # fmt: skip
EXPECTED = {
    "reviewed_3_months": (1, 4), "reviewed_6_months": (2, 4), "reviewed_12_months": (2, 4),
    "indication_coded": (1, 4), "clinicians_named": (1, 4), "home_alert": (1, 4), "pharmacy_asked": (1, 4),
    "other_medicines_documented": (1, 4), "reviewed_by_named": (1, 2), "on_taper_plan": (2, 4),
    "dose_clear": (4, 4), "early_requests": (1, 4), "issued_by_named": (1, 2), "issues_on_interval": (1, 2),
    "discussed_before_change": (1, 2), "letters_read_before_change": (1, 2), "steps_in_range": (2, 5),
    "on_template": (1, 2), "msk_without_indication": (2, 3), "best_interest_reductions": (3, 4),
    "safeguards_complete": (1, 3), "second_opinion_offered": (2, 3), "second_opinion_taken": (2, 3),
    "best_interest_red_speed": (0, 3), "practice_plan_current": (1, 1), "headings_complete": (5, 9),
    "resources_in_use": (0, 1),
}  # fmt: skip


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    people = [patient(key, indication="Low back pain" if key == "CARED" else None) for key in KEYS]
    with world(
        issues=ISSUES, patients=people, reviews=REVIEWS, plans=PLANS, taper_steps=STEPS, referrals=REFERRALS,
        best_interest=DECISIONS, practice_plans=[OWN_PLAN],
    ) as con:  # fmt: skip
        yield con


def shares(con: duckdb.DuckDBPyConnection, slug: str) -> dict[str, tuple[int, int]]:
    rows = rows_of(
        con,
        f"""SELECT category, numerator, denominator FROM measure_month WHERE measure = '{slug}'
            AND threshold IN (0, 90) AND practice_code = 'A' AND month = DATE '{NOW}'""",
    )
    return {row["category"]: (row["numerator"], row["denominator"]) for row in rows}


@pytest.mark.parametrize("slug", EXPECTED)
def test_a_measure_counts_what_its_words_say(marts: duckdb.DuckDBPyConnection, slug: str) -> None:
    assert shares(marts, slug) == {"": EXPECTED[slug]}


def test_the_first_red_fall_after_a_decision_is_dated_where_it_is_steepest() -> None:
    """From 120 mg to 30 on New Year's Day; the 28 days that show it end on 28 January."""
    falls = [
        *every("P", "2025-01-02", 13, MST60, "1 bd", 56),
        *every("P", "2026-01-01", 9, "MST Continus 15mg tablets", "1 bd", 56),
    ]
    made = world(
        issues=falls,
        best_interest=[decision("P", "2025-12-01")],
    )
    (row,) = rows_of(made, "SELECT red_seen_on, red_fell_on FROM best_interest")
    assert row == {"red_seen_on": day("2026-01-29"), "red_fell_on": day("2026-01-01")}


def test_each_safeguard_is_counted_by_itself(marts: duckdb.DuckDBPyConnection) -> None:
    found = shares(marts, "safeguard_done")
    assert len(found) == 11
    assert (found["referral"], found["second opinion"], found["tapering discussed"]) == (
        (2, 3),
        (2, 3),
        (3, 3),
    )


def test_each_heading_is_counted_by_itself_and_either_choice_is_complete(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    done = {heading for heading, (n, _) in shares(marts, "heading_complete").items() if n}
    assert done == {
        "current plan",
        "search run in 12 months",
        "who issues",
        "interval of supply",
        "minutes filed",
    }


def test_a_wait_is_the_median_of_the_contacts_of_a_year(marts: duckdb.DuckDBPyConnection) -> None:
    rows = rows_of(
        marts,
        f"""SELECT * FROM measure_median
            WHERE threshold = 90 AND month = DATE '{NOW}' AND category = '' ORDER BY level""",
    )
    assert [(r["level"], r["area"]) for r in rows] == [
        ("icb", "Example ICB"), ("pcn", "North"), ("place", "East"), ("practice", "A"),
    ]  # fmt: skip
    assert {(r["n"], r["lower"], r["median"], r["upper"]) for r in rows} == {
        (2, 37.5, 45.0, 52.5)
    }  # 30 and 60


def test_a_reason_for_declining_that_few_give_is_not_repeated(marts: duckdb.DuckDBPyConnection) -> None:
    assert shares(marts, "declined_reasons") == {"no reason recorded": (2, 2)}
    rare = [
        offer(f"P{n}", str(n), NOW, offer_outcome="declined", declined_reason="Bad knee") for n in range(7)
    ]
    more = [
        offer(f"P{n}", f"X{n}", NOW, offer_outcome="declined", declined_reason=" too Far") for n in range(8)
    ]
    con = world(referrals=[*rare, *more], patients=[])
    rows = rows_of(con, "SELECT declined_as, count(*) AS n FROM referral GROUP BY 1 ORDER BY 1")
    assert rows == [{"declined_as": "another reason", "n": 7}, {"declined_as": "too far", "n": 8}]
    rules = policy.load()
    rules = replace(rules, suppression=replace(rules.suppression, suppress_below=7))
    con = world(rules, referrals=[*rare, *more], patients=[])
    rows = rows_of(con, "SELECT DISTINCT declined_as FROM referral ORDER BY 1")
    assert [row["declined_as"] for row in rows] == ["bad knee", "too far"]


def test_a_taper_is_sustained_where_it_was_down_and_still_is_at_sixteen_months() -> None:
    """Plans of February 2025 are 16 months old at the end of May 2026. BACK came down for a while, by 25%."""
    issues = []
    for key, lower in {"KEPT": 18, "BACK": 4, "NEVER": 0}.items():
        issues += every(key, "2024-06-01", 9, MST60, "1 bd", 56)  # to 7 February 2025
        issues += every(key, "2025-02-08", lower, MST30, "1 mane 2 nocte", 84)
        rest = str(issues[-1]["issued_on"].fromordinal(issues[-1]["issued_on"].toordinal() + 28))
        issues += every(key, rest, 22 - lower, MST60, "1 bd", 56)
    plans = [plan(key, "2025-02-01") for key in ("KEPT", "BACK", "NEVER")]
    con = world(issues=issues, plans=plans)
    rows = rows_of(
        con,
        """SELECT month, numerator, denominator FROM measure_month
           WHERE measure = 'sustained' AND threshold = 90 AND practice_code = 'A'
             AND month >= DATE '2026-04-01' ORDER BY month""",
    )
    assert [(r["numerator"], r["denominator"]) for r in rows] == [(0, 0), *[(1, 2)] * 5]
