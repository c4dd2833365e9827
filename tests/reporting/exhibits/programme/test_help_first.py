"""Where to help first: every page of the programme has its say, safety before all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from reporting import release
from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.overview import signals
from reporting.exhibits.overview.help_first import first
from reporting.exhibits.patients.people import patients
from reporting.exhibits.plans import practices as plan_practices
from reporting.exhibits.safeguards import signals as safeguard_signals
from tests.reporting.snapshots import practice, publish

ICB = Scope.icb()


def test_best_interest_and_plans_stand_among_the_signals_with_their_pages(snapshot: Snapshot) -> None:
    found = first(snapshot, ICB, Selection(120))
    pages = [one.page for one in found.shown]
    assert pages[:6] == ["patients"] * 5 + ["safeguards"]
    assert found.shown[0].finding == "2 people’s doses fell by more than 30%"
    assert found.shown[0].detail == "28-day means, latest in Aug 2026"
    assert [one.on for one in found.shown[:5]] == sorted((one.on for one in found.shown[:5]), reverse=True)  # type: ignore[type-var]
    plans = [one for one in found.shown if one.page == "plans"]
    assert [one.practice for one in plans] == ["Birchway"]  # hardly anything is in place there
    # 2 of 12 coded and reviewed: elsewhere 44 of 48
    assert plans[0].finding == "Reviews and plans: 2 items low"
    assert plans[0].detail == "Indication coded and reviewed in 12 months"


def test_what_is_not_shown_is_counted(snapshot: Snapshot) -> None:
    found = first(snapshot, ICB, Selection(120))
    every = signals.signals(snapshot, ICB, Selection(120))
    decided = safeguard_signals.signals(snapshot, ICB, Selection(120)).shown
    records = len(
        [one for one in decided if one.page == "safeguards"]
    )  # falls stand among those of everybody
    behind = len(list(plan_practices.behind(snapshot, ICB, Selection(120))))
    assert len(found.shown) + found.more + found.older == len(every.shown) + every.more + records + behind


@pytest.mark.parametrize(("practices", "shown", "older"), [(0, 0, 0), (3, 3, 0), (8, 8, 0), (20, 8, 12)])
def test_the_newest_falls_are_shown_and_everybody_is_one_click_away(
    tmp_path: Path, practices: int, shown: int, older: int
) -> None:
    """At each practice somebody fell, later at the later ones; at the first the same person stopped too."""
    codes = [f"P{n:02d}" for n in range(practices)]
    rows = [
        {"practice_code": code, "patient_key": f"{code}-X", "age_band": "45-54", "absent": False,
         "excluded": False, "current_ome_milli": 60_000, "unlooked": True, "fell_status": "neither",
         "fell_on": dt.date(2026, 1, 1) + dt.timedelta(days=n), "in_best_interest": False}
        for n, code in enumerate(codes)
    ]  # fmt: skip
    snapshot = release.current(
        publish(tmp_path, {"practice": [practice(code) for code in codes or ["A"]], "worklist": rows})
    )
    found = first(snapshot, ICB, Selection(120, practice="P00" if codes else None))
    assert [one.code for one in found.shown] == codes[::-1][:shown]
    assert (found.older, found.people) == (older, practices)
    listed = patients(snapshot, ICB, Selection(120), signals.NOT_SEEN)
    assert [key for _, keys in listed.groups for key in keys] == [f"{code}-X" for code in codes[::-1]]


def test_nothing_is_a_sentence(tmp_path: Path) -> None:
    empty = release.current(publish(tmp_path, {"practice": [practice("SYN01")]}))
    found = first(empty, ICB, Selection(120))
    assert not found.shown and found.nothing == "No practice here has a signal this month."
