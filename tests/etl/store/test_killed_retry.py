"""A retry killed at any step leaves each row either in quarantine or loaded, never both and never neither."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

import etl.layouts
from etl.load import load
from etl.quarantine import rows as quarantine_rows
from etl.quarantine.listing import waiting
from etl.store import Store
from etl.verify.store import differences
from tests.etl import extracts
from tests.etl.conftest import landed
from tests.etl.extracts import Issue
from tests.etl.store.test_killed import dead_at_sync, leftovers

SYNCS = 11  # of a file: five files of rows and their four folders; receipt, its folder
MONTHS = ("2026-07", "2026-08", "2026-09")
MOMENTS = random.Random(20261122)


@pytest.fixture
def layouts(tmp_path: Path) -> Path:
    """The layouts, that of EMIS knowing the issue type "Weekly"."""
    folder = shutil.copytree(etl.layouts.FOLDER, tmp_path / "layouts", ignore=shutil.ignore_patterns("*.py"))
    text = (folder / "emis.toml").read_text(encoding="utf-8")
    new = text.replace('"Acute" = "acute"', '"Acute" = "acute"\n"Weekly" = "repeat"')
    (folder / "emis.toml").write_text(new, encoding="utf-8")
    return folder


@pytest.fixture
def waits(store: Store, tmp_path: Path) -> Store:
    """Three months of which each has one row loaded, one that can be mended and one that cannot."""
    for month in MONTHS:
        day = Issue().day.replace(month=int(month[-2:]))
        rows = [
            Issue("PAT0001", day),
            Issue("PAT0002", day, kind="Weekly"),
            Issue("PAT0003", day, kind="Never"),
        ]
        lines = extracts.issues("emis", rows, period=month)
        load([extracts.write(tmp_path / "in", f"TST01_issues_{month}", "emis", lines)], store)
    return store


def died(n: int, store: Store, layouts: Path) -> int | None:
    """How a retry ended that dies when the n-th file or folder is being made to last."""
    return dead_at_sync(n, ["retry"], store, layouts)


def each_row_once(store: Store) -> int:
    """How many rows are loaded, having made sure that no row is lost or doubled."""
    assert differences(store) == []
    loaded = [(r["issued_on"], r["patient_key"]) for r in landed(store, "issues")]
    assert len(set(loaded)) == len(loaded)
    assert len(loaded) + len(waiting(store)) == 3 * len(MONTHS)
    return len(loaded)


def test_a_retry_that_dies_at_any_step(waits: Store, layouts: Path) -> None:
    for sync in (1, 4, 7, 10):  # what the receipt names; a folder of it; the receipt
        assert died(sync, waits, layouts) == 9
        assert each_row_once(waits) == 3
    assert died(SYNCS, waits, layouts) == 9  # the receipt is in place, its folder not yet made to last
    assert each_row_once(waits) == 4


def test_retries_that_die_again_and_again_end_where_one_would(waits: Store, layouts: Path) -> None:
    loaded = 3
    for _ in range(2):
        assert died(MOMENTS.randint(2, 2 * SYNCS), waits, layouts) in (0, 9)
        loaded, before = each_row_once(waits), loaded
        assert loaded >= before
    assert died(1000, waits, layouts) == 0
    assert each_row_once(waits) == 6
    assert leftovers(waits) == []
    history = [row for r in waits.receipts() if r.retry for row in quarantine_rows.read_past(waits, r.number)]
    assert [row.became for row in history] == ["loaded"] * 3
