"""The people of a practice over the sample: who is listed, why, and that nobody else's doses are found."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from plotly.graph_objects import Figure

from reporting import figures, people
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.disclosure import NotClearedError
from reporting.exhibits.high_dose import page as high_dose
from reporting.exhibits.overview.reasons import LOOK_FIRST, reasons
from reporting.exhibits.patients.people import patients
from reporting.exhibits.patients.timeline import Timeline, working
from reporting.exhibits.safeguards import decisions
from reporting.exhibits.safeguards.ask_first import ask_first
from reporting.exhibits.tapering.page import SPEED
from reporting.exhibits.wording import spelled
from reporting.release import current
from tests.reporting.snapshots import counts, month, practice, publish

ICB = Scope.icb()
HERE = Selection(120, practice="SYN01")
LAST = dt.date(2026, 9, 30)
ABSENT = "No supply in the window and no plan now"


@pytest.fixture(scope="module")
def snapshot(sample_store: Path) -> Snapshot:
    return current(sample_store)


def test_without_a_practice_the_page_asks_for_one(snapshot: Snapshot) -> None:
    found = patients(snapshot, ICB, Selection(120))
    assert found.people == () and "Quayside (SYN01)" in found.choices and len(found.choices) == 24


def test_everybody_counted_by_the_measure_is_listed(snapshot: Snapshot) -> None:
    """The people in the numerator of high-dose opioids, and no one counted there is missing."""
    counted = (
        figures.measure_by_practice(
            snapshot, ICB, HERE, ["high_dose_prevalence"], [120], [snapshot.info.last_month]
        )
        .frame["numerator"]
        .iloc[0]
    )
    frame = people.worklist(snapshot, ICB, HERE).frame
    high = frame[(frame["current_ome_milli"] > 120_000) & ~frame["excluded"]]
    assert len(high) == counted > 0
    assert set(frame["patient_key"]) == {one.key for one in patients(snapshot, ICB, HERE).people}


def test_every_reason_has_a_next_step_and_advises_no_dose(snapshot: Snapshot) -> None:
    for code in ("SYN01", "SYN05", "SYN12"):
        for one in patients(snapshot, ICB, Selection(90, practice=code)).people:
            for why, step in one.reasons:
                assert why and step
                assert not {"reduce", "increase", "stop", "mg"} & set(step.lower().split()), step


def test_whose_dose_fell_comes_first_then_who_has_something_to_look_into_and_the_excluded_last(
    snapshot: Snapshot,
) -> None:
    people = patients(snapshot, ICB, HERE).people
    order = [(one.first is None, bool(one.excluded), not one.reasons) for one in people]
    assert order == sorted(order) and order[0] == (False, False, False) and order[-1][1]
    told = ("Supply fell", "No supply since", "Dose not known")
    waiting = [one for one in people if one.reasons and one.reasons[0][0].startswith(told)]
    assert waiting == [one for one in people if one.first]
    assert [one.first for one in waiting] == sorted((one.first for one in waiting if one.first), reverse=True)


def test_the_working_of_the_last_day_is_the_dose_of_the_timeline(snapshot: Snapshot) -> None:
    frame = people.worklist(snapshot, ICB, HERE).frame
    for key in frame["patient_key"].head(20):
        runs = people.segments(snapshot, ICB, HERE, key).frame
        today = runs[(runs["from_day"].dt.date <= LAST) & (runs["to_day"].dt.date > LAST)]
        found = working(snapshot, ICB, HERE, key, LAST)
        doses = [one.dose for one in found.supplies if one.class_ == "opioid" and one.dose is not None]
        assert sum(doses) * 1000 == (Decimal(int(today["ome_milli"].iloc[0])) if len(today) else 0)


def test_a_timeline_says_when_known_supply_ended(snapshot: Snapshot) -> None:
    frame = people.worklist(snapshot, ICB, HERE).frame
    ended = frame[(frame["supplied_to"] <= frame["month_end"]) & (frame["current_ome_milli"] > 0)]
    shown = Timeline(ended["patient_key"].iloc[0])(snapshot, ICB, HERE)
    assert "then no known supply" in shown.headline and shown.figure is not None
    Figure(shown.figure.to_dict())  # plotly checks every value, which the canvas does not


def test_a_patient_of_another_practice_is_not_found(snapshot: Snapshot) -> None:
    """Not by the address of one's own practice, not by any query."""
    key = people.worklist(snapshot, ICB, HERE).frame["patient_key"].iloc[0]
    for scope, selection in (
        (ICB, Selection(120, practice="SYN02")),
        (_only("SYN02"), HERE),
        (_only(), HERE),
    ):
        assert people.segments(snapshot, scope, selection, key).frame.empty
        assert people.issues(snapshot, scope, selection, key).frame.empty
        assert people.working(snapshot, scope, selection, key, LAST).frame.empty
        assert people.without_dose(snapshot, scope, selection, key, LAST).frame.empty
    assert people.worklist(snapshot, _only("SYN02"), HERE).frame.empty
    assert people.courses(snapshot, _only("SYN02"), HERE).frame.empty


def test_a_query_that_forgot_its_filter_would_be_stopped(snapshot: Snapshot) -> None:
    from reporting.release import read

    with pytest.raises(NotClearedError):
        read(snapshot, _only("SYN02"), "SELECT * FROM patient_month WHERE practice_code = 'SYN01'")


def _only(*codes: str) -> Scope:
    return Scope("practice", frozenset(codes))


def test_a_signal_opens_exactly_the_people_it_counts(snapshot: Snapshot) -> None:
    """Every reason that counts people, at every practice of the sample, at each threshold."""
    clicked = set()
    for threshold in snapshot.info.thresholds:
        asked = Selection(threshold)
        told = (*reasons(snapshot, ICB, asked).shown, *ask_first(snapshot, ICB, asked).shown)
        for one in told:
            if one.page == "patients":
                here = Selection(threshold, practice=one.code)
                shown = patients(snapshot, ICB, here, one.why_listed).people
                assert len(shown) == one.people > 0 or one.next_step == LOOK_FIRST, (one.code, one.finding)
                assert len({person.key for person in shown}) == len(shown) > 0
                assert {person.key for person in shown} <= {
                    p.key for p in patients(snapshot, ICB, here).people
                }
                clicked.add(one.why_listed)
    assert {"fell", "stopped", "high dose"} <= clicked


@pytest.mark.parametrize("why", people.WHY)
def test_an_area_lists_exactly_the_people_of_its_practices(snapshot: Snapshot, why: str) -> None:
    """For each reason: as many as the practices list one by one, each of them once."""
    for area in (Selection(90), Selection(120, pcn="Riverside PCN")):
        found = patients(snapshot, ICB, area, why)
        grouped = dict(found.groups)
        by_one: dict[str, set[str]] = {}
        for row in figures.practices(snapshot, ICB, area).frame.to_dict("records"):
            here = replace(area, pcn=None, practice=row["practice_code"])
            shown = patients(snapshot, ICB, here, why).people
            if shown and not (row["awaited"] and why in people.OF_THE_MONTH):
                by_one[f"{row['name']} ({row['practice_code']})"] = {one.key for one in shown}
        assert {name: set(keys) for name, keys in grouped.items()} == by_one
        n = sum(len(keys) for keys in grouped.values())
        assert n == sum(len(keys) for keys in by_one.values())
        said = spelled(n, "person", "people") if n else "Nobody"
        assert found.head.headline.startswith(f"{said} in ")


def test_the_row_of_early_warnings_opens_as_many_people_as_it_counts(snapshot: Snapshot) -> None:
    """In the ICB, every PCN and every practice, at each threshold."""
    practices = figures.practices(snapshot, ICB).frame
    areas = [Selection(120), *(Selection(120, pcn=pcn) for pcn in practices["pcn"].unique())]
    areas += [Selection(120, practice=code) for code in practices["practice_code"]]
    opened = 0
    for threshold, area in product(snapshot.info.thresholds, areas):
        asked = replace(area, threshold=threshold)
        listing = high_dose.ALSO(snapshot, ICB, asked)
        (row,) = listing.table.to_dict("records")[:1]
        found = patients(snapshot, ICB, asked, "early warning")
        listed = [key for _, keys in found.groups for key in keys] + [one.key for one in found.people]
        assert (listing.opens[0] == "early warning") == (row["Counted"] not in ("", "0"))
        assert not any(listing.opens[1:])
        if listing.opens[0]:
            assert len(listed) == len(set(listed)) == int(row["Counted"])
            opened += 1
        elif row["Counted"] == "0":
            assert listed == []
    assert opened > 10


def test_a_person_newly_on_a_lasting_high_dose_has_the_reason_and_nobody_else(snapshot: Snapshot) -> None:
    told = "Above 120 mg at the last three month ends, not yet at six"
    for row in figures.practices(snapshot, ICB).frame.to_dict("records"):
        here = Selection(120, practice=row["practice_code"])
        early = {one.key for one in patients(snapshot, ICB, here, "early warning").people}
        reasons = {one.key: [why for why, _ in one.reasons] for one in patients(snapshot, ICB, here).people}
        assert {key for key, found in reasons.items() if told in found} == early


def test_a_practice_of_too_few_months_has_no_early_warning(tmp_path: Path) -> None:
    """Of its people nobody knows whether three months are not yet six, so its measure has no row."""
    people = [
        {"practice_code": code, "patient_key": f"{code}-X", "age_band": "45-54", "absent": False,
         "excluded": False, "current_ome_milli": 130_000, "lowest_3m_milli": 125_000, "lowest_6m_milli": 0,
         "unlooked": False, "has_plan": False, "high_gaba": False, "without_dose": False,
         "gaba_unclear": False, "supplied_differs": False, "supplied_ome_milli": 130_000, "month": month(0)}
        for code in ("OLD", "NEW")
    ]  # fmt: skip
    rows = counts("early_warning", "OLD", [(1, 8_000)])
    tables = {"practice": [practice("OLD"), practice("NEW")], "worklist": people, "measure_month": rows}
    release = current(publish(tmp_path, tables))
    found = patients(release, ICB, Selection(120), "early warning")
    assert found.groups == (("Old Surgery (OLD)", ("OLD-X",)),)
    assert found.head.headline == "One person in 1 practice is listed for “early warning”"
    unknown = "Too few months of data or no list size, so not known: New Surgery."
    assert unknown in found.head.introduction
    of_new = patients(release, ICB, Selection(120, practice="NEW"), "early warning")
    assert of_new.head.headline == "Nobody at New Surgery is known to be listed for “early warning”"
    assert unknown in of_new.head.introduction


def test_a_signal_of_missing_safeguards_opens_as_many_decisions(snapshot: Snapshot) -> None:
    found = [one for one in ask_first(snapshot, ICB, Selection(120)).shown if one.page == "safeguards"]
    assert found
    for one in found:
        shown = decisions.lacking(snapshot, ICB, Selection(120, practice=one.code))
        assert len(shown.table) == int(one.finding.split()[0])


def test_who_fell_or_stopped_is_listed_until_somebody_has_looked_however_long_ago(snapshot: Snapshot) -> None:
    """At Greenbank somebody stopped in 2024 and has had no review since: on the list, without supply now."""
    (reason,) = (one for one in reasons(snapshot, ICB, Selection(120)).shown
                 if one.practice == "Greenbank" and one.why_listed == "stopped")  # fmt: skip
    assert reason.detail.startswith("Latest in Dec 2024")
    (one,) = patients(snapshot, ICB, Selection(120, practice=reason.code), "stopped").people
    assert one.reasons[0][0].startswith("No supply since") and one.reasons[-1][0] == ABSENT
    assert one.dose == "no supply" and one.first == dt.date(2024, 12, 3)


def test_falls_on_plans_that_have_ended_are_told_beside_the_chart(snapshot: Snapshot) -> None:
    ended = figures.ended_falls(snapshot, ICB, HERE).frame["people"].iloc[0]
    assert ended == 4  # with a baseline above 120 mg
    assert "4 plans that have ended had a fall above 30%" in SPEED(snapshot, ICB, HERE).caption
