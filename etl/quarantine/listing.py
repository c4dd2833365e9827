"""The list of rows in quarantine: which, why, and what is to be done about each; and as a file."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.contract import entities
from etl.quarantine import as_sent
from etl.quarantine.guidance import what_to_do
from etl.quarantine.rows import ANY, QuarantinedRow, Wanted, counting_rows, practice_of, safe_columns
from etl.store import Receipt, Store, live
from etl.worklist import FORMULA

COLUMNS = ("receipt", "file", "practice", "extract", "period", "row", "reason", "what_to_do",
           "can_be_retried", "tries")  # fmt: skip
LISTED = 20  # lines of a reason that the list names


@dataclass(frozen=True)
class Waiting:
    """One row in quarantine, and whether it is held as it was sent."""

    receipt: Receipt
    row: QuarantinedRow
    can_be_retried: bool

    def public(self) -> dict[str, Any]:
        """The row as the command prints it."""
        return {
            "receipt": self.receipt.number,
            "file": self.receipt.file,
            "practice": practice_of(self.receipt, self.row),
            "extract": self.receipt.entity,
            "period": self.receipt.period,
            "row": self.row.line,
            "reason": self.row.reason,
            "what_to_do": what_to_do(self.row.reason),
            "can_be_retried": self.can_be_retried,
            "tries": self.row.tries,
        }


def waiting(store: Store, wanted: Wanted = ANY) -> list[Waiting]:
    """The rows kept back of the files that count, by receipt and line. Raises StoreError where they cannot be
    read."""
    parts = live(store.receipts())
    found = []
    for receipt in sorted({r.number: r for r in parts.values()}.values(), key=lambda r: r.number):
        if not (receipt.rows_quarantined and wanted.takes(receipt)):
            continue
        told = as_sent.read(store, receipt.number)
        lines = told.lines() if told else set()
        rows = [row for row in counting_rows(store, receipt, parts) if wanted.takes_row(receipt, row)]
        found += [Waiting(receipt, row, row.line in lines) for row in rows]
    return found


def summary(rows: list[Waiting]) -> Iterator[str]:
    """The rows in words: by file, then by reason with the lines it stands for."""
    for number, receipt in {w.receipt.number: w.receipt for w in rows}.items():
        here = [w for w in rows if w.receipt.number == number]
        retried = f", read again {receipt.retry.times} times" if receipt.retry else ""
        yield f"receipt {number}: {receipt.file} ({receipt.practice}, {receipt.entity}, {receipt.period})"
        yield (
            f"  {receipt.rows_read} rows read, {receipt.rows_loaded} loaded, "
            f"{receipt.rows_quarantined} in quarantine{retried}"
        )
        for reason, n in Counter(w.row.reason for w in here).most_common():
            lines = [str(w.row.line) for w in here if w.row.reason == reason]
            more = f" and {len(lines) - LISTED} more" if len(lines) > LISTED else ""
            can_be_retried = sum(w.can_be_retried for w in here if w.row.reason == reason)
            yield f"  {n} × {reason}: row{'s' * (n > 1)} {', '.join(lines[:LISTED])}{more}"
            yield f"      {what_to_do(reason)} ({can_be_retried or 'none'} can be retried)"


def export(rows: list[Waiting], out: Path) -> None:
    """Writes a CSV with one line a row: where it stands, why, what to do, and the fields that name nobody.

    What a spreadsheet would take for a formula begins with an apostrophe.
    """
    names = list(dict.fromkeys(n for e in entities().values() for n in safe_columns(e)))
    used = {name for w in rows for name in w.row.shown()} - {"practice_code"}
    fields = [name for name in names if name in used and name not in _key_codes()]
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*COLUMNS, *fields])
        for w in rows:
            shown = w.row.shown()
            writer.writerow([_cell(v) for v in (*w.public().values(), *(shown.get(n) for n in fields))])


def _key_codes() -> set[str]:
    """Codes that tell one record of a patient from another: the row number finds it as well."""
    return {n for e in entities().values() for n in e.key if e.columns[n].type == "code"}


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return "" if value is None else value
