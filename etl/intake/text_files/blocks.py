"""Text files, UTF-8, UTF-16 or cp1252: looked at once whole, then read in blocks of whole lines."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from etl.intake.files.source import Source
from etl.intake.refusal import RefusedError
from etl.intake.row import MAX_FIELD, MISQUOTED, Row

MAX_LINE = 1_000_000  # characters of a row; a row of the widest report has a few hundred
MAX_COLUMNS = 1000
CHUNK = 1_000_000
BLOCK = 4_000_000  # bytes read at a time
NEWLINE = b"\n"
_EXPORT_AGAIN = "Export the file again, one row a line."
# What csv says of a cell without a closing quotation mark, at the end of the text or after too much of it.
_OPEN = "unexpected end of data"
_TOO_MUCH = "field larger than field limit"
_MISPLACED = "expected after"
_QUOTED = re.compile(r'"(?:[^"]|"")*+(?:"|(?P<open>$))')


class OpenError(Exception):
    """The text ends inside a cell in quotation marks, which began on `line`."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class Look:
    """What is known of a text file before any row of it is read."""

    encoding: str
    lines: int  # physical ones, counted without regard to quotation marks
    ended: bool  # whether the last of them has a line end


def look(source: Source) -> Look:
    """The encoding of a text file and its number of lines. Raises RefusedError for what is no text."""
    with source.open() as file:
        wide = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            return Look(encoding, *_check_text(source, encoding))
        except UnicodeDecodeError:
            continue
    raise RefusedError("the text is neither UTF-8, UTF-16 nor Windows-1252. Export it again as CSV (UTF-8).")


def blocks(source: Source, encoding: str) -> Iterator[bytes]:
    """The text in UTF-8, in blocks of whole lines; what comes after the last line end is a line too."""
    decoder = codecs.getincrementaldecoder(encoding)()
    left = b""
    with source.open() as file:
        while chunk := file.read(BLOCK):
            if encoding != "utf-8-sig":
                chunk = decoder.decode(chunk).encode()
            elif file.tell() == len(chunk):
                chunk = chunk.removeprefix(codecs.BOM_UTF8)
            left += chunk
            end = (left.rfind(NEWLINE) if NEWLINE in chunk else left.rfind(b"\r", 0, -1)) + 1
            if end:
                yield left[:end]
                left = left[end:]
    if left:
        yield left


def careful_rows(text: str, first: int, delimiter: str) -> Iterator[Row]:
    """A row for each line of whole lines. `first`: the number of the first. Of a row that goes over several
    lines the first holds the cells, the others go on; where the row has a fault, each has it.

    Raises OpenError where the text ends inside a cell, RefusedError for what cannot be read.
    """
    csv.field_size_limit(MAX_FIELD)
    if '="' in text:
        text = _unwrapped(text, delimiter)
    lines, proper = _Lines(text), _proper(delimiter)
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    while True:
        before = reader.line_num
        lines.begin()
        try:
            cells, fault = next(reader), ""
        except StopIteration:
            return
        except csv.Error as error:
            if str(error) == _OPEN:
                raise OpenError(first + before + lines.opened()) from None
            if _TOO_MUCH in str(error) and len(lines.taken) > 1:
                raise unclosed(first + before + lines.opened()) from None
            if _MISPLACED not in str(error):
                raise _unreadable(first + before, str(error)) from None
            cells, fault = ["".join(lines.taken)], MISQUOTED
        if (
            not fault
            and any('"' in line for line in lines.taken)
            and not proper.fullmatch("".join(lines.taken))
        ):
            fault = MISQUOTED
        if len(cells) > MAX_COLUMNS:
            raise RefusedError(f"line {first + before} has more than {MAX_COLUMNS} columns. {_EXPORT_AGAIN}")
        further = lines.taken[1:]
        yield Row(first + before, cells, fault, lines=1 + len(further))
        for n, line in enumerate(further, start=first + before + 1):
            yield Row(n, [line], fault, goes_on=True)


def _unwrapped(text: str, delimiter: str) -> str:
    """The text with cells ="0123", by which a report keeps a spreadsheet from reading a number, as "0123"."""
    ends = re.escape(delimiter)
    return re.sub(rf'(?m)(^|{ends})="([^"\r\n]*)"(?={ends}|\r|\n|$)', r'\1"\2"', text)


@cache
def _proper(delimiter: str) -> re.Pattern[str]:
    """A row in which quotation marks only begin and end cells, or stand doubled inside one."""
    cell = rf'(?:"(?:[^"]|"")*+"|[^"\r\n{re.escape(delimiter)}]*+)'
    return re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*+(?:\r\n|\r|\n)?")


def unclosed(line: int) -> RefusedError:
    """What is said of a file that ends inside a cell."""
    return RefusedError(
        f"Unclosed quotation mark in line {line}: the cell that begins there never ends. Put the closing "
        "mark in, or export the file again."
    )


def _unreadable(line: int, why: str) -> RefusedError:
    return RefusedError(f"line {line} cannot be read as CSV: {why}. Export the file again.")


class _Lines:
    """The lines of a text, no more at a time than one row may have: a row may go over many lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.taken: list[str] = []  # of the row being read
        self.length = 0

    def begin(self) -> None:
        """Another row begins."""
        self.taken.clear()
        self.length = 0

    def __iter__(self) -> Iterator[str]:
        for line in io.StringIO(self.text, newline=""):
            self.taken.append(line)
            self.length += len(line)
            if self.length > MAX_LINE:
                raise RefusedError(f"a row is longer than {MAX_LINE:,} characters. {_EXPORT_AGAIN}")
            yield line

    def opened(self) -> int:
        """On which line of the row, from 0, the cell begins that has no closing quotation mark."""
        text = "".join(self.taken)
        at = next((hit.start() for hit in _QUOTED.finditer(text) if hit["open"] is not None), 0)
        return len(io.StringIO(text[:at], newline="").readlines()[:-1]) if at else 0


def _check_text(source: Source, encoding: str) -> tuple[int, bool]:
    """The number of lines and whether the last has a line end. Raises UnicodeDecodeError where a file is
    otherwise encoded, RefusedError where it is no text, blank, or has a line too long to be looked at."""
    blank, line, length = True, 1, 0
    for text in _decoded(source, encoding):
        blank = blank and not text.strip()
        if "\0" in text:
            raise RefusedError("the file holds NUL bytes, so it is not text. Export it again as CSV.")
        first = text.find("\n")
        length += len(text) if first < 0 else first
        if length > MAX_LINE:
            raise RefusedError(f"line {line} is longer than {MAX_LINE:,} characters. {_EXPORT_AGAIN}")
        if first >= 0:
            length = len(text) - 1 - text.rfind("\n")
            line += text.count("\n")
    if blank:
        raise RefusedError("the file is empty. Export it again and check that it opens.")
    return (line, False) if length else (line - 1, True)


def _decoded(source: Source, encoding: str) -> Iterator[str]:
    """The text in pieces, every line end written as a line feed."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    with source.open() as file:
        while chunk := file.read(CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", True)
