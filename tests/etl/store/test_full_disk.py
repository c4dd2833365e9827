"""A full disk ends a command with a sentence; what was acknowledged stays, and with room all goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.faults.children import FullAfter
from etl.__main__ import main
from etl.store import Store
from etl.verify.store import differences
from tests.etl import extracts
from tests.etl.conftest import landed
from tests.etl.extracts import Issue

MONTHS = ("2026-06", "2026-07", "2026-08")


@contextmanager
def full_after(room: int) -> Iterator[None]:
    """Whatever is made to last fails once it would be more than so many bytes."""
    sync = os.fsync
    FullAfter(room)()
    try:
        yield
    finally:
        os.fsync = sync


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """The database's own writes fail too, where the system can limit the size of files."""
    try:
        import resource
    except ImportError:
        with full_after(0):
            yield
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Three months, in each a row that does not fit."""
    for month in MONTHS:
        day = Issue().day.replace(month=int(month[-2:]))
        lines = extracts.issues("plain", [Issue("PAT0001", day), Issue("PAT0002", day)])
        lines[2][6] = "many"
        extracts.write(tmp_path / "in", f"TST01_issues_{month}", "plain", lines)
    return tmp_path / "in"


def said(words: list[str], store: Store, capsys: pytest.CaptureFixture[str]) -> str:
    """The last thing a command says, having ended with 1."""
    capsys.readouterr()
    assert main([*words, "--store", str(store.folder)]) == 1
    return capsys.readouterr().err.strip().splitlines()[-1]


@pytest.mark.parametrize("together", [1, len(MONTHS)])
def test_a_load_on_a_full_disk_keeps_what_has_a_receipt(
    store: Store,
    given: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    together: int,
) -> None:
    monkeypatch.setattr("etl.load.TOGETHER", together)
    sizes = []
    for room in range(0, 200_000, 4_000):
        before = store.receipts()
        with full_after(room):
            words = said(["load", str(given)], store, capsys)
        assert "the disk is full. Make room on it, then" in words
        assert store.receipts()[: len(before)] == before
        assert not list(store.folder.rglob(".*.part"))
        assert differences(store) == []
        sizes.append(len(landed(store, "issues")))
        if sizes[-1] == len(MONTHS):
            break
    if together == 1:
        assert len(set(sizes)) > 2  # some sizes took none of the files, others some
    else:
        assert set(sizes) == {0, len(MONTHS)}  # all of them or none
    assert main(["load", str(given), "--store", str(store.folder)]) == 0
    assert (len(landed(store, "issues")), differences(store)) == (len(MONTHS), [])


def test_a_build_on_a_full_disk_leaves_the_release(
    released: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    before, kept = released.current(), sorted(released.releases.iterdir())
    for full in (no_file_larger_than(1_000_000), full_after(100_000)):
        with full:
            words = said(["build", "--anyway"], released, capsys)
        assert "the disk is full. Make room on it, then" in words
        assert (released.current(), sorted(released.releases.iterdir())) == (before, kept)
    size = sum(path.stat().st_size for path in kept)
    with full_after(size * 4):
        assert main(["build", "--anyway", "--store", str(released.folder)]) == 0
    assert differences(released) == []


def test_no_room_for_the_pointer_leaves_no_release_behind(
    released: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, kept = released.current(), sorted(released.releases.iterdir())
    monkeypatch.setattr("etl.store.releases.contents", lambda path: {})
    from etl.store import releases

    work = released.releases / ".building-x.duckdb"
    work.write_bytes(kept[0].read_bytes())
    size = work.stat().st_size
    with (
        full_after(size + released.releases.stat().st_size + 5),
        pytest.raises(Exception, match="disk is full"),
    ):
        releases.publish(released, work, releases.new_name(released))
    assert (released.current(), sorted(released.releases.iterdir())) == (before, kept)


def test_a_folder_without_room_for_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with full_after(5):
        assert main(["load", str(tmp_path), "--store", str(tmp_path / "store")]) == 1
    assert "the disk is full" in capsys.readouterr().err
