"""Whose data are here, and what of them could not be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.coverage import Coverage, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.wording import counted, month, number

SYSTEMS = {"systmone": "SystmOne", "emis": "EMIS", "other": "another"}


@dataclass(frozen=True)
class Listing:
    """A table with its heading, a sentence on what it says, and the words shown in place of an empty one."""

    title: str
    words: str
    table: pd.DataFrame
    nothing: str


@dataclass(frozen=True)
class Completeness:
    """The head, the practices covered, and the listings of the page."""

    head: Head
    covered: Coverage
    listings: tuple[Listing, ...]


def completeness(snapshot: Snapshot, scope: Scope, selection: Selection) -> Completeness:
    """Coverage by practice, and rows kept out with their reasons."""
    covered = coverage(snapshot, scope, None)
    quarantined = queries.quality(snapshot, scope, "quality_quarantine").frame
    receipts = queries.quality(snapshot, scope, "quality_receipt").frame
    last = month(snapshot.info.last_month)
    kept_out = int(quarantined["rows"].sum())
    return Completeness(
        Head(
            f"{covered.counted} of {covered.practices} practices have sent data to {last}",
            f"{counted(len(receipts), 'file', 'files')} received; "
            f"{counted(kept_out, 'row was', 'rows were')} kept "
            "out with a reason and can be sent again. Practices awaited are left out of every figure of the "
            "latest month, not counted as zero.",
        ),
        covered,
        (
            _practices(queries.practices(snapshot, scope).frame),
            _reasons(quarantined),
        ),
    )


def _practices(frame: pd.DataFrame) -> Listing:
    table = pd.DataFrame(
        {
            "Practice": frame["name"],
            "Code": frame["practice_code"],
            "PCN": frame["pcn"],
            "System": frame["clinical_system"].map(SYSTEMS),
            "First month": [_month(day) for day in frame["data_from"]],
            "Last month": [
                f"{_month(day)}, awaited" if late else _month(day)
                for day, late in zip(frame["data_to"], frame["awaited"], strict=True)
            ],
            "Adults": frame["adults"],
        }
    )
    return Listing(
        "Practices", "What each has sent, in months of issues.", table, "No practice is in the list."
    )


def _month(day: Any) -> str:
    return "none" if pd.isna(day) else month(day)


def _reasons(frame: pd.DataFrame) -> Listing:
    summed = frame.groupby(["entity", "reason"], sort=True)["rows"].sum().reset_index()
    summed = summed.sort_values("rows", ascending=False, ignore_index=True)
    table = summed.rename(columns={"entity": "Extract", "reason": "Reason", "rows": "Rows"})
    words = f"{number(frame['rows'].sum())} rows did not fit the contract; none was dropped silently."
    return Listing("Rows kept out", words, table, "No row was kept out.")
