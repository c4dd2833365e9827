"""Rows of text to the contract's columns. Every rule comes from the contract and the layout, and a row
that breaks one keeps its reasons."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.contract import Entity
from etl.intake.encoded import Cells, Encoded, first_filled, holds, repeated, sorted_by
from etl.intake.refusal import RefusedError
from etl.intake.report.match import Match
from etl.intake.report.period import Period
from etl.intake.typed.ages import gap
from etl.intake.typed.copies import COPY, copies
from etl.intake.typed.quantity import quantity_and_unit
from etl.intake.typed.values import WRONG, arrow_type, out_of_range, shape_of, typed

ORDER = ("practice_code", "patient_key", "issued_on")
AT_ONCE = 250_000  # rows
TOLD = ("date", "month", "integer", "number", "boolean", "choice")  # types whose shape may be told
_TIME = re.compile(rb"\d:\d\d")
_ROUNDED = r"^\d(?:\.\d+)?[Ee]\+\d+$"


class Conformed:
    """The typed columns of a file and what is wrong with which of its rows (counted from 0)."""

    def __init__(self, entity: Entity, lines: np.ndarray) -> None:
        self.entity = entity
        self.lines = lines
        self.columns: dict[str, Encoded] = {}
        self.texts: dict[str, Encoded] = {}  # as written, null where blank
        self.cells: list[Encoded] = []  # the file's own columns, as they were shaped
        self.numbers: dict[str, Encoded] = {}  # what tells two equal rows apart: row number, time of day
        self.unsplit: dict[str, pa.Array] = {}  # where a column's combined cell does not read as its parts
        self.problems: dict[int, list[str]] = defaultdict(list)
        self.unfit = set[int]()  # rows with a problem of their own: they repeat no row that fits
        self.bare = set[int]()  # of them, rows of which no more than practice, person and day may be known
        self.out = np.zeros(len(lines), dtype=bool)  # rows that are none of ours, or are part of another now
        self.left_out = Counter[str]()  # how many of them, by reason
        self.again = 0  # rows that are equal to an earlier one but for their row number or time

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

    def months(self, name: str) -> Encoded:
        """A column of dates as months, "2026-09"."""
        days = self.columns[name]
        return days.become(pa.array([day and f"{day:%Y-%m}" for day in days.values.to_pylist()], pa.string()))

    def good(self) -> np.ndarray:
        """True for the rows that fit."""
        mask = np.ones(len(self.lines), dtype=bool)
        mask[list(self.problems)] = False
        return mask & ~self.out

    def leave_out(self, rows: np.ndarray, reason: str) -> None:
        """Takes rows out that are none of ours; the receipt counts them."""
        rows = rows[~self.out[rows]]
        self.out[rows] = True
        for row in rows.tolist() if self.problems else ():
            self.problems.pop(row, None)
        self.left_out.update({reason: len(rows)} if len(rows) else {})


def conform(
    cells: Cells,
    found: Match,
    entity: Entity,
    practice: str | None,
    period: Period,
    withheld: Mapping[int, list[str]] = MappingProxyType({}),
) -> Conformed:
    """The contract's columns from the cells of a file. `withheld`: why rows are kept back whatever their
    values are; they are nobody's first."""
    made = Conformed(entity, cells.lines)
    texts = made.texts = _texts(cells, found, practice, made)
    for column in entity.columns.values():
        text = texts.get(column.name)
        if text is None:
            made.columns[column.name] = repeated(None, arrow_type(column), len(cells))
            continue
        values = typed(column, text.values, found, period)
        if column.type == "date":
            _check_day_first(column.name, text, values)
        made.columns[column.name] = text.become(values)
        if values.null_count > text.values.null_count:
            wrong = pc.and_(pc.is_valid(text.values), pc.is_null(values))
            made.note(text.where(wrong), f"{column.name} {WRONG[column.type]}")
        if column.required and text.values.null_count:
            missing = pc.and_not(pc.is_null(text.values), made.unsplit.get(column.name, False))
            made.note(text.where(missing), f"{column.name} is missing")
        for wrong, words in out_of_range(column, values, period):
            made.note(text.where(wrong), f"{column.name} {words}")
    _note_order(made)
    for row, reasons in withheld.items():
        made.problems[row] += reasons
    made.unfit, made.bare = set(made.problems), set(withheld)
    if found.report.add_up:
        add_up(made, found.report.add_up)
        return made
    numbers = _numbers(cells, found)
    made.numbers = numbers | _times(entity, texts)
    for row, words in copies({**made.columns, **made.numbers}, entity.key, made.good()).items():
        made.problems[row].append(words)
    if numbers and found.report.row_number:
        _check_numbers(made, *numbers.values())
    if made.numbers:
        made.again = len(copies(made.columns, (), made.good()))
    return made


def _note_order(made: Conformed) -> None:
    """Gives a reason to rows that say that something ended before it began."""
    rows = np.arange(len(made.lines))
    for column in made.entity.columns.values():
        if column.not_before:
            ended, began = (made.columns[name].take(rows) for name in (column.name, column.not_before))
            before = pc.fill_null(pc.less(ended, began), False).to_numpy(zero_copy_only=False)
            made.note(rows[before], f"{column.name} lies before {column.not_before}")


def _check_day_first(name: str, text: Encoded, values: pa.Array) -> None:
    """Raises RefusedError where more dates of a column can only be month/day than can only be day/month: then
    03/04/2026 is read wrong too."""
    if not any(day and day[0].isdigit() and not day[:4].isdigit() for day in text.values.to_pylist()):
        return  # the year stands first
    hits = pc.extract_regex(text.values, r"^(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-]\d")
    if hits.null_count == len(hits):
        return
    a, b = (pc.cast(pc.struct_field(hits, part), pa.int16()) for part in ("a", "b"))
    read, us = pc.is_valid(values), pc.and_(pc.less_equal(a, 12), pc.greater(b, 12))
    day_first = len(text.where(pc.and_(read, pc.greater(a, 12))))
    month_first = len(text.where(pc.and_not(us, read)))
    either = len(text.where(pc.and_(read, pc.less_equal(a, 12))))
    if month_first > day_first and either:
        raise RefusedError(
            f"{name}: {month_first} dates can only be month/day, so {either} more would be read wrong. "
            "Export dates as day/month, or with the month's name."
        )


def add_up(made: Conformed, name: str) -> None:
    """Makes the rows of one key one row, its count their sum. Raises RefusedError where a row cannot be read:
    a sum without it would be wrong."""
    if made.problems:
        reason, n = Counter("; ".join(words) for words in made.problems.values()).most_common(1)[0]
        raise RefusedError(f"its rows are added up, but some cannot be read: {reason} ({n} rows).")
    good = made.good()
    for row in copies({str(n): column for n, column in enumerate(made.cells)}, (), good):
        made.problems[row].append(COPY)
    rows = np.flatnonzero(made.good())
    names = [n for n in made.entity.columns if n != name]
    table = made.table(rows).append_column("row", pa.array(rows))
    sums = table.group_by(names).aggregate([(name, "sum"), ("row", "min")])
    first = sums["row_min"].to_numpy()
    made.leave_out(np.setdiff1d(rows, first), "added to another row of its practice, month, age band and sex")
    kind = arrow_type(made.entity.columns[name])
    codes = np.zeros(len(made.lines), np.int64)
    codes[first] = np.arange(1, len(first) + 1)
    made.columns[name] = Encoded(
        pa.concat_arrays([pa.array([None], kind), sums[f"{name}_sum"].combine_chunks().cast(kind)]), codes
    )


def check_ages(made: Conformed, listed: Collection[str] | None = None) -> None:
    """Raises RefusedError where counts are added up over ages and one is missing, or comes twice, or one sex
    is missing: the sum would be wrong without a word. `listed`: whose rows count; None: everybody's."""
    who = ["practice_code", "month", "sex"]
    rows = np.setdiff1d(np.arange(len(made.lines)), list(made.problems))  # those added to another count too
    ages = made.texts["age_band"].take(rows)
    table = pa.table({**{name: made.columns[name].take(rows) for name in who}, "age": ages})
    if listed is not None:
        table = table.filter(pc.is_in(table["practice_code"], pa.array(sorted(listed), pa.string())))
    found: dict[tuple[str, object], dict[str, list[str]]] = {}
    for row in table.group_by(who).aggregate([("age", "list")]).to_pylist():
        found.setdefault((row["practice_code"], row["month"]), {})[row["sex"]] = row["age_list"]
    for (code, month), ages in sorted(found.items()):
        for sex in ("female", "male"):
            wrong = gap(ages[sex]) if sex in ages else "there is no row"
            if wrong:
                raise RefusedError(
                    f"list sizes of {code} for {month:%Y-%m}, {sex}: {wrong}. They are added up, so send "
                    "every age from 0 to the last once, of both sexes in one file."
                )


def _numbers(cells: Cells, found: Match) -> dict[str, Encoded]:
    """The column that tells two equal rows apart, where the layout names one and the file has it."""
    name = found.report.tells_apart
    if not name or name not in found.headers:
        return {}
    column = cells.columns[found.headers.index(name)]
    rounded = pc.match_substring_regex(column.values, _ROUNDED)  # by a spreadsheet: it tells nothing apart
    return {f"row {name}": column.become(pc.if_else(rounded, "", column.values))}


def _times(entity: Entity, texts: Mapping[str, Encoded]) -> dict[str, Encoded]:
    """The time of day of an event, where the file says it: two equal events at two times are two."""
    found = {}
    for column in entity.columns.values():
        text = texts.get(column.name)
        if not entity.key and column.in_period and text is not None and holds(text.values, _TIME):
            times = pc.extract_regex(text.values, r"(?P<time>\d{1,2}:\d\d.*)$")
            if times.null_count < len(times):
                found[f"time {column.name}"] = text.become(pc.fill_null(pc.struct_field(times, "time"), ""))
    return found


def _check_numbers(made: Conformed, column: Encoded) -> None:
    """Keeps back rows that say something else under the number of an earlier row. Which of them is right is
    not known, so neither is what the person has."""
    told = made.good() & ~np.asarray(pc.equal(column.values, "").to_numpy(zero_copy_only=False)[column.codes])
    for row in copies({"number": column}, (), told):
        made.problems[row].append("row number as in an earlier row")
        made.unfit.add(row)
        made.bare.add(row)


def _texts(cells: Cells, found: Match, practice: str | None, made: Conformed) -> dict[str, Encoded]:
    """Contract column → its text, null where blank."""
    blank = pa.array(["", *found.layout.blank])
    texts, chosen = dict[str, Encoded](), dict[str, Encoded]()
    made.cells = list(cells.columns)
    for column, target, header in zip(made.cells, found.targets, found.headers, strict=True):
        told = column.become(pc.if_else(pc.is_in(column.values, blank), None, column.values))
        if target.startswith("split:"):
            texts |= _parted(told, header, found, made, blank)
        elif target and not target.startswith("first:"):
            texts[target] = told
        if any(header in says for says in found.report.first_of.values()):
            chosen[header] = told
    for target, says in found.report.first_of.items():
        if any(header in chosen for header in says):
            _choose(target, says, chosen, texts)
    texts |= {name: repeated(value, pa.string(), len(cells)) for name, value in found.report.fixed.items()}
    if practice and "practice_code" not in texts:
        texts["practice_code"] = repeated(practice, pa.string(), len(cells))
    if "quantity" in texts and found.report.quantity_with_unit:
        _measured(texts)
    return texts


def _parted(told: Encoded, header: str, found: Match, made: Conformed, blank: pa.Array) -> dict[str, Encoded]:
    """The contract columns of a combined cell."""
    texts = {}
    parts = pc.extract_regex(told.values, found.report.split[header])
    unsplit = pc.and_(pc.is_valid(told.values), pc.is_null(parts))
    made.note(told.where(unsplit), f"{header} does not read as its parts")
    for field in parts.type:
        made.unsplit[field.name] = unsplit
        part = pc.utf8_trim_whitespace(pc.struct_field(parts, field.name))
        if field.name == "quantity" and found.report.quantity_with_unit:  # "2 at night" is none
            part = pc.utf8_trim_whitespace(pc.binary_join_element_wise(part, _unit_of(parts), " "))
        elif field.name == "unit" and found.report.quantity_with_unit:  # taken from the quantity
            part = pa.nulls(len(parts), pa.string())
        texts[field.name] = told.become(pc.if_else(pc.is_in(part, blank), None, part))
    return texts


def _unit_of(parts: pa.Array) -> pa.Array:
    """The unit of a combined cell; a text without one has an empty one."""
    has = any(field.name == "unit" for field in parts.type)
    empty = pa.array([""] * len(parts), pa.string())
    return pc.fill_null(pc.struct_field(parts, "unit"), "") if has else empty


def _choose(
    target: str,
    says: Mapping[str, Mapping[str, str]],
    chosen: Mapping[str, Encoded],
    texts: dict[str, Encoded],
) -> None:
    """A column from the first of several that is filled, and what that it is the first says of others."""
    headers = [header for header in says if header in chosen]
    texts[target] = first_filled([chosen[header] for header in headers])
    for name in {name for header in headers for name in says[header]}:
        said = [
            chosen[h].become(
                pc.if_else(pc.is_valid(chosen[h].values), says[h].get(name), None).cast(pa.string())
            )
            for h in headers
        ]
        texts[name] = first_filled([*([texts[name]] if name in texts else []), *said])


def _measured(texts: dict[str, Encoded]) -> None:
    """Quantities that stand with their unit in one cell, taken apart. A unit in a column of its own stays."""
    column = texts["quantity"]
    read = [
        (text and not text.isdigit() and quantity_and_unit(text)) or None
        for text in column.values.to_pylist()
    ]
    if not any(read):
        return
    numbers = pa.array([told and told[0] for told in read], pa.string())
    units = column.become(pa.array([(told and told[1]) or None for told in read], pa.string()))
    texts["quantity"] = column.become(pc.coalesce(numbers, column.values))
    texts["unit"] = first_filled([*([texts["unit"]] if "unit" in texts else []), units])


def nothing_fits(made: Conformed, wrong: Sequence[tuple[int, str]]) -> RefusedError:
    """What is said of a file of which no row fits, with how one value is written. `wrong`: lines that could
    not be taken into cells."""
    told = {row: "; ".join(words) for row, words in made.problems.items()}
    reasons = [*told.values(), *(words for _, words in wrong)]
    if not reasons:
        return RefusedError(
            "no practice: the file has no row, and its name holds no practice code of the list."
        )
    reason, n = Counter(reasons).most_common(1)[0]
    row = next((row for row, words in told.items() if words == reason), None)
    shapes = [] if row is None else list(_shapes(made, row))
    written = f", written {', '.join(shapes)}" if shapes else ""
    return RefusedError(f"no row fits the contract; most often because {reason} ({n} rows{written}).")


def _shapes(made: Conformed, row: int) -> Iterator[str]:
    """How the values of a row are written that its reasons are about, of columns that name nobody."""
    for column in made.entity.columns.values():
        text = made.texts[column.name].take([row])[0].as_py() if column.name in made.texts else None
        if text and column.type in TOLD and any(w.startswith(f"{column.name} ") for w in made.problems[row]):
            yield f"{column.name} {shape_of(text)}"
