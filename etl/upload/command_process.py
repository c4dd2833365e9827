"""A verb of the command line run in a process of its own, with its words passed on as they come."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reporting.access.audit import WHO, plain

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ended:
    """How a verb ended: its exit code, what it printed, and the lines it said on the way."""

    code: int
    printed: str
    said: tuple[str, ...]

    def sentence(self, *hidden: Path) -> str:
        """Why it stopped, in the words it said last; nothing where they are no sentence, as of a process that
        was killed. The paths given are left out of it."""
        if self.code != 1 or not self.said or any(line.startswith("Traceback") for line in self.said):
            return ""
        words = self.said[-1]
        for path in (*hidden, ROOT):
            words = words.replace(f"{path}: ", "").replace(f"{path}{os.sep}", "")
        return words[:1].upper() + words[1:]


def run(asked: Sequence[str], progress: Callable[[str], None], who: str = "") -> Ended:
    """`python -m etl` with these arguments, for somebody whom its audit names. Whatever ends the wait for it
    ends the process too."""
    command = [sys.executable, "-m", "etl", *asked]
    said = []
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONUTF8": "1", WHO: plain(who)},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        assert process.stderr is not None
        try:
            with process.stderr:
                for line in process.stderr:
                    said.append(line.rstrip())
                    progress(said[-1])
            process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        printed.seek(0)
        return Ended(process.returncode, printed.read().decode("utf-8", "replace"), tuple(said))
