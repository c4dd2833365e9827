"""Files to rows of text: CSV in UTF-8, UTF-16 or cp1252, XLSX, and ZIP archives of either."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import python_calamine

from etl.contract import entities
from etl.intake.privacy.names import name_kinds, shown_member

MAX_BYTES = 2_000_000_000
MAX_UNPACKED = 100_000_000  # of a ZIP: safety against archives made to explode
MAX_MEMBERS = 200
MAX_RATIO = 100
MAX_FIELD = 100_000
MAX_EXACT = 10**15  # a workbook keeps 15 digits of a number; the rest of a longer code is lost
BROKEN = "a line break inside a cell: a quotation mark is missing or too many"
NO_VALUE = "a cell holds an error such as #N/A, or a formula without its value"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_VALUELESS = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*\br="[A-Z]+(\d+)"|'
    rb'<c\b[^>]*\br="[A-Z]+(\d+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
SUFFIXES = (".csv", ".xlsx", ".txt")


class RefusedError(Exception):
    """A file that is not loaded. The message says what is wrong, where, and what to do."""


class IdentifierError(RefusedError):
    """A file that gives someone away. The message names column, row and kind, never the value."""


@dataclass(frozen=True)
class Source:
    """One file, or one member of a ZIP."""

    name: str  # "SYN01_2026-09.zip/issues.csv" for a member
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Row:
    line: int  # of the file, from 1
    cells: list[str]
    fault: str = ""  # why its cells cannot be trusted


def paths(given: list[Path]) -> list[Path]:
    """The files named, and those inside the folders named. Raises RefusedError where there is none."""
    found: list[Path] = []
    for path in given:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in (*SUFFIXES, ".zip"))
            if not inside:
                shown = path if not name_kinds(str(path)) else "one of the folders given"
                raise RefusedError(f"{shown}: no CSV, XLSX or ZIP file in this folder.")
            found += inside
        elif path.exists():
            found.append(path)
        else:
            shown = path if not name_kinds(str(path)) else "one of the paths given"
            raise RefusedError(f"{shown}: no such file. Check the path and its spelling.")
    return found


def loading_order(name: str) -> tuple[int, str]:
    """Sorts file names so that the practice list and the list sizes come before the extracts."""
    area = [e.name for e in entities().values() if e.extract == "area"]
    return next((i for i, start in enumerate(area) if name.startswith(start)), len(area)), name


def sources(path: Path) -> Iterator[Source]:
    """The files inside a path: itself, or the members of a ZIP, none before all of their names are checked.
    Raises RefusedError."""
    _check_name("the file's name", path.name)
    if path.stat().st_size == 0:
        raise RefusedError("the file is empty. Export it again and check that it opens.")
    if path.stat().st_size > MAX_BYTES:
        raise RefusedError(f"the file is larger than {MAX_BYTES // 10**6} MB. Send shorter periods.")
    if path.suffix.lower() == ".zip":
        yield from _members(path)
    elif path.suffix.lower() in SUFFIXES:
        yield Source(path.name, path.read_bytes())
    else:
        raise RefusedError(f"files ending in {path.suffix or 'nothing'} are not read. Send CSV, XLSX or ZIP.")


def _members(path: Path) -> Iterator[Source]:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise RefusedError("not a ZIP archive, though its name says so. Pack it again.") from None
    with archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        unpacked = sum(m.file_size for m in members)
        if len(members) > MAX_MEMBERS or unpacked > max(MAX_UNPACKED, 0):
            raise RefusedError("the ZIP holds too much: at most 200 files and 100 MB unpacked. Split it.")
        if unpacked > MAX_RATIO * max(path.stat().st_size, 1):
            raise RefusedError("the ZIP unpacks to more than 100 times its size. Pack the files again.")
        if not members:
            raise RefusedError("the ZIP is empty.")
        _check_members(archive)
        for member in sorted(members, key=lambda m: loading_order(PurePosixPath(m.filename).name)):
            name = PurePosixPath(member.filename.replace("\\", "/")).name
            data = _unpacked(archive, member)
            if len(data) > member.file_size:
                raise RefusedError(f"{name} is larger than the ZIP says. Pack the files again.")
            yield Source(f"{path.name}/{name}", data)


def _check_members(archive: zipfile.ZipFile) -> None:
    """Raises RefusedError where a ZIP, or the name of anything in it, gives someone away or is no extract."""
    _check_name("the ZIP's comment", archive.comment.decode("utf-8", "replace"))
    for member in archive.infolist():
        _check_name("the name of a file in the ZIP", member.filename)
        _check_name("the comment of a file in the ZIP", member.comment.decode("utf-8", "replace"))
        name = PurePosixPath(member.filename.replace("\\", "/"))
        shown = shown_member(member.filename)
        if ".." in name.parts or name.is_absolute():
            raise RefusedError(f"the ZIP names a file outside itself ({shown}). Pack it again.")
        if not member.is_dir() and name.suffix.lower() not in SUFFIXES:
            raise RefusedError(f"the ZIP holds {shown}, which is neither CSV nor XLSX. Remove it.")


def _check_name(what: str, name: str) -> None:
    if found := name_kinds(name):
        raise IdentifierError(
            f"{what}: {', '.join(sorted(found))}. Nothing of this file was kept. Rename it, then send it "
            "again."
        )


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(member) as file:
            return file.read(member.file_size + 1)
    except RuntimeError:  # how zipfile says that a password is needed
        raise RefusedError("the ZIP is locked with a password. Pack it without one.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        raise RefusedError("the ZIP is damaged. Pack the files again.") from None


def rows(source: Source, delimiter: str) -> Iterator[Row]:
    """The rows of a file as text, blank ones left out. Raises RefusedError for what cannot be read."""
    if not source.data.strip():
        raise RefusedError("the file is empty. Export it again and check that it opens.")
    if source.data[:4] == b"PK\x03\x04":
        yield from _xlsx_rows(source)
        return
    if source.name.lower().endswith(".xlsx"):
        raise RefusedError("not an Excel workbook, though its name says so. Save it again as XLSX or CSV.")
    yield from _csv_rows(_text(source.data), delimiter)


def _text(data: bytes) -> str:
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise RefusedError("the file holds NUL bytes, so it is not text. Export it again as CSV.")
        return text
    raise RefusedError("the text is neither UTF-8, UTF-16 nor Windows-1252. Export it again as CSV (UTF-8).")


def _csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if any(cells):
                yield Row(line, cells, "" if line == before else BROKEN)
    except csv.Error as error:
        raise RefusedError(
            f"line {before + 1} cannot be read as CSV: {error}. Export the file again."
        ) from None


def _xlsx_rows(source: Source) -> Iterator[Row]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.data))
        sheets = [s for s in book.sheets_metadata if s.visible == python_calamine.SheetVisibleEnum.Visible]
        if len(sheets) != 1 or len(book.sheet_names) != 1:
            raise RefusedError(
                "the workbook must hold exactly one sheet and no hidden one. Remove the others."
            )
        table = book.get_sheet_by_name(sheets[0].name).to_python(skip_empty_area=False)
    except python_calamine.CalamineError:
        raise RefusedError("not an Excel workbook that can be read. Save it again as XLSX.") from None
    valueless = _without_value(source.data)
    for line, cells in enumerate(table, start=1):
        texts = [_cell(cell) for cell in cells]
        if any(len(text) > MAX_FIELD for text in texts):
            raise RefusedError(
                f"row {line} holds a cell of more than {MAX_FIELD:,} characters. Export the file again."
            )
        if any(texts):
            broken = BROKEN if any("\n" in text for text in texts) else ""
            yield Row(line, texts, NO_VALUE if line in valueless else broken)


def _without_value(workbook: bytes) -> set[int]:
    """The rows of a one-sheet workbook with a formula error, or a formula that was never calculated."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        sheets = [name for name in parts.namelist() if _SHEET.fullmatch(name)]
        return {int(hit[1] or hit[2]) for name in sheets for hit in _VALUELESS.finditer(parts.read(name))}


def _cell(cell: object) -> str:
    """A cell as text. Dates get a form no layout writes, so that conform knows them for real dates."""
    if isinstance(cell, dt.datetime):
        return f"date:{cell:%Y-%m-%d}"
    if isinstance(cell, dt.date):
        return f"date:{cell.isoformat()}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < MAX_EXACT else f"{cell:E}"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(cell)
