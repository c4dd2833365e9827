"""The daily OME of one prescription line judged by itself, as the command `python -m etl ome` answers it."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

from medicines import dose, overrides
from medicines.dose import LineDose
from medicines.line_arithmetic import arithmetic
from medicines.overrides import NONE, Overrides

NEEDED = ("product", "directions", "quantity", "days")
READ = (
    "ingredient",
    "strength",
    "form",
    "release",
    "ome_per_unit",
    "units_per_day",
    "ome_mg_per_day",
    "status",
    "basis",
)
ADDED = ("class", *READ, "flags", "factor", "factor_source", "read_from", "working", "override")
LARGEST_CELL = 1_000_000


class CasesError(ValueError):
    """A file of lines that cannot be read; the message says what is wrong and what to do."""


def answered(cases: Path, out: Path, overrides_path: Path = overrides.PATH) -> tuple[str, ...]:
    """Write the lines of a CSV file with readings, doses and workings added; gives the overrides' warnings.

    Raises CasesError, OverrideError; then nothing is written.
    """
    found = overrides.load(overrides_path)
    fields, lines = _lines(cases)
    rows = [answer(row, found) for row in lines]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*fields, *(name for name in ADDED if name not in fields)])
        writer.writeheader()
        writer.writerows(rows)
    return overrides.warnings(found)


def answer(row: dict[str, str], found: Overrides = NONE) -> dict[str, Any]:
    """A line's columns with its reading added: doses in mg a day, blank where there is none."""
    line = dose.line(row["product"], row["directions"], row["quantity"], row["days"], found)
    read = {name: _cell(getattr(line, name)) for name in READ}
    return {**row, "class": line.class_, **read, "flags": ";".join(line.flags), **_explained(line)}


def _explained(line: LineDose) -> dict[str, str]:
    """Factor and source, words the directions were read from, arithmetic, overrides that acted."""
    return {
        "factor": _cell(line.factor),
        "factor_source": line.factor_source or "",
        "read_from": " · ".join(line.words),
        "working": arithmetic(line),
        "override": "; ".join(f"{override.kind} {override.words}" for override in line.overrides),
    }


def _cell(value: Any) -> str:
    """A value as text, never in powers of ten."""
    if value is None or isinstance(value, str):
        return value or ""
    return f"{Decimal(repr(value)) if isinstance(value, float) else value:f}"


def _lines(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows; a short row is filled with blanks, a row with too many cells is refused."""
    csv.field_size_limit(LARGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            fields = list(reader.fieldnames or [])
            if not fields:
                raise CasesError(f"{path}: the file is empty. Needed are columns {', '.join(NEEDED)}.")
            if missing := [name for name in NEEDED if name not in fields]:
                raise CasesError(f"{path}: no column {missing[0]}. Needed: {', '.join(NEEDED)}.")
            rows = list(reader)
    except UnicodeDecodeError:
        raise CasesError(f"{path}: not UTF-8 text. Save it as CSV (UTF-8).") from None
    except csv.Error as error:
        raise CasesError(f"{path}: not readable as CSV ({error}). Check its quotation marks.") from None
    for at, row in enumerate(rows, start=1):
        if None in row:
            raise CasesError(
                f"{path}: row {at} has more cells than the header. Put quotation marks around commas."
            )
    return fields, rows
