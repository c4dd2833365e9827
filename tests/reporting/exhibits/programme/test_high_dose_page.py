"""The page of people on a high dose: its first line, and the verdicts its trends say in people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reporting import release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.change import flows
from reporting.exhibits.high_dose import page
from reporting.exhibits.kinds.state_change import Flowed
from tests.reporting.exhibits.programme.test_since_the_start import SINCE, YEAR, flow, month, told
from tests.reporting.snapshots import counts, practice, publish

ICB, ALL = Scope.icb(), Selection(120)


@pytest.mark.parametrize(
    ("flows", "fell", "first", "then"),
    [
        (
            [SINCE, YEAR],
            (9, 2),
            "80 people are on a high-dose opioid: 40 fewer than at the start; 9 came down too fast",
            "Really fell since Mar 2025: 10 new, 50 left. Of 2 it is not known whether they came down too "
            "fast.",
        ),
        (
            [YEAR],
            (0, 0),
            "80 people are on a high-dose opioid: 20 fewer than a year ago; none came down too fast",
            "Really fell since Sep 2025: 5 new, 25 left.",
        ),
        (
            [flow("programme", month(18), 81, 4, 5)],
            (0, 1),
            "80 people are on a high-dose opioid: 1 fewer than at the start, which could be chance; 1 may "
            "have come down too fast",
            "Could be chance since Mar 2025: 4 new, 5 left. Of 1 it is not known whether they came down too "
            "fast.",
        ),
    ],
)
def test_a_smaller_number_never_stands_without_those_who_came_down_too_fast(
    tmp_path: Path, flows: Any, fell: tuple[int, int], first: str, then: str
) -> None:
    found = page.head(told(tmp_path, flows, fell), ICB, ALL)
    assert found.headline == first
    assert (
        found.introduction == f"Above 120 mg a day in Sep 2026: 8.00 per 1,000 adults of 1 practice. {then}"
    )


def test_what_is_not_judged_says_so_and_no_data_are_no_zero(tmp_path: Path) -> None:
    tables = {
        "practice": [practice("SYN01")],
        "measure_month": counts(page.PREVALENCE, "SYN01", [(1, 1_000)]),
    }
    snapshot = release.current(publish(tmp_path, tables))
    found = page.head(snapshot, ICB, ALL)
    assert found.headline == (
        "1 person is on a high-dose opioid; change not judged: no earlier month to compare with"
    )
    nobody = page.head(snapshot, ICB, Selection(120, pcn="Elsewhere"))
    assert nobody.headline == "No figures for Elsewhere yet"


def test_published_a_first_line_tells_no_exact_people(tmp_path: Path) -> None:
    snapshot = told(tmp_path, [flow("programme", month(18), 119, 10, 50), YEAR])
    found = page.head(snapshot, ICB.of("published"), ALL)
    assert found.headline == (
        "80 people are on a high-dose opioid: about 40 fewer than at the start; some came down too fast"
    )
    assert "10 new" not in found.introduction and "119" not in found.introduction


def flowed(entered: int, left: int, was: int, **more: Any) -> Flowed:
    change = flows(entered, left, better="lower")
    given = {
        "kind": change.kind, "since": None, "to": None, "span": "year", "counts": "people",
        "net": change.net, "moved": (0, 0), "wholes": None, "practices": 1,
        "people": (was, was + change.net), "share_way": change.net_way,
    }  # fmt: skip
    return Flowed(change, **{**given, **more})


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (flowed(10, 50, 120), "Really fell: from 120 to 80 people above 120 mg"),
        (flowed(50, 10, 0), "Really rose: from none to 40 people above 120 mg"),
        (flowed(0, 60, 61), "Really fell: from 61 to 1 person above 120 mg"),
        (flowed(3, 5, 10), "Could be chance: from 10 to 8 people above 120 mg"),
        (flowed(3, 3, 9), "Could be chance: 9 people above 120 mg, as many as a year ago"),
        (flowed(10, 50, 120, share_way=1), "Fewer, though the rate rose: from 120 to 80 people above 120 mg"),
        (flowed(50, 10, 80, share_way=-1), "More, though the rate fell: from 80 to 120 people above 120 mg"),
        (
            flowed(10, 50, 120, own=flows(10, 12, better="lower")),
            "Fell with deaths and moves: from 120 to 80 people above 120 mg",
        ),
        (
            flowed(50, 10, 80, own=flows(11, 10, better="lower")),
            "Rose with moves: from 80 to 120 people above 120 mg",
        ),
        (flowed(10, 50, 120, people=None, moved=None), "Really fell: about 40 fewer people than a year ago"),
        (flowed(10, 50, 120, people=None, moved=None, net=None), "Really fell: fewer people than a year ago"),
        (
            flowed(3, 5, 10, people=None, moved=None),
            "Could be chance: not surely more or fewer people than a year ago",
        ),
    ],
)
def test_a_trend_says_really_only_of_a_change_that_is_no_chance_and_no_move(
    found: Flowed, words: str
) -> None:
    assert found.finding("above 120 mg") == words


def test_every_chart_of_the_page_is_shown_once(snapshot: Snapshot) -> None:
    makers = [maker for row in (*page.FIRST, *page.MORE) for maker in row]
    keys = [maker(snapshot, ICB, ALL).key for maker in makers]
    assert len(keys) == len(set(keys)) == 11


def test_the_selected_practice_has_a_name_and_those_that_stand_out_before_it(snapshot: Snapshot) -> None:
    shown = page.PRACTICES(snapshot, ICB, Selection(120, practice="SYN03"))
    assert shown.figure is not None
    dots = [
        name.split(":")[0] for trace in shown.figure.data if trace.name == "points" for name in trace.text
    ]
    (swarm,) = (trace for trace in shown.figure.data if trace.name == "others")
    assert sorted(dots) == ["Alder Street", "▸ Cherry Orchard"] and len(swarm.x) == 3
    assert len(shown.table) == 5
