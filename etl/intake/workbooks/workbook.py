"""A workbook to a table of text. Runs in the child process: nothing here is called by the load itself."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import zipfile
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import python_calamine

from etl.intake.privacy.workbook import check_workbook
from etl.intake.refusal import RefusedError
from etl.intake.row import MAX_FIELD, NO_VALUE
from etl.intake.workbooks.parts import SHEET, TEXTS, repacked

MAX_EXACT = 10**15  # a workbook keeps 15 digits of a number; the rest of a longer code is lost
MAX_TEXT = 100_000_000  # characters of all cells: one shared text may stand in a million of them
CHUNK = 20_000
_VALUELESS = re.compile(
    rb'<c\b(?=[^<>]*\bt="e")[^<>]*\br="[A-Z]+(\d+)"|'
    rb'<c\b[^<>]*\br="[A-Z]+(\d+)"[^<>]*>\s*<f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_SHOWN = re.compile(rb'<c\b[^<>]*\bt="s"[^<>]*>\s*<v>(\d{1,9})</v>')
_NOT_READ = "not an Excel workbook that can be read. Save it again as XLSX."


def table(data: bytes) -> pa.Table:
    """The only sheet of a workbook as text: line (from 1), fault, c0, c1, …; blank rows left out.

    Raises IdentifierError where anything beside the cells gives someone away, RefusedError where the workbook
    cannot be read or is made to do harm.
    """
    plain = repacked(data)
    check_workbook(plain)
    with zipfile.ZipFile(io.BytesIO(plain)) as parts:
        sheets = b"".join(parts.read(name) for name in parts.namelist() if SHEET.fullmatch(name))
        texts = b"".join(parts.read(name) for name in parts.namelist() if name.casefold() == TEXTS)
    _check_texts(sheets, texts)
    valueless = _without_value(sheets)
    del sheets, texts
    sheet = _only_sheet(plain)
    before = sheet.start[1] if sheet.start else 0  # empty columns, which calamine leaves out
    names = [f"c{n}" for n in range(before + sheet.width if sheet.start else 0)]
    schema = pa.schema([("line", pa.int64()), *((name, pa.string()) for name in ("fault", *names))])
    rows = _rows(sheet, [""] * before) if sheet.start else iter(())
    return pa.Table.from_batches(_batches(rows, schema, valueless), schema=schema)


def _only_sheet(plain: bytes) -> python_calamine.CalamineSheet:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(plain))
        sheets = [s for s in book.sheets_metadata if s.visible == python_calamine.SheetVisibleEnum.Visible]
        if len(sheets) != 1 or len(book.sheet_names) != 1:
            raise RefusedError(
                "the workbook must hold exactly one sheet and no hidden one. Remove the others."
            )
        return book.get_sheet_by_name(sheets[0].name)
    except python_calamine.CalamineError:
        raise RefusedError(_NOT_READ) from None


def _rows(sheet: python_calamine.CalamineSheet, before: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Line and texts of the rows that hold any."""
    taken = 0
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [cell if cell.__class__ is str else _cell(cell) for cell in cells]  # most are
        if length := len("".join(texts)):
            taken += length
            _check_length(line, texts, length, taken)
            yield line, before + texts


def _batches(
    rows: Iterator[tuple[int, list[str]]], schema: pa.Schema, valueless: set[int]
) -> Iterator[pa.RecordBatch]:
    while chunk := list(itertools.islice(rows, CHUNK)):
        lines = [line for line, _ in chunk]
        faults = [NO_VALUE if line in valueless else "" for line, _ in chunk]
        columns = [pa.array(column, pa.string()) for column in zip(*(t for _, t in chunk), strict=True)]
        yield pa.RecordBatch.from_arrays(
            [pa.array(lines, pa.int64()), pa.array(faults, pa.string()), *columns], schema=schema
        )


def _check_length(line: int, texts: list[str], length: int, taken: int) -> None:
    if length > MAX_FIELD and any(len(text) > MAX_FIELD for text in texts):
        raise RefusedError(
            f"row {line} holds a cell of more than {MAX_FIELD:,} characters. Export the file again."
        )
    if taken > MAX_TEXT:
        raise _too_long(f"the cells down to row {line}")


def _too_long(where: str) -> RefusedError:
    return RefusedError(
        f"{where} hold more than {MAX_TEXT // 10**6} million characters. Send shorter periods, or CSV."
    )


def _check_texts(sheet: bytes, texts: bytes) -> None:
    """Raises RefusedError where cells refer to more text than can be held: a reader copies it into each."""
    lengths = np.fromiter(map(len, texts.split(b"</si>")), dtype=np.int64)
    if int(lengths.max()) * sheet.count(b't="s"') <= 2 * MAX_TEXT:
        return
    shown = np.array(_SHOWN.findall(sheet) or [b"0"]).astype(np.int64)
    taken = int(lengths[shown[shown < len(lengths)]].sum())
    if taken > 2 * MAX_TEXT:  # bytes, with the markup of texts in several fonts
        raise _too_long("the cells")


def _without_value(sheet: bytes) -> set[int]:
    """The rows of a sheet with a formula error, or a formula that was never calculated."""
    if b"<f" not in sheet and b't="e"' not in sheet:
        return set()
    return {int(hit[1] or hit[2]) for hit in _VALUELESS.finditer(sheet)}


def _cell(cell: object) -> str:
    """A cell as text. Dates get a form no layout writes, so that conform knows them for real dates."""
    if isinstance(cell, dt.datetime):
        cell = (cell + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
        return f"date:{cell:%Y-%m-%d %H:%M:%S}".removesuffix(" 00:00:00")
    if isinstance(cell, dt.date):
        return f"date:{cell.isoformat()}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < MAX_EXACT else f"{cell:E}"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(cell)
