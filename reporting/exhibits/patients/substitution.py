"""People with an opioid for pain and substitution therapy: high risk, in no cohort, with their own list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from reporting import people
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.written import mg
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.exhibit import Head
from reporting.exhibits.wording import counted, day, number

TITLE = "Opioid for pain with substitution therapy"
NEXT_STEP = "Read the latest letters, and speak to the service, before any change"
TOGETHER_STEP = "Review both; tell the person and carers the signs of sedation and slowed breathing"


@dataclass(frozen=True)
class HighRisk:
    """One person of the list. dose: of the opioids for pain alone, as written; reasons: why, and the next
    step of process for each."""

    key: str
    who: str
    dose: str
    reasons: tuple[tuple[str, str], ...]


def of_practice(snapshot: Snapshot, scope: Scope, selection: Selection) -> tuple[HighRisk, ...]:
    """The people of the selected practice; nobody without one."""
    if selection.practice is None:
        return ()
    frame = people.substitution(snapshot, scope, selection).frame
    return tuple(
        HighRisk(
            row["patient_key"],
            f"{row['age_band'].replace('-', '–')}, {row['sex']}",
            dose(row),
            reasons(row),
        )
        for row in frame.to_dict("records")
    )


def on_head(head: Head, found: tuple[HighRisk, ...]) -> Head:
    """The head of the page, with how many people are on this list."""
    if not found:
        return head
    takes = counted(len(found), "person takes", "people take")
    words = f"{takes.capitalize()} an opioid for pain with substitution therapy: see the first list."
    return replace(head, introduction=f"{words} {head.introduction}")


def reasons(row: dict[Any, Any]) -> tuple[tuple[str, str], ...]:
    """Why somebody is on the list, and the next step of process. Doses of the two are never added."""
    found = [
        (
            f"{row['for_pain'].capitalize()} (latest {day(row['for_pain_on'])}) with {row['substitution']} "
            f"(latest {day(row['substitution_on'])})",
            NEXT_STEP,
        )
    ]
    if not row["all_dosed"]:
        found.append(("An opioid for pain has no dose: the dose shown is not all", "Read the working"))
    beside = [
        words
        for words, has in (
            ("a gabapentinoid", row["with_gabapentinoid"]),
            ("a benzodiazepine or z-drug", row["with_sedative"]),
        )
        if has
    ]
    if beside:
        found.append((f"And {' and '.join(beside)}", TOGETHER_STEP))
    return tuple(found)


def dose(row: dict[Any, Any]) -> str:
    """The dose of the opioids for pain alone: “140 mg”, “140 mg or more”, “not known”."""
    milli = row["pain_milli"]
    if milli is None or pd.isna(milli):
        return "not known"
    return mg(milli) if row["all_dosed"] else f"{mg(milli)} or more"


def by_practice(snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
    """How many people of each practice are on the list; only practices with any."""
    frame = people.substitution(snapshot, scope, selection.among()).frame
    counts = frame.groupby("practice_code")["patient_key"].nunique()
    names = dict(zip(frame["practice_code"], frame["name"], strict=True))
    rows = [{"Practice": name, "Code": code, "People": number(counts[code])} for code, name in names.items()]
    words = (
        f"{counted(len(frame), 'person', 'people')} with both issued in the last {snapshot.info.window_days} "
        "days of their practice’s data. They are in no count and no rate. Choose a practice to see them."
    )
    nothing = "Nobody is issued both by a practice. What drug services supply is not seen."
    return Listing(TITLE, words, pd.DataFrame(rows), nothing)
