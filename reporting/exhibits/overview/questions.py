"""Questions worth asking a practice about its records: what each is, and how many people it is about."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reporting import people
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.wording import day, number

# Kind → what is asked; {day}, {number} and {words} are the row's own.
ASKED = {
    "step without a date made": "A step planned for {day} has no date made: was it made, put off or let go?",
    "large step planned": (
        "A step of {number}% is planned: above 10%, beyond the range of the Faculty of Pain Medicine"
    ),
    "steps planned close together": "Steps {number} days apart are planned: fewer than 14",
    "taper agreed, no plan": "The review of {day} agreed a taper; no plan shows one",
    "referral agreed, none offered": "The review of {day} agreed a referral; none is recorded as offered",
    "review past due": "The next review was due on {day}",
    "indication clear, not coded": "The indication was clear at the review of {day}, but none is coded",
    "indication coded, not clear": "An indication is coded, but was not clear at the review of {day}",
    "acute for over three months": "{number} acute issues of {words} since {day}: still acute?",
    "one code, different medicines": "One dm+d code with names that read as different medicines: {words}",
    "name not read, code known": "A name was not read, though its dm+d code comes elsewhere with {words}",
    "quantity in another unit": "{number} issues counted in another unit than the product: {words}",
    "search differs from our cohort": (
        "The practice’s search of {day} leaves {number} people; we counted {words} then"
    ),
    "search excludes more than it found": "The search of {day} excludes {number} of {words} people found",
    "issues before it opened": "Issues from {day}, before the practice’s first day",
    "issues after it closed": "Issues to {day}, after the practice’s last day",
}
OF_PEOPLE = tuple(ASKED)[:9]


def by_kind(snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
    """Each kind of question: how many people it is about, in how many practices."""
    frame = people.questions(snapshot, scope, selection.among()).frame
    rows = [_counted(kind, frame[frame["kind"] == kind]) for kind in ASKED]
    return Listing(
        "Queries worth asking",
        "A query is no fault: the record may be right. Worklist shows whom each is about.",
        pd.DataFrame([row for row in rows if row["Practices"] != "0"]),
        "Nothing in the records raises a query.",
    )


def of_practices(snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
    """Questions about a practice's records that are of no single person, each with its practice."""
    frame = people.questions(snapshot, scope, selection).frame
    frame = frame[frame["patient_key"].isna()]
    rows = [{"Practice": row["name"], "Query": asked(row)} for row in frame.to_dict("records")]
    words = "What does not fit together."
    return Listing("Queries about whole records", words, pd.DataFrame(rows), "No record raises a query.")


def of_people(snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
    """The questions about single people of the selected practice, by pseudonym."""
    frame = people.questions(snapshot, scope, selection).frame
    order = {kind: at for at, kind in enumerate(ASKED)}
    found = frame[frame["patient_key"].notna()].to_dict("records")
    found.sort(key=lambda row: order[row["kind"]])
    rows = [{"Patient": row["patient_key"], "Query": asked(row)} for row in found]
    words = "A query is no fault."
    return Listing("Queries worth asking", words, pd.DataFrame(rows), "No record of a person raises a query.")


def asked(row: dict[Any, Any]) -> str:
    """The question of a row in words."""
    at = row["on_day"]
    merged = f"; its list went to {row['words']}" if _closed(row) and row["words"] else ""
    words = ASKED[row["kind"]].format(
        day="an unknown day" if pd.isna(at) else day(at),
        number="some" if pd.isna(row["number"]) else number(round(row["number"])),
        words=row["words"],
    )
    return words + merged


def _closed(row: dict[Any, Any]) -> bool:
    return bool(row["kind"] == "issues after it closed")


def _counted(kind: str, frame: pd.DataFrame) -> dict[str, str]:
    people = frame["patient_key"].nunique()
    return {
        "Query": kind[0].upper() + kind[1:],
        "People": number(people) if kind in OF_PEOPLE else "–",
        "Practices": number(frame["practice_code"].nunique()),
    }
