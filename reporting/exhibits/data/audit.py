"""Who looked: the events of the audit that were asked for, and whether the audit is whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from reporting.access import audit
from reporting.access.audit import Event
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.exhibit import Head
from reporting.exhibits.wording import counted, day, month, number

SHOWN = 200
HASH = r"\b([0-9a-f]{12})[0-9a-f]{52}\b"
COLUMNS = ("When (UTC)", "Who", "What", "Details", "Role", "Practices", "Release")
KEPT = "Whole months can be removed, and the record says so: docs/audit.md."
ALL = "How to check all of it: docs/audit.md."


@dataclass(frozen=True)
class Asked:
    """Which events: of people whose name holds `who`, of these kinds (empty: all), from a day to another."""

    who: str
    what: tuple[str, ...]
    since: dt.date
    until: dt.date

    @property
    def words(self) -> str:
        """The same in words."""
        who = [f"who {self.who}"] if self.who else []
        return ", ".join([*who, *self.what, f"{self.since} to {self.until}"])


@dataclass(frozen=True)
class Looked:
    """The head of the page, the events as a listing (the latest 200), and of how many."""

    head: Head
    listing: Listing
    events: int


def looked(store: Path, asked: Asked) -> Looked:
    """The events asked for, and whether the audit is whole from the first month asked for on. Raises
    AuditError where it cannot be read."""
    checked = audit.checked(store, f"{asked.since:%Y-%m}")
    found = table(events(store, asked))
    many = counted(len(found), "event", "events")
    headline = f"{many[:1].upper()}{many[1:]}, and no line was changed or removed"
    introduction = f"Checked from {month(asked.since)} on. {ALL} {KEPT}"
    if checked.first_break:
        headline = "The record of who looked is not whole"
        introduction = f"The first break: {checked.first_break}. Tell whoever answers for security. {ALL}"
    elif checked.count == 0:
        headline = "Nothing has been recorded yet"
    first = _on_screen(found.head(SHOWN))
    words = f"{day(asked.since)} to {day(asked.until)}, the latest first"
    words += f"; the latest {SHOWN} of {number(len(found))}." if len(found) > SHOWN else "."
    nothing = "No event fits. Ask for other days, or for fewer things at once."
    notes = " ".join(checked.notes)
    return Looked(
        Head(headline, f"{introduction} {notes}".strip()),
        Listing("Events", words, first, nothing),
        len(found),
    )


def events(store: Path, asked: Asked) -> Iterable[Event]:
    """The events asked for, latest first. Raises AuditError where the audit cannot be read."""
    return audit.events(store, who=asked.who, what=asked.what, since=asked.since, until=asked.until)


def table(found: Iterable[Event]) -> pd.DataFrame:
    """Events as rows of text."""
    rows = [
        (
            f"{one.when:%Y-%m-%d %H:%M:%S}", one.who, one.what, _details(one), one.role, one.scope,
            one.release,
        )
        for one in found
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _on_screen(found: pd.DataFrame) -> pd.DataFrame:
    """The same as it fits a page: the file has the rest, and hashes whole."""
    shown = found[["When (UTC)", "Who", "Role", "What", "Details"]].copy()
    moments = pd.to_datetime(shown["When (UTC)"])
    shown["When (UTC)"] = [f"{day(moment)}, {moment:%H:%M:%S}" for moment in moments]
    shown["Details"] = shown["Details"].str.replace(HASH, r"\1…", regex=True)
    return shown


def _details(event: Event) -> str:
    """“page: Worklist; pseudonym: P1”."""
    return "; ".join(
        f"{name}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in event.details.items()
    )
