"""Whatever does not add up after a retry is found and named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import etl.layouts
from etl.__main__ import main
from etl.quarantine import as_sent
from etl.quarantine import rows as quarantine_rows
from etl.quarantine.retry import retry
from etl.store import Receipt, Store
from etl.verify.store import differences
from tests.etl.conftest import Loader
from tests.etl.quarantine.layout_changes import corrected
from tests.etl.quarantine.test_bad_rows import table
from tests.etl.quarantine.test_retry import WRITTEN_SO, row


@pytest.fixture
def retried(put: Loader, store: Store, tmp_path: Path) -> Receipt:
    """A file of five rows: one loaded at once, two by a retry, one that waits, one that is lost."""
    dates = [row(n, issued_on=f"0{n + 6}/09/2026") for n in (2, 3)]
    put(table(row(1), *dates, row(4, issue_type="weekly"), row(5, patient_key="")))
    with corrected(tmp_path, etl.layouts, *WRITTEN_SO):
        (attempt,) = retry(store)
    assert attempt.after is not None
    assert differences(store) == []
    return attempt.after


def drop_last(path: Path) -> None:
    rows = pq.read_table(path)
    pq.write_table(rows.slice(0, len(rows) - 1), path)


def test_a_row_gone_from_the_history_is_named(store: Store, retried: Receipt) -> None:
    drop_last(store.folder / quarantine_rows.past_file_of(retried.number))
    found = "\n".join(differences(store))
    assert "not the 2 rows loaded of the receipt" in found
    assert f"those that left are not those of receipt {retried.number - 1}" in found


def test_a_history_that_is_gone_is_named(store: Store, retried: Receipt) -> None:
    (store.folder / quarantine_rows.past_file_of(retried.number)).unlink()
    assert "not the 2 rows loaded of the receipt" in "\n".join(differences(store))


def test_a_row_that_is_loaded_and_still_waits_is_named(store: Store, retried: Receipt) -> None:
    past = quarantine_rows.read_past(store, retried.number)
    again = [
        quarantine_rows.QuarantinedRow(past[0].line, past[0].reason, "{}"),
        *quarantine_rows.read(store, retried.number),
    ]
    quarantine_rows.write(store, retried.number, again)
    path = store.receipts_folder / f"{retried.number:08d}.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["rows_read"] += 1
    told["rows_quarantined"] += 1
    told["reasons"][past[0].reason] = 1
    told["sums"] = {}
    path.write_text(json.dumps(told), encoding="utf-8")
    assert differences(store) == [
        f"receipt {retried.number} ({retried.file}): its rows in quarantine and those that left are not "
        f"those of receipt {retried.number - 1}"
    ]


def test_rows_held_that_are_gone_are_named(store: Store, retried: Receipt) -> None:
    path = store.folder / as_sent.file_of(retried.number)
    drop_last(path)
    assert f"{as_sent.file_of(retried.number)}: " in "\n".join(differences(store))
    path.unlink()
    assert (
        f"{as_sent.file_of(retried.number)}: missing or unreadable; the receipt says 1 rows"
        in differences(store)
    )


def test_the_receipt_before_a_retry_is_missed(store: Store, retried: Receipt) -> None:
    (store.receipts_folder / f"{retried.number - 1:08d}.json").unlink()
    assert "the receipt before it is missing" in "\n".join(differences(store))


def test_loaded_rows_that_nobody_brought_are_named(store: Store, retried: Receipt) -> None:
    path = store.receipts_folder / f"{retried.number:08d}.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    (part,) = told["parts"]
    landing = store.folder / part["path"]
    rows = pq.read_table(landing)
    pq.write_table(rows.slice(1), landing)
    told["rows_read"] -= 1
    told["rows_loaded"] -= 1
    told["sums"] = {}
    part["rows"] -= 1
    path.write_text(json.dumps(told), encoding="utf-8")
    assert differences(store) == [
        f"receipt {retried.number} ({retried.file}): 2 rows loaded are not 1 before and 2 retried"
    ]


@pytest.mark.parametrize("damaged", [as_sent.file_of, quarantine_rows.file_of])
def test_a_damaged_file_stops_list_and_retry_with_a_sentence(
    store: Store, retried: Receipt, damaged: Callable[[int], str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = store.folder / damaged(retried.number)
    path.write_bytes(path.read_bytes()[:-9])
    before = path.read_bytes()
    for words in (["quarantine", "list"], ["retry"]):
        assert main([*words, "--store", str(store.folder)]) == 1
        assert f"{path}: cannot be read. Run python -m etl verify." in capsys.readouterr().err
    assert path.read_bytes() == before
    assert path.name in "\n".join(differences(store))
