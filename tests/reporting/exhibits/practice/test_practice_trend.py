"""One practice's trend has no limits of chance, no icon and no special cause, wherever it is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reporting import figures, release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.high_dose import page
from reporting.exhibits.kinds.series import series
from reporting.exhibits.overview import cards
from reporting.exhibits.plans import page as plans
from tests.reporting.snapshots import Rows, counts, practice, publish

ICB, HERE = Scope.icb(), Selection(120, practice="SYN01")


def published(store: Path, doses: list[tuple[int, int]], **more: Rows) -> Snapshot:
    """One practice, called as its PCN is, with the policy deciding on that PCN."""
    decided = {
        "rebase": [
            {
                "measure": "high_dose_prevalence",
                "scope": "Eastvale",
                "month": "2026-02",
                "reason": "r",
                "by_whom": "b",
            }
        ],
        "targets": [],
        "suppression": {"suppress_below": 8, "round_to": 5},
        "dose": {"definition": "carried_forward"},
        "taper": {"min_plan_days": 60, "down_percent": 15},
    }
    rows = [
        *counts("high_dose_prevalence", "SYN01", doses),
        *counts("high_dose_prevalence", "SYN01", doses, threshold=90),
        *counts("reviewed_3_months", "SYN01", [(1, 4)] * 8 + [(2, 4)] * 8),
    ]
    publish(
        store,
        {"practice": [practice("SYN01", name="Eastvale")], "measure_month": rows, **more},
        policy_json=json.dumps(decided),
    )
    return release.current(store)


@pytest.fixture
def few(tmp_path: Path) -> Snapshot:
    """5 of 3,310 adults for eight months, then 1: by XmR rules a special cause, by intervals nothing."""
    return published(tmp_path, [(5, 3310)] * 8 + [(1, 3310)] * 8)


def said(shown: Exhibit) -> str:
    return " ".join([shown.headline, shown.subtitle, shown.caption, shown.alt, *shown.table.columns])


def test_a_few_people_less_are_no_change(few: Snapshot) -> None:
    shown = page.TREND(few, ICB, HERE)
    assert shown.headline == "Could be chance: from 5 to 1 person above 120 mg"
    assert shown.caption.startswith(
        "Sep 2026: 0.30 per 1,000, 1 of 3,310; 4 fewer people than a year ago: nobody new, 4 left; could be "
        "chance."
    )
    assert shown.icons == () and "6 quarters to Sep 2026" in shown.subtitle
    assert list(shown.table["People"]) == [5, 5, 5, 1, 1, 1]
    assert shown.alt.startswith("Dots of 6 quarters to Sep 2026: 1.51 per 1,000 in Jun 2025, 0.30")
    head = page.head(few, ICB, HERE)
    assert "could be chance" in head.headline and "signal" not in head.introduction
    found = cards.overview(few, ICB, HERE)
    words = "4 fewer people than a year ago: nobody new, 4 left; could be chance"
    assert [card.words for card in found.cards[:2]] == [words] * 2
    assert "beside a mean" not in found.head.introduction


@pytest.mark.parametrize(
    ("doses", "drawn"),
    [
        ([(1, 7473)] * 16, False),
        ([(0, 7473)] * 16, False),
        ([(1, 7400 + at) for at in range(16)], False),  # the list grows a little
        ([(1, 7473)] * 15 + [(2, 7473)], True),
        ([(1, 3000)] * 8 + [(1, 7473)] * 8, True),  # as many people, of far more
    ],
)
def test_equal_quarters_are_a_sentence_and_no_row_of_equal_dots(
    tmp_path: Path, doses: list[tuple[int, int]], drawn: bool
) -> None:
    shown = page.TREND(published(tmp_path, doses), ICB, HERE)
    assert (shown.figure is not None) == drawn
    same = f"The same number of people in each of 6 quarters to Sep 2026 (n = {doses[-1][1]:,} adults)"
    assert shown.empty.startswith("" if drawn else same)
    assert drawn or str(doses[-1][0] or "no people") in shown.headline.lower()


def test_limits_means_and_special_causes_are_nowhere(few: Snapshot) -> None:
    for shown in (page.TREND(few, ICB, HERE), plans.trend(few, ICB, HERE)):
        for word in ("XmR", "special-cause", "imit of", "mean of 0", "Upper limit", "Signal", "rebase"):
            assert word not in said(shown), (shown.key, word)
        names = {trace.name for trace in shown.figure.data}  # type: ignore[union-attr]
        assert names == {"interval", "points"}


def test_many_people_less_are_a_change_since_the_first_quarter(tmp_path: Path) -> None:
    snapshot = published(tmp_path, [(40, 7473)] * 8 + [(8, 7473)] * 8)
    shown = page.TREND(snapshot, ICB, HERE)
    words = "32 fewer people than a year ago: nobody new, 32 left; more than chance"
    assert shown.headline == "Really fell: from 40 to 8 people above 120 mg"
    assert f"8 of 7,473; {words}." in shown.caption
    card = cards.overview(snapshot, ICB, HERE).cards[1]
    assert (card.kind, card.words) == ("improvement", words)


def test_who_sees_one_practice_alone_is_told_the_same_of_it(tmp_path: Path) -> None:
    snapshot = published(tmp_path, [(40, 7473)] * 8 + [(8, 7473)] * 8)
    theirs = Scope("practice", frozenset({"SYN01"}))
    shown = page.TREND(snapshot, theirs, HERE)
    assert shown.headline == page.TREND(snapshot, ICB, HERE).headline
    others = Scope("practice", frozenset({"SYN02"}))
    assert figures.flows(snapshot, others, HERE, ["high_dose_prevalence"], [120]).frame.empty


@pytest.mark.parametrize(
    ("doses", "said"),
    [
        ([(40, 7473)] * 8 + [(8, 7473)] * 8, "Really fell since Sep 2025: 8 people above 120 mg"),
        ([(8, 7473)] * 16, "Could be chance since Sep 2025: 8 people above 120 mg"),
        ([(5, 3310)] * 2, "5 people above 120 mg; change not judged: one quarter only"),
    ],
)
def test_where_nobody_is_followed_quarters_are_judged(
    tmp_path: Path, doses: list[tuple[int, int]], said: str
) -> None:
    snapshot = published(tmp_path, doses, flow=[])
    assert page.TREND(snapshot, ICB, HERE).headline == said


def test_a_practice_called_as_an_area_has_none_of_its_decisions(few: Snapshot) -> None:
    assert series(few, ICB, Selection(120, pcn="Eastvale"), "high_dose_prevalence", 120).rebases  # type: ignore[union-attr]
    found = series(few, ICB, HERE, "high_dose_prevalence", 120)
    assert found is not None and (found.rebases, found.target, found.decisions) == ((), None, ())


def test_one_month_is_too_early(tmp_path: Path) -> None:
    shown = page.TREND(published(tmp_path, [(5, 3310)]), ICB, HERE)
    assert shown.headline == "5 people above 120 mg; change not judged: one quarter only"


def test_an_area_is_judged_by_who_came_and_who_went(few: Snapshot) -> None:
    shown = page.TREND(few, ICB, Selection(120))
    assert "XmR" not in said(shown) and shown.icons == ()
    assert shown.headline == "Could be chance: from 5 to 1 person above 120 mg"
    assert "4 fewer people than a year ago: nobody new, 4 left; could be chance." in shown.caption
