"""A cell's text to a value of the contract, and what is wrong with one that is none."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from etl.contract import Column, Entity
from etl.intake.encoded import matched
from etl.intake.keys import SYSTEM_NUMBER, as_compared
from etl.intake.report.match import Match
from etl.intake.report.period import Period
from etl.intake.typed.ages import age_band
from etl.layouts.dates import DATE_CELL, dated
from etl.layouts.reading import is_pattern

LONGEST_TEXT = 1000
LONGEST_SHAPE = 28  # characters
PLANS_AHEAD = dt.timedelta(days=3660)
EARLIEST = dt.date(1900, 1, 2)  # below it lie only the spreadsheet's own zero dates
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")
_DATE_CELL = r"^date:\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?$"
PRACTICE_CODE = "^[A-Za-z0-9]{1,12}$"  # it names a folder of the store
PATTERNS = {
    "code": "^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,39}$",
    "identifier": "^[0-9]{5,18}$",
    "key": "^[A-Za-z0-9_-]{6,64}$",
    "integer": r"^-?[0-9]{1,15}(\.0+)?$",
    "number": r"^-?[0-9]{1,15}(\.[0-9]+)?$",
}
WRONG = {
    "code": "is not a code",
    "identifier": "is not a whole code of digits",
    "key": "is not a pseudonym",
    "date": "is not a date of this layout",
    "month": "is not a month",
    "integer": "is not a whole number",
    "number": "is not a number",
    "boolean": "is neither yes nor no",
    "choice": "is not one of the allowed values",
    "text": f"is longer than {LONGEST_TEXT} characters, or made a date or an error by the spreadsheet",
}
_ARROW = {
    "date": pa.date32(),
    "month": pa.date32(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}


def arrow_type(column: Column) -> pa.DataType:
    """The type a column is landed as."""
    return _ARROW.get(column.type, pa.string())


def schema(entity: Entity) -> pa.Schema:
    """The landed columns of an entity, with the period of the extract they came in."""
    columns = [(c.name, arrow_type(c)) for c in entity.columns.values()]
    return pa.schema([*columns, ("period_from", pa.date32()), ("period_to", pa.date32())])


def typed(column: Column, text: pa.Array, found: Match, period: Period) -> pa.Array:
    """The values of a column; null where the text is not one."""
    if column.type in ("date", "month"):
        latest = period.end + PLANS_AHEAD if column.future else period.end
        days = _dates(column, text, found.layout.dates, latest, column.name in found.report.day_before)
        return pa.array(
            [day.replace(day=1) if day and column.type == "month" else day for day in days], pa.date32()
        )
    if column.type == "boolean":
        words = {w.casefold(): True for w in found.layout.yes} | {
            w.casefold(): False for w in found.layout.no
        }
        return _looked_up(text, words, pa.bool_())
    if column.type == "choice":
        return _chosen(column, text, found.report.values.get(column.name, {}))
    if column.type == "text":
        made = pc.or_(matched(text, _DATE_CELL), pc.is_in(text, pa.array(ERRORS)))
        return _where(pc.and_not(pc.less_equal(pc.utf8_length(text), LONGEST_TEXT), made), text)
    if column.type == "key":
        text = _pseudonyms(as_compared(text), found.report.pseudonym)
    pattern = PRACTICE_CODE if column.name == "practice_code" else PATTERNS[column.type]
    values = _where(matched(text, pattern), text)
    if column.type == "integer":
        return values.cast(pa.float64()).cast(pa.int64())
    if column.type == "number":
        return values.cast(pa.float64())
    return pc.utf8_upper(values) if column.name == "practice_code" else values


def _pseudonyms(keys: pa.Array, form: str) -> pa.Array:
    """Keys that may be pseudonyms: digits alone are a system's own number, unless the layout says that its
    pseudonyms look so."""
    number = matched(keys, SYSTEM_NUMBER)
    if form:
        number = pc.and_(number, pc.invert(pc.match_substring_regex(keys, f"^(?:{form})$")))
    return _where(pc.invert(number), keys)


def _dates(
    column: Column, text: pa.Array, formats: tuple[str, ...], latest: dt.date, day_before: bool
) -> list[dt.date | None]:
    """Dates of exactly the layout's formats, without their time of day; years of two digits never after
    `latest`. Not by Arrow, which turns 31 February into 2 March."""
    formats = (*formats, DATE_CELL, *(("%Y-%m",) if column.type == "month" else ()))
    days = [written and dated(written, formats, latest) for written in text.to_pylist()]
    return [day - dt.timedelta(days=1) if day and day_before else day for day in days]


def _chosen(column: Column, text: pa.Array, words: Mapping[str, str]) -> pa.Array:
    """Allowed values, by the layout's words and patterns for them; ages in years as their band."""
    choices = {w.casefold(): w for w in column.allowed}
    choices |= {k.casefold(): v for k, v in words.items() if not is_pattern(k)}
    patterns = [(re.compile(k[1:-1], re.IGNORECASE), v) for k, v in words.items() if is_pattern(k)]
    banded = column.unit == "years"
    found = []
    for value in text.to_pylist():
        told = value and choices.get(value.casefold())
        if value and not told:
            told = next((v for pattern, v in patterns if pattern.fullmatch(value)), None)
            told = told or (age_band(value, column.allowed) if banded else None)
        found.append(told or None)
    return pa.array(found, pa.string())


def _looked_up(text: pa.Array, words: Mapping[str, object], kind: pa.DataType) -> pa.Array:
    found = pc.index_in(pc.utf8_lower(text), pa.array(list(words), pa.string()))
    return pc.take(pa.array(list(words.values()), kind), found)


def _where(condition: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(condition, values, pa.scalar(None, values.type))


def out_of_range(column: Column, values: pa.Array, period: Period) -> list[tuple[pa.Array, str]]:
    """Masks of the values outside the contract's range or the extract's period, with words."""
    rules: list[tuple[Callable[..., pa.Array], object, str]] = []
    if column.minimum is not None:
        rules.append((pc.less, column.minimum, f"is below {column.minimum:g}"))
    if column.maximum is not None:
        rules.append((pc.greater, column.maximum, f"is above {column.maximum:g}"))
    if column.type in ("date", "month"):
        rules.append((pc.less, EARLIEST, "is before 1900"))
        where = "outside" if column.in_period else "after"
        last = period.end + PLANS_AHEAD if column.future else period.end
        rules.append((pc.greater, last, f"lies {where} the period {period}"))
    if column.in_period:
        rules.append((pc.less, period.first, f"lies outside the period {period}"))
    return [(compare(values, bound), words) for compare, bound, words in rules]


def shape_of(value: str) -> str:
    """How a value is written, without what it says: letters as a and A, digits as 9."""
    shape = re.sub(r"[^\W\d_]", lambda hit: "A" if hit[0].isupper() else "a", value)
    shape = re.sub(r"\d", "9", shape)
    shape = re.sub(r"(a{4})a+|(A{4})A+|(9{6})9+", lambda hit: (hit[1] or hit[2] or hit[3]) + "…", shape)
    return shape if len(shape) <= LONGEST_SHAPE else f"{shape[:LONGEST_SHAPE]}…"
