"""Rows of text to the contract's columns. Every rule comes from the contract and the layout, and a row
that breaks one keeps its reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.contract import Entity
from etl.intake.coded import Cells, Coded, narrow, same, sorted_by
from etl.intake.copies import copies
from etl.intake.match import Match, Period
from etl.intake.values import WRONG, arrow_type, out_of_range, typed

ORDER = ("practice_code", "patient_key", "issued_on")
AT_ONCE = 250_000  # rows


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

    def by_month(self, rows: np.ndarray, period: Period) -> dict[str, int]:
        """Month → its number of these rows, every month of the period named; empty where rows say how things
        stand at its end."""
        dated = next((c.name for c in self.entity.columns.values() if c.in_period), None)
        if dated is None:
            return {}
        months = self.months(dated)
        numbers = np.bincount(months.codes[rows], minlength=len(months.values))
        told = dict.fromkeys(period.months(), 0)
        for month, n in zip(months.values.to_pylist(), numbers.tolist(), strict=True):
            if n:
                told[month] = told.get(month, 0) + n
        return told

    def months(self, name: str) -> Coded:
        """A column of dates as months, "2026-09"."""
        days = self.columns[name]
        return days.become(pa.array([day and f"{day:%Y-%m}" for day in days.values.to_pylist()], pa.string()))

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
        values = typed(column, text.values, found)
        made.columns[column.name] = text.become(values)
        wrong = pc.and_(pc.is_valid(text.values), pc.is_null(values))
        made.note(text.where(wrong), f"{column.name} {WRONG[column.type]}")
        if column.required:
            missing = pc.and_not(pc.is_null(text.values), made.unsplit.get(column.name, False))
            made.note(text.where(missing), f"{column.name} is missing")
        for wrong, words in out_of_range(column, values, period):
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
    trimmed = [column.become(_one_line(column.values)) for column in cells.columns]
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


def _one_line(values: pa.Array) -> pa.Array:
    """Texts trimmed, each line break with the spaces around it made one space."""
    if pc.any(pc.match_substring_regex(values, r"[\r\n]")).as_py():
        values = pc.replace_substring_regex(values, r"\s*[\r\n]\s*", " ")
    return pc.utf8_trim_whitespace(values)


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
