"""A load or a build killed at any moment leaves a store that is whole, and both can be run again."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl.build import build
from etl.intake import held, quarantine
from etl.load import load
from etl.store import Store
from etl.verify import differences
from measures import policy
from tests.etl import extracts
from tests.etl.conftest import ROOT, landed
from tests.etl.extracts import Issue

FILES = 20
MOMENTS = random.Random(20261122)
# Dies as after kill -9, nothing cleaned up, when the n-th file or folder is being made to last.
AT_SYNC = """
import os, sys
from etl.__main__ import main
left, sync = int(sys.argv.pop(1)), os.fsync
def dying(handle):
    global left
    left -= 1
    if left == 0:
        os._exit(9)
    sync(handle)
os.fsync = dying
sys.exit(main())
"""


def day(n: int) -> date:
    return date(2024 + n // 12, n % 12 + 1, 5)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty extracts; in every second a row that does not fit."""
    folder = tmp_path_factory.mktemp("many")
    for n in range(FILES):
        rows = [Issue(f"PAT{n:04d}", day(n)), Issue(f"PAT{n + 100:04d}", day(n))]
        lines = extracts.issues("plain", rows)
        if not n % 2:
            lines[1][6] = "many"
        extracts.write(folder, f"TST01_issues_{day(n):%Y-%m}", "plain", lines)
    return folder


def killed(words: list[str], store: Store, sign: str) -> int:
    """Starts a command, kills it when it prints a line that starts with `sign`, returns how it ended."""
    command = [sys.executable, "-m", "etl", *words, "--store", str(store.folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stderr is not None
        assert any(line.startswith(sign) for line in process.stderr)
        process.kill()
        return process.wait()


def dead_at_sync(n: int, words: list[str], store: Store) -> int:
    command = [sys.executable, "-c", AT_SYNC, str(n), *words, "--store", str(store.folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True).returncode


def leftovers(store: Store) -> list[str]:
    """Files half written, and files of data that no receipt names."""
    named = {part.path for receipt in store.receipts() for part in receipt.parts}
    for r in store.receipts():
        named |= {quarantine.file_of(r.number)} if r.rows_quarantined else set()
        named |= {held.file_of(r.number)} if r.rows_held else set()
        named |= {quarantine.past_file_of(r.number)} if r.retry else set()
    found = {p.relative_to(store.folder).as_posix() for p in store.folder.rglob("*") if p.is_file()}
    return sorted(f for f in found - named if f.endswith((".parquet", ".part")) or "/.building" in f)


def whole_after_loading_again(store: Store, many: Path) -> None:
    assert differences(store) == []
    done = sum(1 for r in store.receipts() if r.entity == "issues" and r.parts)
    outcomes = [r.outcome for r in load([many], store)]
    assert (outcomes.count("duplicate"), len(outcomes)) == (done, FILES)
    assert "refused" not in outcomes
    assert len(landed(store, "issues")) == FILES * 3 // 2
    assert (differences(store), leftovers(store)) == ([], [])


def test_a_load_killed_while_files_come_in(store: Store, many: Path) -> None:
    for at in sorted(MOMENTS.sample(range(2, 15), 2)):  # the second time it first meets what it loaded
        assert killed(["load", str(many)], store, f"{at} of {FILES}") != 0
        assert sum(1 for r in store.receipts() if r.outcome != "duplicate") >= at
        assert differences(store) == []
    whole_after_loading_again(store, many)


def test_a_load_that_dies_at_a_step(store: Store, many: Path) -> None:
    # Of a first file: 1 its part, 3 the rows held, 5 its quarantine, 7 its receipt; each folder comes after.
    for sync in (1, 3, 5, 7):
        assert dead_at_sync(sync, ["load", str(many)], store) == 9
        assert leftovers(store) != []
        assert [r.entity for r in store.receipts()] == ["practices", "list_sizes"]
        with store.writing():  # whoever writes next, and whatever it loads
            assert leftovers(store) == []
    whole_after_loading_again(store, many)


def served(store: Store) -> str:
    """The release CURRENT names, having read it."""
    with duckdb.connect(str(store.releases / f"{store.current()}.duckdb"), read_only=True) as con:
        row = con.execute("SELECT release, (SELECT count(*) FROM measure_month) FROM release_info").fetchone()
    assert row is not None
    assert row[1] > 0
    return str(row[0])


def test_a_build_killed_at_any_moment(released: Store) -> None:
    before = released.current()
    assert killed(["build"], released, MOMENTS.choice(["reading products", "supply", "patient_month"])) != 0
    assert (served(released), differences(released)) == (before, [])
    # 1 the new release, 2 the folder it was moved to, 3 CURRENT.
    for sync in (1, 2, 3):
        assert dead_at_sync(sync, ["build"], released) == 9
        assert (served(released), differences(released)) == (before, [])
        assert leftovers(released) != [] or sync == 2
    again = build(released, policy.load())
    assert (served(released), differences(released), leftovers(released)) == (again, [], [])
    assert not (released.folder / "scratch").exists()
