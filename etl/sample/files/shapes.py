"""From rows of the contract to the lines of a system's export, as the layout files describe it."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

Row = Sequence[object]
FOLDER = Path(__file__).parents[2]
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY_31_FEBRUARY = {"%d": "31", "%m": "02", "%b": "Feb", "%Y": "2026"}


@cache
def contract(entity: str) -> dict[str, dict[str, Any]]:
    """Columns of an entity in their order, each with what the contract says of it."""
    path = FOLDER / "contract" / f"{entity}.toml"
    columns: dict[str, dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["columns"]
    return columns


@cache
def layout(name: str) -> dict[str, Any]:
    """A layout file as it stands."""
    return tomllib.loads((FOLDER / "layouts" / f"{name}.toml").read_text(encoding="utf-8"))


def day_text(day: int, form: str) -> str:
    """A day in a date format, with English month names whatever the machine's language."""
    found = date.fromordinal(day)
    month = MONTHS[found.month - 1]
    year = f"{found.year:04d}"
    parts = {
        "%d": f"{found.day:02d}",
        "%m": f"{found.month:02d}",
        "%b": month,
        "%Y": year,
        "%y": year[2:],
    }
    for code, value in parts.items():
        form = form.replace(code, value)
    return form


def impossible_date(layout_name: str) -> str:
    """The 31st of February as the layout writes dates."""
    words: str = layout(layout_name)["dates"][0]
    for code, value in DAY_31_FEBRUARY.items():
        words = words.replace(code, value)
    return words


@dataclass(frozen=True)
class Column:
    """One column of an export: header, what fills it, whether a repeat of the row above is left out."""

    header: str
    cell: Callable[[Row], object]
    forward_fill: bool = False


def _position(entity: str, column: str) -> int:
    return list(contract(entity)).index(column)


def _converter(
    shape: dict[str, Any], entity: str, column: str, real_dates: bool
) -> Callable[[object], object]:
    kind = contract(entity)[column]["type"]
    named = shape.get("entities", {}).get(entity, {}).get("values", {}).get(column, {})
    words = {value: word for word, value in named.items()}
    blank = shape["blank"][0]
    if kind == "date":
        blank = next((b for b in shape["blank"] if b[:1].isdigit()), blank)
        return _dates(shape["dates"][0], blank, real_dates)
    if kind == "boolean":
        yes, no = shape["yes"][0], shape["no"][0]
        return lambda value: blank if value is None else (yes if value else no)
    if kind == "number":
        return lambda value: (
            blank if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        )
    return lambda value: blank if value is None else words.get(value, value if real_dates else str(value))


def _dates(form: str, blank: str, real: bool) -> Callable[[object], object]:
    @cache
    def written(day: int | None) -> object:
        if day is None:
            return None if real else blank
        return date.fromordinal(day) if real else day_text(day, form)

    return lambda value: value if isinstance(value, str) else written(value)


def _from(position: int, convert: Callable[[object], object]) -> Callable[[Row], object]:
    return lambda row: convert(row[position])


def _combined(entity: str) -> Callable[[Row], object]:
    at = [_position(entity, name) for name in ("product", "directions", "quantity", "unit")]

    def cell(row: Row) -> str:
        product, directions, quantity, unit = (row[i] for i in at)
        return f"{product}, {directions or ''}, {quantity:g} {unit}"

    return cell


def columns(
    layout_name: str, entity: str, people: Mapping[str, Row] | None = None, real_dates: bool = False
) -> list[Column]:
    """Columns of an entity's export in order; people (key → patients row) fill details the entity lacks.

    With real dates, cells hold dates and numbers for a workbook instead of their text. Raises KeyError where
    the layout does not carry the entity.
    """
    shape = layout(layout_name)
    if shape.get("contract_names"):
        return [
            Column(name, _from(i, _converter(shape, entity, name, real_dates)))
            for i, name in enumerate(contract(entity))
        ]
    part = shape["entities"][entity]
    filled = part.get("forward_fill", [])
    found = [
        Column(header, _detail(shape, entity, header, people or {}), True)
        for header in part.get("ignore", [])
    ]
    found += [Column(header, _combined(entity)) for header in part.get("split", {})]
    plain: list[Column] = []
    repeats: list[Column] = []
    for header, named in part["columns"].items():
        names = [named] if isinstance(named, str) else named
        for number, name in enumerate(name for name in names if name in contract(entity)):
            cell = _from(_position(entity, name), _converter(shape, entity, name, real_dates))
            (repeats if number else plain).append(Column(header, cell, header in filled))
    return sorted([*plain[:1], *found, *plain[1:], *repeats], key=lambda column: not column.forward_fill)


def _detail(
    shape: dict[str, Any], entity: str, header: str, people: Mapping[str, Row]
) -> Callable[[Row], object]:
    name = shape["entities"]["patients"]["columns"][header]
    convert = _converter(shape, "patients", name, False)
    key, position = _position(entity, "patient_key"), _position("patients", name)
    return lambda row: convert(people[str(row[key])][position])


def table(found: list[Column], rows: list[Row]) -> list[list[object]]:
    """Header and cells; a forward-filled cell is blank where the row above has the same patient."""
    lines: list[list[object]] = [[column.header for column in found]]
    filled = [i for i, column in enumerate(found) if column.forward_fill]
    cells = [column.cell for column in found]
    before: list[object] = []
    for row in rows:
        line = [cell(row) for cell in cells]
        shown = [line[i] for i in filled]
        if filled and shown == before:
            for i in filled:
                line[i] = ""
        before = shown
        lines.append(line)
    return lines
