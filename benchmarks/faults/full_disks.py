"""Loads and builds on a disk that is full after so many bytes; then on the same disk with room."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.faults import whole
from benchmarks.faults.children import Ended, FullAfter, fork, never
from etl.store import Store

LARGE = 1_000_000_000  # bytes


@dataclass
class Full:
    """How many sizes of disk a command met, how many were too small, and what made them full."""

    sizes: int = 0
    too_small: int = 0
    by: str = ""


@contextmanager
def disk(folder: Path) -> Iterator[bool]:
    """A file system of its own in a folder, where the system lets us; whether it did."""
    folder.mkdir()
    mounted = sys.platform == "linux" and _mount("size=100m", folder)
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def _mount(options: str, folder: Path) -> bool:
    words = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
    return bool(shutil.which("mount")) and subprocess.run(words, capture_output=True).returncode == 0


class Filler:
    """Runs commands on stores that have so much room left and no more."""

    def __init__(self, folder: Path, extracts: Path, undisturbed: Store) -> None:
        self.folder, self.extracts = folder, extracts
        self.rows, self.release = whole.landed(undisturbed), whole.served(undisturbed, whole.NUMBERED)
        self.found = Full()

    def sizes(self, verb: str, before: Path, sizes: int) -> None:
        """A command on copies of a store with a release, at so many sizes, from almost none to enough."""
        need = self._need(verb, before)
        for n in range(sizes):
            self._size(verb, before, 4096 + need * n // max(sizes - 1, 1))

    def _need(self, verb: str, before: Path) -> int:
        copied = Path(shutil.copytree(before, self.folder / "need"))
        at_first = _bytes(copied)
        self._done(verb, copied)
        need = _bytes(copied) - at_first
        shutil.rmtree(copied)
        return need

    def _size(self, verb: str, before: Path, room: int) -> None:
        place = self.folder / f"{verb}{room}"
        with disk(place) as mounted:
            self.found.by = (
                "a file system of its own" if mounted else "writes that fail once so much is synced"
            )
            store = Store(shutil.copytree(before, place / "store"))
            receipts, release = store.receipts(), whole.served(store)
            if mounted:
                _resize(place, shutil.disk_usage(place).used + room)
            ended = self._run(verb, store.folder, None if mounted else FullAfter(room))
            if mounted:
                _resize(place, LARGE)
            self.found.sizes += 1
            print(f"{verb} with room for {room:,} bytes: {_last(ended)}", file=sys.stderr, flush=True)
            if ended.code != 0:
                self.found.too_small += 1
                if ended.code != 1 or "the disk is full" not in _last(ended) or "Traceback" in ended.said:
                    raise whole.BrokenError(f"on a full disk {verb} said: {ended.said[-500:]}")
                whole.check(store, receipts, self.rows)
                if whole.served(store) != release:
                    raise whole.BrokenError("the release served is not the one before")
            self._whole(store)
        shutil.rmtree(place)

    def _whole(self, store: Store) -> None:
        """With room the same commands end where they would have."""
        self._done("load", store.folder)
        self._done("build", store.folder)
        whole.check(store, [], self.rows)
        if whole.landed(store) != self.rows or whole.served(store, whole.NUMBERED) != self.release:
            raise whole.BrokenError("with room, the store is not that of an undisturbed load and build")

    def _run(self, verb: str, store: Path, full: FullAfter | None = None) -> Ended:
        words = [verb, *([str(self.extracts)] if verb == "load" else ["--anyway"]), "--store", str(store)]
        return fork(words, self.folder / "log", never, full)

    def _done(self, verb: str, store: Path) -> None:
        ended = self._run(verb, store)
        if ended.code != 0:
            raise whole.BrokenError(f"{verb} ended with {ended.code}: {ended.said[-500:]}")


def _resize(folder: Path, size: int) -> None:
    if not _mount(f"remount,size={size}", folder):
        raise OSError(f"{folder}: cannot be given {size} bytes")


def _bytes(folder: Path) -> int:
    """Bytes of the files in a folder, in blocks of 4 KB."""
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in folder.rglob("*"))


def _last(ended: Ended) -> str:
    return ended.said.strip().rpartition("\n")[2]
