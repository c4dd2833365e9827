"""The process that searches files while others are landed: what it cannot do is done here, and it ends with
the load."""

from __future__ import annotations

import os
import subprocess
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from etl.intake.aside import searching
from etl.intake.refusal import RefusedError
from etl.intake.search import Found, Searched, searched
from etl.layouts import layouts
from tests.etl import extracts

SECONDS = 60.0  # a busy machine is no failure
LOAD = """
import time
from etl.intake.aside import searching
if __name__ == "__main__":
    with searching(False, ()):
        print("begun", flush=True)
        time.sleep(600)
"""


pytestmark = pytest.mark.usefixtures("searched_aside")


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return extracts.write(
        tmp_path, "TST01_issues_2026-09", "plain", extracts.issues("plain", [extracts.Issue()])
    )


def lines(found: Found) -> list[list[int]]:
    return [told.cells.lines.tolist() for _, told in found if isinstance(told, Searched)]


def others(of: int) -> list[psutil.Process]:
    """The processes that one has started to search in."""
    return [one for one in psutil.Process(of).children() if "spawn_main" in " ".join(one.cmdline())]


def test_a_file_is_searched_there(extract: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = lines(searched(extract, False, layouts()))
    with searching(False, layouts()) as begun:
        monkeypatch.setattr("etl.intake.aside.searched", None)  # it is not searched here
        assert lines(begun(extract)()) == expected == [[2]]


def test_where_the_process_ends_files_are_searched_here(extract: Path) -> None:
    with searching(False, layouts()) as begun:
        assert lines(begun(extract)()) == [[2]]
        waiting = begun(extract)
        (process,) = others(os.getpid())
        process.kill()
        process.wait(SECONDS)
        assert lines(waiting()) == lines(begun(extract)()) == [[2]]


def test_what_is_refused_there_is_refused_here_in_the_same_words(tmp_path: Path) -> None:
    empty = tmp_path / "TST01_issues_2026-09.csv"
    empty.touch()
    with searching(False, layouts()) as begun, pytest.raises(RefusedError, match="the file is empty"):
        begun(empty)()


def test_the_process_ends_with_a_load_that_ends_or_is_killed(tmp_path: Path) -> None:
    with searching(False, layouts()):
        assert others(os.getpid())
    assert not others(os.getpid())
    script = tmp_path / "load.py"
    script.write_text(LOAD, encoding="utf-8")
    known = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=known) as load:
        assert load.stdout is not None and load.stdout.readline().strip() == b"begun"
        (process,) = others(load.pid)
        load.kill()
    process.wait(SECONDS)


def test_a_process_that_cannot_start_holds_nothing_up(
    extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ModuleType("__main__")
    broken.__file__ = str(tmp_path / "broken.py")  # a process starts by running its parent's program again
    Path(broken.__file__).write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "__main__", broken)
    with searching(False, layouts() * 20) as begun:
        assert lines(begun(extract)()) == [[2]]


def test_where_no_process_can_be_started_files_are_searched_here(
    extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: BaseProcess) -> None:
        raise OSError("Resource temporarily unavailable")

    monkeypatch.setattr(BaseProcess, "start", refused)
    with searching(False, layouts()) as begun:
        assert lines(begun(extract)()) == [[2]]
    assert not others(os.getpid())


def test_after_an_answer_that_cannot_be_read_files_are_searched_here(
    extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with searching(False, layouts()) as begun:
        assert lines(begun(extract)()) == [[2]]
        waiting, behind = begun(extract), begun(extract)
        with monkeypatch.context() as patched:
            patched.setattr("multiprocessing.connection._ForkingPickler.loads", None)
            assert lines(waiting()) == [[2]]
        assert lines(behind()) == lines(begun(extract)()) == [[2]]


def test_a_process_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl.intake.aside.ENDING", 0)
    with searching(False, layouts()):
        (process,) = others(os.getpid())
        process.suspend()
    assert not others(os.getpid())


def test_the_process_is_told_no_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it ends before it has read them, more than a pipe holds would be waited for."""
    monkeypatch.setattr(sys, "argv", ["etl", "load", *["path" * 100] * 1000])
    told = list[int]()
    start = BaseProcess.start

    def started(process: BaseProcess) -> None:
        told.append(len(sys.argv))
        start(process)

    monkeypatch.setattr(BaseProcess, "start", started)
    with searching(False, layouts()):
        assert (told, len(sys.argv)) == ([1], 1002)
