"""Does the store still hold what the receipts say, and does the release show it?"""

from __future__ import annotations

import duckdb

from etl.store import Receipt, Store, live


def differences(store: Store) -> list[str]:
    """Every difference between receipts, landing, quarantine and the published release, in words."""
    receipts = store.receipts()
    con = duckdb.connect()
    found = [words for receipt in receipts for words in _receipt(con, store, receipt)]
    parts = live(receipts)
    for part in parts:
        found += _rows(con, store, part.path, part.rows)
    return found + _release(store, receipts, sum(p.rows for p in parts if p.entity == "issues"))


def _receipt(con: duckdb.DuckDBPyConnection, store: Store, receipt: Receipt) -> list[str]:
    name = f"receipt {receipt.number} ({receipt.file})"
    found = []
    if receipt.rows_read != receipt.rows_loaded + receipt.rows_quarantined:
        found.append(f"{name}: {receipt.rows_read} rows read are not loaded plus quarantined")
    if receipt.parts and receipt.rows_loaded != sum(p.rows for p in receipt.parts):
        found.append(f"{name}: {receipt.rows_loaded} rows loaded are not the sum of its parts")
    if receipt.rows_quarantined:
        path = f"quarantine/{receipt.number:08d}.parquet"
        found += _rows(con, store, path, receipt.rows_quarantined) or _reasons(con, store, path, receipt)
    return found


def _rows(con: duckdb.DuckDBPyConnection, store: Store, path: str, expected: int) -> list[str]:
    try:
        row = con.execute("SELECT count(*) FROM read_parquet($p)", {"p": str(store.folder / path)}).fetchone()
    except duckdb.Error:
        return [f"{path}: missing or unreadable; the receipt says {expected} rows"]
    return (
        []
        if row and row[0] == expected
        else [f"{path}: {row[0] if row else 0} rows; the receipt says {expected}"]
    )


def _reasons(con: duckdb.DuckDBPyConnection, store: Store, path: str, receipt: Receipt) -> list[str]:
    """Whether the quarantine still gives the reasons of the receipt, each as often."""
    try:
        kept = con.execute(
            "SELECT reason, count(*) FROM read_parquet($p) GROUP BY reason", {"p": str(store.folder / path)}
        ).fetchall()
    except duckdb.Error:
        return [f"{path}: damaged; the receipt says {receipt.rows_quarantined} rows"]
    return [] if dict(kept) == receipt.reasons else [f"{path}: its reasons are not those of the receipt"]


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
