"""Rows held as they were sent, so that they can be read again once the layout is right. Nobody is shown them.

A row is held only where a corrected layout or contract may let it through. Never held is a row whose text was
withheld, that could not be taken into cells, whose pseudonym or codes are none, or in which any number or
code could be a person's by chance.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.intake.privacy.columns import gives_away
from etl.intake.report.match import Match
from etl.intake.typed.conform import Conformed
from etl.quarantine.guidance import may_retry
from etl.store import Store, StoreError, write_parquet


@dataclass(frozen=True)
class RowsAsSent:
    """Rows as sent, details of a patient carried down; and what the file's first lines said of them."""

    rows: pa.Table  # line, c0, c1, … as text
    headers: tuple[str, ...]
    practice: str | None  # from above the header or the file's name

    def lines(self) -> set[int]:
        """The lines of the file they stood on."""
        return set(self.rows["line"].to_pylist())


def rows_as_sent(made: Conformed, found: Match) -> pa.Table:
    """The rows to hold: line, c0, c1, … as text; columns nobody reads are blank."""
    rows = [row for row in sorted(made.problems) if may_retry("; ".join(made.problems[row]))]
    lines = Counter(made.lines[sorted(made.problems)].tolist())
    rows = [row for row in rows if lines[int(made.lines[row])] == 1]  # a retry goes by line
    at = np.array(rows, np.int64)
    names = ["line", *(f"c{n}" for n in range(len(made.cells)))]
    if not rows:
        return pa.schema(
            [(name, pa.string() if n else pa.int64()) for n, name in enumerate(names)]
        ).empty_table()
    cells = [
        pc.fill_null(column.take(at), "") if target else pa.array([""] * len(at), pa.string())
        for column, target in zip(made.cells, found.targets, strict=True)
    ]
    table = pa.table([pa.array(made.lines[at], pa.int64()), *cells], names=names)
    for n, target in enumerate(found.targets):
        if _is_structured(made, target):
            told = [value for value in pc.unique(table[f"c{n}"]).to_pylist() if gives_away(value)]
            table = table.filter(pc.invert(pc.is_in(table[f"c{n}"], pa.array(told, pa.string()))))
    return table


def _is_structured(made: Conformed, target: str) -> bool:
    column = made.entity.columns.get(target)
    return column is not None and not column.free_text and column.type != "key"


def file_of(number: int) -> str:
    """Where the rows held under a receipt lie, below the store."""
    return f"quarantine/held.{number:08d}.parquet"


def write(store: Store, number: int, sent: RowsAsSent) -> None:
    """Writes the rows held under a receipt, where there is one."""
    if len(sent.rows):
        told = {"headers": json.dumps(sent.headers), "practice": json.dumps(sent.practice)}
        write_parquet(sent.rows.replace_schema_metadata(told), store.folder / file_of(number))


def read(store: Store, number: int) -> RowsAsSent | None:
    """The rows held under a receipt, or None. Raises StoreError where they cannot be read."""
    path = store.folder / file_of(number)
    if not path.exists():
        return None
    try:
        rows = pq.read_table(path)
        told = {key.decode(): json.loads(value) for key, value in rows.schema.metadata.items()}
        return RowsAsSent(rows.replace_schema_metadata(None), tuple(told["headers"]), told["practice"])
    except (OSError, AttributeError, KeyError, ValueError, pa.ArrowException):
        raise StoreError(f"{path}: cannot be read. Run python -m etl verify.") from None


def clear(store: Store, counting: set[int]) -> None:
    """Deletes the rows held under receipts of which nothing counts any more."""
    for path in store.quarantine.glob("held.*.parquet"):
        if int(path.stem.rpartition(".")[2]) not in counting:
            path.unlink()
