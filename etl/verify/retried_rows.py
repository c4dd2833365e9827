"""Does every retry account for each row it found in quarantine, and is what can be retried still held?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from etl.intake.landing.loaded_parts import place
from etl.quarantine import as_sent
from etl.quarantine import rows as quarantine_rows
from etl.store import Receipt, Store, StoreError


def differences(store: Store, receipts: list[Receipt], counting: set[int]) -> Iterator[str]:
    """Every difference, in words. `counting`: the numbers of the receipts of which something counts."""
    by_number = {receipt.number: receipt for receipt in receipts}
    for receipt in receipts:
        if receipt.number in counting and receipt.rows_held:
            yield from _rows_as_sent(store, receipt)
        if receipt.retry:
            yield from _retry(store, receipt, by_number.get(receipt.retry.of))


def _rows_as_sent(store: Store, receipt: Receipt) -> Iterator[str]:
    path, expected = as_sent.file_of(receipt.number), receipt.rows_held
    try:
        told = as_sent.read(store, receipt.number)
        waiting = {row.line for row in quarantine_rows.read(store, receipt.number)}
    except (StoreError, TypeError):
        told = None
    if told is None:
        yield f"{path}: missing or unreadable; the receipt says {expected} rows"
    elif len(told.rows) != expected:
        yield f"{path}: {len(told.rows)} rows; the receipt says {expected}"
    elif not told.lines() <= waiting:
        yield f"{path}: holds rows that are not in quarantine"


def _retry(store: Store, after: Receipt, before: Receipt | None) -> Iterator[str]:
    """A retry against the receipt before it: each row that waited is loaded, replaced or waiting still."""
    told, name = after.retry, f"receipt {after.number} ({after.file})"
    if told is None or before is None:
        yield f"{name}: retried, but the receipt before it is missing"
        return
    try:
        past = quarantine_rows.read_past(store, after.number)
        left = _lines(quarantine_rows.read(store, after.number))
        waited = _lines(quarantine_rows.read(store, before.number))
    except (StoreError, TypeError):
        yield f"{quarantine_rows.past_file_of(after.number)}: missing or unreadable, or its quarantine is"
        return
    became = Counter(row.became for row in past)
    if (became["loaded"], became["replaced"]) != (told.released, told.replaced):
        path = quarantine_rows.past_file_of(after.number)
        yield f"{path}: not the {told.released} rows loaded of the receipt"
    if waited != left + _lines(past):
        yield f"{name}: its rows in quarantine and those that left are not those of receipt {before.number}"
    here = {place(part) for part in after.parts}
    rows = sum(part.rows for part in before.parts if place(part) in here)
    if after.rows_loaded != rows + told.released:
        yield f"{name}: {after.rows_loaded} rows loaded are not {rows} before and {told.released} retried"


def _lines(rows: Iterable[quarantine_rows.QuarantinedRow | quarantine_rows.PastRow]) -> Counter[int]:
    return Counter(row.line for row in rows)
