"""One file tried: read, matched and conformed as a load would, with nothing stored."""

from __future__ import annotations

import codecs
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

from etl.contract import entities
from etl.intake.files.read import sources
from etl.intake.files.source import Source
from etl.intake.landing.doubts import ASKED
from etl.intake.landing.one_practice import check_one_practice
from etl.intake.privacy.text.kinds import kinds
from etl.intake.refusal import IdentifierError, RefusedError
from etl.intake.report.match import HEADER_WITHIN
from etl.intake.report.period import Period, period_of
from etl.intake.row import Row
from etl.intake.search import Searched, search
from etl.intake.text_files.blocks import OpenError, careful_rows
from etl.intake.text_files.read import DELIMITERS
from etl.intake.typed.conform import check_ages, conform, nothing_fits
from etl.intake.typed.swapped_columns import mistaken
from etl.intake.workbooks.parts import unpacked_size
from etl.intake.workbooks.reader import READER
from etl.layouts import Layout, normal
from etl.trial.columns import NO_NAME, Column, column, nearest, targets

_CODE = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,3}[0-9]{2,6})(?![A-Za-z0-9])")
_VALUE = re.compile(r"[\d ./:,-]+|[0-9a-fA-F-]{16,}|true|false|yes|no", re.IGNORECASE)
_LONG = re.compile(r"\d{4}|\d[/-]\w{1,3}[/-]\d|@")  # of values, never of headings
BEGINNING = 500_000  # bytes looked at for the header
SAMPLE = 200  # rows from the top, where no layout fits


@dataclass(frozen=True)
class Trial:
    """How a file would be read."""

    file: str
    encoding: str = ""
    delimiter: str = ""
    header_line: int = 0
    above: int = 0  # lines above the header
    below: int = 0  # lines that close it, or are no rows elsewhere
    layout: str = ""
    basis: str = ""
    entity: str = ""
    practice: str = ""
    period: str = ""
    columns: tuple[Column, ...] = ()
    rows_in: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    kept_back: dict[str, int] = field(default_factory=dict)
    refusal: str = ""


def trials(path: Path, known: Sequence[Layout]) -> Iterator[Trial]:
    """A trial for each file of a path: itself, or the members of a ZIP. Raises RefusedError for a path whose
    name gives someone away, or that is no extract."""
    for source in sources(path):
        yield tried(source, known)


def tried(source: Source, known: Sequence[Layout]) -> Trial:
    """One file read as a load would read it."""
    try:
        encoding, delimiter, head = _opened(source)
    except RefusedError as error:
        return Trial(source.name, refusal=str(error))
    try:
        searched = search(source, known=known)
    except IdentifierError as error:
        return Trial(source.name, encoding, delimiter, refusal=str(error))
    except RefusedError as error:
        return _unknown(source.name, encoding, delimiter, head, str(error))
    return _known(source, encoding, delimiter, head, searched)


def _opened(source: Source) -> tuple[str, str, list[Row]]:
    """Encoding, delimiter and first rows of a file: those of the delimiter that parts most cells."""
    if source.is_packed:
        sheet = READER.table(source.data, unpacked_size(source.data) / 1e6).slice(0, SAMPLE)
        cells = zip(*sheet.to_pydict().values(), strict=True)
        return "", "", [Row(line, list(texts)) for line, _, *texts in cells]
    encoding, first = _beginning(source)
    heads = {mark: _head(first, mark) for mark in DELIMITERS}
    best = max(heads, key=lambda mark: _parted(heads[mark]))
    return encoding, best, heads[best]


def _beginning(source: Source) -> tuple[str, str]:
    """The encoding of a text file as far as its beginning tells, and its first whole lines."""
    with source.open() as file:
        data = file.read(BEGINNING)
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(data, len(data) < BEGINNING)
        except UnicodeDecodeError:
            continue
        return encoding, text if len(data) < BEGINNING else text[: text.rfind("\n") + 1]
    raise RefusedError("the text is neither UTF-8, UTF-16 nor Windows-1252. Export it again as CSV (UTF-8).")


def _head(text: str, delimiter: str) -> list[Row]:
    rows: list[Row] = []
    try:
        for row in itertools.islice(careful_rows(text, 1, delimiter), SAMPLE):
            if any(row.cells) and not row.goes_on:
                rows.append(row)
    except (OpenError, RefusedError):
        pass  # what could be read until then is enough to look at
    return rows


def _parted(head: list[Row]) -> tuple[int, int]:
    widths = Counter(len(row.cells) for row in head)
    width, times = max(widths.items(), key=lambda told: (told[0] > 1, told[1] * told[0]), default=(0, 0))
    return (width > 1, times * width)


def _known(source: Source, encoding: str, delimiter: str, head: list[Row], searched: Searched) -> Trial:
    found, entity = searched.found, entities()[searched.found.entity]
    named = _CODE.findall(PurePosixPath(source.name).name) + _CODE.findall(source.folder)
    practice = found.practice or (named[0].upper() if named else "")
    columns = tuple(
        column(spelled or NO_NAME, target, True, filter(None, cells.distinct()), found.entity)
        for spelled, target, cells in zip(found.spelled, targets(found), searched.cells.columns, strict=True)
    )
    rows, left_out, reasons, refusal = len(searched.cells), Counter(searched.left_out), Counter[str](), ""
    reasons.update(reason for _, reason in searched.unread)
    if entity.extract == "practice" and not practice and "practice_code" not in found.targets:
        refusal = "no practice: put its ODS code in the file's name, such as A81001_issues_2026-09.csv."
    try:
        check_one_practice(searched)
        period = period_of(source, found.period, found.above)
    except RefusedError as error:
        period, refusal = None, str(error)
    if period:
        rows, reasons, left_out, refusal = _conformed(searched, practice, period, reasons, left_out, refusal)
    return Trial(
        source.name, encoding, delimiter, found.header_line,
        sum(row.line < found.header_line for row in head), sum(searched.left_out.values()), found.layout.name,
        found.layout.basis, found.entity, practice, str(period or ""), columns, rows, dict(left_out),
        dict(reasons), refusal,
    )  # fmt: skip


def _conformed(
    searched: Searched,
    practice: str,
    period: Period,
    reasons: Counter[str],
    left_out: Counter[str],
    refusal: str,
) -> tuple[int, Counter[str], Counter[str], str]:
    entity = entities()[searched.found.entity]
    where = None if entity.extract == "area" else practice or None
    try:
        made = conform(searched.cells, searched.found, entity, where, period, searched.withheld)
        if searched.found.report.add_up:
            check_ages(made)
    except RefusedError as error:
        return 0, reasons, left_out, str(error)
    reasons.update("; ".join(words) for words in made.problems.values())
    good = np.flatnonzero(made.good())
    if not len(good) and (made.problems or searched.unread):
        refusal = refusal or str(nothing_fits(made, searched.unread))
    waits = mistaken(made, good)
    return len(good), reasons, left_out + made.left_out, refusal or (waits and f"{waits}. {ASKED}")


def _unknown(name: str, encoding: str, delimiter: str, head: list[Row], refusal: str) -> Trial:
    """A file that no layout fits: the row that looks most like headings, and what its columns may be."""
    at = max(range(min(len(head), HEADER_WITHIN)), key=lambda n: (_like_header(head, n), -n), default=0)
    if not head:
        return Trial(name, encoding, delimiter, refusal=refusal)
    headings, below = head[at].cells, head[at + 1 :]
    if not _is_header(headings):  # its cells may be anybody's details
        headings, below = [f"column {n}" for n in range(1, len(headings) + 1)], head
    entity = likely_entity([normal(cell) for cell in headings])
    columns = []
    for n, heading in enumerate(headings):
        told = tuple(dict.fromkeys(row.cells[n].strip() for row in below if n < len(row.cells)))
        columns.append(column(heading.strip(), "", False, told, entity))
    return Trial(
        name, encoding, delimiter, head[at].line, at, 0, "", "", entity, columns=tuple(columns),
        refusal=refusal,
    )  # fmt: skip


def _is_header(cells: Sequence[str]) -> bool:
    """Whether a row is surely a header, so that it may be shown: a third are known names, none a value."""
    told = [cell.strip() for cell in cells if cell.strip()]
    named = sum(bool(nearest(cell)) for cell in told)
    return named >= max(2, len(told) / 3) and not any(_LONG.search(cell) or kinds(cell) for cell in told)


def _like_header(head: list[Row], at: int) -> float:
    """How much a row looks like headings: known names count most, values not at all."""
    cells = [cell.strip() for cell in head[at].cells]
    if len([cell for cell in cells if cell]) < 2:
        return -1.0
    words = sum(bool(cell) and not _VALUE.fullmatch(cell) and len(cell) < 60 for cell in cells)
    return words / len(cells) + sum(bool(nearest(cell)) for cell in cells)


def likely_entity(headings: Sequence[str]) -> str:
    """The entity that most of these headings may be of, among required columns first."""
    scores = {}
    for entity in entities().values():
        found = {name for heading in headings if (name := nearest(heading, entity.name))}
        needed = {c.name for c in entity.columns.values() if c.required and c.name != "practice_code"}
        scores[entity.name] = (len(found & needed) / max(len(needed), 1), len(found))
    return max(scores, key=lambda name: scores[name])
