"""The daily OME of one prescription line judged by itself, as the command `python -m etl ome` answers it."""

from __future__ import annotations

from typing import Any

from medicines import dose


def answer(row: dict[str, str]) -> dict[str, Any]:
    """A line's columns with its reading added: doses in mg a day, blank where there is none."""
    line = dose.line(row["product"], row["directions"], _number(row["quantity"]), _number(row["days"]))
    names = [
        "ingredient",
        "strength",
        "form",
        "release",
        "ome_per_unit",
        "units_per_day",
        "ome_mg_per_day",
        "status",
        "basis",
    ]
    read = {name: "" if (value := getattr(line, name)) is None else value for name in names}
    return {**row, "class": line.class_, **read, "flags": ";".join(line.flags)}


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text and text.strip() else None
    except ValueError:
        return None
