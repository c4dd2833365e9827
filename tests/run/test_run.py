"""run.py says what failed and what to do, with an exit code, and never shows a traceback."""

from __future__ import annotations

import ast
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import run

SCRIPT = Path(run.__file__)
SUCCESS, FAILED, MISUSED = 0, 1, 2


def started(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((run.ADDRESS, 0))
        return int(probe.getsockname()[1])


def test_an_unknown_verb_is_answered_with_those_there_are() -> None:
    done = started("serv")
    assert done.returncode == MISUSED
    assert "there is no “serv”" in done.stderr
    assert all(verb in done.stderr for verb in ("test", "check", "load", "build", "reset", "--port"))


def test_an_unknown_option_is_wrong_usage() -> None:
    done = started("--prot", "8502")
    assert done.returncode == MISUSED
    assert "unrecognized arguments: --prot" in done.stderr


def test_a_port_in_use_is_named_with_one_to_choose() -> None:
    with socket.socket() as other:
        other.bind((run.ADDRESS, 0))
        other.listen()
        port = other.getsockname()[1]
        done = started("--port", str(port))
    assert done.returncode == FAILED
    assert f"Port {port} cannot be used" in done.stderr
    assert "python3 run.py --port" in done.stderr


@pytest.mark.parametrize("port", ["0", "70000", "-1"])
def test_a_number_that_is_no_port_is_refused(port: str) -> None:
    done = started(f"--port={port}")
    assert done.returncode == FAILED
    assert f"{port} is not a port" in done.stderr


def test_an_older_python_is_told_which_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "OLDEST", (99, 0))
    assert run.main([]) == FAILED
    assert "needs 3.11 or newer" in capsys.readouterr().err


def test_an_older_python_can_read_the_file_far_enough_to_say_so() -> None:
    assert ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("path", ["run.py", "reporting/slides/pictures/browser.py"])
def test_only_the_standard_library_is_needed(path: str) -> None:
    tree = ast.parse((SCRIPT.parent / path).read_text(encoding="utf-8"))
    plain = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    foreign = {name for name in plain + named if name.split(".")[0] not in sys.stdlib_module_names}
    assert foreign <= {"reporting.slides.pictures.browser"}


def test_a_path_that_is_not_there_loads_nothing(tmp_path: Path) -> None:
    done = started("load", str(tmp_path / "none.csv"), "--store", str(tmp_path / "store"))
    assert done.returncode == FAILED
    assert "none.csv" in done.stderr
    assert "nothing was loaded" in done.stderr
    assert not (tmp_path / "store").exists()


def test_load_without_a_path_is_wrong_usage() -> None:
    assert started("load").returncode == MISUSED


def test_the_store_is_named_by_option_then_environment_then_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DASHBOARD_STORE", raising=False)
    assert run.options("").parse_args([]).store == SCRIPT.parent / "store"
    monkeypatch.setenv("DASHBOARD_STORE", str(tmp_path / "a"))
    assert run.options("").parse_args([]).store == tmp_path / "a"
    assert run.options("").parse_args(["--store", str(tmp_path / "b")]).store == tmp_path / "b"


def test_the_dashboard_is_served_until_it_is_told_to_stop(tmp_path: Path) -> None:
    port = free_port()
    served = tmp_path / "reporting" / "ui" / "entry" / "served.py"
    served.parent.mkdir(parents=True)
    served.write_text("import streamlit as st\nst.title('Here')\n", encoding="utf-8")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "CURRENT").write_text("release", encoding="utf-8")
    patched = (
        "import sys, run; from pathlib import Path; run.ROOT = Path(sys.argv[1]); "
        "run.PYTHON = Path(sys.executable); run.set_up = run.find_browser = lambda: None; "
        "sys.exit(run.main(['--port', sys.argv[2], '--store', sys.argv[1] + '/store']))"
    )
    command = [sys.executable, "-c", patched, str(tmp_path), str(port)]
    process = subprocess.Popen(command, cwd=SCRIPT.parent, stdout=subprocess.PIPE, text=True)
    assert answers(port)
    process.send_signal(signal.SIGTERM)
    printed, _ = process.communicate(timeout=30)
    assert str(port) in printed, "the address is not printed"
    assert process.returncode == SUCCESS
    run.require_free(port)


def answers(port: int) -> bool:
    for _ in range(150):
        try:
            with urllib.request.urlopen(f"http://{run.ADDRESS}:{port}/_stcore/health", timeout=5):
                return True
        except OSError:
            time.sleep(0.2)
    return False


def test_a_dashboard_that_does_not_start_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "CURRENT").write_text("release", encoding="utf-8")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(run, "set_up", lambda: None)
    monkeypatch.setattr(run, "find_browser", lambda: None)
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert run.main(["--port", str(free_port()), "--store", str(tmp_path)]) == FAILED
    finally:
        signal.signal(signal.SIGTERM, before)
    assert "stopped by itself" in capsys.readouterr().err
