"""A file read, matched with its layout and searched for identifiers, before anything of it is kept."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from etl.intake.apart import READER
from etl.intake.delimited import csv_rows
from etl.intake.match import HEADER_WITHIN, Match, match
from etl.intake.parts import unpacked_size
from etl.intake.privacy.gate import Unread, check, check_above
from etl.intake.refusal import RefusedError
from etl.intake.row import Row
from etl.intake.source import Source, check_kind
from etl.layouts import layouts

CHUNK = 100_000


@dataclass(frozen=True)
class Searched:
    """A file that may come in: its cells as text and the rows that must stay out."""

    found: Match
    raw: pa.Table  # line, c0, c1, … as text
    unread: list[tuple[int, str]]  # lines that could not be taken into cells, and why
    withheld: dict[int, list[str]]  # rows of `raw`, from 0, whose free text gives someone away


def search(source: Source, always_refuse: bool = False) -> Searched:
    """A file's cells, searched. Raises RefusedError for a file no layout fits, and IdentifierError for one
    that gives someone away: see docs/extracts.md."""
    check_kind(source)
    found, raw, unread = _from_workbook(source) if source.is_packed else _from_text(source)
    return Searched(found, raw, unread.reasons, check(found, raw, unread, always_refuse))


def _from_workbook(source: Source) -> tuple[Match, pa.Table, Unread]:
    """The match, the cells as text and the rows that could not be taken into cells."""
    sheet = READER.table(source.data, unpacked_size(source.data) / 1e6)
    head = _rows(sheet.slice(0, HEADER_WITHIN))
    found = match(head)
    check_above([row for row in head if row.line < found.header_line])
    width = len(found.headers)
    beyond = sheet.column_names[2 + width :]
    body = sheet.filter(pc.greater(sheet["line"], found.header_line))
    wrong = functools.reduce(pc.or_, [pc.not_equal(body[name], "") for name in ("fault", *beyond)])
    unread = Unread(found)
    for row in _rows(body.filter(wrong)):
        unread.add(row, row.fault or _too_wide(row, width))
    names = ["line", *(f"c{n}" for n in range(width))]
    return found, body.filter(pc.invert(wrong)).select(names), unread


def _rows(sheet: pa.Table) -> list[Row]:
    return [
        Row(line, list(cells), fault) for line, fault, *cells in zip(*sheet.to_pydict().values(), strict=True)
    ]


def _too_wide(row: Row, width: int) -> str:
    return f"{len(row.cells)} cells where the header has {width}"


def _from_text(source: Source) -> tuple[Match, pa.Table, Unread]:
    """The match, the cells as text and the rows that could not be taken into cells."""
    refusal: RefusedError | None = None
    for delimiter in dict.fromkeys(layout.delimiter for layout in layouts()):
        read = csv_rows(source, delimiter)
        try:
            head = list(itertools.islice(read, HEADER_WITHIN))
            found = match(head)
        except RefusedError as error:
            refusal = refusal or error
            continue
        check_above([row for row in head if row.line < found.header_line])
        unread = Unread(found)
        body = (row for row in itertools.chain(head, read) if row.line > found.header_line)
        names = [f"c{i}" for i in range(len(found.headers))]
        texts = pa.schema([("line", pa.int64()), *((name, pa.string()) for name in names)])
        return found, pa.Table.from_batches(_batches(body, texts, unread), schema=texts), unread
    raise refusal or RefusedError("no layout fits this file.")


def _batches(body: Iterable[Row], texts: pa.Schema, unread: Unread) -> Iterator[pa.RecordBatch]:
    """Arrow batches of the rows with the right number of cells; the others go to `unread`."""
    width = len(texts) - 1
    lines: list[int] = []
    cells: list[list[str]] = []
    for row in body:
        if row.fault:
            unread.add(row, row.fault)
        elif len(row.cells) < width or any(row.cells[width:]):
            unread.add(row, _too_wide(row, width))
        else:
            lines.append(row.line)
            cells.append(row.cells[:width])
        if len(cells) == CHUNK:
            yield _batch(texts, lines, cells)
            lines, cells = [], []
    if cells:
        yield _batch(texts, lines, cells)


def _batch(texts: pa.Schema, lines: list[int], cells: list[list[str]]) -> pa.RecordBatch:
    columns = [pa.array(column, pa.string()) for column in zip(*cells, strict=True)]
    return pa.RecordBatch.from_arrays([pa.array(lines, pa.int64()), *columns], schema=texts)
