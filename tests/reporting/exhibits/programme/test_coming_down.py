"""How people on a plan came down, on numbers small enough to check by eye."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporting import release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.tapering.down import AFTER, MEASURE, down_headline, harmed_words
from reporting.exhibits.tapering.page import DOWN, RED, SPEED, head
from tests.reporting.snapshots import Rows, counts, practice, publish

ICB = Scope.icb()
ALL = Selection(120)


def released(tmp_path: Path, rows: Rows) -> Snapshot:
    return release.current(publish(tmp_path, {"practice": [practice("SYN01")], "measure_month": rows}))


def ways(slow: int, harmed: int, of: int) -> Rows:
    """A year ago 5 of 30 came down step by step and 1 after harm; since then so many."""
    pairs = {MEASURE: [(5, 30)] * 12 + [(slow, of)], AFTER: [(1, 30)] * 12 + [(harmed, of)]}
    return [row for measure, found in pairs.items() for row in counts(measure, "SYN01", found)]


def test_every_plan_is_step_by_step_too_fast_or_neither(tmp_path: Path) -> None:
    shown = DOWN(released(tmp_path, ways(20, 6, 40)), ICB, ALL)
    assert list(shown.table["Counted"]) == [40, 20, 6, 14] and list(shown.table["%"]) == [100, 50, 15, 35]
    assert list(shown.table["A year before"]) == [30, 5, 1, 24]
    assert shown.headline == "14 of 40 people with a plan are less than 15% down, or their dose is not known"
    assert shown.alt == (
        "With a plan: 40; Down step by step: 50%  20 of 40; Down too fast or possibly so: 15%  6 of 40; "
        "Not 15% down, or not known: 35%  14 of 40."
    )
    (bars,) = shown.figure.data  # type: ignore[union-attr]
    assert list(bars.base) == [0, 0, 20, 26] and list(bars.x) == [40, 20, 6, 14]


def test_a_month_without_a_year_before_has_no_figure_of_then(tmp_path: Path) -> None:
    rows = [*counts(MEASURE, "SYN01", [(2, 9)]), *counts(AFTER, "SYN01", [(0, 9)])]
    assert list(DOWN(released(tmp_path, rows), ICB, ALL).table["A year before"]) == ["–"] * 4


def test_no_plan_is_said_and_not_drawn(tmp_path: Path) -> None:
    shown = DOWN(released(tmp_path, []), ICB, ALL)
    assert shown.figure is None and shown.empty.endswith(".")


@pytest.mark.parametrize(
    ("slow", "harmed", "red", "headline", "active"),
    [
        (20, 6, 3, "20 of 40 people with a plan came down step by step; 6 too fast or possibly so", "3 of 9"),
        (0, 0, 0, "None of 40 people with a plan came down step by step; none too fast or possibly so",
         "0 of 9"),
    ],
)  # fmt: skip
def test_who_came_down_never_stands_without_who_came_down_too_fast(
    tmp_path: Path, slow: int, harmed: int, red: int, headline: str, active: str
) -> None:
    rows = [*ways(slow, harmed, 40), *counts(RED, "SYN01", [(red, 9)])]
    found = head(released(tmp_path, rows), ICB, ALL)
    assert found.headline == headline
    assert f"{active} active plans fell by more than 30% within four weeks" in found.introduction


def test_words_of_numbers_withheld_and_of_nobody() -> None:
    assert down_headline(0, 9, 15) == "Everybody with a plan is at least 15% down"
    assert harmed_words(float("nan")) == "[c] too fast or possibly so"


def test_who_may_have_fallen_further_is_told_beside_those_who_are_counted(sample: Snapshot) -> None:
    shown = SPEED(sample, ICB, ALL)
    people = dict(zip(shown.table["Largest fall in 28 days"], shown.table["People"], strict=True))
    unknown = people["not known, counted above"]
    assert unknown > 0 and shown.headline.endswith(f"; of {unknown} it is not known")
    assert shown.alt.endswith(f"; not known, counted above: {unknown} person.")
