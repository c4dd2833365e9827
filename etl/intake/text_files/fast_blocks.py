"""Blocks of delimited text that are proved clean, and only those, are read the fast way.

Clean means that every line has the same number of cells, that a quotation mark only begins or ends a cell or
stands doubled inside one, and that no cell goes over a line end: then no reader can take the lines apart in
another way. Anything else is for etl.intake.text_files.blocks.careful_rows.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.csv

from etl.intake.encoded import Encoded, encoded
from etl.intake.row import MAX_FIELD

_QUOTE, _RETURN, _NEWLINE = b'"\r\n'
_MARK = b"\xef\xbb\xbf"  # a byte-order mark, which the fast reader would take away


def columns(block: bytes, delimiter: str, width: int) -> list[Encoded] | None:
    """The cells of whole lines of UTF-8 by column; None where the block is not proved clean.

    `width`: cells a line, at least two.
    """
    if not block.endswith(b"\n"):
        block += b"\n"
    if not _is_clean(block, ord(delimiter), width):
        return None
    names = [str(n) for n in range(width)]
    kind = pa.dictionary(pa.int32(), pa.string())
    table = pyarrow.csv.read_csv(
        pa.BufferReader(block),
        pyarrow.csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
        pyarrow.csv.ParseOptions(delimiter=delimiter),
        pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, kind), strings_can_be_null=False, check_utf8=False
        ),
    )
    return [encoded(column) for column in table.columns]


def _is_clean(block: bytes, delimiter: int, width: int) -> bool:
    if block.startswith(_MARK) or block.count(b"\r") != block.count(b"\r\n"):
        return False
    text = np.frombuffer(block, np.uint8)
    is_mark = (text == delimiter) | (text == _NEWLINE)
    quoted = block.find(b'"') >= 0
    at = np.flatnonzero(is_mark | (text == _QUOTE) if quoted else is_mark)
    if np.diff(at, prepend=-1).max() > MAX_FIELD:
        return False
    marks = text[at]
    if quoted:
        separators = _outside_quotes(text, at, marks)
        if separators is None:
            return False
        marks = separators
    if len(marks) % width:
        return False
    lines = marks.reshape(-1, width)
    return bool((lines[:, -1] == _NEWLINE).all() and (lines[:, :-1] == delimiter).all())


def _outside_quotes(text: np.ndarray, at: np.ndarray, marks: np.ndarray) -> np.ndarray | None:
    """The separators that are no part of a cell; None where a quotation mark stands where none may, or a cell
    goes over a line end."""
    is_quote = marks == _QUOTE
    inside = np.cumsum(is_quote) % 2 == 1  # after the mark
    if inside[-1] or (inside & (marks == _NEWLINE)).any():
        return None
    opening, closing = np.flatnonzero(is_quote & inside), np.flatnonzero(is_quote & ~inside)
    before, after = at[opening] - 1, at[closing] + 1
    at_line_end = (text[after] == _RETURN) & (text[np.minimum(after + 1, len(text) - 1)] == _NEWLINE)
    begins = (before < 0) | (at[opening - 1] == before)
    ends = (at[closing + 1] == after) | at_line_end
    return marks[~is_quote & ~inside] if begins.all() and ends.all() else None
