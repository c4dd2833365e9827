"""Found, excluded by reason, in scope: the bars add up, and nobody is lost between them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporting import release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.high_dose.page import EXCLUDED
from reporting.exhibits.high_dose.waterfall import Cohort, cohort_headline
from tests.reporting.snapshots import LAST, practice, publish


def test_found_less_excluded_is_in_scope(snapshot: Snapshot) -> None:
    shown = EXCLUDED(snapshot, Scope.icb(), Selection(120))  # 5 of 6 practices reach September
    people = dict(zip(shown.table["Step"], shown.table["People"], strict=True))
    assert people == {
        "Found above 120 mg": 60,
        "Excluded: cancer": 10,
        "Excluded: palliative": 5,
        "In scope": 45,
        "With a taper plan": 20,
    }
    assert shown.headline == ("15 of 60 found are excluded, most for cancer; 20 of 45 in scope have a plan")
    assert shown.figure is not None
    bars = shown.figure.data[0]
    ends = [start + width for start, width in zip(bars.base, bars.x, strict=True)]
    assert list(zip(bars.base, ends, strict=True)) == [(0, 60), (50, 60), (45, 50), (0, 45), (0, 20)]


def test_one_practice_alone(snapshot: Snapshot) -> None:
    shown = EXCLUDED(snapshot, Scope.icb(), Selection(120, practice="SYN01"))
    assert list(shown.table["People"]) == [12, 2, 1, 9, 4]


@pytest.mark.parametrize(
    ("cohort", "words"),
    [
        (Cohort(1, 1, 0, {}), "None of 1 person found is excluded; 0 of 1 in scope have a plan"),
        (
            Cohort(9, 8, 8, {"cancer": 1}),
            "1 of 9 found are excluded, for cancer; 8 of 8 in scope have a plan",
        ),
    ],
)
def test_the_headline_says_what_the_bars_say(cohort: Cohort, words: str) -> None:
    assert cohort_headline(cohort) == words


def test_those_excluded_are_taken_away_from_all_found(tmp_path: Path) -> None:
    steps = {
        (4, ""): 61,
        (5, ""): 45,
        (5, "cancer"): 11,
        (5, "palliative"): 5,
        (6, ""): 20,
        (6, "no taper plan"): 25,
    }
    rows = [
        {
            "practice_code": "SYN01",
            "month": LAST,
            "threshold": 120,
            "step": step,
            "outcome": outcome,
            "people": n,
        }
        for (step, outcome), n in steps.items()
    ]
    publish(tmp_path, {"practice": [practice("SYN01")], "cohort_waterfall": rows})
    snapshot = release.current(tmp_path)
    assert EXCLUDED(snapshot, Scope.icb(), Selection(120)).table["People"].tolist() == [
        61, 11, 5, 45, 20
    ]  # fmt: skip


def test_nobody_found_is_a_sentence(tmp_path: Path) -> None:
    publish(tmp_path, {"practice": [practice("SYN01")]})
    shown = EXCLUDED(release.current(tmp_path), Scope.icb(), Selection(120))
    assert shown.figure is None and "Nobody is counted" in shown.empty
