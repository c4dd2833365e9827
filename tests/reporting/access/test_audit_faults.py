"""The audit under many writers, kills, full disks, links and folders that may not be written."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.faults.full_disks import disk
from reporting.access import audit, chain

ROOT = Path(__file__).parents[3]
CHANCE = random.Random(20261201)
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has neither signals nor rights of this kind")
WRITER = """
import sys
from pathlib import Path
from reporting.access import audit, chain
chain.WAIT = chain.WAIT_BRIEFLY = 300  # however slow the computer is
store, name, many, durable = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "durable"
for n in range(many):
    audit.record(store, "download", who=name, durable=durable, file=f"{n}.csv", filters="x" * (n % 300))
    print(n, flush=True)
"""


def writer(store: Path, name: str, many: int, durable: bool = False) -> subprocess.Popen[str]:
    """A process that records so many events, and says each number when it is recorded."""
    words = [str(store), name, str(many), "durable" if durable else "not"]
    command, pipe = [sys.executable, "-c", WRITER, *words], subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=pipe, stderr=pipe)


def named(store: Path) -> dict[str, list[int]]:
    """Who → the numbers of the files they took, oldest first."""
    found: dict[str, list[int]] = {}
    for event in audit.events(store):
        found.setdefault(event.who, []).insert(0, int(event.details["file"].removesuffix(".csv")))
    return found


def test_eight_processes_at_once_keep_the_chain(tmp_path: Path) -> None:
    processes = [writer(tmp_path, f"process {n}", 200) for n in range(8)]
    ended = [(process.communicate()[1], process.returncode) for process in processes]
    assert ended == [("", 0)] * 8
    assert audit.verify(tmp_path) is None
    assert named(tmp_path) == {f"process {n}": list(range(200)) for n in range(8)}


def test_threads_of_one_process_keep_the_chain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "WAIT", 300)
    monkeypatch.setattr(chain, "WAIT_BRIEFLY", 300)

    def work(name: str) -> None:
        for n in range(60):
            audit.record(tmp_path, "download", who=name, durable=n % 10 == 0, file=f"{n}.csv")

    threads = [threading.Thread(target=work, args=(f"thread {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert audit.verify(tmp_path) is None
    assert named(tmp_path) == {f"thread {n}": list(range(60)) for n in range(4)}


def test_a_writer_killed_at_any_moment_breaks_no_chain(tmp_path: Path) -> None:
    said: dict[str, int] = {}
    died = 0
    for n in range(20):
        name = f"process {n}"
        process = writer(tmp_path, name, 100_000, durable=n % 2 == 0)
        assert process.stdout is not None
        assert process.stdout.readline() == "0\n"
        time.sleep(CHANCE.uniform(0, 0.05))
        process.kill()
        told = process.stdout.read().split()
        died += process.wait() != 0
        said[name] = int(told[-1]) if told else 0
        assert audit.verify(tmp_path) is None
    assert died == 20
    found = named(tmp_path)
    for name, last in said.items():
        assert found[name] == list(range(len(found[name])))  # none twice, none left out
        assert len(found[name]) in (last + 1, last + 2)  # each that was said, at most one more


@given(step=st.integers(0, 400), before=st.integers(0, 3))
def test_a_writer_that_dies_between_any_two_bytes_breaks_no_chain(step: int, before: int) -> None:
    """Dies, as after kill -9, when so many bytes of line and head have been written."""
    with empty() as store:
        for _ in range(before):
            audit.record(store, "signed in", who="ann")
        with pytest.raises(KeyboardInterrupt), writes_end(step, died):
            audit.record(store, "signed in", who="bob" * 9)
            audit.record(store, "signed in", who="bob" * 9)
        assert audit.verify(store) is None
        audit.record(store, "signed in", who="cat")
        assert audit.verify(store) is None
        assert [one.who for one in audit.events(store)].count("ann") == before


@given(room=st.integers(0, 900), before=st.integers(0, 3))
def test_a_disk_that_is_full_at_any_byte_breaks_no_chain(room: int, before: int) -> None:
    with empty() as store:
        for _ in range(before):
            audit.record(store, "signed in", who="ann")
        recorded = 0
        with (
            pytest.raises(audit.AuditError, match=r"the disk is full\. Make room on it"),
            writes_end(room, full),
        ):
            while True:
                audit.record(store, "signed in", who="bob")
                recorded += 1
        assert audit.verify(store) is None
        audit.record(store, "signed in", who="cat")
        assert audit.verify(store) is None
        assert [one.who for one in audit.events(store)] == ["cat", *["bob"] * recorded, *["ann"] * before]


def died() -> None:
    raise KeyboardInterrupt


def full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def empty() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def writes_end(room: int, ended: Callable[[], None]) -> Iterator[None]:
    """Writes of so many bytes are taken, the last of them in part; then they end as told. What is written in
    place needs no room of a full disk, but a process can die before it."""
    write, left = os.write, [room]

    def limited(handle: int, data: bytes) -> int:
        in_place = ended is full and os.fstat(handle).st_size > os.lseek(handle, 0, os.SEEK_CUR)
        if in_place:
            return write(handle, data)
        taken = min(left[0], len(data))
        left[0] -= taken
        if taken < len(data) and (ended is died or not taken):
            if taken and not data.startswith(b'{"count"'):  # one page is written at once or not at all
                write(handle, data[:taken])
            ended()
        return write(handle, data[:taken])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "write", limited)
        yield


@posix
def test_a_file_system_that_is_full_stops_records_and_breaks_nothing(tmp_path: Path) -> None:
    place = tmp_path / "disk"
    with disk(place) as mounted, limit(place, mounted) as more:
        recorded = 0
        with pytest.raises(audit.AuditError, match="the disk is full"):
            while True:
                audit.record(place, "download", who="ann", filters="x" * 300, durable=recorded % 50 == 0)
                recorded += 1
        assert recorded > 20
        for _ in range(5):
            with pytest.raises(audit.AuditError, match="the disk is full"):
                audit.record(place, "download", who="ann", filters="x" * 300)
        with pytest.raises(audit.AuditError, match="the disk is full"):
            audit.ready(place)
        assert audit.verify(place) is None
        assert sum(1 for _ in audit.events(place)) == recorded
        more()
        audit.ready(place)
        audit.record(place, "signed in", who="ann")
        assert audit.verify(place) is None


@contextmanager
def limit(place: Path, mounted: bool) -> Iterator[Callable[[], None]]:
    """A disk of 60 KB, or where none can be mounted files of at most 12 KB; gives what makes it larger."""
    if mounted:
        ballast = place / "ballast"
        with ballast.open("wb") as file:
            free = shutil.disk_usage(place).free
            file.write(b"0" * (free - 60_000))
        yield ballast.unlink
        return
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, before[1]))
    block, chain.BLOCK = chain.BLOCK, 16_000  # so that the room that is tried is more than that
    try:
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)
    finally:
        chain.BLOCK = block
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@posix
def test_the_audit_is_its_owner_s_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        audit.record(tmp_path, "signed in", who="ann")
    finally:
        os.umask(before)
    modes = {path.name[-5:]: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "audit").iterdir()}
    assert modes == {"jsonl": 0o600, "head": 0o600, "lock": 0o600}
    assert stat.S_IMODE((tmp_path / "audit").stat().st_mode) == 0o700
    for path in [tmp_path / "audit", *(tmp_path / "audit").iterdir()]:  # as a restore may leave them
        path.chmod(0o777)
    audit.record(tmp_path, "signed in", who="ann")
    assert stat.S_IMODE((tmp_path / "audit").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "audit").glob("[!l]*")} == {0o600}


IN_PLACE = [
    (name, kind)
    for name in ("month", chain.HEAD, chain.LOCK, "folder")
    for kind in ("link", "dangling link", "pipe", "folder")
    if (name, kind) not in {("folder", "folder"), (chain.LOCK, "pipe")}  # right, and harmless
]


@posix
@pytest.mark.parametrize(("name", "kind"), IN_PLACE)
def test_what_stands_in_place_of_a_file_is_refused_and_left_alone(
    tmp_path: Path, name: str, kind: str
) -> None:
    store, elsewhere = tmp_path / "store", tmp_path / "elsewhere"
    store.mkdir()
    audit.record(store, "signed in", who="ann")
    path = {"month": chain.months(store / "audit")[0], "folder": store / "audit"}.get(
        name, store / "audit" / name
    )
    shutil.move(path, elsewhere)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(elsewhere if kind == "link" else tmp_path / "nowhere")
    before = bytes_of(elsewhere)
    with pytest.raises(audit.AuditError, match="cannot be"):
        audit.record(store, "signed in", who="ann")
    assert bytes_of(elsewhere) == before
    assert not (tmp_path / "nowhere").exists()


def bytes_of(path: Path) -> list[bytes]:
    """What a file holds, or each file of a folder."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [one.read_bytes() for one in files]


@posix
def test_a_folder_that_may_not_be_written_is_told_of(tmp_path: Path) -> None:
    audit.record(tmp_path, "signed in", who="ann")
    for path in [tmp_path, tmp_path / "audit"]:
        path.chmod(0o555)
    (tmp_path / "audit" / chain.LOCK).chmod(0o666)
    read, write = os.pipe()
    if os.fork() == 0:  # an account without the rights of root
        try:
            os.chdir(tmp_path)
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            audit.record(Path(), "signed in", who="bob")
        except audit.AuditError as error:
            os.write(write, str(error).encode())
        finally:
            os.close(write)
            os.kill(os.getpid(), signal.SIGKILL)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as said:
        words = said.read()
    os.wait()
    assert "cannot be used: " in words and "Let the account that runs the dashboard write there" in words
    assert audit.verify(tmp_path) is None


def test_a_lock_that_is_not_to_be_had_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "WAIT", 0.01)
    audit.record(tmp_path, "signed in", who="ann")
    with (
        FileLock(tmp_path / "audit" / chain.LOCK),
        pytest.raises(audit.AuditError, match="another process holds its lock"),
    ):
        audit.record(tmp_path, "signed in", who="bob")
    audit.record(tmp_path, "signed in", who="cat")
    assert [one.who for one in audit.events(tmp_path)] == ["cat", "ann"]


def test_no_store_is_made_for_an_audit(tmp_path: Path) -> None:
    with pytest.raises(audit.AuditError, match="There is no store at"):
        audit.record(tmp_path / "nowhere", "signed in", who="ann")
    assert not (tmp_path / "nowhere").exists()


def test_a_record_reads_no_more_the_longer_the_chain_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, sizes = os.read, list[int]()

    def counted(handle: int, size: int) -> bytes:
        found = read(handle, size)
        sizes[-1] += len(found)
        return found

    monkeypatch.setattr(os, "read", counted)
    for n in range(600):
        sizes.append(0)
        audit.record(tmp_path, "signed in", who="ann", durable=n == 0)
    assert chain.months(tmp_path / "audit")[0].stat().st_size > 20 * chain.BLOCK
    assert max(sizes) <= 2 * chain.BLOCK
