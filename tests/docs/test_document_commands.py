"""Every command a document names exists and takes what it is given."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

import run
from etl.__main__ import parser
from tests.docs.documents import ROOT, commands, documents

WRITTEN = sorted({command for document in documents() for command in commands(document)})
OF_RUN = [command for command in WRITTEN if " run.py" in command]
OF_ETL = [command for command in WRITTEN if " -m etl " in command]
OTHERS = {"python -m etl.docs", "python -m etl", "python3 -m venv .venv"}


class Server:
    """Stands for the dashboard's process: ends at once, content."""

    def __init__(self, command: list[str], **_: Any) -> None:
        assert command[1:4] == ["-m", "streamlit", "run"]

    def wait(self) -> int:
        return 0

    def poll(self) -> int:
        return 0

    def terminate(self) -> None:
        pass


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What run.py would have others do, in a folder that holds some extracts."""
    (tmp_path / "extracts").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DASHBOARD_STORE", str(tmp_path / "store"))
    found: list[list[str]] = []
    for name in ("set_up", "find_browser", "find_proxy", "find_spark", "require_free", "first_release"):
        monkeypatch.setattr(run, name, lambda *_: None)

    def called(command: list[str], **_: bool) -> int:
        found.append(command)
        if command[1:4] == ["-m", "coverage", "json"]:
            Path(command[-1]).write_text('{"files": {}}', encoding="utf-8")
        return 0

    monkeypatch.setattr(run, "run", called)
    monkeypatch.setattr(subprocess, "Popen", Server)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    return found


@pytest.mark.parametrize("command", OF_RUN)
def test_run_py_does_what_a_document_says(command: str, asked: list[list[str]]) -> None:
    arguments = shlex.split(command.split("run.py", 1)[1])
    assert run.main(arguments) == 0
    for called in asked:
        if called[1:3] == ["-m", "etl"]:
            parser().parse_args(called[3:])


@pytest.mark.parametrize("command", OF_ETL)
def test_etl_takes_what_a_document_says(command: str) -> None:
    parser().parse_args(shlex.split(command.split("-m etl ", 1)[1]))


def test_a_command_that_is_not_there_is_found(
    asked: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["serve-everyone"]) == 2
    with pytest.raises(SystemExit):
        parser().parse_args(["releases", "--delete", "all"])


def test_the_documents_name_the_commands_people_need() -> None:
    verbs = {command.split("run.py", 1)[1].split()[0] for command in OF_RUN if not command.endswith("run.py")}
    assert {"test", "check", "load", "build", "reset"} <= verbs
    assert {command.split("-m etl ")[1].split()[0] for command in OF_ETL} >= {"verify", "releases", "ome"}


def test_every_other_command_is_a_module_of_the_project() -> None:
    rest = [c for c in WRITTEN if c not in OF_RUN and c not in OF_ETL and c not in OTHERS]
    modules = {command.split(" -m ")[1].split()[0] for command in rest}
    places = {name: ROOT / name.replace(".", "/") for name in modules}
    there = {n for n, at in places.items() if (at / "__main__.py").exists() or at.with_suffix(".py").exists()}
    assert sorted(modules - there) == []
