"""The parts of a workbook, unpacked within limits and packed anew, so that every reader after sees the same
bytes and none unpacks again. Runs in the child process."""

from __future__ import annotations

import io
import re
import zipfile

from etl.intake.files.archive import opened_archive, unpacked
from etl.intake.refusal import RefusedError

MAX_WORKBOOK = 200_000_000  # bytes: 200,000 rows take 150 MB where each text stands in its cell
MAX_ROWS = 1_048_576  # of a sheet; calamine also takes more
MAX_GRID = 12_000_000  # cells from A1 to the last: a reader makes room for all, empty ones too
MAX_WIDTH = 702  # columns, to ZZ
WORKBOOK = "the workbook"
SAVE = "Save it again as XLSX."
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
TEXTS = "xl/sharedstrings.xml"
_MARKUP = (".xml", ".rels", ".vml")
_MACRO = re.compile(r"vbaproject|macrosheets|(?:^|/)activex/", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"'](?!utf-?8[\"']|us-ascii[\"'])", re.IGNORECASE)
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_COLUMNS = re.compile(rb"""r=["']([A-Za-z]+)\d+["']""")
_ROWS = re.compile(rb"""r=["'][A-Za-z]*(\d+)["']""")
_FAR_ROWS = re.compile(rb"""r=["'][A-Za-z]*(\d{6,})["']""")  # found faster, and few where there are any


def unpacked_size(data: bytes) -> int:
    """Bytes of all parts of a workbook, as its directory has them. Raises RefusedError where that lies."""
    with opened_archive(io.BytesIO(data), MAX_WORKBOOK, WORKBOOK, SAVE) as archive:
        return sum(member.file_size for member in archive.infolist())


def repacked(data: bytes) -> bytes:
    """A workbook with its parts stored, not deflated. Raises RefusedError for one that is locked, holds a
    macro or a document type, is not what its directory says, or reaches too far."""
    target = io.BytesIO()
    with opened_archive(io.BytesIO(data), MAX_WORKBOOK, WORKBOOK, SAVE) as archive:
        names = {member.filename.casefold() for member in archive.infolist()}
        if not {"[content_types].xml", "xl/workbook.xml"} <= names:
            raise RefusedError("not an Excel workbook that can be read. Save it again as XLSX.")
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as plain:
            plain.comment = archive.comment
            for member in archive.infolist():
                part = unpacked(archive, member, WORKBOOK, SAVE)
                _check_part(member.filename, part)
                copy = zipfile.ZipInfo(member.filename)
                copy.comment = member.comment
                plain.writestr(copy, part)
    return target.getvalue()


def _check_part(name: str, part: bytes) -> None:
    kind = name.casefold()
    macros = kind == "[content_types].xml" and (b"macro" in part.lower() or b"vba" in part.lower())
    if macros or _MACRO.search(name):
        raise RefusedError("the workbook holds a macro. Save it as XLSX without macros, or send CSV.")
    if not kind.endswith(_MARKUP) or not part:
        return
    start = part[:500].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"<") or _ENCODING.match(start):
        raise _not_excel()
    if _DECLARES.search(part):
        raise RefusedError(
            "the workbook declares a document type or entities, which no spreadsheet does. Save it again as "
            "XLSX."
        )
    if SHEET.fullmatch(name) or kind == TEXTS:
        if part.count(b"<sheetData") > 1 or part.count(b"<") > part.count(b">"):
            raise _not_excel()
        _check_reach(part)


def _check_reach(sheet: bytes) -> None:
    """Raises RefusedError where the cells of a sheet reach further than can be held, whatever its dimension
    says: a single cell in the last corner makes every reader allocate a sheet of 17 billion."""
    count = sheet.count(b"<row")
    width, rows = 1, 1
    if count <= MAX_ROWS:
        width = max((_number(letters) for letters in set(_COLUMNS.findall(sheet))), default=1)
        rows = _last_row(sheet, width)
    if max(rows, count) > MAX_ROWS or width > MAX_WIDTH or rows * width > MAX_GRID:
        raise RefusedError(
            f"the sheet reaches to row {max(rows, count):,}, column {width:,}: further than can be read. "
            "Delete what lies outside the table, or copy the table into a new workbook."
        )


def _last_row(sheet: bytes, width: int) -> int:
    """The last row that a cell names; 99,999 where it is none beyond, and so many could be held."""
    found = set(_FAR_ROWS.findall(sheet))
    if not found and width * 99_999 <= MAX_GRID:
        return 99_999
    return max((int(digits[:9]) for digits in found or _ROWS.findall(sheet)), default=1)


def _number(letters: bytes) -> int:
    """A column's number from its letters: A is 1, AA 27. More than four letters count as too many."""
    number = 0
    for letter in letters[:5].upper():
        number = number * 26 + letter - 64
    return number


def _not_excel() -> RefusedError:
    return RefusedError("the workbook is not written as Excel writes it. Save it again as XLSX.")
