"""Rows that say again what an earlier row of the file said."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from etl.intake.encoded import Encoded

AT_ONCE = 1_000_000  # rows
COPY = "exact copy of an earlier row"


def copies(columns: Mapping[str, Encoded], key: tuple[str, ...], good: np.ndarray) -> dict[int, str]:
    """Row → reason for every row that copies an earlier one, or says something else under its key. `good`:
    true for the rows that fit the contract; others are neither first nor copy."""
    found = dict.fromkeys(_repeats(list(columns.values()), good), COPY)
    if key:
        left = good.copy()
        left[list(found)] = False
        repeated = _repeats([columns[name] for name in key], left)
        found |= dict.fromkeys(repeated, f"{', '.join(key)} as in an earlier row")
    return found


def _repeats(columns: list[Encoded], good: np.ndarray) -> list[int]:
    """The rows that fit but have the same values as an earlier one."""
    told = [(_numbers(column.values), column.codes) for column in columns]
    at = _several(_prints(told, len(good)), good)  # few: comparing all of them takes long
    if not len(at):
        return []
    rows = pa.table({str(n): numbers[codes[at]] for n, (numbers, codes) in enumerate(told)})
    first = rows.append_column("row", pa.array(at)).group_by(rows.column_names).aggregate([("row", "min")])
    return [int(row) for row in np.setdiff1d(at, first["row_min"].to_numpy())]


def _numbers(values: pa.Array) -> np.ndarray:
    """A number for each value, the same for the same value; two cells may say one thing: 56 and 56.0."""
    return values.dictionary_encode(null_encoding="encode").indices.to_numpy().astype(np.uint32)


def _prints(told: list[tuple[np.ndarray, np.ndarray]], rows: int) -> np.ndarray:
    """A fingerprint a row: the same for rows of the same values, and hardly ever for others."""
    prints = np.zeros(rows, dtype=np.uint64)
    for start in range(0, rows, AT_ONCE):
        some = prints[start : start + AT_ONCE]
        for numbers, codes in told:
            some ^= numbers[codes[start : start + AT_ONCE]]
            some *= np.uint64(0x9E3779B97F4A7C15)
            some ^= some >> np.uint64(29)
    return prints


def _several(prints: np.ndarray, good: np.ndarray) -> np.ndarray:
    """The rows that fit of which another has the same fingerprint, and a few more."""
    told = prints[good]
    told.sort()
    again = told[1:][told[1:] == told[:-1]]
    ends = np.zeros(2**16, dtype=bool)  # of the fingerprints that come again: most others end otherwise
    ends[again.astype(np.uint16)] = True
    at = np.flatnonzero(good & ends[prints.astype(np.uint16)])
    return at[np.isin(prints[at], again)]
