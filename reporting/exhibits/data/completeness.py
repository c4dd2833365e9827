"""Whose data are here, and to which month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting import figures, people
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import Coverage, beyond, coverage, gaps_of, lacking_of
from reporting.exhibits.exhibit import Head
from reporting.exhibits.wording import counted, day, month, months_words, number, practice_words, share

SYSTEMS = {"systmone": "SystmOne", "emis": "EMIS", "other": "another"}


WORDS = "What each has sent, and what has not come."
UNKNOWN = (
    "They are in no figure and on no list. A patient extract that holds everybody with an issue in 12 months "
    "brings them in."
)


@dataclass(frozen=True)
class Listing:
    """A table with its heading, a sentence on what it says, and the words shown in place of an empty one.
    opens: for each row the reason of `people.WHY` by which Patients lists exactly those it counts, or ""."""

    title: str
    words: str
    table: pd.DataFrame
    nothing: str
    opens: tuple[str, ...] = ()


@dataclass(frozen=True)
class Completeness:
    """The head, the practices covered, and the listings of the page."""

    head: Head
    covered: Coverage
    listings: tuple[Listing, ...]


def completeness(snapshot: Snapshot, scope: Scope, selection: Selection) -> Completeness:
    """Coverage by practice."""
    covered = coverage(snapshot, scope, None)
    receipts = figures.quality(snapshot, scope, "quality_receipt").frame
    last = month(snapshot.info.last_month)
    practices = figures.practices(snapshot, scope).frame
    return Completeness(
        Head(
            _sent(scope, covered, practices, last),
            f"{counted(len(receipts), 'file', 'files')} received. Practices awaited are left out of the "
            "latest month, not counted as zero.",
        ),
        covered,
        (
            _practices(
                practices,
                figures.gaps(snapshot, scope, None).frame,
                pd.Timestamp(snapshot.info.data_to),
            ),
            _parts(figures.quality(snapshot, scope, "quality_parts").frame),
            _left_out(receipts),
            _list_sizes(figures.quality(snapshot, scope, "quality_list_size").frame),
            _columns(figures.quality(snapshot, scope, "quality_column").frame),
            _unknown_people(snapshot, scope, selection.threshold),
        ),
    )


def _sent(scope: Scope, covered: Coverage, practices: pd.DataFrame, last: str) -> str:
    """Who has sent data; to a practice by its own name."""
    some = covered.partly
    if scope.role == "practice" and len(practices) == 1:
        (name,) = practices["name"]
        lack = "; another extract is missing" if some else ""
        return (
            f"{name} has sent data to {last}{lack}"
            if covered.counted
            else f"Data of {name} to {last} are awaited"
        )
    lack = f"; {number(some)} of them {'lacks' if some == 1 else 'lack'} an extract" if some else ""
    return f"{covered.counted} of {covered.practices} practices have sent data to {last}{lack}"


def _practices(frame: pd.DataFrame, missing: pd.DataFrame, latest: pd.Timestamp) -> Listing:
    gaps, lacking = gaps_of(missing, frame), lacking_of(missing)
    table = pd.DataFrame(
        {
            "Practice": frame["name"],
            "Code": frame["practice_code"],
            "PCN": frame["pcn"],
            "System": frame["clinical_system"].map(SYSTEMS),
            "First month": [_month(day) for day in frame["data_from"]],
            "Last month": [
                f"{_month(day)}, awaited" if late else _month(day)
                for day, late in zip(frame["data_to"], frame["data_to"] < latest, strict=True)
            ],
            "Months missing": [months_words(gaps.get(code, [])) for code in frame["practice_code"]],
            "Other extracts missing": [lacking.get(code, "") for code in frame["practice_code"]],
            "Adults": frame["adults"],
        }
    )
    return Listing("Practices", WORDS, table, "No practice is in the list.")


def _unknown_people(snapshot: Snapshot, scope: Scope, threshold: int) -> Listing:
    """People in no patient extract, a row a practice that has any."""
    unknown = people.unknown_people(snapshot, scope, None, threshold).frame
    all_of = figures.quality(snapshot, scope, "quality_unknown").frame.set_index("practice_code")["issues"]
    rows = [
        {
            "Practice": practice_words(str(name), str(code)),
            "People": len(part),
            f"Opioid dose {beyond(snapshot, threshold)}": int(part["beyond"].sum()),
            "Dose not known": int((part["without_dose"] & ~part["beyond"]).sum()),
            "Their issues": share(part["issues"].sum(), all_of.get(code, 0)),
            "Latest issue": day(part["last_issued_on"].max()),
        }
        for (name, code), part in unknown.groupby(["name", "practice_code"])
    ]
    nothing = "Everybody with an issue is in a patient extract."
    return Listing("People in no patient extract", UNKNOWN, pd.DataFrame(rows), nothing)


@dataclass(frozen=True)
class UnknownPeople:
    """The pseudonyms of people in no patient extract, to ask their practices for; only of these practices,
    None for any."""

    practices: frozenset[str] | None = None

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> pd.DataFrame:
        frame = people.unknown_people(snapshot, scope, None, selection.threshold).frame
        if self.practices is not None:
            frame = frame[frame["practice_code"].isin(self.practices)]
        names = ["practice_code", "patient_key", "issues", "opioid_issues", "last_issued_on"]
        return frame[names].assign(last_issued_on=frame["last_issued_on"].dt.date)


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
    words = "Nothing of them counts until every part is in."
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
    words = "Lines that are no rows, or that the layout leaves out."
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
    words = "Their rates are left out. Correct their rows, load them again, publish."
    return Listing("List sizes that cannot be right", words, table, "No list size that came is impossible.")


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
    words = "What they say is not known; what earlier files said still counts."
    return Listing("Columns left out", words, table, "No file is known to lack a column.")


def _month(day: Any) -> str:
    return "none" if pd.isna(day) else month(day)
