"""Rows kept out of the figures: how many, why, and what is to be done. Never a value of a row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.exhibit import Head
from reporting.exhibits.wording import counted, month, number

STEPS = (
    "See which rows of which file wait, and why: python -m etl quarantine list. It can be narrowed by "
    "practice, extract, reason, file and month.",
    "For the practice, write them to a file: python -m etl quarantine export --out rows.csv. It holds row "
    "numbers, reasons, what to do, and no value that could name anyone.",
    "Where the layout or the contract was wrong, correct it, then read the rows again: python -m etl retry.",
    "Where the data were wrong, the practice corrects the record or the search and sends the period again; "
    "it replaces the earlier one whole.",
    "Build: python -m etl build. What was loaded since then counts, and has gone from this page.",
)
PRACTICE_STEPS = (
    "See above which extract, which months and which reason. No value of a row is shown here.",
    "Correct the record or the search, and send the period again; it replaces the earlier one whole.",
    "Where the data are right, tell the ICB: how the file is read may need a change.",
)
NEXT = {
    "retry": ("may be read again, should the layout or the contract prove wrong",) * 2,
    "send again": ("can only be sent again by the practice",) * 2,
    "nothing": ("is a copy of a loaded row and needs nothing", "are copies of loaded rows and need nothing"),
}
KNOWN = (
    "For {} of them the person is known: what can be read counts, what cannot is unknown, and nobody looks "
    "stopped or below a threshold for want of it."
)
WHOLE = {"all": "all practices", "several": "a file of several practices"}


@dataclass(frozen=True)
class Quarantine:
    """The head of the page, its listings, and the steps that empty it."""

    head: Head
    listings: tuple[Listing, ...]
    steps: tuple[str, ...] = STEPS
    where: str = "On the computer that loads the data."


def quarantine(snapshot: Snapshot, scope: Scope, selection: Selection) -> Quarantine:
    """Rows kept out of the files that count, in the area selected."""
    practices = figures.practices(snapshot, scope, selection).frame
    rows = figures.quality(snapshot, scope, "quality_quarantine").frame
    whole = not (selection.place or selection.pcn or selection.practice)
    here = rows["practice_code"].isin(practices["practice_code"])
    rows = rows[here | whole]
    head, listings = _head(rows, len(practices)), (_reasons(rows), _files(rows, practices))
    if scope.role == "practice":
        return Quarantine(head, listings, PRACTICE_STEPS, "At your practice.")
    return Quarantine(head, listings)


def _head(rows: pd.DataFrame, practices: int) -> Head:
    total = int(rows["rows"].sum())
    told = "Every row of a file that counts is loaded, or kept out with a reason; none is dropped silently."
    if not total:
        area = "this practice" if practices == 1 else f"these {practices} practices"
        return Head("No row is kept out", f"{told} All rows of {area} in such files fitted.")
    by = rows.groupby("next_step")["rows"].sum()
    steps = [counted(int(by[step]), *words) for step, words in NEXT.items() if step in by]
    open_rows = total - int(by.get("nothing", 0))
    headline = (
        f"{counted(open_rows, 'row', 'rows')} kept out {'waits' if open_rows == 1 else 'wait'} for a person"
        if open_rows
        else "The only rows kept out are copies of others"
    )
    named = int(rows["rows_known"].sum())
    known = f" {KNOWN.format(number(named))}" if named else ""
    return Head(headline, f"{told} Of {counted(total, 'row', 'rows')} kept out, {', '.join(steps)}.{known}")


def _reasons(rows: pd.DataFrame) -> Listing:
    """Rows by reason, the most first, with what to do."""
    summed = rows.groupby(["reason", "what_to_do"], sort=True)["rows"].sum().reset_index()
    summed = summed.sort_values("rows", ascending=False, kind="stable", ignore_index=True)
    table = pd.DataFrame(
        {"Reason": summed["reason"], "Rows": summed["rows"], "What to do": summed["what_to_do"]}
    )
    return Listing("What to do", "By reason, those of most rows first.", table, NOTHING)


def _files(rows: pd.DataFrame, practices: pd.DataFrame) -> Listing:
    """Rows by practice, extract, months and reason."""
    names = {**WHOLE, **dict(zip(practices["practice_code"], practices["name"], strict=True))}
    summed = (
        rows.assign(practice=rows["practice_code"].map(names).fillna(rows["practice_code"]))
        .groupby(["practice", "period", "entity", "reason"], sort=True)["rows"]
        .sum()
        .reset_index()
    )
    table = pd.DataFrame(
        {
            "Practice": summed["practice"],
            "Months": [_months(period) for period in summed["period"]],
            "Reason": summed["reason"],
            "Rows": summed["rows"],
            "Extract": summed["entity"].str.replace("_", " "),
        }
    )
    return Listing("By practice and month", "Where they come from.", table, NOTHING)


NOTHING = (
    "No row waits here. A row that does not fit is listed with its reason as soon as one is sent and built."
)


def _months(period: str) -> str:
    """“Apr 2024 to Jun 2026” of “2024-04_2026-06”."""
    return " to ".join(month(dt.date.fromisoformat(f"{part}-01")) for part in period.split("_") if part)
