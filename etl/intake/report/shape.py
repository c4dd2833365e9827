"""The rows of a report as rows of the contract: cells unwrapped, a patient's details carried down, lines that
are none taken out, groups that stand side by side put below one another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.contract import entities
from etl.intake.encoded import Cells, Encoded, holds, joined, narrow
from etl.intake.refusal import RefusedError
from etl.intake.report.match import Match
from etl.intake.report.no_rows import MAYBE, no_row
from etl.layouts import EntityLayout, LeaveOut, normal

NOTHING = "nothing in the columns that are read"
ODD = "holds something that neither leaves a row out nor keeps it"
UNNAMED = "a column without a name is filled in some rows only: their cells may be shifted"
SEVERAL = "stands for more than one by its count"
LINE_BREAK, WRAPPED = re.compile(rb"[\r\n]"), re.compile(rb'="')
COUNTS = ("", "count", "patient count", "issue count")  # headings of columns of counts
FEW_FILLED = 2  # columns; a line of totals has no more


@dataclass(frozen=True)
class Shaped:
    """What is left of a file: rows, why some of them are kept back, and how many lines are no rows."""

    found: Match
    cells: Cells
    withheld: dict[int, list[str]]  # row, from 0 → why it is kept back
    left_out: dict[str, int]  # reason → rows


def shaped(
    found: Match, cells: Cells, withheld: Mapping[int, Sequence[str]], broken: Sequence[int]
) -> Shaped:
    """The rows of `cells` in the shape of the contract. `broken`: lines of rows that could not be read, in
    order; nothing is carried over them. `withheld`: why rows are kept back already."""
    columns = [column.become(_plain(column.values)) for column in cells.columns]
    no_rows = _told_no_rows(found, columns)
    columns = _filled(columns, found, cells.lines, broken, no_rows)
    kept_back = {row: list(words) for row, words in withheld.items()}
    gone, left_out = _no_rows(found, columns, no_rows)
    for header, rule in found.report.leave_out.items():
        _leave_out(columns[found.headers.index(header)], header, rule, gone, left_out, kept_back)
    _check_unnamed(found, columns, gone, kept_back)
    _check_counts(found, columns, gone, kept_back)
    rows = np.flatnonzero(~gone)
    left = Cells(cells.lines[rows], tuple(_taken(column, rows) for column in columns))
    if not found.groups:
        return Shaped(replace(found, report=_done(found)), left, _moved(kept_back, rows), dict(left_out))
    return _below_one_another(found, left, rows, kept_back, left_out)


def _plain(values: pa.Array) -> pa.Array:
    """Texts trimmed, each line break with the spaces around it made one space, ="0123" made 0123."""
    if holds(values, LINE_BREAK):
        values = pc.replace_substring_regex(values, r"\s*[\r\n]\s*", " ")
    return pc.utf8_trim_whitespace(values)


def unwrapped(cells: Cells) -> Cells:
    """The cells with ="0123", which keeps a spreadsheet from reading a number, made 0123."""
    return replace(cells, columns=tuple(column.become(_bare(column.values)) for column in cells.columns))


def _bare(values: pa.Array) -> pa.Array:
    wrapped = holds(values, WRAPPED)
    return pc.replace_substring_regex(values, r'^="([^"]*)"$', r"\1") if wrapped else values


def _filled(
    columns: list[Encoded], found: Match, lines: np.ndarray, broken: Sequence[int], no_rows: Mapping[int, str]
) -> list[Encoded]:
    """The columns with a patient's details carried from the patient's first row. They are carried together
    level by level, and not past a broken row, which may have been another patient's first. `no_rows`: rows
    that are none."""
    told = np.zeros(len(lines), dtype=bool)
    none = np.array(sorted(no_rows), np.int64)
    breaks = np.searchsorted(np.asarray(broken, dtype=np.int64), lines)
    filled = list(columns)
    is_row = _is_row(columns, none)
    for level in found.report.levels if len(lines) else ():
        carried = [i for i, header in enumerate(found.headers) if header in level]
        own = np.zeros(len(lines), dtype=bool)
        for i in carried:
            own[columns[i].where(pc.not_equal(columns[i].values, ""))] = True
        again = _repeats_patient([columns[i] for i in carried], own, is_row)
        if again.any() and again.sum() >= (is_row & ~own).sum():
            told |= own & ~again
            continue  # the report repeats them in every row: one without them has lost them
        told |= own
        told[none] = False  # a new practice begins a new patient too: told is added to, level by level
        first = np.maximum.accumulate(np.where(told, np.arange(len(told)), -1))
        known = (first >= 0) & (breaks[first] == breaks)
        for i in carried:
            filled[i] = _carried(columns[i], first, known)
    return filled


def _is_row(columns: list[Encoded], none: np.ndarray) -> np.ndarray:
    """Which lines hold anything, and are no total, page number or header."""
    found = np.zeros(len(columns[0]), dtype=bool)
    for column in columns:
        found |= ~column.is_blank()
    found[none] = False
    return found


def _repeats_patient(carried: list[Encoded], told: np.ndarray, is_row: np.ndarray) -> np.ndarray:
    """Which rows tell the same of a patient as the row before them does."""
    rows = np.flatnonzero(is_row)
    again = told[rows[1:]] & told[rows[:-1]]
    for column in carried:
        again &= column.codes[rows[1:]] == column.codes[rows[:-1]]
    found = np.zeros(len(told), dtype=bool)
    found[rows[1:][again]] = True
    return found


def _carried(column: Encoded, first: np.ndarray, known: np.ndarray) -> Encoded:
    """A column with each row's value from its patient's first row; null where that is not known."""
    values = pa.concat_arrays([column.values, pa.array([None], pa.string())])
    codes = np.where(known, column.codes[first], len(column.values))
    return Encoded(values, narrow(codes, len(values)))


def _told_no_rows(found: Match, columns: list[Encoded]) -> dict[int, str]:
    """Row → why it is none. Only rows with hardly a cell, or with a heading as a value, are looked at."""
    if not columns or not len(columns[0]):
        return {}
    filled = np.zeros(len(columns[0]), np.int16)
    for column in columns:
        filled += ~column.is_blank()
    maybe = filled <= FEW_FILLED
    for column in columns if maybe.any() else ():
        may = pc.fill_null(pc.match_substring_regex(column.values, MAYBE), True)
        maybe &= may.to_numpy(zero_copy_only=False)[column.codes]
    few = set(np.flatnonzero(maybe).tolist())
    rows = np.array(sorted(few.union(*(_head_repeated(head, columns) for head in found.heads))), np.int64)
    cells = zip(*(column.take(rows).to_pylist() for column in columns), strict=True)
    told = (
        (row, no_row([cell or "" for cell in line], *found.heads))
        for row, line in zip(rows, cells, strict=True)
    )
    return {int(row): why for row, why in told if why}


def _head_repeated(head: Sequence[str], columns: list[Encoded]) -> list[int]:
    """The rows that may be a line of the head once more, by the column that is quickest to look through."""
    named = [n for n, cell in enumerate(head[: len(columns)]) if cell]
    if not named:
        return []
    quickest = min(named, key=lambda n: len(columns[n].values))
    again = [v for v in columns[quickest].distinct() if normal(v or "") == head[quickest]]
    return columns[quickest].where(pc.is_in(columns[quickest].values, pa.array(again, pa.string()))).tolist()


def _no_rows(
    found: Match, columns: list[Encoded], no_rows: Mapping[int, str]
) -> tuple[np.ndarray, Counter[str]]:
    """Which rows are none, and how many for each reason. A row that holds nothing but what is carried down,
    or nothing in any column that is read, is none either."""
    rows = len(columns[0]) if columns else 0
    gone, left_out = np.zeros(rows, dtype=bool), Counter[str]()
    for row, why in no_rows.items():
        gone[row] = True
        left_out[why] += 1
    read = [n for n, target in enumerate(found.targets) if target]
    own = [n for n in read if found.headers[n] not in found.report.forward_fill]
    blank = np.ones(rows, dtype=bool)
    for n in own:
        blank &= columns[n].is_blank()
    blank &= ~gone
    if found.report.forward_fill or found.report.groups or any(not t for t in found.targets):
        gone |= blank
        left_out.update({NOTHING: int(blank.sum())} if blank.any() else {})
    return gone, left_out


def _leave_out(
    column: Encoded,
    header: str,
    rule: LeaveOut,
    gone: np.ndarray,
    left_out: Counter[str],
    kept_back: dict[int, list[str]],
) -> None:
    """Takes out the rows whose value says so; a value that says neither keeps its row back."""
    texts = [(value or "").casefold() for value in column.values.to_pylist()]
    out = np.array([t in rule.values or (not rule.values and t not in rule.keep) for t in texts], dtype=bool)
    odd = np.array(
        [bool(rule.values and rule.keep) and t not in rule.values | rule.keep for t in texts], dtype=bool
    )
    rows = np.flatnonzero(out[column.codes] & ~gone) if len(texts) else np.empty(0, np.int64)
    if len(rows):
        gone[rows] = True
        left_out[rule.because] += len(rows)
    for row in np.flatnonzero(odd[column.codes] & ~gone).tolist() if odd.any() else ():
        kept_back.setdefault(row, []).append(f"{header} {ODD}")


def _check_unnamed(
    found: Match, columns: list[Encoded], gone: np.ndarray, kept_back: dict[int, list[str]]
) -> None:
    """A column of counts without a name is filled in every row; where it is filled in some, a comma too many
    may have shifted their cells."""
    for n, header in enumerate(found.headers):
        if header or not len(columns[n]):
            continue
        number = np.array([(v or "").isdigit() for v in columns[n].values.to_pylist()], dtype=bool)
        filled = ~columns[n].is_blank() & ~gone
        counts = number[columns[n].codes] if len(number) else filled
        if filled.any() and not (counts | gone).all():
            for row in np.flatnonzero(filled).tolist():
                kept_back.setdefault(row, []).append(UNNAMED)


def _check_counts(
    found: Match, columns: list[Encoded], gone: np.ndarray, kept_back: dict[int, list[str]]
) -> None:
    """Keeps back events of which a column of counts says that one row stands for several."""
    if entities()[found.entity].key:
        return
    for n, header in enumerate(found.headers):
        if found.targets[n] or header not in COUNTS:
            continue
        more = pc.match_substring_regex(columns[n].values, r"^0*(?:[2-9]|[1-9][0-9]+)(?:\.0+)?$")
        for row in columns[n].where(more).tolist():
            if not gone[row]:
                kept_back.setdefault(row, []).append(SEVERAL)


def _below_one_another(
    found: Match, cells: Cells, origin: np.ndarray, kept_back: dict[int, list[str]], left_out: Counter[str]
) -> Shaped:
    """Groups of columns that stand side by side, as rows: each with the columns all of them share."""
    grouped = {n for group in found.groups for n in group}
    shared = [n for n in range(len(found.headers)) if n not in grouped]
    order = [*shared, *found.groups[0]]
    rows, times = len(cells), len(found.groups)
    filled = np.zeros((rows, times), dtype=bool)
    for nth, group in enumerate(found.groups):
        for n in group:
            filled[:, nth] |= ~cells.columns[n].is_blank()
    _check_together(found, cells, filled)
    row, at = np.nonzero(filled)  # by line, then from left to right
    columns = [_taken(cells.columns[n], row) for n in shared]
    for place in range(len(found.groups[0])):
        whole = joined([cells.columns[group[place]] for group in found.groups])
        columns.append(_taken(whole, at * rows + row))
    narrower = replace(
        found,
        report=_done(found),
        headers=tuple(found.headers[n] for n in order),
        targets=tuple(found.targets[n] for n in order),
        spelled=tuple(found.spelled[n] for n in order),
        groups=(),
    )
    return Shaped(
        narrower, Cells(cells.lines[row], tuple(columns)), _moved(kept_back, origin[row]), dict(left_out)
    )


def _check_together(found: Match, cells: Cells, filled: np.ndarray) -> None:
    """Raises RefusedError where a group is filled in part: its columns may be of different groups, so that
    nothing tells what belongs together in any row."""
    columns = entities()[found.entity].columns
    for nth, group in enumerate(found.groups):
        for n in group:
            if not any(columns[name].required for name in found.report.filled(found.headers[n])):
                continue
            if (partly := filled[:, nth] & cells.columns[n].is_blank()).any():
                line = int(cells.lines[np.flatnonzero(partly)[0]])
                raise RefusedError(
                    f"line {line}: groups of columns repeat side by side, and one of them is filled in part, "
                    "so what belongs together cannot be told. Send one group a file."
                )


def _taken(column: Encoded, rows: np.ndarray) -> Encoded:
    return (
        column
        if len(rows) == len(column) and (rows == np.arange(len(rows))).all()
        else Encoded(column.values, column.codes[rows])
    )


def _moved(kept_back: Mapping[int, list[str]], origin: np.ndarray) -> dict[int, list[str]]:
    """Reasons by row, once only the rows `origin` of before are left."""
    if not kept_back:
        return {}
    return {new: list(kept_back[old]) for new, old in enumerate(origin.tolist()) if old in kept_back}


def _done(found: Match) -> EntityLayout:
    """What is left to do with the rows."""
    return replace(found.report, forward_fill=frozenset(), levels=(), leave_out={})
