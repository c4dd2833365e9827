"""Who stands on the worklist though nothing is supplied now, and what it says of them.

Everybody takes 200 mg a day in 2025 (MST 100 mg twice a day). Data go to 30 September 2026.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.etl.models.falls.test_falls import AT_200, MST100, NEW, Course, specials, to_20
from tests.etl.models.world import day, every, patient, plan, rows_of, world

ENDED = {"status": "complete", "ended_on": day("2026-02-01")}
GONE = {"registered_to": day("2026-05-01"), "left_reason": "deducted"}
HERE = {"absent": True, "has_plan": True, "unlooked": False}

# what the plan is, what the patient's row is → the row of the worklist, where there is a plan to see to
PLANS: dict[str, tuple[dict[str, Any] | None, dict[str, Any], dict[str, Any]]] = {
    "open, stopped, reviewed once": ({}, {}, HERE),
    "paused": ({"status": "paused"}, {}, HERE),
    "ended": (ENDED, {}, {**HERE, "has_plan": False}),
    "none": (None, {}, {**HERE, "has_plan": False}),
    "open, and the person left": ({}, GONE, {**HERE, "has_plan": False}),
}


@pytest.mark.parametrize("kind", PLANS)
def test_an_open_plan_keeps_its_person_on_the_list_without_any_supply(kind: str) -> None:
    own, person, row = PLANS[kind]
    con = world(
        issues=every("P", *AT_200),
        patients=[patient("P", **person)],
        plans=[] if own is None else [plan("P", "2025-06-01", **own)],
        reviews=[{"practice_code": "A", "patient_key": "P", "reviewed_on": day("2026-04-01")}],
    )
    assert rows_of(con, "SELECT absent, has_plan, unlooked FROM worklist") == [row]


BACK = ("2026-05-01", 6, MST100, "1 bd", 56)
CANCER = {"cancer_on": day("2025-06-01")}
# courses, the patient's row → columns of the worklist
ROWS: dict[str, tuple[list[Course], dict[str, Any], dict[str, Any]]] = {
    "stopped": ([AT_200], {}, {"stopped_on": day(NEW)}),
    "stopped, and back for months": ([AT_200, BACK], {},
                                     {"stopped_on": day(NEW), "again_on": day("2026-05-01")}),
    "stopped, and back on something without a dose": (
        [AT_200, specials("2026-05-01")], {}, {"stopped_on": day(NEW), "again_on": day("2026-05-01")}),
    "fell": ([AT_200, to_20()], {},
             {"fell_on": day(NEW), "fell_from_milli": 200_000, "fell_to_milli": 20_000}),
    "excluded, fell": ([AT_200, to_20()], CANCER, {"aside_on": day(NEW)}),
    "excluded, may have fallen": ([AT_200, to_20(), specials()], CANCER, {"aside_unknown": day(NEW)}),
}  # fmt: skip
TOLD = ("fell_on", "fell_from_milli", "fell_to_milli", "stopped_on", "again_on", "unknown_since", "aside_on",
        "aside_unknown")  # fmt: skip


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_tells_what_happened_from_when_to_when_and_what_is_not_known(kind: str) -> None:
    courses, person, told = ROWS[kind]
    issues = [one for course in courses for one in every("P", *course)]
    con = world(issues=issues, patients=[patient("P", **person)])
    (row,) = rows_of(con, f"SELECT {', '.join(TOLD)} FROM worklist")
    assert row == {name: told.get(name) for name in TOLD}
