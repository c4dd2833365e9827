"""Where to help first: every page of the programme has its say, safety before all."""

from __future__ import annotations

from pathlib import Path

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits import plan_practices, safeguard_signals, signals
from reporting.exhibits.help_first import first
from tests.reporting.snapshots import practice, publish

ICB = Scope.icb()


def test_best_interest_and_plans_stand_among_the_signals_with_their_pages(snapshot: Snapshot) -> None:
    found = first(snapshot, ICB, Selection(120))
    pages = [one.page for one in found.shown]
    assert pages[:6] == ["patients"] * 5 + ["safeguards"]  # of safety none is left out
    assert found.shown[0].finding == "2 people’s doses fell by more than 30%"
    assert found.shown[0].detail == "28-day means, latest in Aug 2026"
    assert [one.on for one in found.shown[:5]] == sorted((one.on for one in found.shown[:5]), reverse=True)  # type: ignore[type-var]
    plans = [one for one in found.shown if one.page == "plans"]
    assert [one.practice for one in plans] == ["Birchway"]  # hardly anything is in place there
    # 1 of 12 reviewed in 6 months, 2 of 12 in 12 months, coded, documented: elsewhere 28 to 44 of 48
    assert plans[0].finding == "Reviews and plans: 4 items below all practices"
    assert plans[0].detail == "Indication coded, other medicines documented and 2 more"


def test_what_is_not_shown_is_counted(snapshot: Snapshot) -> None:
    found = first(snapshot, ICB, Selection(120))
    every = signals.signals(snapshot, ICB, Selection(120))
    decided = safeguard_signals.signals(snapshot, ICB, Selection(120)).shown
    records = len(
        [one for one in decided if one.page == "safeguards"]
    )  # falls stand among those of everybody
    behind = len(list(plan_practices.behind(snapshot, ICB, Selection(120))))
    assert len(found.shown) + found.more == len(every.shown) + every.more + records + behind


def test_nothing_is_a_sentence(tmp_path: Path) -> None:
    empty = queries.current(publish(tmp_path, {"practice": [practice("SYN01")]}))
    found = first(empty, ICB, Selection(120))
    assert not found.shown and found.nothing == "No practice here has a signal this month."
