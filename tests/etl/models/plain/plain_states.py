"""The latest state of rows with a key, column by column, in plain Python: a second `source_rows`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Extract:
    """What one month's file held: which columns, and the rows."""

    month: int
    columns: frozenset[str]
    rows: tuple[Row, ...]


def states(
    extracts: Iterable[Extract], key: Sequence[str], columns: Sequence[str]
) -> dict[tuple[Any, ...], Row]:
    """Key → its columns, each from the latest extract that had the column and a row of this key."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for extract in sorted(extracts, key=lambda e: e.month):
        for row in extract.rows:
            state = found.setdefault(tuple(row[name] for name in key), dict.fromkeys(columns))
            for name in columns:
                if name in extract.columns:
                    state[name] = row[name]
    return {k: dict(state) for k, state in found.items()}
