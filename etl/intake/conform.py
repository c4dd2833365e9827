"""Rows of text to the contract's columns. Every rule comes from the contract and the layout, and a row
that breaks one keeps its reasons."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.contract import Column, Entity
from etl.intake.coded import Cells, Coded, narrow, same, sorted_by
from etl.intake.copies import copies
from etl.intake.match import Match, Period

ORDER = ("practice_code", "patient_key", "issued_on")
AT_ONCE = 250_000  # rows
LONGEST_TEXT = 1000
PLANS_AHEAD = dt.timedelta(days=3660)
EARLIEST = dt.date(1900, 1, 2)  # below it lie only the spreadsheet's own zero dates
DATE_CELL = "date:%Y-%m-%d"  # a real date of a workbook, as intake.read writes it
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")
_DATE_CELL = r"^date:\d{4}-\d{2}-\d{2}$"
PRACTICE_CODE = "^[A-Za-z0-9]{1,12}$"  # it names a folder of the store
_PATTERNS = {
    "code": "^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,39}$",
    "identifier": "^[0-9]{5,18}$",
    "key": "^[A-Za-z0-9_-]{6,64}$",
    "integer": r"^-?[0-9]{1,15}(\.0+)?$",
    "number": r"^-?[0-9]{1,15}(\.[0-9]+)?$",
}
_WRONG = {
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


class Conformed:
    """The typed columns of a file and what is wrong with which of its rows (counted from 0)."""

    def __init__(self, entity: Entity, lines: np.ndarray) -> None:
        self.entity = entity
        self.lines = lines
        self.columns: dict[str, Coded] = {}
        self.texts: dict[str, Coded] = {}  # as written, null where blank
        self.cells: list[Coded] = []  # the file's own columns, trimmed, a patient's details carried down
        self.unsplit: dict[str, pa.Array] = {}  # where a column's combined cell does not read as its parts
        self.problems: dict[int, list[str]] = defaultdict(list)

    def note(self, rows: np.ndarray, words: str) -> None:
        """Gives these rows a reason."""
        for row in rows.tolist():
            self.problems[row].append(words)

    def table(self, rows: np.ndarray | None = None) -> pa.Table:
        """The contract's columns of these rows, in their order; of all where none are named."""
        rows = np.arange(len(self.lines)) if rows is None else rows
        names = list(self.entity.columns)
        return pa.table([self.columns[name].take(rows) for name in names], names=names)

    def tables(self, rows: np.ndarray) -> Iterator[pa.Table]:
        """The same, no more at a time than fit into memory beside the columns; at least one, maybe empty."""
        for start in range(0, max(len(rows), 1), AT_ONCE):
            yield self.table(rows[start : start + AT_ONCE])

    def in_order(self) -> np.ndarray:
        """The rows that fit, by practice, patient and day."""
        rows = np.flatnonzero(self.good()).astype(np.int32)
        return rows[sorted_by([self.columns[name] for name in ORDER if name in self.columns], rows)]

    def good(self) -> np.ndarray:
        """True for the rows that fit."""
        mask = np.ones(len(self.lines), dtype=bool)
        mask[list(self.problems)] = False
        return mask


def conform(
    cells: Cells,
    found: Match,
    entity: Entity,
    practice: str | None,
    period: Period,
    broken: Sequence[int] = (),
    withheld: Mapping[int, list[str]] = MappingProxyType({}),
) -> Conformed:
    """The contract's columns from the cells of a file. `broken`: the lines, rising, of rows that could not be
    read into cells; nothing is filled forward over them. `withheld`: why rows are kept back whatever their
    values are; they are nobody's first."""
    made = Conformed(entity, cells.lines)
    texts = made.texts = _texts(cells, found, practice, made, broken)
    for column in entity.columns.values():
        text = texts.get(column.name)
        if text is None:
            made.columns[column.name] = same(None, arrow_type(column), len(cells))
            continue
        values = _typed(column, text.values, found)
        made.columns[column.name] = text.become(values)
        wrong = pc.and_(pc.is_valid(text.values), pc.is_null(values))
        made.note(text.where(wrong), f"{column.name} {_WRONG[column.type]}")
        if column.required:
            missing = pc.and_not(pc.is_null(text.values), made.unsplit.get(column.name, False))
            made.note(text.where(missing), f"{column.name} is missing")
        for wrong, words in _out_of_range(column, values, period):
            made.note(text.where(wrong), f"{column.name} {words}")
    for row, reasons in withheld.items():
        made.problems[row] += reasons
    for row, words in copies(made.columns, entity.key, made.good()).items():
        made.problems[row].append(words)
    return made


def _texts(
    cells: Cells, found: Match, practice: str | None, made: Conformed, broken: Sequence[int]
) -> dict[str, Coded]:
    """Contract column → its text, null where blank."""
    blank = pa.array(["", *found.layout.blank])
    texts: dict[str, Coded] = {}
    trimmed = [column.become(pc.utf8_trim_whitespace(column.values)) for column in cells.columns]
    trimmed = made.cells = _filled(trimmed, found, made.lines, broken)
    for column, target, header in zip(trimmed, found.targets, found.headers, strict=True):
        told = pc.if_else(pc.is_in(column.values, blank), None, column.values)
        if target.startswith("split:"):
            parts = pc.extract_regex(told, found.report.split[header])
            unsplit = pc.and_(pc.is_valid(told), pc.is_null(parts))
            made.note(column.where(unsplit), f"{header} does not read as its parts")
            for field in parts.type:
                made.unsplit[field.name] = unsplit
                part = pc.utf8_trim_whitespace(pc.struct_field(parts, field.name))
                texts[field.name] = column.become(pc.if_else(pc.is_in(part, blank), None, part))
        elif target:
            texts[target] = column.become(told)
    if practice and "practice_code" not in texts:
        texts["practice_code"] = same(practice, pa.string(), len(cells))
    return texts


def _filled(columns: list[Coded], found: Match, lines: np.ndarray, broken: Sequence[int]) -> list[Coded]:
    """The columns with a patient's details carried from the patient's first row. They are carried together,
    and not past a broken row, which may have been another patient's first."""
    carried = [i for i, header in enumerate(found.headers) if header in found.report.forward_fill]
    if not carried or not len(lines):
        return columns
    told = np.zeros(len(lines), dtype=bool)
    for i in carried:
        told[columns[i].where(pc.not_equal(columns[i].values, ""))] = True
    first = np.maximum.accumulate(np.where(told, np.arange(len(told)), -1))
    breaks = np.searchsorted(np.asarray(broken, dtype=np.int64), lines)
    known = (first >= 0) & (breaks[first] == breaks)
    return [_carried(c, first, known) if i in carried else c for i, c in enumerate(columns)]


def _carried(column: Coded, first: np.ndarray, known: np.ndarray) -> Coded:
    """A column with each row's value from its patient's first row; null where that is not known."""
    values = pa.concat_arrays([column.values, pa.array([None], pa.string())])
    codes = np.where(known, column.codes[first], len(column.values))
    return Coded(values, narrow(codes, len(values)))


def _typed(column: Column, text: pa.Array, found: Match) -> pa.Array:
    """The values of a column; null where the text is not one."""
    if column.type in ("date", "month"):
        return _dates(column, text, found.layout.dates)
    if column.type == "boolean":
        words = {w.casefold(): True for w in found.layout.yes} | {
            w.casefold(): False for w in found.layout.no
        }
        return _looked_up(text, words, pa.bool_())
    if column.type == "choice":
        choices = {w.casefold(): w for w in column.allowed}
        choices |= {k.casefold(): v for k, v in found.report.values.get(column.name, {}).items()}
        return _looked_up(text, choices, pa.string())
    if column.type == "text":
        made = pc.or_(pc.match_substring_regex(text, _DATE_CELL), pc.is_in(text, pa.array(ERRORS)))
        return _where(pc.and_not(pc.less_equal(pc.utf8_length(text), LONGEST_TEXT), made), text)
    pattern = PRACTICE_CODE if column.name == "practice_code" else _PATTERNS[column.type]
    values = _where(pc.match_substring_regex(text, pattern), text)
    if column.type == "integer":
        return values.cast(pa.float64()).cast(pa.int64())
    if column.type == "number":
        return values.cast(pa.float64())
    return pc.utf8_upper(values) if column.name == "practice_code" else values


def _dates(column: Column, text: pa.Array, formats: tuple[str, ...]) -> pa.Array:
    """Dates of exactly the layout's formats. Not by Arrow, which turns 31 February into 2 March."""
    monthly = column.type == "month"
    formats = (*formats, DATE_CELL, *(("%Y-%m",) if monthly else ()))
    days = [written and _date(written, formats) for written in text.to_pylist()]
    return pa.array([day.replace(day=1) if day and monthly else day for day in days], pa.date32())


@lru_cache(maxsize=65536)
def _date(text: str, formats: tuple[str, ...]) -> dt.date | None:
    for written in formats:
        try:
            return dt.datetime.strptime(text, written).date()
        except ValueError:
            continue
    return None


def _looked_up(text: pa.Array, words: Mapping[str, object], kind: pa.DataType) -> pa.Array:
    found = pc.index_in(pc.utf8_lower(text), pa.array(list(words), pa.string()))
    return pc.take(pa.array(list(words.values()), kind), found)


def _where(condition: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(condition, values, pa.scalar(None, values.type))


def _out_of_range(column: Column, values: pa.Array, period: Period) -> list[tuple[pa.Array, str]]:
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
