"""Text files to rows, read a piece at a time: UTF-8, UTF-16 or cp1252."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from etl.intake.refusal import RefusedError
from etl.intake.row import BROKEN, MAX_FIELD, Row
from etl.intake.source import Source

MAX_LINE = 1_000_000  # characters of a row; a row of the widest report has a few hundred
MAX_COLUMNS = 1000
CHUNK = 1_000_000
_AGAIN = "Export the file again, one row a line."
_LINE_END = re.compile(r"[\r\n]")


def csv_rows(source: Source, delimiter: str) -> Iterator[Row]:
    """The rows of a text file, blank ones left out. Raises RefusedError for what cannot be read."""
    encoding = _encoding(source)
    csv.field_size_limit(MAX_FIELD)
    with source.open() as file:
        lines = _Lines(io.TextIOWrapper(file, encoding, newline=""))
        reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
        before = 0
        try:
            for cells in reader:
                line, before = before + 1, reader.line_num
                lines.taken = 0
                if len(cells) > MAX_COLUMNS:
                    raise RefusedError(f"line {line} has more than {MAX_COLUMNS} columns. {_AGAIN}")
                if any(cells):
                    yield Row(line, cells, "" if line == before else BROKEN)
        except csv.Error as error:
            raise RefusedError(
                f"line {before + 1} cannot be read as CSV: {error}. Export the file again."
            ) from None


class _Lines:
    """The lines of a text, no more at a time than one row may have: a row may go over many lines."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            self.taken += len(line)
            if self.taken > MAX_LINE:
                raise RefusedError(f"a row is longer than {MAX_LINE:,} characters. {_AGAIN}")
            yield line


def _encoding(source: Source) -> str:
    with source.open() as file:
        wide = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            _check_text(source, encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise RefusedError("the text is neither UTF-8, UTF-16 nor Windows-1252. Export it again as CSV (UTF-8).")


def _check_text(source: Source, encoding: str) -> None:
    """Raises UnicodeDecodeError where a file is otherwise encoded, RefusedError where it is no text, blank,
    or has a line that is too long to be looked at whole."""
    blank, line, length = True, 1, 0
    for text in _decoded(source, encoding):
        blank = blank and not text.strip()
        if "\0" in text:
            raise RefusedError("the file holds NUL bytes, so it is not text. Export it again as CSV.")
        first = _LINE_END.search(text)
        length += first.start() if first else len(text)
        if length > MAX_LINE:
            raise RefusedError(f"line {line} is longer than {MAX_LINE:,} characters. {_AGAIN}")
        if first:
            length = len(text) - 1 - max(text.rfind("\n"), text.rfind("\r"))
            line += text.count("\n")
    if blank:
        raise RefusedError("the file is empty. Export it again and check that it opens.")


def _decoded(source: Source, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with source.open() as file:
        while chunk := file.read(CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", True)
