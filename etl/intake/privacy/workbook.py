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

from etl.intake.privacy.kinds import kinds
from etl.intake.privacy.names import name_kinds
from etl.intake.read import IdentifierError, RefusedError

MAX_PARTS = 50_000_000  # bytes of all parts but sheets and shared texts
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_TEXTS = "xl/sharedStrings.xml"
_READ = (".xml", ".rels", ".vml")
_PASSED = re.compile(r"xl/printerSettings/[^/]+\.bin")
_CELLS = re.compile(rb"<sheetData\b.*</sheetData>", re.DOTALL)
_FORMULA = re.compile(rb"<f\b[^>]*>([^<]+)</f>")
_TEXT = re.compile(rb"<si\b[^>]*/>|<si\b[^>]*>(.*?)</si>", re.DOTALL)
_PHONETIC = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
_TAG = re.compile(rb"<[^>]*>")
_SHOWN = re.compile(rb'<c\b[^>]*\bt="s"[^>]*>\s*<v>(\d+)</v>')
_UNTOLD = re.compile(  # GUIDs and colours: their digits and letters are nobody's
    r"\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?|#[0-9A-Fa-f]{6}\b"
)
_COLOUR = re.compile(r"[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
_NUMBER = re.compile(r"[\d.,; -]*")
_INLINE = frozenset(
    ("r", "t", "rPr", "b", "i", "u", "sz", "color", "rFont", "family", "charset", "scheme", "font")
)
_WORDED = frozenset(
    "name displayname author title prompt prompttitle tooltip display descr alt error errortitle target "
    "location userid val caption".split()
)
_PARTS = (
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
    ("xl/sharedStrings", "a text that no cell shows any more"),
)


def check_workbook(data: bytes) -> None:
    """Raises IdentifierError where a part of an XLSX gives someone away, and RefusedError where one holds
    what cannot be searched: a picture, an object, a macro, a document type."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name, text in _texts(archive):
                if found := kinds(text):
                    raise IdentifierError(
                        f"{_part(name)}: {', '.join(sorted(found))}. Nothing of this file was kept. "
                        "Remove it (in Excel: File, Info, Inspect Document), or send CSV."
                    )
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, expat.ExpatError):
        raise RefusedError("not an Excel workbook that can be read. Save it again as XLSX.") from None


def _texts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Part and text of everything in a workbook that is not a cell."""
    yield "", archive.comment.decode("utf-8", "replace")
    others = [p for p in archive.infolist() if not (_SHEET.fullmatch(p.filename) or p.filename == _TEXTS)]
    if sum(part.file_size for part in others) > MAX_PARTS:
        raise RefusedError("the workbook holds more beside its cells than can be searched. Send CSV.")
    for part in others:
        if name_kinds(part.filename):
            yield "", part.filename.replace("_", " ")
        if part.filename.lower().endswith(_READ):
            for text in _of_part(archive.read(part)):
                yield part.filename, text
        elif not (_PASSED.fullmatch(part.filename) or part.is_dir()):
            raise RefusedError(
                "the workbook holds a picture, a macro or an object, which cannot be searched. Send CSV, or "
                "copy the cells into a new workbook."
            )
    yield from _of_sheets(archive)


def _of_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    shown: set[int] = set()
    for name in filter(_SHEET.fullmatch, archive.namelist()):
        sheet = _utf8(archive.read(name))
        for text in [*_of_part(_CELLS.sub(b"<sheetData/>", sheet)), *_formulas(sheet)]:
            yield name, text
        if _TEXTS in archive.namelist():
            shown |= {int(hit[1]) for hit in _SHOWN.finditer(sheet)}
    if _TEXTS in archive.namelist():
        for n, hit in enumerate(_TEXT.finditer(_utf8(archive.read(_TEXTS)))):
            held = hit[1] or b""
            yield from ((_TEXTS, _words(held)) for _ in [0] if n not in shown)
            yield from ((_TEXTS, _words(aside[0])) for aside in _PHONETIC.finditer(held))


def _formulas(sheet: bytes) -> Iterator[str]:
    if b"<f" in sheet:
        yield from (hit[1].decode("utf-8", "replace") for hit in _FORMULA.finditer(sheet))


def _words(xml: bytes) -> str:
    """The text of some XML; `kinds` undoes what is escaped."""
    return _TAG.sub(b"", xml).decode("utf-8", "replace")


def _utf8(part: bytes) -> bytes:
    if (
        b"<!DOCTYPE" in part
        or b"<!ENTITY" in part
        or not part.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
    ):
        raise RefusedError("the workbook is not written as Excel writes it. Save it again as XLSX.")
    return part


def _of_part(xml: bytes) -> list[str]:
    """The texts and attributes of a part, runs of one text joined."""
    found: list[str] = []
    held: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            value = _UNTOLD.sub("", value)
            worded = key.rpartition(":")[2].lower() in _WORDED
            coloured = key in ("val", "lastClr", "rgb") and _COLOUR.fullmatch(value)
            if len(value) >= 5 and not coloured and (worded or not _NUMBER.fullmatch(value)):
                found.append(value)

    def end(name: str) -> None:
        if name.rpartition(":")[2] not in _INLINE and held:
            found.append(_UNTOLD.sub("", "".join(held)))
            held.clear()

    def doctype(*_: object) -> None:
        raise RefusedError("the workbook is not written as Excel writes it. Save it again as XLSX.")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = held.append, doctype
    parser.Parse(xml, True)
    return found


def _part(name: str) -> str:
    return next((words for start, words in _PARTS if name.startswith(start)), "a part of the workbook")
