"""Columns as they are read: each distinct value once, and for each row the position of its own.

What a value means is asked once a value, however many rows hold it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

WORD, LONGEST = 64, 32  # bits of a sorting number, and of a row's place in it


@dataclass(frozen=True)
class Encoded:
    """A column of rows. `values` may hold nulls; as cells of a file they are text, each once."""

    values: pa.Array
    codes: np.ndarray  # a row: the position of its value, unsigned and as narrow as they allow

    def __len__(self) -> int:
        return len(self.codes)

    def become(self, values: pa.Array) -> Encoded:
        """The same rows with other values in the places of these."""
        return Encoded(values, self.codes)

    def where(self, wanted: pa.Array) -> np.ndarray:
        """The rows, rising, whose value is wanted. `wanted`: true, false or null for each value."""
        if not wanted.true_count:
            return np.empty(0, dtype=np.int64)
        mask = pc.fill_null(wanted, False).to_numpy(zero_copy_only=False)
        return np.flatnonzero(mask[self.codes])

    @cached_property
    def blank(self) -> np.ndarray:
        """Whether each value is empty or null; nothing of no value that is."""
        found = pc.fill_null(pc.equal(self.values, ""), True)
        return found.to_numpy(zero_copy_only=False) if found.true_count else np.empty(0, dtype=bool)

    def is_blank(self) -> np.ndarray:
        """Whether each row is empty or null, of a column of text."""
        return self.blank[self.codes] if len(self.blank) else np.zeros(len(self.codes), dtype=bool)

    def distinct(self) -> list[Any]:
        """The values that any row has: some may have been those of rows that are no longer there."""
        return list(self.among(slice(None)).to_pylist())

    def among(self, rows: np.ndarray | slice) -> pa.Array:
        """The values that these rows have, in the order of `values`."""
        had = np.zeros(len(self.values), dtype=bool)
        had[self.codes[rows]] = True
        return self.values if had.all() else self.values.filter(pa.array(had))

    def take(self, rows: np.ndarray | Sequence[int]) -> pa.Array:
        """The values of these rows."""
        at = np.asarray(rows, dtype=rows.dtype if isinstance(rows, np.ndarray) else np.int64)
        return self.values.take(pa.array(self.codes[at]))

    def ranks(self) -> np.ndarray:
        """For each value its place among them in order, the same for the same value; nulls come last."""
        order = pc.rank(self.values, sort_keys="ascending", tiebreaker="min")
        return narrow(order.to_numpy() - 1, len(self.values))

    def ends(self, rows: np.ndarray) -> dict[str, int]:
        """Value → the place after the last of its rows, among rows that lie together by value."""
        last = np.flatnonzero(np.diff(self.ranks()[self.codes[rows]].astype(np.int64)))
        values = self.take(rows[np.append(last, len(rows) - 1)] if len(rows) else rows).to_pylist()
        return dict(zip(values, [*(last + 1).tolist(), len(rows)], strict=False))

    def all(self) -> pa.Array:
        """The values of all rows."""
        return self.values.take(pa.array(self.codes))


@dataclass(frozen=True)
class Cells:
    """The rows of a file that could be taken into cells: line of each, from 1, and its columns as text."""

    lines: np.ndarray
    columns: tuple[Encoded, ...]

    def __len__(self) -> int:
        return len(self.lines)


def sorted_by(columns: Sequence[Encoded], rows: np.ndarray) -> np.ndarray:
    """The places of `rows` in the order of these columns, those alike as they stand.

    One number a row holds its ranks and, last, its place, so that sorting numbers sorts rows: several times
    faster than comparing column after column.
    """
    keys, bits = np.zeros(len(rows), np.uint64), 0
    for column in columns:
        width = len(column.values).bit_length()
        keys <<= np.uint64(width)
        keys |= column.ranks()[column.codes[rows]]
        bits += width
    place = len(rows).bit_length()
    if bits + place > WORD or place > LONGEST:
        return np.lexsort([column.ranks()[column.codes[rows]] for column in reversed(columns)])
    keys <<= np.uint64(place)
    keys |= np.arange(len(rows), dtype=np.uint32)
    keys.sort()
    keys &= np.uint64(2**place - 1)
    return keys.astype(np.uint32)


def encoded(column: pa.Array | pa.ChunkedArray) -> Encoded:
    """A column by its distinct values; nulls are a value like others."""
    whole = column
    if isinstance(column, pa.ChunkedArray):
        whole = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if pa.types.is_dictionary(whole.type):
        return Encoded(whole.dictionary, narrow(whole.indices.to_numpy(), len(whole.dictionary)))
    told = whole.dictionary_encode(null_encoding="encode")
    return Encoded(told.dictionary, narrow(told.indices.to_numpy(), len(told.dictionary)))


def repeated(value: object, kind: pa.DataType, rows: int) -> Encoded:
    """A column with one value in all its rows."""
    return Encoded(pa.array([value], kind), np.zeros(rows, dtype=np.uint8))


def cells_of(table: pa.Table) -> Cells:
    """The rows of a table of text: line, c0, c1, …"""
    return Cells(table["line"].to_numpy(), tuple(encoded(column) for column in table.columns[1:]))


def holds(texts: pa.Array, what: re.Pattern[bytes]) -> bool:
    """Whether any of the texts may hold this: their bytes are looked through as they lie together."""
    written = texts.buffers()[2]
    return written is not None and what.search(written) is not None


def matched(texts: pa.Array, pattern: str) -> pa.Array:
    """Whether each text is wholly of a pattern; null where it is null. Arrow would compile the pattern again
    for each file."""
    whole = re.compile(pattern, re.ASCII).fullmatch
    return pa.array(
        [None if text is None else whole(text) is not None for text in texts.to_pylist()], pa.bool_()
    )


def first_filled(columns: Sequence[Encoded]) -> Encoded:
    """For each row the first of these columns that has a value there."""
    found = columns[0]
    for column in columns[1:]:
        empty = pc.is_null(found.values).to_numpy(zero_copy_only=False)
        if not len(found) or not empty[found.codes].any():
            continue
        values = pa.concat_arrays([found.values, column.values])
        beyond = column.codes.astype(np.int64) + len(found.values)
        codes = np.where(empty[found.codes], beyond, found.codes)
        found = Encoded(values, narrow(codes, len(values)))
    return found


def narrow(codes: np.ndarray, values: int) -> np.ndarray:
    """The positions in the narrowest unsigned integers that hold as many."""
    return codes.astype(np.min_scalar_type(max(values - 1, 0)), copy=False)


def joined(pieces: list[Encoded]) -> Encoded:
    """The rows of one column from the pieces it was read in; empties the list, to hold nothing twice."""
    if len(pieces) == 1:
        return pieces.pop()
    chunks = [
        pa.DictionaryArray.from_arrays(pa.array(piece.codes, pa.int32()), piece.values) for piece in pieces
    ]
    pieces.clear()
    whole = pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string())).unify_dictionaries()
    values = whole.chunk(0).dictionary if whole.num_chunks else pa.array([], pa.string())
    codes = [narrow(chunk.indices.to_numpy(), len(values)) for chunk in whole.chunks]
    return Encoded(values, np.concatenate(codes) if codes else np.empty(0, dtype=np.uint8))
