"""What is known of issues whose rows are kept back, so that nobody looks as if they had no supply.

Where person, day and product can be read the issue counts, and what cannot be read of it is blank. Where day
or product cannot, the person may have had an opioid then: all that is known is that their dose is not.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.contract import Column, Entity, entities
from etl.intake.encoded import encoded
from etl.intake.privacy.columns import gives_away
from etl.intake.report.period import Period
from etl.intake.search import Searched
from etl.intake.typed.conform import Conformed
from etl.intake.typed.copies import copies
from etl.intake.typed.values import EARLIEST, schema, shape_of, typed
from etl.store import Store, StoreError, write_parquet

Row = dict[str, Any]
ISSUES = "issues"
JUDGED = ("quantity", "days_supply")  # one that cannot be right is for the models to judge
WHO_AND_WHEN = ("practice_code", "patient_key", "issued_on", "period_from", "period_to")
COUNT = "of the rows kept back count as issues, and what cannot be read of them is unknown"
NAME = "of the rows kept back name a person but not what was issued or when, so that dose is unknown then"
NAMED = 5  # rows and shapes of a reason that a sentence names


def columns() -> pa.Schema:
    """Line, reason and how what could not be read is written; then those of an issue, with its period."""
    own = [("line", pa.int64()), ("reason", pa.string()), ("written", pa.string())]
    return pa.schema([*own, *schema(entities()[ISSUES])])


def known_rows(
    made: Conformed, period: Period, practices: Collection[str], named: Iterable[Row] = ()
) -> pa.Table:
    """What is known of the rows of issues that are kept back, of these practices, by line. `named`: of lines
    that are no rows of cells."""
    rows = [*_read(made, period), *named] if made.entity.name == ISSUES else []
    rows = [row for row in rows if row["practice_code"] in practices]
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["line"]), schema=columns())


def _read(made: Conformed, period: Period) -> Iterator[Row]:
    """The rows of which practice and person can be read, each once."""
    at = np.array(sorted(made.unfit & set(made.problems)), np.int64)
    if not len(at):
        return
    said = {name: encoded(column.take(at)) for name, column in {**made.texts, **made.numbers}.items()}
    at = np.delete(at, list(copies(said, (), np.ones(len(at), dtype=bool))))
    texts = {name: made.texts[name].take(at).to_pylist() for name in made.texts}
    for n, (row, told) in enumerate(zip(at.tolist(), made.table(at).to_pylist(), strict=True)):
        written = {name: texts[name][n] for name in texts if texts[name][n] is not None}
        if told["practice_code"] is None or told["patient_key"] is None:
            continue
        if (day := told["issued_on"]) and not period.first <= day <= period.end:
            if EARLIEST <= day <= dt.date.today():
                continue  # of another month, whose own extract tells of it
            told["issued_on"] = None
        if told["unit"] is None and "unit" in written:
            told["quantity"] = None  # it may count bottles
        for name, column in made.entity.columns.items():
            if name not in JUDGED and not _within(column, told[name]):
                told[name] = None
        if row in made.bare or any(map(gives_away, _codes(made.entity, written).values())):
            told["product"] = None
        told |= {"period_from": period.first, "period_to": period.end}
        if told["product"] is None or told["issued_on"] is None:
            told = {name: told[name] for name in (*WHO_AND_WHEN, "product")}
        reasons = made.problems[row]
        shapes = [f"{name} {shape_of(text)}" for name, text in _told(made.entity, written, reasons)]
        own = {"line": int(made.lines[row]), "reason": "; ".join(reasons), "written": ", ".join(shapes)}
        yield {**own, **told}


def _within(column: Column, value: Any) -> bool:
    """Whether a number is within what the contract allows."""
    if value is None or column.type not in ("integer", "number"):
        return True
    low, high = column.minimum, column.maximum
    return (low is None or value >= low) and (high is None or value <= high)


def _codes(entity: Entity, written: Mapping[str, str]) -> dict[str, str]:
    """The texts of a row that are neither words nor pseudonym: one may be somebody's number by chance."""
    columns = entity.columns
    return {n: text for n, text in written.items() if not columns[n].free_text and columns[n].type != "key"}


def _told(entity: Entity, written: Mapping[str, str], reasons: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The texts that a reason is about, of columns whose shape may be told."""
    for name, text in _codes(entity, written).items():
        if any(reason.startswith(f"{name} ") for reason in reasons):
            yield name, text


def named(
    searched: Searched, period: Period, practice: str | None, listed: Callable[[], pa.Array]
) -> Iterator[Row]:
    """The lines of issues that could not be taken into cells, but where the pseudonym belongs name a listed
    person. `practice`: of the whole file."""
    lines = [(line, reason) for line, reason in searched.unread if line in searched.people]
    if not lines:
        return
    told = pa.array([searched.people[line][1] for line, _ in lines], pa.string())
    keys = typed(entities()[ISSUES].columns["patient_key"], told, searched.found, period)
    known = pc.is_in(keys, listed()).to_pylist()
    for (line, reason), key, is_known in zip(lines, keys.to_pylist(), known, strict=True):
        if is_known:
            code = practice or searched.people[line][0].upper()
            yield {"line": line, "reason": reason, "written": "", "practice_code": code, "patient_key": key,
                   "period_from": period.first, "period_to": period.end}  # fmt: skip


def notes(known: pa.Table) -> tuple[str, ...]:
    """What a receipt says of them: how many, why, which rows, and how what could not be read is written."""
    counts = pc.and_(pc.is_valid(known["product"]), pc.is_valid(known["issued_on"]))
    told = {COUNT: known.filter(counts), NAME: known.filter(pc.invert(counts))}
    return tuple(
        f"{len(rows)} {words}: {'; '.join(_by_reason(rows))}" for words, rows in told.items() if len(rows)
    )


def _by_reason(rows: pa.Table) -> Iterator[str]:
    lines, shapes = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for row in rows.to_pylist():
        lines[row["reason"]].append(str(row["line"]))
        shapes[row["reason"]] += [row["written"]] if row["written"] else []
    for reason, at in lines.items():
        written = list(dict.fromkeys(shapes[reason]))
        how = f", written {_some(written)}" if written else ""
        yield f"{reason} (row{'s' * (len(at) > 1)} {_some(at)}{how})"


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(words[:NAMED]) + more


def file_of(number: int) -> str:
    """Where it lies, below the store."""
    return f"quarantine/known.{number:08d}.parquet"


def write(store: Store, number: int, known: pa.Table) -> None:
    """Writes what is known of the rows kept back under a receipt, where there is any."""
    if len(known):
        write_parquet(known, store.folder / file_of(number))


def read(store: Store, number: int) -> pa.Table:
    """What is known of the rows kept back under a receipt; none where it has no file. Raises StoreError."""
    path = store.folder / file_of(number)
    try:
        return pq.read_table(path) if path.exists() else columns().empty_table()
    except (OSError, pa.ArrowException):
        raise StoreError(f"{path}: cannot be read. Run python -m etl verify.") from None
