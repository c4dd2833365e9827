"""What the dose did around a best-interest decision, person by person: seen, or said not to be.

Everybody takes 200 mg a day in 2025 (MST 100 mg twice a day). Data go to 30 September 2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.etl.models.falls.test_falls import AT_200, MST10, MST100, NEW, Course, specials, to_20
from tests.etl.models.world import Row, day, every, patient, rows_of, world

SEEN = (None, None)
STEADY: Course = ("2025-01-02", 23, MST100, "1 bd", 56)  # to 7 October 2026

# key → courses, day of the decision, the patient's row; kind of fall and why nobody can tell; listed
PEOPLE: dict[str, tuple[list[Course], str, dict[str, Any], tuple[str | None, str | None], bool]] = {
    "cut that day": ([AT_200, to_20()], NEW, {}, ("fall", None), True),
    "cut 3 days before": ([AT_200, to_20()], "2026-01-04", {}, ("fall", None), True),
    "cut 28 days before": ([AT_200, to_20()], "2026-01-29", {}, ("fall", None), True),
    "cut 29 days before": ([AT_200, to_20()], "2026-01-30", {}, SEEN, False),
    "cut long after": ([AT_200, to_20()], "2025-03-01", {}, ("fall", None), True),
    "stopped 40 days before": ([AT_200], "2026-02-10", {}, ("stop", "no supply known"), True),
    "stopped 61 days before": ([AT_200], "2026-03-03", {}, (None, "no supply known"), False),
    "steady": ([STEADY], "2026-03-01", {}, SEEN, False),
    "decided 27 days ago": ([STEADY], "2026-09-04", {}, (None, "fewer than 28 days seen"), False),
    "decided 28 days ago": ([STEADY], "2026-09-03", {}, SEEN, False),
    "no supply for 45 days": ([("2025-01-27", 20, MST100, "1 bd", 56)], "2026-05-01", {},
                              (None, "no supply lately"), False),
    "died 20 days after": ([STEADY], "2026-03-01",
                           {"registered_to": day("2026-03-21"), "left_reason": "died"},
                           (None, "died or left too soon to tell"), False),
    "never a dose": ([specials("2025-06-01", 20)], "2026-03-01", {}, (None, "an issue has no dose"), False),
    "never issued": ([], "2026-03-01", {}, (None, "no supply known"), False),
    "a dose is not known since": ([STEADY, specials("2026-05-01", 1)], "2026-03-01", {},
                                  (None, "an issue has no dose"), False),
    "registered nowhere since": ([STEADY], "2026-03-01", {"registered_from": day("2026-05-15")},
                                 (None, "a month of data is missing"), False),
    "low dose": ([("2025-01-02", 23, MST10, "1 bd", 56)], "2026-03-01", {}, SEEN, False),
}  # fmt: skip


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    issues: list[Row] = []
    decisions: list[Row] = []
    people: list[Row] = []
    for key, (courses, on, differs, _, _) in PEOPLE.items():
        for start, times, product, directions, quantity in courses:
            issues += every(key, start, times, product, directions, quantity)
        people.append(patient(key, **differs))
        decisions.append({"practice_code": "A", "patient_key": key, "record_id": key, "decided_on": day(on)})
    with world(issues=issues, patients=people, best_interest=decisions) as con:
        yield con


@pytest.mark.parametrize("key", PEOPLE)
def test_a_fall_recorded_late_is_found_and_what_cannot_be_seen_is_said(
    marts: duckdb.DuckDBPyConnection, key: str
) -> None:
    (row,) = rows_of(marts, f"SELECT red_kind, not_seen FROM best_interest WHERE record_id = '{key}'")
    assert (row["red_kind"], row["not_seen"]) == PEOPLE[key][3]


@pytest.mark.parametrize("key", PEOPLE)
def test_a_fall_counted_after_a_decision_waits_on_the_list_the_signal_opens(
    marts: duckdb.DuckDBPyConnection, key: str
) -> None:
    asked = f"SELECT patient_key FROM worklist WHERE in_best_interest AND patient_key = '{key}'"
    assert bool(rows_of(marts, asked)) == PEOPLE[key][4]
