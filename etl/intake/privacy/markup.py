"""The words in a part of a workbook: texts of elements, runs of one text joined, and attributes."""

from __future__ import annotations

import re
from xml.parsers import expat

from etl.intake.refusal import RefusedError

UNTOLD = re.compile(  # GUIDs and colours: their digits and letters are nobody's
    r"\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?|#[0-9A-Fa-f]{6}\b"
)
_COLOURS = ("val", "lastClr", "rgb")
_COLOUR = re.compile(r"[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
_NUMBER = re.compile(r"[\d.,; -]*")  # a size or a place, unless it stands where people type
_TYPED = re.compile(
    r"(?:.*:)?(?:name|displayname|author|title|prompt|prompttitle|tooltip|display|descr|alt|error|errortitle|"
    r"target|location|userid|caption)",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?:odd|even|first)(?:Header|Footer)")
_PAGE_CODES = re.compile(r'&(?:"[^"]*"|\d{1,3}|K[0-9A-Fa-f]{6}|[A-Z])')  # "&L" left, "&D" the date
_RUNS = re.compile(r"(?:.*:)?(?:r|t|rpr|b|i|u|sz|color|rfont|family|charset|scheme|font)", re.IGNORECASE)

DEEPEST = 100  # elements within elements; a drawing has a dozen


class Words:
    """The words of one part. Raises ExpatError for what is no XML and RefusedError for a document type."""

    def __init__(self, xml: bytes) -> None:
        self.found: list[str] = []
        self._held: list[str] = []
        self._depth = 0
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = self._held.append, _refuse
        parser.Parse(xml, True)

    def _start(self, _: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise not_excel()
        for name, value in attributes.items():
            if name.startswith("xmlns"):
                continue
            coloured = name in _COLOURS and _COLOUR.fullmatch(value)
            if not coloured and (_TYPED.fullmatch(name) or not _NUMBER.fullmatch(value)):
                self.found.append(UNTOLD.sub("", value))

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._held and not _RUNS.fullmatch(name):
            text = UNTOLD.sub("", "".join(self._held))
            self.found.append(_PAGE_CODES.sub(" ", text) if _PAGE.fullmatch(name) else text)
            self._held.clear()


def _refuse(*_: object) -> None:
    raise not_excel()


def not_excel() -> RefusedError:
    """The refusal of a workbook that is written as no spreadsheet writes one."""
    return RefusedError("the workbook is not written as Excel writes it. Save it again as XLSX.")
