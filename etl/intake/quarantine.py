"""What is kept of the rows that are kept back: line, reasons, and the fields that name nobody."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow as pa

from etl.intake.conform import Conformed
from etl.intake.privacy.columns import gives_away
from etl.store import write_parquet


def quarantine(made: Conformed, unread: list[tuple[int, str]], path: Path) -> Counter[str]:
    """How many rows are kept back for which reasons; writes them to a Parquet file where there is one.
    `unread`: the lines that could not be taken into cells, and why."""
    safe = [c.name for c in made.entity.columns.values() if not c.free_text and c.type not in ("text", "key")]
    rows = sorted(made.problems)
    fields = made.table().select(safe).take(pa.array(rows, pa.int64())).to_pylist()
    kept = [
        (made.lines[row].as_py(), "; ".join(made.problems[row]), json.dumps(_nameless(shown), default=str))
        for row, shown in zip(rows, fields, strict=True)
    ]
    kept = sorted([*kept, *((line, reason, "{}") for line, reason in unread)])
    if kept:
        columns = [pa.array(column) for column in zip(*kept, strict=True)]
        write_parquet(pa.table(columns, names=["line", "reason", "fields"]), path)
    return Counter(reason for _, reason, _ in kept)


def _nameless(fields: dict[str, object]) -> dict[str, object]:
    """The fields that cannot be anybody's number: a code that may be one, by chance, is left out."""
    return {name: value for name, value in fields.items() if not gives_away(str(value))}
