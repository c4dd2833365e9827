"""Rows that were held, through the privacy gate and every check again, as if their file had come just now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.contract import Entity, entities
from etl.intake.encoded import cells_of, encoded
from etl.intake.landing.land import AREA, new_part
from etl.intake.landing.loaded_parts import Loaded
from etl.intake.privacy.gate import Unread, check
from etl.intake.refusal import RefusedError
from etl.intake.report.match import Match, match
from etl.intake.report.period import Period, period_named
from etl.intake.row import Row
from etl.intake.typed.conform import Conformed, conform
from etl.intake.typed.copies import copies
from etl.intake.typed.values import arrow_type, schema
from etl.layouts import layouts_of
from etl.quarantine.as_sent import RowsAsSent
from etl.store import Part, Receipt, Store, StoreError

ELSEWHERE = "its months are held by another extract"
UNLISTED = "practice_code is not in the practice list"
NOT_ITS = "practice_code is not the practice of its file"


@dataclass(frozen=True)
class Reread:
    """Rows of one file read again, what is wrong with which of them, and where they belong."""

    made: Conformed
    found: Match
    period: Period
    on: str  # when, UTC
    replaced: frozenset[str]  # practices of the file that have sent its months again since
    elsewhere: frozenset[int]  # lines of the rows that belong to such a practice

    def passed(self) -> dict[str, pa.Table]:
        """The rows that may be loaded now, by practice; an area's file is one."""
        good = self.made.good() & ~np.isin(self.made.lines, sorted(self.elsewhere))
        table = self.made.table(np.flatnonzero(good))
        if self.made.entity.extract == "area":
            return {AREA: table} if len(table) else {}
        codes = pc.unique(table["practice_code"]).to_pylist()
        return {code: table.filter(pc.equal(table["practice_code"], code)) for code in codes}


def reread(loaded: Loaded, before: Receipt, rows: RowsAsSent, always_refuse: bool) -> Reread:
    """Held rows of the file of receipt `before`, read by today's layouts and contract.

    Raises RefusedError where no layout fits any more, IdentifierError where the gate finds what it did not.
    """
    found = match([Row(1, list(rows.headers))], layouts_of(loaded.store.folder))
    if found.entity != before.entity:
        raise RefusedError(f"its columns are now those of {found.entity}. Load the file again.")
    entity, period = entities()[before.entity], period_named(before.period)
    if period is None:
        raise RefusedError("its receipt names no period. Load the file again.")
    landed = pa.concat_tables(
        [
            landed_rows(loaded.store, part, entity)
            for part in before.parts
            if part in loaded.live and part.rows
        ]
        or [_no_rows(entity)]
    )
    among = cells_of(_among(rows.rows, landed, found, entity))
    withheld = check(found, among, Unread(found), always_refuse)
    withheld = {row: words for row, words in withheld.items() if row < len(rows.rows)}
    made = conform(cells_of(rows.rows), found, entity, rows.practice, period, withheld)
    _note_copies(made, landed)
    replaced = frozenset(part.practice for part in before.parts if part not in loaded.live)
    elsewhere = _note_places(loaded, before, made, rows.practice, period, replaced)
    now = dt.datetime.now(dt.UTC).replace(microsecond=0, tzinfo=None).isoformat()
    return Reread(made, found, period, now, replaced, elsewhere)


def landed_rows(store: Store, part: Part, entity: Entity) -> pa.Table:
    """The rows of a part, in the contract's columns. Raises StoreError where they cannot be read."""
    try:
        rows = pq.read_table(store.folder / part.path)
        for column in entity.columns.values():
            if column.name not in rows.column_names and not column.required:  # landed before it was asked for
                rows = rows.append_column(column.name, pa.nulls(len(rows), arrow_type(column)))
        return rows.select(list(entity.columns))
    except (OSError, KeyError, pa.ArrowException):
        raise StoreError(f"{store.folder / part.path}: cannot be read. Run python -m etl verify.") from None


def first_number(receipt: Receipt) -> int:
    """The receipt under which a file came in, before any retry."""
    return receipt.retry.first if receipt.retry else receipt.number


def _among(rows: pa.Table, landed: pa.Table, found: Match, entity: Entity) -> pa.Table:
    """The rows, then the pseudonyms and codes of those landed, since the gate judges chance by column."""
    columns = [pa.array([0] * len(landed), pa.int64())]
    for target in found.targets:
        column = entity.columns.get(target)
        if column is not None and column.type in ("key", "code", "identifier"):
            columns.append(pc.fill_null(landed[target], ""))
        else:
            columns.append(pa.array([""] * len(landed), pa.string()))
    return pa.concat_tables([rows, pa.table(columns, schema=rows.schema)])


def _note_copies(made: Conformed, landed: pa.Table) -> None:
    """Gives a reason to the rows that say again what a row of their file that is loaded says."""
    together = pa.concat_tables([landed, made.table()])
    columns = {name: encoded(together[name]) for name in together.column_names}
    good = np.concatenate([np.ones(len(landed), dtype=bool), made.good()])
    for row, words in copies(columns, made.entity.key, good).items():
        if row >= len(landed):
            made.problems[row - len(landed)].append(words)


def _note_places(
    loaded: Loaded,
    before: Receipt,
    made: Conformed,
    practice: str | None,
    period: Period,
    replaced: frozenset[str],
) -> frozenset[int]:
    """Gives a reason to the rows of practices that they cannot be loaded for; the lines of those whose months
    have been sent again since."""
    area, elsewhere, codes = made.entity.extract == "area", set[int](), made.columns["practice_code"]
    here = {part.practice for part in before.parts} - replaced
    for code in pc.unique(codes.values).drop_null().to_pylist():
        rows = codes.where(pc.equal(codes.values, code))
        rivals = [] if area or code in here else _rivals(loaded, made.entity, code, period)
        newer = any(first_number(loaded.live[part]) > first_number(before) for part in rivals)
        if made.entity.name != "practices" and code not in loaded.practices:
            made.note(rows, UNLISTED)
        elif practice and code != practice:
            made.note(rows, NOT_ITS)
        elif code in replaced or newer:
            elsewhere |= set(made.lines[rows].tolist())
        elif rivals:
            made.note(rows, ELSEWHERE)
    return frozenset(elsewhere)


def _rivals(loaded: Loaded, entity: Entity, code: str, period: Period) -> list[Part]:
    return loaded.rivals(new_part(entity, code, period, 0, 0))


def _no_rows(entity: Entity) -> pa.Table:
    return schema(entity).empty_table().select(list(entity.columns))
