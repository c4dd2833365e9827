"""Rows that say again what an earlier row of the file said."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def copies(table: pa.Table, key: tuple[str, ...], good: np.ndarray) -> dict[int, str]:
    """Row → reason for every row that copies an earlier one, or says something else under its key. `good`:
    true for the rows that fit the contract; others are neither first nor copy."""
    found = dict.fromkeys(_repeats(table, table.column_names, good), "exact copy of an earlier row")
    if key:
        left = good.copy()
        left[list(found)] = False
        found |= dict.fromkeys(_repeats(table, list(key), left), f"{', '.join(key)} as in an earlier row")
    return found


def _repeats(table: pa.Table, names: list[str], good: np.ndarray) -> list[int]:
    """The rows that fit but have the same values of these columns as an earlier one."""
    at = np.flatnonzero(good)
    rows = table.select(names).append_column("row", pa.array(np.arange(len(table)))).take(at)
    rows = rows.filter(pa.array(_alike(rows.select(names))))  # few: grouping all of them takes long
    first = rows.group_by(names).aggregate([("row", "min")])["row_min"]
    return [int(row) for row in np.setdiff1d(rows["row"].to_numpy(), first.to_numpy())]


def _alike(rows: pa.Table) -> np.ndarray:
    """True where another row has the same fingerprint; equal rows always have."""
    prints = np.zeros(len(rows), dtype=np.uint64)
    for column in rows.columns:
        codes = pc.fill_null(column.combine_chunks().dictionary_encode().indices, -1)
        prints = (prints ^ codes.to_numpy().astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        prints ^= prints >> np.uint64(29)
    _, at, times = np.unique(prints, return_inverse=True, return_counts=True)
    return times[at] > 1
