"""The people of one practice on a high dose or a plan: what their dose is, what stands out, what is next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.sparkline import sparkline
from reporting.exhibits import patient_supplies
from reporting.exhibits.coverage import area_name, beyond
from reporting.exhibits.exhibit import Head
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import counted, month, practice_words, spelled

RISEN_PERCENT = 15
SPARK = {"width": 110, "height": 28}


@dataclass(frozen=True)
class Person:
    """One row of the list. dose and directed as written; reasons: what stands out and the next step of
    process for each, the most pressing first. excluded: why not in the cohort, else "". first: to be called
    before anybody else."""

    key: str
    who: str
    dose: str
    directed: str
    reasons: tuple[tuple[str, str], ...]
    excluded: str
    spark: str
    first: bool = False


@dataclass(frozen=True)
class Patients:
    """The head of the page and the people listed, those with something to look into first. practice: as the
    filters name it. Without people, `nothing` says why and `choices` are the practices there are."""

    head: Head
    people: tuple[Person, ...] = ()
    practice: str = ""
    words: str = ""
    nothing: str = ""
    choices: tuple[str, ...] = ()


def patients(snapshot: Snapshot, scope: Scope, selection: Selection) -> Patients:
    """The people of the selected practice; without one, a sentence that asks for it."""
    if selection.practice is None:
        head = Head(
            "Which practice?", "People are shown for one practice at a time. Choose it in the list Practice."
        )
        return Patients(head, nothing="Choose one of these:", choices=_practices(snapshot, scope, selection))
    name = area_name(snapshot, scope, selection)
    red = taper_rule(snapshot, "red_fall_percent")
    frame = queries.people(snapshot, scope, selection).frame
    words = beyond(snapshot, selection.threshold)
    if frame.empty:
        head = Head(f"Nobody at {name} is listed", f"No adult there is {words} or has a plan.")
        return Patients(head, nothing="Choose a lower threshold or another practice.")
    courses = _sparks(queries.courses(snapshot, scope, selection).frame)
    found = [_person(row, words, snapshot.info, selection, courses, red) for row in frame.to_dict("records")]
    found.sort(key=lambda one: (not one.first, bool(one.excluded), not one.reasons))
    return Patients(
        _head(name, frame, found, words),
        tuple(found),
        practice_words(name, selection.practice),
        _order_words(found),
    )


def _practices(snapshot: Snapshot, scope: Scope, selection: Selection) -> tuple[str, ...]:
    frame = queries.practices(snapshot, scope, selection).frame
    pairs = zip(frame["name"], frame["practice_code"], strict=True)
    return tuple(practice_words(str(name), str(code)) for name, code in pairs)


def _order_words(found: list[Person]) -> str:
    aside = sum(1 for one in found if one.excluded)
    last = (
        f" {counted(aside, 'person', 'people')} not in the cohort at the end, with the reason."
        if aside
        else ""
    )
    return (
        "People whose dose fell too fast first, then those with something else to look into, then by dose. "
        f"Select a key to see the timeline.{last}"
    )


def _head(name: str, frame: pd.DataFrame, found: list[Person], words: str) -> Head:
    due = sum(1 for one in found if one.reasons and not one.excluded)
    last = month(frame["month"].iloc[0])
    headline = (
        f"{spelled(due, 'person', 'people')} at {name} {'has' if due == 1 else 'have'} something to look into"
        if due
        else f"Nothing stands out at {name}"
    )
    return Head(
        headline,
        f"{counted(len(found), 'adult is', 'adults are')} {words}, on a high-dose gabapentinoid or on a plan "
        f"in {last}, had a fall too fast, or an issue that is in no dose. "
        "Every row says why and what is next. Keys are pseudonyms: only the practice can turn them back.",
    )


def _sparks(frame: pd.DataFrame) -> dict[str, str]:
    courses = frame.assign(date=frame["month"], value=frame["current_ome_milli"] / 1000)
    return {str(key): sparkline(part, "data", **SPARK) for key, part in courses.groupby("patient_key")}


def _person(
    row: Any, words: str, info: Any, selection: Selection, sparks: dict[str, str], red: int
) -> Person:
    return Person(
        key=row["patient_key"],
        who=f"{row['age_band'].replace('-', '–')}, {row['sex']}",
        dose=patient_supplies.dose(row),
        directed=patient_supplies.directed(row, info.window_days),
        reasons=tuple(_reasons(row, words, _beyond(row["current_ome_milli"], info, selection), red)),
        excluded=row["exclusions"] if row["excluded"] else "",
        spark=sparks.get(row["patient_key"], ""),
        first=row["fell"],
    )


def _beyond(milli: int, info: Any, selection: Selection) -> bool:
    edge = selection.threshold * 1000
    return milli > edge if info.operator == ">" else milli >= edge


def _reasons(row: dict[str, Any], words: str, high: bool, red: int) -> Iterator[tuple[str, str]]:
    """What stands out in the doses, and the next step of process; what is most pressing first."""
    if row["fell"]:
        ended = ", on a plan that has ended" if row["ended"] else ""
        yield (
            f"Dose fell by more than {red}% between 28-day means ({month(row['fell_on'])}){ended}",
            "Call; ask how the person is and whether it was followed up",
        )
    if row["absent"]:
        yield "No supply in the window and no plan now", "Check whether the person is still registered"
        return
    yield from patient_supplies.reasons(row)
    before = row["before_milli"]
    if (
        pd.notna(before)
        and before > 0
        and (row["current_ome_milli"] - before) * 100 >= RISEN_PERCENT * before
    ):
        yield f"Up from {patient_supplies.mg(before)} three months ago", "Ask what changed"
    if patient_supplies.irregular(row):
        yield "No regular amount in the directions", "Ask how it is taken; record it"
    if (high or row["high_gaba"]) and not row["has_plan"] and not row["excluded"]:
        yield (
            f"{words[0].upper() + words[1:] if high else 'High-dose gabapentinoid'}, no plan",
            "Book a review",
        )
