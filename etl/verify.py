"""Does the store still hold what the receipts say, and does the release show it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from etl import retries
from etl.intake import quarantine
from etl.store import Part, Receipt, Store, live


def differences(store: Store) -> list[str]:
    """Every difference between receipts, landing, quarantine and the published release, in words."""
    receipts = store.receipts()
    found = [words for receipt in receipts for words in _receipt(store, receipt)]
    parts = live(receipts)
    found += retries.differences(store, receipts, {receipt.number for receipt in parts.values()})
    for part in parts:
        found += _part(store, part)
    return found + _release(store, receipts, sum(p.rows for p in parts if p.entity == "issues"))


def _receipt(store: Store, receipt: Receipt) -> list[str]:
    name = f"receipt {receipt.number} ({receipt.file})"
    found = []
    if receipt.rows_read != receipt.rows_loaded + receipt.rows_quarantined:
        found.append(f"{name}: {receipt.rows_read} rows read are not loaded plus quarantined")
    if receipt.parts and receipt.rows_loaded != sum(p.rows for p in receipt.parts):
        found.append(f"{name}: {receipt.rows_loaded} rows loaded are not the sum of its parts")
    if receipt.rows_quarantined:
        found += _quarantine(store, receipt)
    return found


def _part(store: Store, part: Part) -> list[str]:
    try:
        rows = sum(batch.num_rows for batch in _batches(store.folder / part.path))
    except (OSError, pa.ArrowException):
        return [f"{part.path}: missing or unreadable; the receipt says {part.rows} rows"]
    return [] if rows == part.rows else [f"{part.path}: {rows} rows; the receipt says {part.rows}"]


def _quarantine(store: Store, receipt: Receipt) -> list[str]:
    """Whether the quarantine holds the rows of the receipt, for its reasons."""
    path, expected = quarantine.file_of(receipt.number), receipt.rows_quarantined
    kept: Counter[str] = Counter()
    try:
        for batch in _batches(store.folder / path):
            kept.update(batch["reason"].to_pylist())
    except (OSError, KeyError, pa.ArrowException):
        return [f"{path}: missing or unreadable; the receipt says {expected} rows"]
    if kept.total() != expected:
        return [f"{path}: {kept.total()} rows; the receipt says {expected}"]
    return [] if kept == receipt.reasons else [f"{path}: its reasons are not those of the receipt"]


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Every value of a file, each page held against its checksum."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        yield from file.iter_batches()


def _release(store: Store, receipts: list[Receipt], issues: int) -> list[str]:
    release = store.current()
    if release is None:
        return []
    path = store.releases / f"{release}.duckdb"
    try:
        con = duckdb.connect(str(path), read_only=True)
        published = con.execute("SELECT coalesce(sum(issues), 0) FROM product").fetchall()[0][0]
        last = con.execute("SELECT coalesce(max(number), 0) FROM quality_receipt").fetchall()[0][0]
    except duckdb.Error:
        return [f"release {release}: missing or unreadable. Build again, or roll back to another release."]
    newer = [r for r in receipts if r.number > last and r.parts]
    if newer:
        return []  # loaded since: the next build publishes them
    if published != issues:
        return [f"release {release}: {published} issues published, {issues} landed"]
    return []
