"""Workbooks are read in a process of their own, within limits of time and memory. One process serves all
files, and one that goes beyond is ended and replaced."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pyarrow as pa

from etl.intake.refusal import IdentifierError, RefusedError
from etl.intake.workbooks.worker import MEMORY, read_frame, write_frame

SECONDS = 1.5  # for any workbook; reading one of a month takes hundredths
SECONDS_PER_MB = 0.2  # of it unpacked, on top: several times what a laptop takes
START = 60.0  # seconds until the process must be ready; a virus scanner may look at every library
EVERY = 0.02  # seconds between looks at its memory: the most it can take in that time is 0.1 GB
LONGEST = 300_000_000  # bytes of an answer
ROOT = Path(__file__).resolve().parents[3]
_DO = "Send CSV, or copy the cells into a new workbook."
_WORDS = {
    "time": f"reading this workbook takes far longer than its size explains. {_DO}",
    "memory": f"reading this workbook takes far more memory than its size explains. {_DO}",
    "broken": f"not an Excel workbook that can be read: the reader broke off. {_DO}",
}


class Reader:
    """The process that reads workbooks, started when first needed."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self._of = 0  # the process that started it: one that was forked off starts its own

    def table(self, data: bytes, megabytes: float) -> pa.Table:
        """What `workbook.table` makes of a workbook. Raises what it raises, and RefusedError for one that
        takes too much time or memory. `megabytes`: its size unpacked."""
        with self._turn:
            process = self._running()
            try:
                said, table = self._asked(process, data, SECONDS + SECONDS_PER_MB * megabytes)
            except BaseException:
                self.stop()
                raise
        outcome = said["outcome"]
        if table is not None:
            return table
        if outcome == "identifier":
            raise IdentifierError(said["message"])
        raise RefusedError(_WORDS.get(outcome) or said["message"])

    def stop(self) -> None:
        """Ends the process, if there is one."""
        process, self._process = self._process, None
        if process and self._of == os.getpid():
            process.kill()
            process.wait()
            with contextlib.suppress(OSError):  # what was still to be written has nowhere to go
                process.communicate()

    def prepare(self) -> None:
        """Starts the process where there is none, and does not wait until it is ready. Where none can be
        started, the first workbook says so."""
        with self._turn, contextlib.suppress(OSError):
            self._begun()

    def _begun(self) -> subprocess.Popen[bytes]:
        if self._process and self._of == os.getpid() and self._process.poll() is None:
            return self._process
        self.stop()
        self._process, self._of, self._ready = _started(), os.getpid(), False
        return self._process

    def _running(self) -> subprocess.Popen[bytes]:
        process = self._begun()
        if not self._ready:
            said, _ = self._answer(process, START)
            if said["outcome"] != "ready":
                self.stop()
                raise OSError(0, "no process could be started to read workbooks in")
            self._ready = True
        return process

    def _asked(
        self, process: subprocess.Popen[bytes], data: bytes, seconds: float
    ) -> tuple[dict[str, str], pa.Table | None]:
        try:
            assert process.stdin
            write_frame(process.stdin, json.dumps({"seconds": seconds}).encode())
            write_frame(process.stdin, data)
        except OSError:
            self.stop()
            return {"outcome": "broken"}, None
        return self._answer(process, seconds)

    def _answer(
        self, process: subprocess.Popen[bytes], seconds: float
    ) -> tuple[dict[str, str], pa.Table | None]:
        """What the process says, and the table that follows; where it says nothing, why it was ended."""
        assert process.stdout
        with _Watch(process, seconds) as watch:
            try:
                said: dict[str, str] = json.loads(read_frame(process.stdout, 10_000))
                found = read_frame(process.stdout, LONGEST) if said["outcome"] == "table" else b""
            except (EOFError, ValueError):
                said, found = {"outcome": watch.why or "memory"}, b""
        if said["outcome"] in _WORDS:
            self.stop()
        return said, pa.ipc.open_stream(found).read_all() if found else None


class _Watch:
    """Ends a process that takes too long or too much. `why`: "time" or "memory", once it has."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.process = process
        self.until = time.monotonic() + seconds
        self.why = ""
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        try:
            seen = psutil.Process(self.process.pid)
            while not self._done.wait(EVERY):
                late = time.monotonic() > self.until
                if late or seen.memory_info().rss > MEMORY:
                    self.why = "time" if late else "memory"
                    self.process.kill()
                    return
        except psutil.Error:  # it has ended by itself
            return


def _started() -> subprocess.Popen[bytes]:
    known = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-m", "etl.intake.workbooks.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, known)),
            "ARROW_DEFAULT_MEMORY_POOL": "system",
        },
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


READER = Reader()
atexit.register(READER.stop)
