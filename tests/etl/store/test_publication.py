"""A release is served whole or not at all, and the last good one whatever happens."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from etl import build as building
from etl.__main__ import main
from etl.build import CheckError, build
from etl.store import Store, StoreError, releases
from etl.verify.store import differences
from measures import policy
from tests.etl.conftest import ROOT

READER = """
import sys, time, duckdb
from etl.store import Store
store, seen, reads = Store(sys.argv[1]), set(), 0
print("reading", flush=True)
while not (store.folder / "stop").exists():
    name = store.current()
    with duckdb.connect(str(store.releases / f"{name}.duckdb"), read_only=True) as con:
        (release,) = con.execute("SELECT release FROM release_info").fetchone()
        (rows,) = con.execute("SELECT count(*) FROM measure_month").fetchone()
    if release != name or not rows:
        sys.exit(f"{name} holds {release} with {rows} rows")
    seen.add(name)
    reads += 1
    time.sleep(0.01)
print(len(seen), reads)
"""


def release_info(store: Store, release: str) -> str:
    with duckdb.connect(str(store.releases / f"{release}.duckdb"), read_only=True) as con:
        row = con.execute("SELECT release FROM release_info").fetchone()
    return str(row[0]) if row else ""


def test_current_names_a_whole_release_while_builds_run(released: Store) -> None:
    command = [sys.executable, "-c", READER, str(released.folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        for _ in range(2):
            build(released, policy.load())
        (released.folder / "stop").touch()
        out, err = reader.communicate(timeout=60)
    assert (reader.returncode, err) == (0, "")
    releases, reads = (int(n) for n in out.split())
    assert releases >= 2
    assert reads > releases


def test_a_check_that_fails_publishes_nothing(
    released: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, kept = released.current(), sorted(released.releases.iterdir())
    checks = tmp_path / "checks"
    checks.mkdir()
    (checks / "nobody_takes_morphine.sql").write_text("SELECT 'Zomorph' AS product", encoding="utf-8")
    monkeypatch.setattr(building, "CHECKS", checks)
    with pytest.raises(CheckError, match='the check "nobody takes morphine" fails, first at'):
        build(released, policy.load())
    assert main(["build", "--anyway", "--store", str(released.folder)]) == 1
    assert (released.current(), sorted(released.releases.iterdir())) == (before, kept)
    assert not (released.folder / "scratch").exists()
    monkeypatch.undo()
    assert differences(released) == []


def test_releases_are_kept_and_an_earlier_one_can_be_served(
    released: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    first = released.current()
    assert first is not None
    second = build(released, policy.load())
    assert releases.names(released) == [first, second]
    assert main(["releases", "--serve", first, "--store", str(released.folder)]) == 0
    assert capsys.readouterr().out == f"{first}  (served)\n{second}\n"
    assert released.current() == first
    assert release_info(released, first) == first
    assert differences(released) == []
    with pytest.raises(StoreError, match="there is no release tomorrow"):
        releases.roll_back(released, "tomorrow")
    assert released.current() == first


def test_a_store_restored_without_its_releases_builds_them_again(released: Store) -> None:
    shutil.rmtree(released.releases)
    made = build(Store(released.folder), policy.load())
    assert released.current() == made and releases.names(released) == [made]
    assert differences(released) == []


def test_the_last_five_are_kept_and_never_the_served_one_removed(store: Store) -> None:
    made = []
    for n in range(7):
        work = store.releases / f".building-{n}.duckdb"
        duckdb.connect(str(work)).close()
        made.append(releases.new_name(store))
        releases.publish(store, work, made[-1])
        assert store.current() == made[-1]
    assert len(set(made)) == 7
    assert releases.names(store) == made[-releases.KEEP :]
    assert store.current() == made[-1]


def test_a_clock_put_back_does_not_hide_or_remove_the_newest(store: Store) -> None:
    ahead = [f"2099-01-01T00000{n}" for n in range(releases.KEEP)]
    for name in [*ahead, ""]:
        work = store.releases / ".building-x.duckdb"
        duckdb.connect(str(work)).close()
        releases.publish(store, work, name or releases.new_name(store))
    assert store.current() == "2099-01-01T000005"
    assert releases.names(store) == [*ahead[1:], "2099-01-01T000005"]


def test_a_release_whose_changes_are_not_all_in_its_file_is_not_published(store: Store) -> None:
    work = store.releases / ".building-x.duckdb"
    duckdb.connect(str(work)).close()
    work.with_name(f"{work.name}.wal").write_bytes(b"changes")
    with pytest.raises(StoreError, match="could not be written whole"):
        releases.publish(store, work, releases.new_name(store))
    assert (store.current(), releases.names(store)) == (None, [])


def test_a_build_clears_what_one_that_died_left(store: Store) -> None:
    kept = store.releases / "2026-09-01T000000.duckdb"
    for path in (kept, store.releases / ".building-x.duckdb", store.releases / ".building-x.duckdb.wal"):
        path.write_bytes(b"")
    releases.clear(store)
    assert [*store.releases.iterdir()] == [kept]
