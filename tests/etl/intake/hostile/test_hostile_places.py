"""What has a file's name but is no file, cannot be read or does not hold still is refused, not waited for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.intake.files import open_file, read
from etl.intake.files.read import sources
from etl.intake.refusal import RefusedError
from etl.intake.search import search
from etl.intake.text_files import blocks
from etl.intake.text_files import rows as text_rows
from etl.load import load
from etl.store import Receipt, Store
from tests.etl import extracts
from tests.etl.conftest import ROOT, landed
from tests.etl.extracts import Issue
from tests.etl.intake.hostile.harmful import CSV
from tests.etl.intake.hostile.hostile_files import ROW

NAME = "TST01_issues_2026-09.csv"
POSIX = os.name == "posix"


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link(path: Path) -> None:
    path.with_name("elsewhere").write_bytes(CSV)
    path.symlink_to(path.with_name("elsewhere"))


def link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def link_to_nothing(path: Path) -> None:
    path.symlink_to(path.with_name("nothing"))


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        before = Path.cwd()
        os.chdir(path.parent)  # its path may be too long for a socket
        try:
            made.bind(path.name)
        finally:
            os.chdir(before)


PLACES: list[tuple[Callable[[Path], None], str]] = [(folder, "no CSV, XLSX or ZIP file in this folder")]
if POSIX:
    PLACES += [(make, "a device or a pipe") for make in (pipe, listening)]
    PLACES += [
        (make, "a link to a file") for make in (link, link_to_a_device, link_to_nothing, link_to_itself)
    ]


def refusal(path: Path, store: Store) -> str:
    try:
        (receipt,) = load([path], store)
    except RefusedError as error:  # of what is given by name, and never was a file
        return str(error)
    assert (receipt.outcome, receipt.rows_read) == ("refused", 0)
    return next(iter(receipt.reasons))


@pytest.mark.parametrize(("make", "words"), PLACES)
def test_what_is_no_file_is_refused_without_waiting(
    store: Store, tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    make(tmp_path / NAME)
    assert words in refusal(tmp_path / NAME, store), "a pipe that is waited for has no end"
    assert landed(store, "issues") == []


def test_a_folder_of_such_things_holds_up_no_good_file(store: Store, tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    for n, (make, _) in enumerate(PLACES[1:]):
        (inside / str(n)).mkdir()
        make(inside / str(n) / NAME)
    (inside / "folder.csv").mkdir()
    extracts.write(inside, "TST02_issues_2026-09", "plain", extracts.issues("plain", [Issue()], "TST02"))
    outcomes = [receipt.outcome for receipt in load([inside], store)]
    refused = len(PLACES[1:]) + POSIX  # the file a link leads to has no ending, so it is not read either
    assert outcomes == ["refused"] * refused + ["accepted"]


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"] if POSIX else ["NUL"])
def test_a_device_is_refused(store: Store, device: str) -> None:
    assert "a device or a pipe" in refusal(Path(device), store)


def test_a_file_that_may_not_be_read_is_refused(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / NAME
    path.write_bytes(CSV)
    opened = os.open

    def forbidden(asked: Path, flags: int, *more: int) -> int:
        if asked == path:
            raise PermissionError(13, "Permission denied")
        return opened(asked, flags, *more)

    monkeypatch.setattr(open_file.os, "open", forbidden)
    assert "Permission denied" in refusal(path, store)
    monkeypatch.undo()
    assert load([path], store)[0].outcome == "accepted"


def test_a_file_that_vanishes_is_refused(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / NAME
    path.write_bytes(CSV)
    looked = os.lstat

    def gone(asked: Path) -> os.stat_result:
        found = looked(asked)
        if asked == path:
            path.unlink()
        return found

    monkeypatch.setattr(open_file.os, "lstat", gone)
    (receipt,) = load([path], store)
    assert next(iter(receipt.reasons)).startswith("the file is no longer there")


def test_a_file_exchanged_for_a_pipe_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / NAME
    path.write_bytes(CSV)
    looked = os.lstat

    def exchanged(asked: Path) -> os.stat_result:
        found = looked(asked)
        path.unlink()
        pipe(path) if POSIX else path.mkdir()
        return found

    monkeypatch.setattr(open_file.os, "lstat", exchanged)
    with pytest.raises((RefusedError, PermissionError)):
        open_file.opened(path)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(CSV + (ROW + b"\r\n") * 300_000)  # too large to be held
    (source,) = sources(path)
    assert source.data == b""
    with path.open("ab") as file:
        file.write(ROW + b"\r\n")
    with pytest.raises(RefusedError, match="changed while it was read"):
        search(source)


def test_a_file_still_being_written_is_refused_whole(store: Store, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(CSV + (ROW + b"\r\n") * 300_000)
    done = threading.Event()

    def write() -> None:
        while not done.wait(0.01):
            with path.open("ab") as file:
                file.write(ROW + b"\r\n")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        (receipt,) = load([path], store)
    finally:
        done.set()
        writer.join()
    assert receipt.outcome == "refused"
    assert "changed while it was read" in next(iter(receipt.reasons))
    assert landed(store, "issues") == []


def test_a_large_file_read_as_it_comes_loads_as_a_small_one_does(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "MAX_IN_MEMORY", 1_000_000)
    for module in (blocks, text_rows):
        monkeypatch.setattr(module, "BLOCK", 150_000)
    path = tmp_path / NAME
    issues = extracts.issues(
        "plain", [Issue(f"PAT{n:06d}", directions="as directed " * 75) for n in range(1_200)]
    )
    path.write_text(extracts.csv_text("plain", issues), encoding="utf-8", newline="")
    assert path.stat().st_size > read.MAX_IN_MEMORY
    (receipt,) = load([path], store)
    assert (receipt.outcome, receipt.rows_loaded) == ("accepted", 1_200)
    assert receipt.bytes == path.stat().st_size
    assert receipt.sha256 == open_file.content_hash(path)
    again: Receipt = load([path], store)[0]
    assert again.outcome == "duplicate"


def test_the_command_does_not_hang_on_a_pipe(tmp_path: Path) -> None:
    if POSIX:
        pipe(tmp_path / NAME)
    else:
        (tmp_path / NAME).write_bytes(b"")
    command = [sys.executable, "-m", "etl", "load", str(tmp_path / NAME), "--store", str(tmp_path / "store")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60, encoding="utf-8")
    assert done.returncode != 0 or "refused" in done.stdout
