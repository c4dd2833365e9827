"""The parts of a workbook that are not cells: names of sheets and ranges, comments, properties, headers and
footers, text boxes, formulas, links and texts no cell shows any more. Nothing of them is ever kept; what they
give away refuses the file."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from etl.intake.privacy.markup import Words, not_excel
from etl.intake.privacy.text.kinds import kinds
from etl.intake.refusal import IdentifierError, RefusedError

MAX_PARTS = 50_000_000  # bytes of all parts but sheets and shared texts
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_TEXTS = "xl/sharedStrings.xml"
_READ = (".xml", ".rels", ".vml")
_PASSED = re.compile(r"xl/printerSettings/[^/]+\.bin")
_CELLS = re.compile(rb"<sheetData\b.*</sheetData>", re.DOTALL)
_FORMULA = re.compile(rb"<f\b[^<>]*>([^<]+)</f>")
_TEXT = re.compile(rb"<si\b[^<>]*/>|<si\b[^<>]*>((?:[^<]+|<(?!/?si\b))*+)</si>", re.DOTALL)
_PHONETIC = re.compile(rb"<rPh\b(?:[^<]+|<(?!/?rPh\b))*+</rPh>", re.DOTALL)
_TAG = re.compile(rb"<[^>]*>")
_SHOWN = re.compile(rb'<c\b[^<>]*\bt="s"[^<>]*>\s*<v>(\d+)</v>')
_CALLED = (
    ("docProps/", "the document properties"),
    ("xl/comments", "a comment"),
    ("xl/threadedComments", "a comment"),
    ("xl/persons", "the people who commented"),
    ("xl/drawings", "a drawing or comment"),
    ("xl/workbook.xml", "the name of a sheet or range"),
    ("xl/worksheets/_rels", "a link"),
    ("xl/worksheets", "the sheet outside its cells (header, footer, formula, link, hint)"),
    ("xl/pivot", "a pivot table"),
    ("xl/external", "a link to another workbook"),
    (_TEXTS, "a text that no cell shows any more"),
)


def check_workbook(data: bytes) -> None:
    """Raises IdentifierError where a part of an XLSX gives someone away, and RefusedError where one holds
    what cannot be searched: a picture, an object, a macro, a document type."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part, text in _texts(archive):
                if found := kinds(text):
                    raise IdentifierError(
                        f"{_called(part)}: {', '.join(sorted(found))}. Nothing of this file was kept. "
                        "Remove it (in Excel: File, Info, Inspect Document), or send CSV."
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, expat.ExpatError):
        raise RefusedError("not an Excel workbook that can be read. Save it again as XLSX.") from None


def _called(part: str) -> str:
    return next((words for start, words in _CALLED if part.startswith(start)), "a part of the workbook")


def _texts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Part and text of everything in a workbook that is not a cell."""
    yield "", archive.comment.decode("utf-8", "replace")
    sheets = [name for name in archive.namelist() if _SHEET.fullmatch(name)]
    others = [part for part in archive.infolist() if part.filename not in (*sheets, _TEXTS)]
    if sum(part.file_size for part in others) > MAX_PARTS:
        raise RefusedError("the workbook holds more beside its cells than can be searched. Send CSV.")
    for part in others:
        yield "", part.filename.replace("_", " ")
        yield from ((part.filename, text) for text in _words_of(archive, part))
    shown: set[int] = set()
    for name in sheets:
        sheet = _plain_xml(archive.read(name))
        yield from ((name, text) for text in _beside_cells(sheet))
        if b't="s"' in sheet:
            shown |= {int(hit) for hit in _SHOWN.findall(sheet)}
    if _TEXTS in archive.namelist():
        yield from ((_TEXTS, text) for text in _not_shown(_plain_xml(archive.read(_TEXTS)), shown))


def _words_of(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> list[str]:
    """The words of a part. Raises RefusedError for a picture, a macro or another object."""
    if part.filename.lower().endswith(_READ):
        return Words(archive.read(part)).found
    if part.is_dir() or _PASSED.fullmatch(part.filename):
        return []
    raise RefusedError(
        "the workbook holds a picture, a macro or an object, which cannot be searched. Send CSV, or copy the "
        "cells into a new workbook."
    )


def _plain_xml(part: bytes) -> bytes:
    """A part that can be searched. Raises RefusedError where it is otherwise encoded, or has entities."""
    begins = part.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
    if not begins or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise not_excel()
    return part


def _beside_cells(sheet: bytes) -> Iterator[str]:
    yield from Words(_CELLS.sub(b"<sheetData/>", sheet)).found
    if b"<f" in sheet:
        yield from (hit[1].decode("utf-8", "replace") for hit in _FORMULA.finditer(sheet))


def _not_shown(texts: bytes, shown: set[int]) -> Iterator[str]:
    """The shared texts that no cell refers to, and what is written beside those that one does."""
    for n, hit in enumerate(_TEXT.finditer(texts)):
        text = hit[1] or b""
        for words in _PHONETIC.findall(text) if n in shown else [text]:
            yield _TAG.sub(b"", words).decode("utf-8", "replace")
