"""Of many practices a chart draws the selected one, those that lie apart, then the first."""

from __future__ import annotations

import pandas as pd

from reporting.access.scope import Selection
from reporting.exhibits.kinds.across import MOST_ROWS, left_out, to_look_at

MANY = pd.DataFrame({"practice_code": [f"S{n:03d}" for n in range(207)]})
ALL = Selection(120)


def test_few_practices_are_all_drawn() -> None:
    few = MANY.head(MOST_ROWS)
    assert to_look_at(few, ALL).equals(few)
    assert left_out(few, to_look_at(few, ALL)) == ""


def test_the_first_are_drawn_and_the_selected_one_in_its_place() -> None:
    shown = to_look_at(MANY, Selection(120, practice="S150"))
    assert list(shown["practice_code"]) == [f"S{n:03d}" for n in range(MOST_ROWS - 1)] + ["S150"]
    assert left_out(MANY, shown).startswith("Drawn: 40 of 207 practices")


def test_those_that_lie_apart_come_before_the_first() -> None:
    apart = [n in (100, 206) for n in range(207)]
    codes = list(to_look_at(MANY, Selection(120, practice="S150"), apart)["practice_code"])
    assert codes == [f"S{n:03d}" for n in range(MOST_ROWS - 3)] + ["S100", "S150", "S206"]
