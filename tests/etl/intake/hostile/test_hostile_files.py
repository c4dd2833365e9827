"""Files made to do harm are refused at once, in words, and leave nothing but their hash and size."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from etl.intake.workbooks.reader import READER
from etl.load import load
from etl.store import Receipt, Store
from tests.etl import extracts
from tests.etl.conftest import landed
from tests.etl.extracts import Issue
from tests.etl.intake.hostile.harmful import BOOK, XLSX
from tests.etl.intake.hostile.hostile_files import ARCHIVES, TEXTS, WORKBOOKS

PROMISED_MB = 200
MOST_WORK = 10  # seconds of processors, not of a clock; 2 are promised, more may go on a busy machine
ALL = {**{f"ZIP: {k}": v for k, v in ARCHIVES.items()}, **{f"XLSX: {k}": v for k, v in WORKBOOKS.items()},
       **{f"text: {k}": v for k, v in TEXTS.items()}}  # fmt: skip


def measured(load_it: Callable[[], list[Receipt]]) -> tuple[list[Receipt], float, float]:
    """What a load returns, its seconds of processors, and by how many MB this process grew meanwhile."""
    gc.collect()
    seen = psutil.Process()
    before = peak = seen.memory_info().rss
    done = threading.Event()

    def look() -> None:
        nonlocal peak
        while not done.wait(0.005):
            peak = max(peak, seen.memory_info().rss)

    thread = threading.Thread(target=look)
    thread.start()
    begun = work()
    try:
        receipts = load_it()
    finally:
        done.set()
        thread.join()
    return receipts, work() - begun, (peak - before) / 1e6


def work() -> float:
    """Seconds of processors that this process and those it started have had."""
    alive = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return sum(os.times()[:4]) + sum(spent.user + spent.system for spent in alive)


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """The process that reads workbooks is up: that is paid once a load, not once a file."""
    READER.table(BOOK, 1)


def check_left(store: Store, receipt: Receipt, path: Path) -> None:
    """Of a refused file nothing is in the store but its receipt, with hash and size."""
    assert (receipt.outcome, receipt.rows_read, receipt.parts) == ("refused", 0, ())
    assert len(receipt.sha256) == 64
    assert receipt.bytes == path.stat().st_size or "/" in receipt.file  # of a ZIP, the member's
    assert list(store.quarantine.glob("*")) == []
    assert {p.parent.parent.name for p in store.landing.rglob("*.parquet")} == {"practices", "list_sizes"}


@pytest.mark.parametrize("key", ALL)
def test_a_hostile_file_is_refused_at_once(store: Store, tmp_path: Path, key: str) -> None:
    name, made, words = ALL[key]
    path = tmp_path / "in" / name
    path.parent.mkdir()
    path.write_bytes(made())
    (receipt,), seconds, mb = measured(lambda: load([path], store))
    check_left(store, receipt, path)
    (reason,) = receipt.reasons
    assert words in reason
    assert reason.endswith(".")
    assert seconds < MOST_WORK
    assert mb < PROMISED_MB * 1.5


def test_a_line_of_a_gigabyte_is_refused_after_its_first_million_letters(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "TST01_issues_2026-09.csv"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 10_000_000)
    (receipt,), seconds, mb = measured(lambda: load([path], store))
    path.unlink()
    assert "line 1 is longer than 1,000,000 characters" in next(iter(receipt.reasons))
    assert receipt.bytes == 1_000_000_000
    assert seconds < MOST_WORK
    assert mb < 50


@pytest.mark.parametrize(
    "name", ["TST01_issues_2026-09.csv", "TST01_issues_2026-09.xlsx", "TST01_2026-09.zip"]
)
def test_a_file_larger_than_any_extract_is_not_read(store: Store, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(50_000_000_000)  # sparse: it takes no room
    (receipt,), seconds, mb = measured(lambda: load([path], store))
    path.unlink()
    assert "the file is larger than" in next(iter(receipt.reasons))
    assert receipt.bytes == 50_000_000_000
    assert (seconds < MOST_WORK, mb < 50) == (True, True)


def test_the_next_good_files_load(store: Store, tmp_path: Path) -> None:
    bad = {
        "TST01_issues_2026-04.xlsx": WORKBOOKS["last cell, blanks"],
        "TST01_issues_2026-05.xlsx": WORKBOOKS["one text in many cells"],
        "TST01_issues_2026-06.csv": TEXTS["a line without end"],
        "TST01_issues_2026-07.zip": ARCHIVES["says it is small"],
    }
    for name, (_, made, _) in bad.items():
        (tmp_path / name).write_bytes(made())
    (tmp_path / XLSX).write_bytes(BOOK)
    extracts.write(tmp_path, "TST02_issues_2026-09", "plain", extracts.issues("plain", [Issue()], "TST02"))
    receipts = load([tmp_path / name for name in (*bad, XLSX, "TST02_issues_2026-09.csv")], store)
    assert [r.outcome for r in receipts] == ["refused"] * 4 + ["accepted"] * 2
    assert len(landed(store, "issues")) == 3
