"""What must be true of a store whatever happened to it, held against one that nothing happened to."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq

from etl.store import Receipt, Store, live
from etl.store.durable import digest
from etl.store.release_contents import Contents, contents
from etl.verify.store import differences

Rows = dict[tuple[str, str, str, str], str]  # entity, practice, first and last month → digest of the rows
NUMBERED = ("release_info", "quality_receipt", "quality_quarantine")  # differ by name, time, receipt numbers


class BrokenError(Exception):
    """A claim that a fault broke."""


def rows_of(store: Store, receipts: list[Receipt]) -> Rows:
    """The rows of every part of these receipts, by place."""
    return {
        (part.entity, part.practice, part.period_from, part.period_to): _rows(
            store.folder / part.path, digest(store.folder / part.path)
        )
        for receipt in receipts
        for part in receipt.parts
    }


@lru_cache(maxsize=10_000)
def _rows(path: Path, _: str) -> str:
    return hashlib.sha256(repr(pq.read_table(path).to_pylist()).encode()).hexdigest()


def landed(store: Store) -> Rows:
    """The rows that count."""
    return rows_of(store, list({r.number: r for r in live(store.receipts()).values()}.values()))


def served(store: Store, besides: tuple[str, ...] = NUMBERED[:1]) -> Contents:
    """The tables of the release that CURRENT names, but for those that say which release it is."""
    name = store.current()
    if name is None:
        raise BrokenError("CURRENT names no release")
    tables = contents(store.releases / f"{name}.duckdb")
    return {table: held for table, held in tables.items() if table not in besides}


def check(store: Store, before: list[Receipt], undisturbed: Rows) -> list[Receipt]:
    """The receipts on disk, having made sure that none is lost, that what each says is landed, every row as
    in a load that nothing happened to, and that verify finds no difference. Raises BrokenError."""
    receipts = store.receipts()
    if receipts[: len(before)] != before:
        raise BrokenError("a receipt that was there is lost or changed")
    for place, rows in rows_of(store, receipts).items():
        if undisturbed.get(place) != rows:
            raise BrokenError(f"{place}: not the rows of an undisturbed load")
    if found := differences(store):
        raise BrokenError("; ".join(found))
    return receipts
