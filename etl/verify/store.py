"""Does the store still hold what the receipts say, and does the release show it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.quarantine import known_issues
from etl.quarantine import rows as quarantine_rows
from etl.store import Receipt, Store, files_of, live, number_of
from etl.verify import release, retried_rows


def differences(store: Store) -> list[str]:
    """Every difference between receipts, landing, quarantine and the published releases, in words."""
    receipts = store.receipts()
    parts = live(receipts)
    counting = _with_earlier(receipts, {receipt.number for receipt in parts.values()})
    found = [words for receipt in receipts for words in _receipt(receipt)]
    for receipt in receipts:
        if receipt.number in counting and receipt.rows_quarantined:
            found += _quarantine(store, receipt)
        if receipt.number in counting and receipt.rows_known:
            found += _whole(store, known_issues.file_of(receipt.number), receipt.rows_known, receipt)
    found += retried_rows.differences(store, receipts, {receipt.number for receipt in parts.values()})
    for part, receipt in parts.items():
        found += _whole(store, part.path, part.rows, receipt)
    return [*found, *_nameless(store, receipts), *release.differences(store, receipts)]


def _with_earlier(receipts: list[Receipt], counting: set[int]) -> set[int]:
    """The receipts that count, and those before a retry of theirs: the history of rows that waited."""
    for receipt in reversed(receipts):
        if receipt.retry and receipt.number in counting:
            counting = counting | {receipt.retry.of}
    return counting


def _receipt(receipt: Receipt) -> Iterator[str]:
    name = f"receipt {receipt.number} ({receipt.file})"
    if receipt.rows_read != receipt.rows_loaded + receipt.rows_quarantined:
        yield f"{name}: {receipt.rows_read} rows read are not loaded plus quarantined"
    if receipt.parts and receipt.rows_loaded != sum(p.rows for p in receipt.parts):
        yield f"{name}: {receipt.rows_loaded} rows loaded are not the sum of its parts"


def _whole(store: Store, path: str, expected: int, receipt: Receipt) -> list[str]:
    """Whether a file that a receipt brought holds as many rows as it says, undamaged."""
    told = f"the receipt says {expected} rows. Restore it from a backup, or load {receipt.file} again"
    try:
        with pq.ParquetFile(store.folder / path) as file:
            rows = file.metadata.num_rows
        if path not in receipt.sums:  # from before sums were kept: every value is read
            rows = sum(batch.num_rows for batch in _batches(store.folder / path))
    except (OSError, pa.ArrowException):
        return [f"{path}: missing or unreadable; {told}"]
    if rows != expected:
        return [f"{path}: {rows} rows; {told}"]
    if not store.is_whole(receipt, path):
        return [f"{path}: damaged, or changed since it was written; {told}"]
    return []


def _quarantine(store: Store, receipt: Receipt) -> list[str]:
    """Whether the quarantine holds the rows of the receipt, for its reasons."""
    path, expected = quarantine_rows.file_of(receipt.number), receipt.rows_quarantined
    told = f"Restore it from a backup, or load {receipt.file} again"
    reasons: Counter[str] = Counter()
    try:
        for batch in _batches(store.folder / path):
            reasons.update(batch["reason"].to_pylist())
    except (OSError, KeyError, pa.ArrowException):
        return [f"{path}: missing or unreadable; the receipt says {expected} rows. {told}"]
    if reasons.total() != expected:
        return [f"{path}: {reasons.total()} rows; the receipt says {expected}. {told}"]
    if reasons != receipt.reasons:
        return [f"{path}: its reasons are not those of the receipt. {told}"]
    if not store.is_whole(receipt, path):
        return [f"{path}: damaged, or changed since it was written. {told}"]
    return []


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Every value of a file, each page held against its checksum."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        yield from file.iter_batches()


def _nameless(store: Store, receipts: list[Receipt]) -> Iterator[str]:
    """Files of rows that no receipt names, but for those a load that died has left: the next removes them."""
    named = {path for receipt in receipts for path in files_of(receipt)}
    last = max((receipt.number for receipt in receipts), default=0)
    for path in sorted(store.data_files()):
        name, number = path.relative_to(store.folder).as_posix(), number_of(path)
        if name not in named and number <= last:
            yield f"{name}: no receipt names it. Restore receipt {number} from a backup, or remove the file"
