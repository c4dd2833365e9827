"""Who stands on the worklist though nothing is supplied now, and what it says of them.

Everybody takes 200 mg a day in 2025 (MST 100 mg twice a day). Data go to 30 September 2026.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.etl.models.test_falls import AT_200
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
        only="worklist",
    )
    assert rows_of(con, "SELECT absent, has_plan, unlooked FROM worklist") == [row]
