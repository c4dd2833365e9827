"""Whose data are here, and to which month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.coverage import Coverage, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.wording import counted, month

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
    """Coverage by practice."""
    covered = coverage(snapshot, scope, None)
    receipts = queries.quality(snapshot, scope, "quality_receipt").frame
    last = month(snapshot.info.last_month)
    return Completeness(
        Head(
            f"{covered.counted} of {covered.practices} practices have sent data to {last}",
            f"{counted(len(receipts), 'file', 'files')} received. Practices awaited are left out of every "
            "figure of the latest month, not counted as zero. Rows kept out: see the page Quarantine.",
        ),
        covered,
        (_practices(queries.practices(snapshot, scope).frame),),
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
