"""A text file to its layout and cells."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from etl.intake.encoded import Cells
from etl.intake.files.source import Source
from etl.intake.privacy.gate import Unread, check_above
from etl.intake.refusal import RefusedError
from etl.intake.report.match import HEADER_WITHIN, LOOKS_LIKE, Match, match
from etl.intake.row import Row
from etl.intake.text_files.blocks import OpenError, blocks, careful_rows, look, unclosed
from etl.intake.text_files.rows import TextRows
from etl.layouts import Layout, layouts

DELIMITERS = (",", "\t", ";", "|")  # tried in this order, after those that layouts name


def read_text(source: Source, known: Sequence[Layout] | None = None) -> tuple[Match, Cells, Unread]:
    """The match, the cells as text, and the rows that could not be taken into cells. Raises RefusedError."""
    looked = look(source)
    refusal: RefusedError | None = None
    known = layouts() if known is None else known
    for delimiter in dict.fromkeys([*(layout.delimiter for layout in known), *DELIMITERS]):
        try:
            head = _head(source, looked.encoding, delimiter)
            found = match(head, known)
        except OpenError as error:
            refusal = refusal or unclosed(error.line)
        except RefusedError as error:
            refusal = error if refusal is None or LOOKS_LIKE in str(error) else refusal
        else:
            check_above([row for row in head if row.line < found.header_line])
            if any(row.line == found.header_line and (row.fault or row.lines > 1) for row in head):
                raise RefusedError("a line break inside the names of its columns. Export it again without.")
            return found, *TextRows(source, looked, delimiter, found, head).read()
    raise refusal or RefusedError("no layout fits this file.")


def _head(source: Source, encoding: str, delimiter: str) -> list[Row]:
    """The first rows. A block that ends inside one of them is read on: its cell may go over several lines.
    Raises OpenError where the text ends there."""
    read = blocks(source, encoding)
    text = next(read).decode()
    while True:
        try:
            return list(itertools.islice(_told(text, delimiter), HEADER_WITHIN))
        except OpenError:
            more = next(read, None)
            if more is None:
                raise
            text += more.decode()


def _told(text: str, delimiter: str) -> Iterator[Row]:
    return (row for row in careful_rows(text, 1, delimiter) if any(row.cells) and not row.goes_on)
