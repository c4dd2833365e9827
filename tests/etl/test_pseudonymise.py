"""The script a practice runs before it sends: numbers, keys and pseudonyms, and what leaves the file."""

from __future__ import annotations

import ast
import codecs
import errno
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from etl import pseudonymise
from etl.pseudonymise import main, pseudonym

SCRIPT = Path(pseudonymise.__file__)
KEY = bytes(range(32))
ANN, BEN = "9434765919", "9000000009"
HEADER = "Practice code,NHS number,Date of birth,Dosage\r\n"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "practice.key"
    path.write_text(pseudonymise.KEY_FILE.format(KEY.hex(), pseudonymise.check_of(KEY)), encoding="ascii")
    return path


Run = Callable[..., tuple[int, bytes]]


@pytest.fixture
def rewritten(tmp_path: Path, key: Path) -> Run:
    """Exit code and output of the script for an extract, nothing else being left in its folder."""

    def one(data: str | bytes, *options: str) -> tuple[int, bytes]:
        folder = tmp_path / "sent by Élan Surgery"
        folder.mkdir()
        extract, out = folder / "extract 2026-09.csv", folder / "out.csv"
        extract.write_bytes(data.encode() if isinstance(data, str) else data)
        command = ["run", str(extract), "--column", "NHS number", "--key", str(key), "--out", str(out)]
        code = main([*command, *options])
        left = {path.name for path in folder.iterdir()} - {extract.name}
        assert left == ({out.name} if code == 0 else set())
        found = out.read_bytes() if code == 0 else b""
        shutil.rmtree(folder)
        return code, found

    return one


def test_nothing_but_the_number_the_heading_and_dropped_columns_changes(rewritten: Run) -> None:
    before = (
        'Élan Surgery, "issues"\r\n\r\nPractice code,NHS number,Date of birth,Dosage\r\n'
        f'TST01,{ANN},01/02/1950,"One, ""if\tneeded"" – £1"\r\n'
        f'"TST01","943 476 5919","", Two  \n'
        f"TST01,{BEN}.0,,5' 11\" tall\r"
        ",,,\r\n\r\n"
        f"TST01,{BEN},,last"
    )
    after = (
        'Élan Surgery, "issues"\r\n\r\nPractice code,Patient pseudonym,Dosage\r\n'
        f'TST01,{pseudonym(KEY, ANN)},"One, ""if\tneeded"" – £1"\r\n'
        f'"TST01","{pseudonym(KEY, ANN)}", Two  \n'
        f"TST01,{pseudonym(KEY, BEN)},5' 11\" tall\r"
        ",,\r\n\r\n"
        f"TST01,{pseudonym(KEY, BEN)},last"
    )
    options = ("--as", "Patient pseudonym", "--drop", "date of  BIRTH")
    for encoding, mark in (
        ("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("cp1252", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE),
    ):  # fmt: skip
        expected = (0, mark + after.encode(encoding))
        assert rewritten(mark + before.encode(encoding), *options) == expected, encoding
    for delimiter in ";\t|":
        wanted = (0, f"x{delimiter}Patient pseudonym\nTST01, a{delimiter}{pseudonym(KEY, ANN)}\n".encode())
        assert rewritten(f"x{delimiter}NHS number\nTST01, a{delimiter}{ANN}\n", *options[:2]) == wanted


def test_the_header_may_stand_in_the_first_line_behind_a_mark(rewritten: Run) -> None:
    code, found = rewritten(codecs.BOM_UTF8 + f'"NHS number",x\n{ANN},1\n'.encode())
    assert (code, found) == (0, codecs.BOM_UTF8 + f'"NHS number",x\n{pseudonym(KEY, ANN)},1\n'.encode())


def test_rows_without_a_valid_number_stop_it_and_are_named_by_line_only(
    rewritten: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"TST01,{ANN},,a", "TST01,,,b", "TST01,9434765918,,c", "TST01,Mary Pine,,d", f"TST01,{BEN},,e"]
    text = HEADER + "".join(f"{row}\r\n" for row in rows)
    assert rewritten(text)[0] == 1
    said = capsys.readouterr().err
    assert "3 rows: line 3 (empty), line 4 (no valid NHS number), line 5 (not ten digits)" in said
    assert not re.search(r"9434765918|Mary|Pine", said)
    code, found = rewritten(text, "--keep-invalid-out")
    assert code == 0
    assert [line[-1] for line in found.decode().splitlines()[1:]] == ["a", "e"]
    assert "Left out: 3 rows: line 3 (empty)" in capsys.readouterr().out


def test_no_more_than_twenty_faults_are_named(rewritten: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert rewritten(HEADER + "TST01,,,\r\n" * 3000)[0] == 1
    said = capsys.readouterr().err
    assert said.count("(empty)") == 20
    assert "3,000 rows" in said
    assert "and 2,980 more" in said


@pytest.mark.parametrize("again", [ANN, "943 476 5919", "943-476-5919.", f"ref {ANN} call"])
def test_a_number_that_stands_in_another_column_too_does_not_leave(rewritten: Run, again: str) -> None:
    row = f"TST01,{ANN},,{again}\r\nTST01,{BEN},,b\r\n"
    assert rewritten(HEADER + row)[0] == 1
    assert rewritten(HEADER + row, "--drop", "Dosage")[0] == 0
    code, found = rewritten(HEADER + row, "--keep-invalid-out")
    assert (code, found.count(b"TST01")) == (0, 1)


HOSTILE = {
    "a quotation mark that never closes": (f'TST01,{ANN},,"One\r\n' + f"TST01,{BEN},,b\r\n" * 200, "line 3"),
    "text after a closing quotation mark": (f'TST01,{ANN},,"One"x\r\n', "line 3"),
    "too few cells": (f"TST01,{ANN},\r\n", "line 3"),
    "too many cells": (f"TST01,{ANN},,a,b\r\n", "line 3"),
    "a NUL byte": (f"TST01,{ANN},,a\0b\r\n", "line 3"),
    "a row that a quotation mark swallowed": (f'TST01,{ANN},,"a\r\nTST01,{BEN},,b"\r\n', "line 3"),
    "one swallowed into a dropped column": (f'TST01,{ANN},"a\r\nTST01,{BEN},,b",c\r\n', "line 3"),
    "an endless line": (f"TST01,{ANN},,{'x' * 600_000}\r\n", "line 3"),
    "a footer": (f"TST01,{ANN},,a\r\nTotal,2\r\n", "line 4"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_polluted_file_is_refused_with_its_line(
    rewritten: Run, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, where = HOSTILE[case]
    good = f"TST01,{BEN},01/02/1950,fine\r\n"
    assert rewritten(HEADER + good + text, "--drop", "Date of birth")[0] == 1
    said = capsys.readouterr()
    assert where in said.err
    assert not re.search(f"{ANN}|{BEN}|1950", said.err + said.out)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\r\n", b"Patient,Drug\r\n1,2\r\n", b"NHS number,NHS number\r\n", b"PK\x03\x04rest",
        HEADER.encode("utf-16-le"), codecs.BOM_UTF16_LE + HEADER.encode("utf-16-le") + b"x",
        f"Run for {ANN}\r\n{HEADER}".encode(), b"x\n" * 60 + HEADER.encode(),
    ],
)  # fmt: skip
def test_what_is_no_extract_is_refused(
    rewritten: Run, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rewritten(data)[0] == 1
    assert ("it is a workbook or a ZIP" in capsys.readouterr().err) == data.startswith(b"PK")


@pytest.mark.parametrize(
    "options", [("--drop", "Postcode"), ("--drop", "nhs NUMBER"), ("--carried-down", "Sex")]
)
def test_columns_that_are_not_there_or_needed_cannot_be_named(
    rewritten: Run, options: tuple[str, ...]
) -> None:
    assert rewritten(HEADER + f"TST01,{ANN},,a\r\n", *options)[0] == 1


def test_an_existing_file_is_never_written_over(tmp_path: Path, key: Path) -> None:
    extract = tmp_path / "a.csv"
    extract.write_text(HEADER, encoding="utf-8")
    command = ["run", str(extract), "--column", "NHS number", "--key", str(key), "--out"]
    for out in (extract, key, tmp_path / "gone" / "b.csv"):
        before = out.read_bytes() if out.exists() else b""
        with pytest.raises(SystemExit) as stopped:
            main([*command, str(out)])
        assert stopped.value.code == 2
        assert (out.read_bytes() if out.exists() else b"") == before


@pytest.mark.parametrize("step", ["fsync", "write"])
def test_a_full_disk_leaves_nothing(
    rewritten: Run, step: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(pseudonymise.Extract, "_joined", full)
    assert rewritten(HEADER + f"TST01,{ANN},,a\r\n" * 5000)[0] == 1
    assert "No space left on device" in capsys.readouterr().err


def test_it_runs_alone_and_nothing_on_the_way_holds_a_number(tmp_path: Path) -> None:
    """Copied to another folder, without site packages; killed half-way, so that its own file stays behind."""
    shutil.copy(SCRIPT, tmp_path / "copied.py")
    rows = "".join(f"TST01,{ANN},01/02/1950,row {n}\r\n" for n in range(20_000))
    (tmp_path / "a.csv").write_text(HEADER + rows + "TST01,broken\r\n", encoding="utf-8", newline="")
    alone = [sys.executable, "-I", "-S", "copied.py"]
    made = subprocess.run([*alone, "key", "my.key"], cwd=tmp_path, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    command = [*alone, "run", "a.csv", "--column", "NHS number", "--key", "my.key", "--out", "b.csv"]
    kept = "import pathlib, runpy, sys; pathlib.Path.unlink = lambda self: None; sys.argv = sys.argv[1:]; "
    kept += "runpy.run_path('copied.py', run_name='__main__')"
    done = subprocess.run(
        [*alone[:3], "-c", kept, "copied.py", *command[4:], "--drop", "Date of birth"],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert "line 20002 has 2 cells, the header 4" in done.stderr
    (left,) = tmp_path.glob("b.csv*.part")
    assert b"row 19000" in left.read_bytes()
    for data in (
        left.read_bytes(),
        done.stdout.encode(),
        done.stderr.encode(),
        (tmp_path / "my.key").read_bytes(),
    ):
        assert not re.search(rb"9434765919|/1950", data)


def test_a_console_that_cannot_write_a_path_is_no_failure(tmp_path: Path, key: Path) -> None:
    extract, out = tmp_path / "wół.csv", tmp_path / "wół out.csv"
    extract.write_text(HEADER + f"TST01,{ANN},,a\n", encoding="utf-8")
    command = [sys.executable, str(SCRIPT), "run", str(extract), "--column", "NHS number", "--key", str(key)]
    done = subprocess.run(
        [*command, "--out", str(out)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252:strict", "PYTHONUTF8": "0"},
    )
    assert (done.returncode, out.exists()) == (0, True), done.stderr
    assert b"rows written: 1, under key" in done.stdout


def test_it_is_written_for_python_3_9_and_its_standard_library() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name) or ""
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
