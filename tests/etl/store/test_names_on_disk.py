"""What a store calls its files and fields stays, whatever the code calls them."""

from __future__ import annotations

import json
from pathlib import Path

import etl.layouts
from etl.quarantine.retry import retry
from etl.store import Store
from etl.verify.store import differences
from tests.etl.conftest import Loader
from tests.etl.quarantine.layout_changes import corrected
from tests.etl.quarantine.test_bad_rows import table
from tests.etl.quarantine.test_retry import WRITTEN_SO, row

RECEIPT = [
    "file", "entity", "practice", "period", "outcome", "rows_read", "rows_loaded", "rows_quarantined",
    "reasons", "layout", "sha256", "bytes", "parts", "number", "rows_held", "rows_known", "known", "retry",
    "columns", "columns_missing", "notes", "rows_left_out", "sums",
]  # fmt: skip
PART = ["entity", "practice", "period_from", "period_to", "path", "rows", "piece", "of"]
RETRY = ["of", "first", "times", "on", "tried", "released", "replaced"]
SINCE = ["rows_held", "rows_known", "known", "retry", "columns", "columns_missing", "notes", "rows_left_out",
         "sums"]  # fmt: skip  # fields that the first stores did not have


def retried(put: Loader, store: Store, tmp_path: Path) -> Path:
    """The receipt of a file of which a row was loaded, one by a retry, one is held and one waits unheld."""
    put(table(row(1), row(2, issued_on="08/09/2026"), row(3, issue_type="weekly"), row(4, patient_key="")))
    with corrected(tmp_path, etl.layouts, *WRITTEN_SO):
        (attempt,) = retry(store)
    assert attempt.after is not None
    return store.receipts_folder / f"{attempt.after.number:08d}.json"


def test_a_receipt_and_what_it_brought_have_their_names(put: Loader, store: Store, tmp_path: Path) -> None:
    path = retried(put, store, tmp_path)
    raw, number = json.loads(path.read_text(encoding="utf-8")), path.stem
    assert (list(raw), list(raw["parts"][0]), list(raw["retry"])) == (RECEIPT, PART, RETRY)
    assert sorted(raw["sums"]) == [
        f"landing/issues/TST01/2026-09.{number}.parquet",
        f"quarantine/{number}.parquet",
        f"quarantine/held.{number}.parquet",
        f"quarantine/known.{number}.parquet",
        f"quarantine/past.{number}.parquet",
    ]


def test_receipts_of_the_first_stores_are_read(put: Loader, store: Store) -> None:
    put(table(row(1), row(2)))
    for path in store.receipts_folder.glob("*.json"):
        raw = json.loads(path.read_text(encoding="utf-8"))
        first = {name: value for name, value in raw.items() if name not in SINCE}
        path.write_text(json.dumps(first), encoding="utf-8")
    assert [receipt.rows_loaded for receipt in Store(store.folder).receipts()][-1] == 2
    assert differences(Store(store.folder)) == []
