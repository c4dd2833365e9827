"""Change of a state in words, what may leave of it, and the band in which nothing would have changed."""

from __future__ import annotations

import re
from math import isnan, sqrt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reporting import figures, release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.kinds.come_and_gone import ComeAndGone, headline
from reporting.exhibits.kinds.series import Series, series
from reporting.exhibits.plans import page as plans
from reporting.exhibits.referrals import page as referrals
from tests.reporting.snapshots import LAST, counts, month, practice, publish

ICB, MEASURE = Scope.icb(), "high_dose_prevalence"
YEAR, START = month(12), month(4)


def flow(entered: int, left: int, was: int = 100, **more: Any) -> dict[str, Any]:
    """A row of the mart, of 10,000 adults at both ends."""
    return {
        "measure": MEASURE, "threshold": 120, "level": "icb", "area": "Example ICB", "span": "year",
        "from_month": YEAR, "to_month": LAST, "entered": entered, "left": left, "moved_in": 0, "moved_out": 0,
        "from_people": was, "to_people": was + entered - left, "from_whole": 10_000, "to_whole": 10_000,
        "practices": 1, **more,
    }  # fmt: skip


def told(
    store: Path, flows: list[dict[str, Any]], pairs: list[tuple[int, int]], scope: Scope = ICB
) -> Series:
    rows = counts(MEASURE, "SYN01", pairs)
    publish(store, {"practice": [practice("SYN01")], "measure_month": rows, "flow": flows})
    found = series(release.current(store), scope, Selection(120), MEASURE, 120)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("row", "kind", "words"),
    [
        (
            flow(52, 85),
            "improvement",
            "33 fewer people than a year ago: 52 new, 85 left; more than chance",
        ),
        (
            flow(85, 52),
            "concern",
            "33 more people than a year ago: 85 new, 52 left; more than chance",
        ),
        (flow(45, 52), "common", "7 fewer people than a year ago: 45 new, 52 left; could be chance"),
        (flow(1, 0), "common", "1 more person than a year ago: 1 new, nobody left; could be chance"),
        (flow(3, 3), "common", "as many people as a year ago: 3 new, 3 left; could be chance"),
        (
            flow(2, 14, span="start", from_month=START),
            "improvement",
            "12 fewer people than in May 2026: 2 new, 14 left; more than chance",
        ),
        # A list that shrank by half holds more of them than before: fewer people, but no success.
        (
            flow(2, 14, to_whole=5_000),
            "neutral_low",
            "12 fewer people than a year ago: 2 new, 14 left; more than chance",
        ),
    ],
)
def test_a_change_says_how_many_came_and_went_since_when_and_if_chance_explains_it(
    tmp_path: Path, row: dict[str, Any], kind: str, words: str
) -> None:
    found = told(tmp_path, [row], [(100, 10_000)] * 13)
    assert (found.judged, found.kind, found.words) == (True, kind, words)


def test_without_an_earlier_month_nothing_is_judged_nor_called_unchanged(tmp_path: Path) -> None:
    earlier = flow(2, 14, to_month=month(1))  # of another month than the last
    found = told(tmp_path, [earlier], [(100, 10_000)] * 13)
    assert (found.judged, found.kind) == (False, "common")
    assert found.words == "change not judged: no earlier month to compare with"


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        # Shown are 100 and 65; exactly 33 fewer.
        ([(100, 10_000), (67, 10_000)], "about 35 fewer people than a year ago; more than chance"),
        # Both are shown as 100, and that is no fall: the direction alone.
        ([(100, 10_000), (98, 10_000)], "fewer people than a year ago; more than chance"),
        ([(4, 10_000), (67, 10_000)], "change not judged: a number it rests on is withheld"),
    ],
)
def test_published_are_only_the_verdict_and_the_net_of_numbers_shown(
    tmp_path: Path, pairs: list[tuple[int, int]], words: str
) -> None:
    first, last = pairs
    found = told(tmp_path, [flow(52, 85)], [first, *[first] * 11, last], ICB.of("published"))
    assert found.words == words
    assert found.change is not None and found.change.moved is found.change.wholes is None


def because(**people: int) -> list[dict[str, Any]]:
    """Rows of flow_reason beside `flow(52, 85)`: way_reason → people."""
    split = [(name.replace("_", " ").split(" ", 1), n) for name, n in people.items()]
    return [
        {"measure": MEASURE, "threshold": 120, "level": "icb", "area": "Example ICB", "span": "year",
         "from_month": YEAR, "to_month": LAST, "way": way, "reason": reason, "people": n}
        for (way, reason), n in split
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reasons", "kind"),
    [
        (because(entered_dose_rose=52, left_dose_fell_on_a_plan=80, left_died=5), "improvement"),
        (because(entered_dose_rose=52, left_dose_fell_on_a_plan=50, left_died=35), "neutral_low"),
        (because(entered_dose_rose=52, left_dose_fell_on_a_plan=50, left_moved_away=35), "neutral_low"),
        (because(entered_dose_rose=52, left_dose_fell_on_a_plan=50, left_dose_not_known=35), "neutral_low"),
        # Many came by moving in; by doses many more left.
        (because(entered_moved_in=40, entered_dose_rose=12, left_dose_fell_on_a_plan=85), "improvement"),
    ],
)
def test_a_fall_by_deaths_moves_or_unknown_doses_is_no_success(
    tmp_path: Path, reasons: list[dict[str, Any]], kind: str
) -> None:
    tables = {
        "practice": [practice("SYN01")], "measure_month": counts(MEASURE, "SYN01", [(100, 10_000)] * 13),
        "flow": [flow(52, 85)], "flow_reason": reasons,
    }  # fmt: skip
    snapshot = release.current(publish(tmp_path, tables))
    for scope in (ICB, ICB.of("published")):
        found = series(snapshot, scope, Selection(120), MEASURE, 120)
        assert found is not None and found.kind == kind
        assert (", with deaths and moves" in found.words) is (kind == "neutral_low")
    shown = ComeAndGone(MEASURE)(snapshot, ICB, Selection(120))
    assert shown.headline.startswith("High dose above 120 mg: 52 new, 85 left")
    steps = shown.table["People"].tolist()
    assert (steps[0], steps[-1], sum(steps[1:-1])) == (100, 67, 52 + 85)


def test_a_reason_that_is_not_known_is_said() -> None:
    left = {"dose fell on a plan": 3, "dose fell without a plan": 1, "died": 2, "dose not known": 1}
    ways = {"entered": {"dose rose": 1}, "left": {**left, "reason not known": 1}}
    assert headline("High dose", ways) == (
        "High dose: 1 new, 8 left; the dose of 4 fell, 3 on a plan; of 2 it is not known"
    )
    assert headline("High dose", {"entered": {}, "left": {}}) == "High dose: nobody new, nobody left"


def test_nobody_knows_who_came_without_an_earlier_month(tmp_path: Path) -> None:
    tables = {"practice": [practice("SYN01")], "measure_month": counts(MEASURE, "SYN01", [(9, 1_000)])}
    shown = ComeAndGone(MEASURE)(release.current(publish(tmp_path, tables)), ICB, Selection(120))
    assert shown.figure is None and "no earlier month" in shown.empty


def moves(entered: list[int], left: list[int]) -> list[dict[str, Any]]:
    n = len(entered)
    return [
        flow(a, b, span="month", from_month=month(n - i), to_month=month(n - 1 - i))
        for i, (a, b) in enumerate(zip(entered, left, strict=True))
    ]


def test_the_band_widens_with_everybody_who_moved_since_the_first_month(tmp_path: Path) -> None:
    found = told(
        tmp_path, moves([3, 0, 6], [1, 0, 6]), [(100, 10_000), (102, 10_000), (102, 9_000), (102, 10_000)]
    )
    assert found.bands is not None
    reach = [1.959964 * sqrt(moved) for moved in (0, 4, 4, 16)]
    wide = [reach[0] / 10, reach[1] / 10, reach[2] / 9, reach[3] / 10]
    assert list(found.bands["upper"]) == pytest.approx([10 + one for one in wide])
    assert list(found.bands["lower"]) == pytest.approx([10 - one for one in wide])
    assert set(found.bands["start"]) == {10.0}


def test_the_band_ends_where_it_is_not_known_who_came_and_went(tmp_path: Path) -> None:
    gap = moves([3, 2, 6], [1, 2, 6])
    found = told(tmp_path, [gap[0], gap[2]], [(100, 10_000)] * 4)
    assert found.bands is not None
    assert [isnan(value) for value in found.bands["upper"]] == [False, False, True, True]


def test_published_counts_have_quarters_and_no_band_of_who_moved(tmp_path: Path) -> None:
    found = told(tmp_path, moves([3, 0, 6], [1, 0, 6]), [(100, 10_000)] * 4, ICB.of("published"))
    assert found.bands is None and found.quarters is not None


def test_one_who_does_not_see_every_practice_sees_no_flows(snapshot: Snapshot) -> None:
    theirs = Scope("practice", frozenset({"SYN01"}))
    assert figures.flows(snapshot, theirs, Selection(120), [MEASURE], [120]).frame.empty
    assert not figures.flows(snapshot, ICB, Selection(120), [MEASURE], [120]).frame.empty


def test_exact_flows_are_never_published(snapshot: Snapshot) -> None:
    found = figures.flows(snapshot, ICB.of("published"), Selection(120), [MEASURE], [120]).frame
    numbers = [name for name in found if pd.api.types.is_numeric_dtype(found[name])]
    shown = [name for name in numbers if not str(name).startswith("exact_")]
    assert {*shown} - {"threshold", "practices"} and found[shown].drop(
        columns=["threshold", "practices"]
    ).isna().all(axis=None)


def test_a_pcn_in_two_places_has_no_flows_of_one(tmp_path: Path) -> None:
    rows = [row for code in ("SYN01", "SYN02") for row in counts(MEASURE, code, [(9, 1000)] * 13)]
    practices = [practice("SYN01", place="North"), practice("SYN02", place="South")]
    snapshot = release.current(publish(tmp_path, {"practice": practices, "measure_month": rows}))
    for selection, there in (
        (Selection(120, pcn="Eastvale"), True),
        (Selection(120, pcn="Eastvale", place="North"), False),
    ):
        assert figures.flows(snapshot, ICB, selection, [MEASURE], [120]).frame.empty is not there
        found = series(snapshot, ICB, selection, MEASURE, 120)
        assert found is not None and found.judged is there


@pytest.mark.parametrize("state", (*plans.STATES, *referrals.STATES))
def test_every_state_of_the_cohort_tells_who_came_and_who_left(sample: Snapshot, state: str) -> None:
    shown = ComeAndGone(state)(sample, ICB, Selection(120))
    people = shown.table["People"].to_list()
    steps = [
        -int(n) if step.startswith("Left") else int(n)
        for step, n in zip(shown.table["Step"], people, strict=True)
    ]
    assert sum(steps[:-1]) == steps[-1]
    assert re.search(r": (\d+|nobody) new, (\d+|nobody) left", shown.headline)
