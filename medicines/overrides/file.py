"""Reads config/medicine_overrides.csv; a row that cannot be trusted stops the reading, with what to do."""

import csv
import io
import re
from datetime import date
from pathlib import Path

from medicines import directions
from medicines.overrides.override import (
    LONGEST,
    NO_MEDICINE,
    NONE,
    UNCLEAR,
    Override,
    OverrideError,
    Overrides,
    one_spelling,
)
from medicines.products import read as read_product

PATH = Path(__file__).resolve().parents[2] / "config" / "medicine_overrides.csv"
HEADER = ["kind", "text", "reading", "reviewed_by", "reviewed_on", "reason"]
SEPARATORS = (",", ";", "\t")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST_NOTE = 500
MADE_A_DATE = re.compile(r"\d{1,2}[-/ ][A-Za-z]{3}([-/ ]\d{2,4})?|\d{1,2}/\d{1,2}/\d{2,4}")
FORMS = (None, "tablet", "oral_solution", "patch", "mg")
EXAMPLES = {
    "product": "a name such as “Morphine 10mg modified-release tablets”, or none",
    "directions": "words such as “1 twice a day”, or unclear",
}


def load(path: Path | str = PATH, today: date | None = None) -> Overrides:
    """The overrides of a file; none where there is no file. Raises OverrideError at the first wrong line."""
    path = Path(path)
    try:
        written = _decoded(path)
    except FileNotFoundError:
        return NONE
    except OSError as error:
        raise OverrideError(f"{path.name}: cannot be opened ({error.strerror}). Check the file.") from None
    found: dict[tuple[str, str | None], int] = {}
    rows = []
    for line, cells in _rows(path, written):
        override = _checked(f"{path.name}, line {line}", cells, today or date.today())
        known = (override.kind, one_spelling(override.kind, override.text))
        if known in found:
            raise OverrideError(
                f"{path.name}, line {line}: the same {override.kind} text as line {found[known]}. Keep one."
            )
        found[known] = line
        rows.append(override)
    return Overrides(tuple(rows))


def _decoded(path: Path) -> str:
    """The file's text: UTF-8, or as Excel saves it (UTF-16 with its mark, Windows-1252)."""
    data = path.read_bytes()
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            written = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in written:
            return written
    raise OverrideError(f"{path.name}: not readable as text. Save it as CSV (UTF-8).")


def _rows(path: Path, written: str) -> list[tuple[int, list[str]]]:
    """Line number and cells of each row below the header that is not blank."""
    first = written.split("\n", 1)[0]
    for separator in SEPARATORS:
        if [cell.strip().strip('"').lower() for cell in first.split(separator)] == HEADER:
            break
    else:
        raise OverrideError(f"{path.name}, line 1: the header must be {','.join(HEADER)}.")
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num, cells) for cells in reader][1:]
    except csv.Error as error:
        raise OverrideError(
            f"{path.name}, line {reader.line_num}: {error}. Check the quotation marks of this line."
        ) from None
    return [(line, [cell.strip() for cell in cells]) for line, cells in rows if any(c.strip() for c in cells)]


def _checked(where: str, cells: list[str], today: date) -> Override:
    if len(cells) != len(HEADER):
        raise OverrideError(
            f"{where}: {len(cells)} cells where {len(HEADER)} are needed. "
            "Put quotation marks around a text that holds the separator."
        )
    for name, cell in zip(HEADER, cells, strict=True):
        _check_cell(where, name, cell)
    kind, text, reading, reviewed_by, reviewed_on, reason = cells
    if kind not in LONGEST:
        raise OverrideError(f"{where}: kind is “{kind[:30]}”. Write product or directions.")
    _check_text(where, kind, text)
    if not _understood(kind, reading):
        raise OverrideError(
            f"{where}: the reading “{reading[:80]}” is not understood. Write {EXAMPLES[kind]}."
        )
    return Override(kind, text, reading, reviewed_by, _day(where, reviewed_on, today), reason)


def _check_cell(where: str, name: str, cell: str) -> None:
    if not cell:
        raise OverrideError(f"{where}: {name} is blank. Every column is needed.")
    if cell.startswith(FORMULA):
        raise OverrideError(f"{where}: {name} begins with “{cell[0]}” like a formula. Begin it with a word.")
    if len(cell) > LONGEST_NOTE:
        raise OverrideError(f"{where}: {name} has {len(cell)} characters. At most {LONGEST_NOTE} are read.")


def _check_text(where: str, kind: str, text: str) -> None:
    if len(text) > LONGEST[kind]:
        raise OverrideError(
            f"{where}: the text has {len(text)} characters. At most {LONGEST[kind]} are read for {kind}."
        )
    if not one_spelling(kind, text):
        raise OverrideError(f"{where}: the text holds signs that cannot be read. Copy it from the worklist.")
    if MADE_A_DATE.fullmatch(text):
        raise OverrideError(
            f"{where}: the text “{text}” looks like a date a spreadsheet made of it. "
            "Write it as the record has it, with a text editor."
        )


def _understood(kind: str, reading: str) -> bool:
    keyword = reading.lower()
    if kind == "product":
        return keyword == NO_MEDICINE or read_product(reading).status != "unmapped"
    return keyword == UNCLEAR or any(directions.read(reading, form).parseable for form in FORMS)


def _day(where: str, written: str, today: date) -> date:
    try:
        day = date.fromisoformat(written) if len(written) == len("2026-11-12") else None
    except ValueError:
        day = None
    if day is None:
        raise OverrideError(
            f"{where}: reviewed_on is “{written[:30]}”. Write year-month-day, for example 2026-11-12 "
            "(spreadsheets change it)."
        )
    if day > today:
        raise OverrideError(f"{where}: reviewed_on {written} is in the future. Write the day of the review.")
    return day
