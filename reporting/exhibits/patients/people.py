"""The people of one practice on a high dose or a plan: what their dose is, what stands out, what is next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting import figures, people
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.rates.sparkline import sparkline
from reporting.charts.written import TENTHS, mg, written
from reporting.exhibits.coverage import area_name, beyond, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.patients import supplies
from reporting.exhibits.wording import counted, day, listed, month, percent, practice_words, spelled

EARLY = "early warning"  # of `people.WHY`
RISEN_PERCENT = 15
OF = {"plan": ", on a plan", "best interest": ", in the best interest", "neither": ", on no plan"}
WAITING = ("fell_on", "stopped_on", "unknown_since", "aside_on", "aside_unknown")  # columns: each a day
SPARK = {"width": 110, "height": 28}


ORDER = (
    "Adults above the threshold, on a high-dose gabapentinoid or on a plan; with a fall or stop that nobody "
    "has looked at; or with an issue that is in no dose. After falls, stops and unknown doses come others "
    "with something to look into, then the rest by dose. "
    "Who fell stays listed until a review after that day, who stopped until a review once there was no "
    "supply for 60 days, however long ago, or until they died or left. Only opioids: falls and stops of "
    "gabapentinoids are not looked for."
)


@dataclass(frozen=True)
class Person:
    """One row of the list. dose and directed as written; reasons: what stands out and the next step of
    process for each, the most pressing first. excluded: why not in the cohort, else "". first: the day of a
    fall, stop or unknown dose that nobody has looked at; such people are called before anybody else."""

    key: str
    who: str
    dose: str
    directed: str
    reasons: tuple[tuple[str, str], ...]
    excluded: str
    spark: str
    first: dt.date | None = None


@dataclass(frozen=True)
class Patients:
    """The head of the page and the people listed, those with something to look into first. practice: as the
    filters name it. Without people, `nothing` says why and `choices` are the practices there are. why: the
    reason the people are listed by, "" for everybody. groups: of several practices, each with the keys of
    its people."""

    head: Head
    people: tuple[Person, ...] = ()
    practice: str = ""
    words: str = ""
    nothing: str = ""
    choices: tuple[str, ...] = ()
    why: str = ""
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class PatientsBecause:
    """Makes the list of people of one reason of `people.WHY`."""

    why: str | None = None

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Patients:
        return patients(snapshot, scope, selection, self.why)


def patients(snapshot: Snapshot, scope: Scope, selection: Selection, why: str | None = None) -> Patients:
    """The people of the selected practice, or of them those of one reason; without a practice, those of the
    reason by practice, or a sentence that asks for one."""
    if selection.practice is None and why is not None:
        return _of_area(snapshot, scope, selection, why)
    if selection.practice is None:
        head = Head(
            "Which practice?", "People are shown for one practice at a time. Choose it in the list Practice."
        )
        return Patients(head, nothing="Choose one of these:", choices=_practices(snapshot, scope, selection))
    name = area_name(snapshot, scope, selection)
    frame = people.worklist(snapshot, scope, selection, why).frame
    words = beyond(snapshot, selection.threshold)
    if frame.empty and why is not None:
        unknown = _not_known(snapshot, scope, selection, why)
        head = Head(
            _nobody(f"at {name}", why, unknown), f"Show everybody to see who else is listed.{unknown}"
        )
        return Patients(head, nothing="Choose “everybody” above, or another practice.", why=why)
    if frame.empty:
        head = Head(f"Nobody at {name} is listed", f"No adult there is {words} or has a plan.")
        return Patients(head, nothing="Choose a lower threshold or another practice.")
    courses = _sparks(people.courses(snapshot, scope, selection).frame)
    found = [_person(row, words, snapshot.info, selection, courses) for row in frame.to_dict("records")]
    found.sort(key=_order)
    return Patients(
        _head(name, frame, found) if why is None else _head_because(name, found, why),
        tuple(found),
        practice_words(name, selection.practice),
        _first_words(found),
        why=why or "",
    )


def _of_area(snapshot: Snapshot, scope: Scope, selection: Selection, why: str) -> Patients:
    """Everybody of the selected area who is listed for a reason, the practices with the newest first."""
    area = area_name(snapshot, scope, selection)
    frame = people.people_because(snapshot, scope, selection, why).frame
    awaited = [name for name, _ in coverage(snapshot, scope, selection).awaited]
    left_out = (
        f" Awaited, so not among them: {listed(awaited)}." if awaited and why in people.OF_THE_MONTH else ""
    )
    unknown = _not_known(snapshot, scope, selection, why, awaited)
    left_out += unknown
    if frame.empty:
        head = Head(_nobody(f"in {area}", why, unknown), f"Choose a practice to see who else is.{left_out}")
        return Patients(
            head, nothing="Choose one of these:", choices=_practices(snapshot, scope, selection), why=why
        )
    groups = tuple(
        (practice_words(str(name), str(code)), tuple(part["patient_key"]))
        for (name, code), part in frame.groupby(["name", "practice_code"], sort=False)
    )
    are = "is" if len(frame) == 1 else "are"
    in_practices = counted(len(groups), "practice", "practices")
    return Patients(
        Head(
            f"{spelled(len(frame), 'person', 'people')} in {in_practices} {are} listed for “{_said(why)}”",
            "Keys are pseudonyms that only the practice can turn back. A key opens that person, a practice "
            f"its list.{left_out}",
        ),
        why=why,
        groups=groups,
    )


def _not_known(
    snapshot: Snapshot, scope: Scope, selection: Selection, why: str, awaited: Collection[str] = ()
) -> str:
    """A sentence on the practices, but for those awaited, of which nobody knows whom a reason lists; "" where
    there are none."""
    if why != EARLY:
        return ""
    names = people.without_early_warnings(snapshot, scope, selection).frame["name"]
    unknown = [name for name in names if name not in awaited]
    return f" Too few months of data or no list size, so not known: {listed(unknown)}." if unknown else ""


def _nobody(where: str, why: str, unknown: str) -> str:
    return f"Nobody {where} is {'known to be ' if unknown else ''}listed for “{_said(why)}”"


def _order(one: Person) -> tuple[bool, int, bool, bool]:
    """Whoever is to be called first, the latest fall before the others; then the excluded at the end."""
    latest = 0 if one.first is None else -one.first.toordinal()
    return one.first is None, latest, bool(one.excluded), not one.reasons


def _practices(snapshot: Snapshot, scope: Scope, selection: Selection) -> tuple[str, ...]:
    frame = figures.practices(snapshot, scope, selection).frame
    pairs = zip(frame["name"], frame["practice_code"], strict=True)
    return tuple(practice_words(str(name), str(code)) for name, code in pairs)


def _first_words(found: list[Person]) -> str:
    aside = sum(1 for one in found if one.excluded)
    last = f" {counted(aside, 'person', 'people')} not counted: last." if aside else ""
    return f"What nobody has looked at comes first. Keys open timelines.{last}"


def _head(name: str, frame: pd.DataFrame, found: list[Person]) -> Head:
    due = sum(1 for one in found if one.reasons and not one.excluded)
    headline = (
        f"{spelled(due, 'person', 'people')} at {name} {'has' if due == 1 else 'have'} something to look into"
        if due
        else f"Nothing stands out at {name}"
    )
    return Head(
        headline,
        f"{counted(len(found), 'adult is', 'adults are')} listed in {month(frame['month'].iloc[0])}. Keys "
        "are pseudonyms that only the practice can turn back.",
    )


def _said(why: str) -> str:
    return people.SAID.get(why, why)


def _head_because(name: str, found: list[Person], why: str) -> Head:
    are = "is" if len(found) == 1 else "are"
    return Head(
        f"{spelled(len(found), 'person', 'people')} at {name} {are} listed for “{_said(why)}”",
        "These are the people counted. Choose “everybody” to see who else is listed.",
    )


def _sparks(frame: pd.DataFrame) -> dict[str, str]:
    courses = frame.assign(date=frame["month"], value=frame["current_ome_milli"] / 1000)
    return {str(key): sparkline(part, "data", **SPARK) for key, part in courses.groupby("patient_key")}


def _person(row: Any, words: str, info: Any, selection: Selection, sparks: dict[str, str]) -> Person:
    return Person(
        key=row["patient_key"],
        who=f"{row['age_band'].replace('-', '–')}, {row['sex']}",
        dose="no supply" if row["absent"] else supplies.dose(row),
        directed=supplies.directed(row, info.window_days),
        reasons=tuple(_reasons(row, words, _beyond(row["current_ome_milli"], info, selection))),
        excluded=row["exclusions"] if row["excluded"] else "",
        spark=sparks.get(row["patient_key"], ""),
        first=_latest(row),
    )


def _beyond(milli: int, info: Any, selection: Selection) -> bool:
    edge = selection.threshold * 1000
    return milli > edge if info.operator == ">" else milli >= edge


def _latest(row: dict[str, Any]) -> dt.date | None:
    days = [row[name] for name in WAITING if pd.notna(row[name])]
    return max(days).date() if days else None


def _not_looked_at(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Falls, stops and doses not known since which there was no review."""
    if pd.notna(row["stopped_on"]):
        before = mg(row["stopped_milli"])
        after = f"after {before} a day{OF[row['stopped_status']]}"
        if pd.isna(row["again_on"]):
            yield (
                f"No supply since {day(row['stopped_on'])}, {after}; it may be elsewhere",
                "Contact today. Tolerance may be lost: the prescriber sees the person before any restart",
            )
        else:
            yield (
                f"No supply {day(row['stopped_on'])} to {_day_before(row['again_on'])}, {after}; "
                "supply again since",
                "Check: supply elsewhere? Tolerance may be lost after a gap. The prescriber decides",
            )
    if pd.notna(row["fell_on"]):
        whose = ", on a plan that has ended" if row["fell_ended"] else OF[row["fell_status"]]
        yield (
            f"Supply fell {percent(row['fell_percent'] / 100)}, {_mg(row['fell_from_milli'])} to "
            f"{_mg(row['fell_to_milli'])} mg a day, in {month(row['fell_on'])}{whose}",
            "Check today: intended? other supply? Ask about withdrawal, mood and thoughts of self-harm. "
            "The prescriber decides",
        )
    if pd.notna(row["unknown_since"]):
        yield (
            f"Dose not known since {day(row['unknown_since'])}, or supply on few days: there may be a fall "
            "or a stop in it",
            "Find out what was issued and taken; ask about other supply and withdrawal",
        )
    if pd.notna(row["aside_on"]):
        yield (
            f"Fell or stopped in {month(row['aside_on'])} while not counted",
            "Other pathway: check the code, and who follows up",
        )
    if pd.notna(row["aside_unknown"]):
        yield (
            f"Dose not known since {day(row['aside_unknown'])}, not counted: there may be a fall or "
            "a stop in it",
            "Find out what was issued; other pathway: check the code, and who follows up",
        )


def _mg(milli: float) -> str:
    """A mean dose without its unit, as doses are written everywhere."""
    return written(milli / 1000, TENTHS)


def _day_before(on: pd.Timestamp) -> str:
    return day(on - pd.Timedelta(days=1))


def _reasons(row: dict[str, Any], words: str, high: bool) -> Iterator[tuple[str, str]]:
    """What stands out in the doses, and the next step of process; what is most pressing first."""
    yield from _not_looked_at(row)
    if row["absent"] and row["has_plan"]:
        yield "On a plan, and no supply in the window", "Ask about other supply; review, or close the plan"
        return
    if row["absent"]:
        yield "No supply in the window and no plan now", "Check whether the person is still registered"
        return
    if row["early"]:
        yield (
            f"{words[0].upper()}{words[1:]} at the last three month ends, not yet at six",
            "Review now, while it is new; offer other help with the pain",
        )
    yield from supplies.reasons(row)
    before = row["before_milli"]
    if (
        pd.notna(before)
        and before > 0
        and (row["current_ome_milli"] - before) * 100 >= RISEN_PERCENT * before
    ):
        yield f"Up from {mg(before)} three months ago", "Ask what changed"
    if supplies.irregular(row):
        yield "No regular amount in the directions", "Ask how it is taken; record it"
    if (high or row["high_gaba"]) and not row["has_plan"] and not row["excluded"]:
        yield (
            f"{words[0].upper() + words[1:] if high else 'High-dose gabapentinoid'}, no plan",
            "Book a review",
        )
