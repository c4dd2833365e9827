"""The project's commands as processes that can be killed at any moment, or find their disk full."""

from __future__ import annotations

import errno
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import etl.layouts

ROOT = Path(__file__).parents[2]
LIBRARIES = [
    "etl.__main__",
    "etl.load",
    "etl.build",
    "etl.quarantine.retry",
    "etl.verify.store",
    "pandas",
    "pyarrow.parquet",
]
EVERY = 0.005  # seconds between looks at a process
FORKS = "forkserver" in multiprocessing.get_all_start_methods()
Prepare = Callable[[], None]
Until = Callable[[float, bool], bool]  # seconds so far, has it said something → is it to be killed


@dataclass(frozen=True)
class Ended:
    """How a command ended. code: None where it was killed; first: seconds until it first said something."""

    code: int | None
    seconds: float
    first: float | None
    said: str


def command(words: list[str], log: Path, until: Until) -> Ended:
    """`python -m etl` with these words, killed once `until` (seconds so far, has said something) is true."""
    with log.open("wb") as out, subprocess.Popen(
        [sys.executable, "-m", "etl", *words], cwd=ROOT, stdout=out, stderr=out
    ) as process:  # fmt: skip
        return _watched(process.poll, process.kill, log, until)


def fork(words: list[str], log: Path, until: Until, prepare: Prepare | None = None) -> Ended:
    """The same in a process that has its libraries already, where the system can fork; else a new one.
    `prepare` runs in it first."""
    context: Any = multiprocessing.get_context("forkserver" if FORKS else "spawn")
    if FORKS:
        context.set_forkserver_preload(LIBRARIES)
    log.write_bytes(b"")
    process = context.Process(target=_run, args=(words, str(log), prepare))
    with _no_main():
        process.start()
    ended = _watched(lambda: process.exitcode, process.kill, log, until)
    process.join()
    return ended


@contextmanager
def _no_main() -> Iterator[None]:
    """A new process runs the main module of this one first, which may be a page that a test has opened."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def never(seconds: float, said: bool) -> bool:
    """Does not kill a command."""
    return False


def _watched(ended: Callable[[], int | None], kill: Callable[[], None], log: Path, until: Until) -> Ended:
    start, first = time.perf_counter(), None
    while (code := ended()) is None:
        seconds = time.perf_counter() - start
        if first is None and log.stat().st_size:
            first = seconds
        if until(seconds, first is not None):
            kill()
            break
        time.sleep(EVERY)
    seconds = time.perf_counter() - start
    return Ended(code, seconds, first, log.read_text(encoding="utf-8", errors="replace"))


def _run(words: list[str], log: str, prepare: Prepare | None) -> None:
    from etl.__main__ import main

    with Path(log).open("w", encoding="utf-8", buffering=1) as sys.stderr:
        sys.stdout = sys.stderr
        if prepare:
            prepare()
        code = main(words)
    sys.exit(code)


@dataclass
class Dying:
    """Dies as after kill -9, nothing cleaned up, when the n-th file or folder is being made to last; or, with
    `at` "replace", when the n-th file is being put in place. `layouts`: a folder of them to read in place of
    the project's."""

    left: int
    layouts: Path | None = None
    at: str = "fsync"

    def __call__(self) -> None:
        if self.layouts:
            etl.layouts.FOLDER = self.layouts
        self.turn, self.whole = threading.Lock(), getattr(os, self.at)
        setattr(os, self.at, self._counted)

    def _counted(self, *given: Any) -> None:
        with self.turn:
            self.left -= 1
            if self.left == 0:
                os._exit(9)
        self.whole(*given)


@dataclass
class FullAfter:
    """A disk that takes so many bytes and no more, for whatever is made to last."""

    room: int

    def __call__(self) -> None:
        self.turn, self.sync, os.fsync = threading.Lock(), os.fsync, self._fsync

    def _fsync(self, fd: Any) -> None:
        with self.turn:
            self.room -= os.fstat(fd).st_size
            if self.room < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.sync(fd)
