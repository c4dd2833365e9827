"""A file read, matched with its layout and searched for identifiers, before anything of it is kept."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from etl.intake.encoded import Cells, cells_of
from etl.intake.files.read import sources
from etl.intake.files.source import Source, check_kind
from etl.intake.privacy.gate import Unread, check, check_above
from etl.intake.refusal import RefusedError
from etl.intake.report.match import HEADER_WITHIN, Match, match
from etl.intake.report.shape import shaped, unwrapped
from etl.intake.row import Row
from etl.intake.text_files.footers import settled
from etl.intake.text_files.read import read_text
from etl.intake.text_files.rows import too_wide
from etl.intake.typed.conform import Conformed
from etl.intake.workbooks.parts import unpacked_size
from etl.intake.workbooks.reader import READER
from etl.layouts import Layout


@dataclass(frozen=True)
class Searched:
    """A file that may come in: its cells as text and the rows that must stay out."""

    found: Match
    cells: Cells
    unread: list[tuple[int, str]]  # lines that could not be taken into cells, and why
    withheld: dict[int, list[str]]  # rows of `cells`, from 0 → why they are kept back whatever they hold
    left_out: dict[str, int] = field(default_factory=dict)  # lines that are no rows of ours, by reason
    people: dict[int, tuple[str, str]] = field(default_factory=dict)  # unread line → its practice and person
    # by practice, while it is put off: it is judged again
    conformed: dict[str | None, Conformed] = field(default_factory=dict)


Found = list[tuple[Source, Searched | RefusedError]]


def searched(path: Path, always_refuse: bool, known: Sequence[Layout]) -> Found:
    """The files of a path, itself or the members of a ZIP, each searched, or why it is refused; nothing of
    them is kept yet. Raises RefusedError where the path gives none."""
    return [(source, or_refused(source, always_refuse, known)) for source in list(sources(path))]


def or_refused(source: Source, always_refuse: bool, known: Sequence[Layout]) -> Searched | RefusedError:
    """A file searched, or why it is refused."""
    try:
        return search(source, always_refuse, known)
    except RefusedError as error:
        return error


def search(source: Source, always_refuse: bool = False, known: Sequence[Layout] | None = None) -> Searched:
    """A file's cells, searched. Raises RefusedError for a file no layout fits, and IdentifierError for one
    that gives someone away: see docs/extracts.md."""
    check_kind(source)
    read = _from_workbook if source.is_packed else read_text
    found, cells, unread = read(source, known)
    cells = unwrapped(cells)
    withheld = check(found, cells, unread, always_refuse)
    made = shaped(found, cells, withheld, sorted(line for line, _ in unread.reasons))
    left_out = Counter(unread.passed.values())
    left_out.update(made.left_out)
    return Searched(made.found, made.cells, unread.reasons, made.withheld, dict(left_out), unread.people)


def _from_workbook(source: Source, known: Sequence[Layout] | None = None) -> tuple[Match, Cells, Unread]:
    """The match, the cells as text and the rows that could not be taken into cells."""
    sheet = READER.table(source.data, unpacked_size(source.data) / 1e6)
    head = _rows(sheet.slice(0, HEADER_WITHIN))
    found = match(head, known)
    check_above([row for row in head if row.line < found.header_line])
    width = len(found.headers)
    beyond = sheet.column_names[2 + width :]
    body = sheet.filter(pc.greater(sheet["line"], found.header_line))
    wrong = functools.reduce(pc.or_, [pc.not_equal(body[name], "") for name in ("fault", *beyond)])
    unread = Unread(found)
    for row in _rows(body.filter(wrong)):
        unread.add(row, row.fault or too_wide(len(row.cells), width))
    names = ["line", *(f"c{n}" for n in range(width))]
    cells = cells_of(body.filter(pc.invert(wrong)).select(names))
    return found, *settled(cells, unread, _from_the_end(body), found.layout.footer)


def _from_the_end(body: pa.Table) -> list[tuple[int, str]]:
    last = body.slice(max(len(body) - HEADER_WITHIN, 0))
    return [(row.line, " ".join(row.cells)) for row in reversed(_rows(last))]


def _rows(sheet: pa.Table) -> list[Row]:
    return [
        Row(line, list(cells), fault) for line, fault, *cells in zip(*sheet.to_pydict().values(), strict=True)
    ]
