"""The numbers behind a pack's slides as a workbook."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from reporting.charts.written import CHANCE, RATE, units
from reporting.disclosure import edition_words
from reporting.slides.formats.archive import repacked
from reporting.slides.formats.cells import neutral
from reporting.slides.formats.wording import AUTHOR, dated, keywords
from reporting.slides.slide import About, Slide

LONGEST_NAME = 31  # of a sheet, in Excel
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
NARROWEST, WIDEST = 8, 60
HEADINGS_ROW = 3
TWO_PLACES = (RATE, CHANCE)  # “1.20” as on the page
BOLD = Font(bold=True)


def xlsx(slides: Sequence[Slide], about: About) -> bytes:
    """A sheet about the pack, then one a slide that has numbers: its title, headings and rows."""
    book = Workbook()
    front: Worksheet = book.active
    front.title = "About"
    names = {"about"}
    listed = [(slide.title, _filled(book, slide, names)) for slide in slides if len(slide.table.columns)]
    _about(front, about, listed)
    said = book.properties
    said.title, said.subject, said.keywords = about.title, about.area, keywords(about)
    said.creator = said.lastModifiedBy = AUTHOR
    said.created = said.modified = dated(about)
    made = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(made, "w")).save()  # book.save() would put today's date in
    return repacked(made.getvalue())


def _about(sheet: Worksheet, about: About, listed: Sequence[tuple[str, str]]) -> None:
    lines = [
        (about.title, ""),
        ("Area", about.area),
        ("Quarter", about.quarter),
        ("Data to", about.data_to),
        ("Release", about.release),
        ("OME factors", about.factor_version),
        ("Definitions of measures", about.definitions),
        ("Edition", edition_words(about.edition)),
        ("Data", "Synthetic" if about.synthetic else "Real"),
        ("Oral morphine equivalents compare burden; they are not for switching drugs.", ""),
        ("Sheet", "Slide"),
        *((sheet_name, title) for title, sheet_name in listed),
        *((f"Left out: {name}", why) for name, why in about.left_out),
    ]
    for line in lines:
        sheet.append([neutral(value) for value in line])
    sheet["A1"].font = BOLD
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = LONGEST_NAME, WIDEST


def _filled(book: Workbook, slide: Slide, names: set[str]) -> str:
    """Adds the sheet of a slide and gives its name."""
    sheet = book.create_sheet(_name(slide.name, names))
    sheet["A1"], sheet["A1"].font = neutral(slide.title), BOLD
    unit_of = units([str(heading) for heading in slide.table.columns])
    for place, (heading, unit) in enumerate(zip(slide.table.columns, unit_of, strict=True), 1):
        cell = sheet.cell(HEADINGS_ROW, place, neutral(str(heading)))
        cell.font, cell.alignment = BOLD, Alignment(wrap_text=True, vertical="top")
        column = [_plain(value) for value in slide.table.iloc[:, place - 1]]
        for row, value in enumerate(column, HEADINGS_ROW + 1):
            cell = sheet.cell(row, place, value)
            if isinstance(value, float) and unit in TWO_PLACES:
                cell.number_format = "#,##0.00"
            if isinstance(value, str):
                cell.data_type = "s"  # openpyxl takes the text “#N/A” for an error
        longest = max((len(str(value)) for value in column if value is not None), default=0)
        width = min(max(longest + 2, NARROWEST, min(len(str(heading)), 16)), WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = sheet.cell(HEADINGS_ROW + 1, 1)
    return sheet.title


def _name(wanted: str, names: set[str]) -> str:
    """A sheet's name that Excel takes and no other sheet has, in whatever case."""
    plain = FORBIDDEN.sub("-", wanted)
    name, nth = plain[:LONGEST_NAME], 1
    while name.lower() in names:
        nth += 1
        name = f"{plain[: LONGEST_NAME - len(str(nth)) - 1]}-{nth}"
    names.add(name.lower())
    return name


def _plain(value: Any) -> Any:
    """A value as openpyxl writes it: missing as None, numpy's numbers as Python's, texts neutral."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.tz_localize(None).to_pydatetime()  # a workbook has no time zones
    return neutral(value.item() if isinstance(value, np.generic) else value)
