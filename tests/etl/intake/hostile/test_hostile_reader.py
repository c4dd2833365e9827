"""The process that reads workbooks: ended when it takes too much, replaced, and never left behind."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from etl.intake.refusal import RefusedError
from etl.intake.workbooks import reader
from etl.intake.workbooks.reader import READER, Reader
from tests.etl.conftest import ROOT
from tests.etl.intake.hostile.harmful import BOOK, bomb, book, sheet

LONG = b"".join(b'<row r="%d"><c r="A%d"><f>A%d</f><v>1</v></c></row>' % (n, n, n) for n in range(4, 60_000))


def readers() -> set[int]:
    """The processes that read workbooks for this one."""
    children = [one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]
    return {child.pid for child in children if "etl.intake.workbooks.worker" in child.cmdline()}


def pid() -> int:
    (found,) = readers()
    return found


def test_one_process_reads_many_workbooks() -> None:
    READER.table(BOOK, 1)
    before = pid()
    for _ in range(20):
        assert READER.table(BOOK, 1).num_rows == 3
    assert pid() == before


def test_beyond_its_time_it_is_ended_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    READER.table(BOOK, 1)
    before = pid()
    monkeypatch.setattr(reader, "SECONDS", 0.1)
    with pytest.raises(RefusedError, match="far longer than its size explains"):
        READER.table(book(sheet=sheet(LONG)), 0)
    assert not psutil.pid_exists(before)
    monkeypatch.undo()
    assert READER.table(BOOK, 1).num_rows == 3
    assert pid() != before


def test_beyond_its_memory_it_is_ended_where_the_system_has_no_such_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    READER.table(BOOK, 1)
    before = pid()
    monkeypatch.setattr(reader, "MEMORY", 150_000_000)
    with pytest.raises(RefusedError, match="far more memory than its size explains"):
        READER.table(bomb(30_000, 3_000), 10)
    assert not psutil.pid_exists(before)
    monkeypatch.undo()
    assert READER.table(BOOK, 1).num_rows == 3


def test_one_that_died_between_two_files_is_replaced() -> None:
    READER.table(BOOK, 1)
    died = psutil.Process(pid())
    died.kill()
    died.wait(10)
    assert READER.table(BOOK, 1).num_rows == 3


def test_a_sheet_that_begins_further_in_keeps_its_lines_and_columns() -> None:
    moved = b'<worksheet><sheetData><row r="3"><c r="C3"><v>7</v></c></row></sheetData></worksheet>'
    found = READER.table(book(sheet=moved), 1).to_pylist()
    assert found == [{"line": 3, "fault": "", "c0": "", "c1": "", "c2": "7"}]


def test_it_ends_with_the_load_that_started_it() -> None:
    started = (
        "from etl.intake.workbooks.reader import READER; from tests.etl.intake.hostile.harmful import BOOK; "
        "READER.table(BOOK, 1); "
        "from tests.etl.intake.hostile.test_hostile_reader import pid; print(pid(), flush=True); {end}"
    )
    for end in ("pass", "import os; os._exit(1)"):
        done = subprocess.run(
            [sys.executable, "-c", started.format(end=end)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        child = int(done.stdout)
        until = time.monotonic() + 10
        while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < until, end
            time.sleep(0.05)


def test_it_writes_no_file(tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    others = readers()
    own = Reader()
    own.table(BOOK, 1)
    (started,) = readers() - others
    files = [Path(f.path).suffix for f in psutil.Process(started).open_files()]
    own.stop()
    assert not {".xlsx", ".xml", ".tmp"} & set(files)
    assert sorted(tmp_path.rglob("*")) == before


def test_the_first_workbook_waits_for_no_library() -> None:
    """What is loaded within the time of a workbook counts against it."""
    asked = """
import io, sys
from etl.intake.workbooks import worker
worker._load_libraries()
before = set(sys.modules)
answers = io.BytesIO()
assert worker._read(answers, sys.stdin.buffer.read()) and b'"table"' in answers.getvalue()
print(sorted(name for name in set(sys.modules) - before if not name.startswith('encodings.')))  # one codec
"""
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, input=BOOK, capture_output=True)
    assert (done.stdout.strip(), done.returncode) == (b"[]", 0), done.stderr.decode()
