"""Rows in quarantine as people may see them: line, reasons, and the fields that name nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from etl.contract import Entity
from etl.intake.privacy.columns import gives_away
from etl.intake.report.period import period_named
from etl.intake.typed.conform import Conformed
from etl.store import Part, Receipt, Store, StoreError, write_parquet

_HAS_DIGIT = re.compile(r"\d")
_TYPES = {"str": pa.string(), "int": pa.int64()}


@dataclass(frozen=True, order=True)
class QuarantinedRow:
    """One row that is kept back."""

    line: int  # of the file, from 1
    reason: str
    fields: str  # JSON: the contract's columns that are neither text nor pseudonym
    tries: int = 0  # how often it has been read again

    def shown(self) -> dict[str, Any]:
        """The safe fields."""
        found: dict[str, Any] = json.loads(self.fields)
        return found

    @property
    def practice(self) -> str | None:
        """The practice the row names, where it could be read."""
        return self.shown().get("practice_code")


@dataclass(frozen=True, order=True)
class PastRow:
    """One row that a retry took out of quarantine, with its history."""

    line: int
    reason: str  # why it had been kept back
    receipt: int  # the receipt under which the file first came in
    tries: int  # how often it was read again, this time included
    retried_on: str
    became: str  # "loaded", or "replaced" where its months have been sent again since


@dataclass(frozen=True)
class Wanted:
    """Which rows of quarantine are meant; None: whichever."""

    practice: str | None = None
    entity: str | None = None
    reason: str | None = None  # part of the reason's words
    file: str | None = None  # part of the file's name
    period: str | None = None  # a month, "2026-09", within the extract's period

    def takes(self, receipt: Receipt) -> bool:
        """Whether rows of a file may be meant."""
        return (
            self.entity in (None, receipt.entity)
            and (self.file or "").casefold() in receipt.file.casefold()
            and (self.period is None or self.period in _months(receipt))
            and (self.practice is None or receipt.practice in (self.practice.upper(), "several", "all"))
        )

    def takes_row(self, receipt: Receipt, row: QuarantinedRow) -> bool:
        """Whether a row of such a file is meant."""
        return (self.reason or "").casefold() in row.reason.casefold() and (
            self.practice is None or self.practice.upper() == practice_of(receipt, row)
        )


ANY = Wanted()


def safe_columns(entity: Entity) -> list[str]:
    """The columns of an entity that hold neither people's words nor pseudonyms."""
    return [c.name for c in entity.columns.values() if not c.free_text and c.type not in ("text", "key")]


def quarantined_rows(made: Conformed, unread: Sequence[tuple[int, str]] = ()) -> list[QuarantinedRow]:
    """The rows of a file with their reasons, by line. `unread`: the lines that could not be taken into cells,
    and why."""
    rows = sorted(made.problems)
    if not rows:
        return sorted(QuarantinedRow(line, reason, "{}") for line, reason in unread)
    shown = made.table(np.array(rows, np.int64)).select(safe_columns(made.entity)).to_pylist()
    codes = {c.name for c in made.entity.columns.values() if c.type == "code"} - {"practice_code"}
    found = [
        QuarantinedRow(
            int(made.lines[row]),
            "; ".join(made.problems[row]),
            json.dumps(_nameless(told, codes), default=str),
        )
        for row, told in zip(rows, shown, strict=True)
    ]
    return sorted([*found, *(QuarantinedRow(line, reason, "{}") for line, reason in unread)])


def _nameless(told: dict[str, object], codes: set[str]) -> dict[str, object]:
    """The fields that cannot be anybody's number or name: a code that may be such a number by chance, or has
    no digit in it, is left out."""
    return {
        name: value
        for name, value in told.items()
        if not gives_away(str(value))
        and (name not in codes or _HAS_DIGIT.search(str(value)) or value is None)
    }


def file_of(number: int) -> str:
    """Where the rows kept back under a receipt lie, below the store."""
    return f"quarantine/{number:08d}.parquet"


def past_file_of(number: int) -> str:
    """Where the history of the rows lies that a retry took out of quarantine."""
    return f"quarantine/past.{number:08d}.parquet"


def write(store: Store, number: int, rows: Sequence[QuarantinedRow]) -> None:
    """Writes the rows kept back under a receipt, where there is one."""
    _write(store.folder / file_of(number), QuarantinedRow, rows)


def write_past(store: Store, number: int, past: Sequence[PastRow]) -> None:
    """Writes the history of rows that left quarantine, where there is one."""
    _write(store.folder / past_file_of(number), PastRow, past)


def read(store: Store, number: int) -> list[QuarantinedRow]:
    """The rows kept back under a receipt, by line; none where it has no file. Raises StoreError."""
    return [QuarantinedRow(**row) for row in _read(store.folder / file_of(number))]


def read_past(store: Store, number: int) -> list[PastRow]:
    """The rows that a retry took out of quarantine, by line. Raises StoreError."""
    return [PastRow(**row) for row in _read(store.folder / past_file_of(number))]


def counting_rows(store: Store, receipt: Receipt, parts: dict[Part, Receipt]) -> list[QuarantinedRow]:
    """The rows kept back under a receipt, but for practices that have sent these months again since."""
    replaced = replaced_practices(receipt, parts)
    rows = read(store, receipt.number)
    return [row for row in rows if not replaced or row.practice not in replaced]


def replaced_practices(receipt: Receipt, parts: dict[Part, Receipt]) -> set[str]:
    """The practices of a file that have sent its months again since. `parts`: those that count."""
    return {part.practice for part in receipt.parts if part not in parts}


def practice_of(receipt: Receipt, row: QuarantinedRow) -> str:
    """The practice a row is from: as the receipt says, or in a file of several as the row says, where that is
    a practice of the file."""
    if receipt.practice not in ("several", "all"):
        return receipt.practice
    codes = {part.practice for part in receipt.parts}
    return row.practice if row.practice in codes else receipt.practice


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        return list(pq.read_table(path).to_pylist()) if path.exists() else []
    except (OSError, pa.ArrowException):
        raise StoreError(f"{path}: cannot be read. Run python -m etl verify.") from None


def _write(
    path: Path, kind: type[QuarantinedRow] | type[PastRow], rows: Sequence[QuarantinedRow] | Sequence[PastRow]
) -> None:
    if rows:
        told = pa.schema([(f.name, _TYPES[str(f.type)]) for f in fields(kind)])
        columns = zip(*(astuple(row) for row in rows), strict=True)
        arrays = [pa.array(column, kind_) for column, kind_ in zip(columns, told.types, strict=True)]
        write_parquet(pa.table(arrays, schema=told), path)


def _months(receipt: Receipt) -> set[str]:
    period = period_named(receipt.period)
    return set(period.months()) if period else set()
