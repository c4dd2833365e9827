"""New to and left high dose: quarters add up, and the net is the change of the headline count."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from reporting import figures, release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.high_dose.new_and_left import (
    crossings_headline,
    net_words,
    quarters,
    role_of,
)
from reporting.exhibits.high_dose.page import MOVES
from tests.reporting.snapshots import counts, practice, publish

ICB = Scope.icb()
LAST = pd.Timestamp("2026-09-01")


def times(shown: pd.DataFrame, side: str, quarter: str) -> dict[str, int]:
    rows = shown[(shown["New or left"] == side) & (shown["Quarter"] == quarter)]
    return dict(zip(rows["Reason"], rows["Times"], strict=True))


def test_counts_by_reason_of_the_practices_that_reach_the_month(snapshot: Snapshot) -> None:
    shown = MOVES(snapshot, ICB, Selection(120))  # 5 practices, 6 months each way in 12
    assert shown.headline == ("New to a high dose 30 times, left 30 times in 12 months")
    last = "Jul–Sep 2026"  # months 27 to 29 of the example: new in 27 and 29, left in 28
    assert times(shown.table, "New", last) == {"acute use before": 2, "dose rose": 8}
    assert times(shown.table, "Left", last) == {"died": 1, "dose fell": 4}
    assert set(shown.table["Practices"]) == {5}
    assert shown.caption.startswith(
        "Net in 12 months: as many new as left. In 24 of the 30 that left the dose fell."
    )


@pytest.mark.parametrize(
    "selection",
    [
        Selection(120),
        Selection(90, place="North"),
        Selection(120, pcn="Southdown"),
        Selection(120, practice="SYN01"),
    ],
)
def test_new_less_left_is_the_change_of_the_headline_count(snapshot: Snapshot, selection: Selection) -> None:
    found = quarters(figures.crossings(snapshot, ICB, selection).frame, LAST)
    high = figures.measure_by_practice(
        snapshot, ICB, selection, ["high_dose_prevalence"], [selection.threshold],
        [snapshot.info.month(back) for back in range(0, 30, 3)],
    ).frame  # fmt: skip
    high = high[high["practice_code"] != "SYN06"]  # awaited, left out
    ends = high.groupby("month")["numerator"].sum().sort_index()
    sign = found["measure"].map({"new_to_high_dose": 1, "left_high_dose": -1})
    nets = (found["times"] * sign).groupby(found["back"]).sum().sort_index(ascending=False)
    assert list(nets)[-9:] == list(ends.diff().dropna().astype(int))


def test_bars_and_words_beside_them_add_up(snapshot: Snapshot) -> None:
    shown = MOVES(snapshot, ICB, Selection(120))
    assert shown.figure is not None
    total = sum(abs(value) for bars in shown.figure.data for value in bars.y)
    assert total == shown.table["Times"].sum()
    words = [
        note.text.replace("\u00a0", " ").replace("<br>", " ") for note in shown.figure.layout.annotations
    ]
    assert words == [
        "<b>New: 30</b>", "acute use before 6", "dose rose 24",
        "<b>Left: 30</b>", "dose fell 24", "died 6, deducted 0",
    ]  # fmt: skip


def test_a_quarter_without_three_months_is_not_drawn(tmp_path: Path) -> None:
    rows = counts("left_high_dose", "SYN01", [(5, 5), (5, 5), (2, 2), (0, 0), (1, 1)], category="died")
    rows += counts("left_high_dose", "SYN02", [(0, 0), (0, 0)], category="died")
    publish(tmp_path, {"practice": [practice("SYN01"), practice("SYN02")], "measure_month": rows})
    found = figures.crossings(release.current(tmp_path), ICB, Selection(120)).frame
    shown = quarters(found, LAST)[["period", "times", "practices"]]
    assert shown.to_numpy().tolist() == [["Jul–Sep 2026", 3, 1]]


def test_a_quarter_across_the_turn_of_the_year_is_named_by_its_end() -> None:
    frame = pd.DataFrame(
        {"measure": ["new_to_high_dose"], "reason": "dose rose", "span": "quarter", "back": 0, "times": 3}
    )
    assert list(quarters(frame, pd.Timestamp("2026-01-01"))["period"]) == ["Nov–Jan 2026"]


@pytest.mark.parametrize(
    ("new", "left", "words"),
    [
        (5, 0, "New to a high dose 5 times, left never in 12 months"),
        (0, 6, "New to a high dose never, left 6 times in 12 months"),
        (0, 0, "Nobody is new to a high dose or left it in 12 months"),
    ],
)
def test_the_headline_counts_crossings_and_claims_no_change(new: int, left: int, words: str) -> None:
    assert crossings_headline(new, left, 12) == words


def test_the_net_in_words() -> None:
    assert net_words(2, 5, 12) == "Net in 12 months: 3 more left than new."
    assert net_words(4, 3, 9) == "Net in 9 months: 1 more new than left."


@pytest.mark.parametrize("reason", ["died", "deducted", "left", "newly registered"])
def test_who_came_died_or_went_is_never_drawn_as_a_dose(reason: str) -> None:
    assert role_of(reason) == "faint"
    assert role_of("dose fell") == role_of("dose rose") != "faint"


def test_quarters_with_fewer_practices_are_named(tmp_path: Path) -> None:
    rows = counts("left_high_dose", "SYN01", [(1, 1)] * 6, category="died")
    rows += counts("left_high_dose", "SYN02", [(0, 0)] * 3, category="died")
    publish(tmp_path, {"practice": [practice("SYN01"), practice("SYN02")], "measure_month": rows})
    shown = MOVES(release.current(tmp_path), ICB, Selection(120))
    assert "Fewer than 2 practices: Apr–Jun 2026 (1)." in shown.caption
    assert "in 6 months" in shown.headline


def test_nobody_is_a_sentence(tmp_path: Path) -> None:
    publish(tmp_path, {"practice": [practice("SYN01")]})
    shown = MOVES(release.current(tmp_path), ICB, Selection(120))
    assert shown.figure is None and "Nobody is counted" in shown.empty
