"""Which practices to ring: one row each, every page of the programme has its say, the newest harm first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from reporting import release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.overview import danger, reasons
from reporting.exhibits.overview.ring import ToRing, to_ring
from reporting.exhibits.patients.people import patients
from reporting.exhibits.plans import practices as plan_practices
from reporting.exhibits.safeguards.ask_first import ask_first
from tests.reporting.snapshots import practice, publish

ICB, ALL = Scope.icb(), Selection(120)


def test_each_practice_stands_once_with_every_reason_and_its_page(snapshot: Snapshot) -> None:
    found = to_ring(snapshot, ICB, ALL)
    assert len({one.code for one in found}) == len(found)
    every = [*reasons.reasons(snapshot, ICB, ALL).shown]
    decided = ask_first(snapshot, ICB, ALL).shown
    every += [one for one in decided if one.page == "safeguards"]  # falls stand among those of everybody
    behind = len(list(plan_practices.behind(snapshot, ICB, ALL)))
    assert sum(len(one.reasons) for one in found) == len(every) + behind
    by_name = {one.name: one for one in found}
    first = found[0].reasons[0]
    assert first.finding == "2 people’s doses fell by more than 30%"
    assert first.detail == "28-day means, latest in Aug 2026"
    # 2 of 12 coded and reviewed: elsewhere 44 of 48
    (plans,) = (one for one in by_name["Birchway"].reasons if one.page == "plans")
    assert plans.finding == "Reviews and plans: 2 items low"
    assert plans.detail == "Indication coded and reviewed in 12 months"


def test_the_newest_harm_comes_first_and_what_is_to_share_last(snapshot: Snapshot) -> None:
    found = to_ring(snapshot, ICB, ALL)
    harmed = [one.harmed_on[0] for one in found if one.harmed_on]
    assert len(harmed) > 2 and harmed == sorted(harmed, reverse=True)
    order = [(not one.is_concern, not one.harmed_on) for one in found]
    assert order == sorted(order)
    for one in found:  # within a row too
        assert [reason.on is None for reason in one.reasons] == sorted(r.on is None for r in one.reasons)


def test_a_chosen_area_has_its_own_practices_alone(snapshot: Snapshot) -> None:
    code = to_ring(snapshot, ICB, ALL)[0].code
    (own,) = to_ring(snapshot, ICB, replace(ALL, practice=code))
    assert own.code == code
    pcn = own.pcn
    assert {one.pcn for one in to_ring(snapshot, ICB, replace(ALL, pcn=pcn))} == {pcn}


@pytest.mark.parametrize("practices", [0, 3, 20])
def test_every_practice_with_a_fall_is_listed_and_everybody_counted(tmp_path: Path, practices: int) -> None:
    """At each practice somebody fell, later at the later ones."""
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
    assert [one.code for one in to_ring(snapshot, ICB, ALL)] == codes[::-1]
    told = [(one.why, one.people, one.alone) for one in danger.danger(snapshot, ICB, ALL)]
    assert told == ([("fell", practices, practices)] if practices else [])
    listed = patients(snapshot, ICB, ALL, reasons.NOT_SEEN)
    assert [key for _, keys in listed.groups for key in keys] == [f"{code}-X" for code in codes[::-1]]


def test_people_in_danger_are_those_of_the_list_behind_the_link(snapshot: Snapshot) -> None:
    kinds = danger.danger(snapshot, ICB, ALL)
    assert kinds
    for one in kinds:
        listed = patients(snapshot, ICB, ALL, one.why)
        assert sum(len(keys) for _, keys in listed.groups) == one.people, one.why


def test_a_practice_without_harm_has_no_date() -> None:
    quiet = reasons.Reason("A", "A", "P", "improvement", "", "", "", "", "plans")
    one = ToRing("A", "A", "P", (quiet,))
    assert one.harmed_on == () and not one.is_concern
