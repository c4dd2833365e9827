"""A declaration's sentences are filled from the policy, the selection and what was read."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.people.waterfall import waterfall
from reporting.exhibits.kinds.chart import Chart, Finding, Nothing

ICB, ALL = Scope.icb(), Selection(120)
ROWS = pd.DataFrame({"label": ["A", "B"], "start": [0, 0], "end": [5, 2], "role": "data", "note": ["5", "2"]})


def read(*_: object) -> Finding | Nothing:
    return Finding(ROWS, ROWS, (5, 2), {"n": "n = 7 people"})


CHART = Chart(
    key="one",
    measures=("tapering",),
    title="Nobody {dose}",
    read=read,
    headline="{} and {}".format,
    draw=waterfall,
    subtitle="{dose} in {month}, {year} ({n})",
    note="Red: above {red_fall_percent}%.",
)


def test_blanks_are_filled(snapshot: Snapshot) -> None:
    shown = CHART(snapshot, ICB, ALL)
    assert shown.headline == "5 and 2" and shown.alt == "A: 5; B: 2."
    assert shown.subtitle == "above 120 mg in Sep 2026, Oct 2025 to Sep 2026 (n = 7 people)"
    assert shown.caption.startswith("Red: above 30%. Source: extracts of ")


def test_a_blank_that_nothing_fills_is_an_error(snapshot: Snapshot) -> None:
    with pytest.raises(KeyError, match="nobody_knows"):
        replace(CHART, note="{nobody_knows}")(snapshot, ICB, ALL)


def test_nothing_says_why_itself_or_by_coverage(snapshot: Snapshot) -> None:
    usual = replace(CHART, read=lambda *_: Nothing())(snapshot, ICB, ALL)
    assert usual.headline == "Nobody above 120 mg" and usual.empty.startswith("Nobody is counted by this")
    own = replace(CHART, read=lambda *_: Nothing("Too few.", "Not known"))(snapshot, ICB, ALL)
    assert (own.headline, own.empty, own.figure) == ("Not known", "Too few.", None)


def test_a_chart_of_all_practices_says_so_on_a_page_of_one(snapshot: Snapshot) -> None:
    one = replace(ALL, practice="SYN01")
    assert replace(CHART, among=True)(snapshot, ICB, one).subtitle.startswith("All of ")
    assert not CHART(snapshot, ICB, one).subtitle.startswith("All of ")
