"""What became of each file that was loaded, and the parts it brought. Fields have their names on disk."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

NOT_SHOWN = (
    "parts",
    "number",
    "bytes",
    "sha256",
    "layout",
    "rows_held",
    "rows_known",
    "known",
    "retry",
    "sums",
    "columns",
)


@dataclass(frozen=True)
class Part:
    """One landed Parquet file: rows of one entity, practice and period."""

    entity: str
    practice: str  # "all" for an area-wide file
    period_from: str  # first month, "2024-04"
    period_to: str
    path: str  # below the store, with forward slashes
    rows: int
    piece: str = ""  # "1" where the file said it is the first part of its months: others add to it
    of: int = 0  # how many parts the file said there are; 0 where it did not say


@dataclass(frozen=True)
class Retry:
    """Rows of a file read again from what quarantine holds. The file's earlier receipt no longer counts."""

    of: int  # the receipt before this one
    first: int  # the receipt under which the file came in
    times: int  # retries of the file, this one included
    on: str  # when, UTC, "2026-11-22T07:15:00"
    tried: int  # rows read again
    released: int  # of them, those that are loaded now
    replaced: int  # rows that left because their months have been sent again since


@dataclass(frozen=True)
class Receipt:
    """What became of one file. rows_read = rows_loaded + rows_quarantined, always. Lines that are no
    rows of the contract, and rows that the layout leaves out, are counted in rows_left_out instead. After a
    retry: of the rows of the file that still count."""

    file: str
    entity: str
    practice: str
    period: str
    outcome: str  # accepted | partial | refused | duplicate
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    reasons: dict[str, int]
    layout: str = ""
    sha256: str = ""
    bytes: int = 0
    parts: tuple[Part, ...] = field(default_factory=tuple)
    number: int = 0
    rows_held: int = 0  # of those quarantined, the ones that can be read again
    rows_known: int = (
        0  # of those quarantined, the ones whose person is known: see etl.quarantine.known_issues
    )
    known: tuple[str, ...] = ()  # what is to be said of these
    retry: Retry | None = None
    columns: tuple[str, ...] | None = None  # of the contract, in the file; None: from before that was kept
    columns_missing: dict[str, str] = field(default_factory=dict)  # the others, and what each is used for
    notes: tuple[str, ...] = ()  # sentences to read though the file came in
    rows_left_out: dict[str, int] = field(default_factory=dict)  # lines that are no rows of ours, by reason
    # SHA-256 of each file it brought, by path: added when it is committed, and no part of what it says
    sums: dict[str, str] = field(default_factory=dict, compare=False)

    def public(self) -> dict[str, Any]:
        """The receipt as the command prints it."""
        told = {k: v for k, v in asdict(self).items() if k not in NOT_SHOWN}
        return {**told, "notes": (*self.known, *self.notes)}


def files_of(receipt: Receipt) -> list[str]:
    """The files of rows that a receipt brought or keeps, below the store."""
    rows_in = {"": receipt.rows_quarantined, "held.": receipt.rows_held, "known.": receipt.rows_known}
    if receipt.retry:
        rows_in["past."] = receipt.retry.released + receipt.retry.replaced
    names = [f"quarantine/{start}{receipt.number:08d}.parquet" for start, rows in rows_in.items() if rows]
    return [part.path for part in receipt.parts] + names


def number_of(path: Path) -> int:
    """The number of the receipt a file belongs to; 0 where its name holds none."""
    number = path.stem.rpartition(".")[2]
    return int(number) if number.isascii() and number.isdigit() else 0
