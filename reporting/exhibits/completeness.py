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


WORDS = (
    "What each has sent, in months of issues. Unknown people have issues of opioids or gabapentinoids but "
    "are in no patient extract: they count nowhere."
)


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
        (
            _practices(
                queries.practices(snapshot, scope).frame,
                queries.quality(snapshot, scope, "quality_unknown").frame,
            ),
            _parts(queries.quality(snapshot, scope, "quality_parts").frame),
            _left_out(receipts),
            _list_sizes(queries.quality(snapshot, scope, "quality_list_size").frame),
            _columns(queries.quality(snapshot, scope, "quality_column").frame),
        ),
    )


def _practices(frame: pd.DataFrame, unknown: pd.DataFrame) -> Listing:
    told = unknown.set_index("practice_code")
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
            "Issues of unknown people": [_unknown(told, code) for code in frame["practice_code"]],
        }
    )
    return Listing("Practices", WORDS, table, "No practice is in the list.")


def _unknown(told: pd.DataFrame, code: str) -> str:
    """“12 of 3,400 (0.4%)”."""
    if code not in told.index:
        return "no issues"
    n, of = (int(told[name].loc[code]) for name in ("unknown", "issues"))
    return f"{n:,} of {of:,} ({n / of:.1%})" if n else "none"


def _parts(frame: pd.DataFrame) -> Listing:
    table = pd.DataFrame(
        {
            "Practice": frame["practice_code"],
            "Extract": frame["entity"].str.replace("_", " "),
            "First month": frame["first_month"],
            "Last month": frame["last_month"],
            "Parts that have come": frame["loaded"],
            "Missing": frame["missing"],
        }
    )
    words = "Nothing of these months counts until every part is in. A part is never the only one."
    return Listing("Months that wait for a part", words, table, "No month waits for a part.")


def _left_out(frame: pd.DataFrame) -> Listing:
    """Of the files that count, those with lines that are no rows of ours."""
    frame = frame[frame["counts"].astype(bool) & (frame["rows_left_out"] > 0)]
    table = pd.DataFrame(
        {
            "File": frame["file"],
            "Practice": frame["practice_code"],
            "Extract": frame["entity"].str.replace("_", " "),
            "Months": frame["period"],
            "Left out": frame["rows_left_out"],
            "Why": frame["left_out"],
        }
    )
    words = "Lines that are no rows, and rows that the layout leaves out: neither loaded nor in quarantine."
    return Listing("Rows left out", words, table, "No row was left out.")


def _list_sizes(frame: pd.DataFrame) -> Listing:
    table = pd.DataFrame(
        {
            "Practice": frame["practice_code"],
            "Month": [month(day) for day in frame["month"]],
            "List size": [f"{n:,}" for n in frame["registered"]],
            "Before": ["none" if pd.isna(n) else f"{n:,.0f}" for n in frame["before"]],
            "Why": [f"{reason[:1].upper()}{reason[1:]}" for reason in frame["reason"]],
        }
    )
    words = (
        "Rates of these practices and months are left out. Correct their rows in the file of list sizes, "
        "load it again, then publish."
    )
    return Listing("List sizes that cannot be right", words, table, "All list sizes can be right.")


def _columns(frame: pd.DataFrame) -> Listing:
    table = pd.DataFrame(
        {
            "Practice": frame["practice_code"],
            "Extract": frame["entity"].str.replace("_", " "),
            "Column": frame["column_name"],
            "Left out since": frame["since"],
            "Earlier files": ["had it" if had else "did not have it" for had in frame["had_before"]],
            "Without it nothing": frame["used_for"],
        }
    )
    words = (
        "A column left out is not known; it is not blank. What earlier files said of plans, patients and "
        "referrals still counts."
    )
    return Listing("Columns left out", words, table, "Every file had every column.")


def _month(day: Any) -> str:
    return "none" if pd.isna(day) else month(day)
