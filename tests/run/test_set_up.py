"""The environment and the browser are set up once, and a failure says what would do."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

import run
from reporting.slides.pictures import browser

FAILED = 1


class Machine:
    """Stands in for the commands run.py starts: notes each, makes what a working one would make."""

    def __init__(self, failing: str = "", uv: bool = True) -> None:
        self.failing, self.uv, self.commands = failing, uv, list[list[str]]()

    def run(self, command: list[str], *, quiet: bool = False) -> int:
        if command[-1] == "--version":
            return 0 if self.uv or command[0] != "/bin/uv" else 1
        self.commands.append(command)
        if self.failing and self.failing in command:
            return 1
        if "venv" in command:
            run.PYTHON.parent.mkdir(parents=True, exist_ok=True)
            run.PYTHON.write_text("", encoding="utf-8")
            (run.VENV / "pyvenv.cfg").write_text(f"version = {run.VERSION}\n", encoding="utf-8")
        return 0


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("streamlit==1.67.0\n", encoding="utf-8")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(run, "STAMP", tmp_path / ".venv" / "stamp")
    monkeypatch.setattr(run.shutil, "which", lambda name: f"/bin/{name}")
    return tmp_path


def on(monkeypatch: pytest.MonkeyPatch, machine: Machine) -> Machine:
    monkeypatch.setattr(run, "run", machine.run)
    return machine


@pytest.mark.parametrize("uv", [True, False])
def test_setting_up_twice_does_nothing_the_second_time(
    monkeypatch: pytest.MonkeyPatch, project: Path, uv: bool
) -> None:
    machine = on(monkeypatch, Machine(uv=uv))
    run.set_up()
    assert len(machine.commands) == 2
    run.set_up()
    assert len(machine.commands) == 2


def test_changed_requirements_are_installed_into_the_same_environment(
    monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    machine = on(monkeypatch, Machine())
    run.set_up()
    (project / "requirements.txt").write_text("streamlit==1.68.0\n", encoding="utf-8")
    run.set_up()
    assert ["venv" in command for command in machine.commands] == [True, False, False]


def test_another_python_makes_the_environment_anew(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    machine = on(monkeypatch, Machine())
    run.set_up()
    monkeypatch.setattr(run, "VERSION", "3.99.0")
    run.set_up()
    assert ["venv" in command for command in machine.commands] == [True, False, True, False]


@pytest.mark.parametrize("uv", [True, False])
def test_requirements_are_taken_as_they_stand(
    monkeypatch: pytest.MonkeyPatch, project: Path, uv: bool
) -> None:
    machine = on(monkeypatch, Machine(uv=uv))
    run.set_up()
    assert {"--no-deps", "--require-hashes"} <= set(machine.commands[-1])
    assert machine.commands[-1][-2:] == ["-r", str(project / "requirements.txt")]
    assert (machine.commands[-1][0] == "/bin/uv") is uv


def test_packages_that_do_not_install_are_tried_again_next_time(
    monkeypatch: pytest.MonkeyPatch, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on(monkeypatch, Machine(failing="install"))
    assert run.main(["check"]) == FAILED
    assert "packages could not be installed" in capsys.readouterr().err
    assert not run.STAMP.exists()
    machine = on(monkeypatch, Machine())
    run.set_up()
    assert any("install" in command for command in machine.commands)


def test_an_environment_that_cannot_be_made_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on(monkeypatch, Machine(failing="venv", uv=False))
    assert run.main(["check"]) == FAILED
    assert "Install python3-venv" in capsys.readouterr().err


def test_a_uv_that_fails_is_done_without(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    machine = on(monkeypatch, Machine(failing="/bin/uv"))
    run.set_up()
    assert [command[0] for command in machine.commands] == ["/bin/uv", sys.executable, str(run.PYTHON)]
    assert run.STAMP.exists()


def test_an_environment_without_pip_is_made_anew_where_uv_is_gone(
    monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    on(monkeypatch, Machine()).run(["venv"])

    class WithoutPip(Machine):
        def run(self, command: list[str], *, quiet: bool = False) -> int:
            return 1 if command[-2:] == ["pip", "--version"] else super().run(command, quiet=quiet)

    machine = on(monkeypatch, WithoutPip(uv=False))
    run.set_up()
    assert ["venv" in command for command in machine.commands] == [True, False]


def test_a_debian_without_ensurepip_gets_it(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    machine = on(monkeypatch, Machine(uv=False))
    monkeypatch.setattr(run, "is_debian_root", lambda: True)
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    run.set_up()
    assert machine.commands[1][:3] == ["/bin/apt-get", "install", "-y"]
    assert machine.commands[1][-1].endswith("-venv")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no interpreter lines")
@pytest.mark.parametrize(
    "content",
    ["#!/bin/sh\nexit 1\n", "#!/no/such/interpreter\n", "#!/dev/null\n", "\x7fELF, but no program"],
    ids=["fails", "its interpreter is missing", "this user may not run it", "no program"],
)
def test_set_up_does_without_a_uv_that_does_not_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    broken = tmp_path / "uv"
    broken.write_text(content, encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("uv") and run.working("uv") is None


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="only others than root are refused")
def test_set_up_passes_over_folders_of_path_it_may_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    monkeypatch.setenv("PATH", str(closed))
    assert run.working("uv") is None


def test_a_project_folder_that_cannot_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*, dir: Path) -> None:
        raise PermissionError(13, "Permission denied", str(dir))

    machine = on(monkeypatch, Machine())
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert run.main(["check"]) == FAILED
    error = capsys.readouterr().err
    assert f"Nothing can be written in {project} (Permission denied)" in error
    assert machine.commands == []


def test_missing_requirements_are_a_sentence(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "requirements.txt").unlink()
    assert run.main(["check"]) == FAILED
    assert "requirements.txt" in capsys.readouterr().err


def test_every_failed_check_is_named(
    monkeypatch: pytest.MonkeyPatch, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = on(monkeypatch, Machine(failing="ruff"))
    assert run.main(["check"]) == FAILED
    assert "These checks failed: format, lint." in capsys.readouterr().err
    assert [command[2] for command in machine.commands[-4:]] == ["ruff", "ruff", "mypy", "pytest"]


def test_test_hands_its_arguments_to_pytest(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    machine = on(monkeypatch, Machine())
    monkeypatch.setattr(run, "find_browser", lambda: None)
    monkeypatch.setattr(run, "find_proxy", lambda: None)
    monkeypatch.setattr(run, "find_spark", lambda: None)
    assert run.main(["test", "-k", "funnel", "--maxfail=1"]) == 0
    asked = machine.commands[-1][1:]
    assert asked[:3] == ["-m", "pytest", "-n"] and 1 <= int(asked[3]) <= run.MOST_CORES
    assert asked[-3:] == ["-k", "funnel", "--maxfail=1"]


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setattr(browser, "usual_places", list)
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)


def test_without_a_browser_the_rest_goes_on_and_says_what_would_do(
    monkeypatch: pytest.MonkeyPatch, no_browser: None, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "is_debian_root", lambda: False)
    run.find_browser()
    error = capsys.readouterr().err
    assert "Install Google Chrome, Chromium, Microsoft Edge or Brave" in error
    assert "works without" in error


def test_a_usual_place_that_cannot_be_looked_at_holds_no_browser(
    monkeypatch: pytest.MonkeyPatch, no_browser: None, tmp_path: Path
) -> None:
    monkeypatch.setattr(browser, "usual_places", lambda: [tmp_path / ("a" * 300) / "chrome"])
    with pytest.raises(browser.BrowserMissing):
        browser.browser_path()


def test_a_debian_root_gets_chromium(monkeypatch: pytest.MonkeyPatch, no_browser: None) -> None:
    machine = on(monkeypatch, Machine())
    monkeypatch.setattr(run, "working", lambda name: f"/bin/{name}")
    monkeypatch.setattr(run, "is_debian_root", lambda: True)
    run.find_browser()
    assert [command[1] for command in machine.commands] == ["update", "install"]
    assert machine.commands[-1][-1] == "chromium"


def test_chromium_that_does_not_install_is_no_end(
    monkeypatch: pytest.MonkeyPatch, no_browser: None, capsys: pytest.CaptureFixture[str]
) -> None:
    on(monkeypatch, Machine(failing="install"))
    monkeypatch.setattr(run, "working", lambda name: f"/bin/{name}")
    monkeypatch.setattr(run, "is_debian_root", lambda: True)
    run.find_browser()
    assert "works without" in capsys.readouterr().err


@pytest.mark.parametrize(("root", "said"), [(True, ""), (False, "the tests in tests/deploy fail without it")])
def test_nginx_is_installed_where_that_can_be_done_and_asked_for_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], root: bool, said: str
) -> None:
    machine = on(monkeypatch, Machine())
    monkeypatch.setattr(run.shutil, "which", lambda name, path=None: None)
    monkeypatch.setattr(run, "working", lambda name: f"/bin/{name}")
    monkeypatch.setattr(run, "is_debian_root", lambda: root)
    run.find_proxy()
    assert [command[-1] for command in machine.commands] == (["-qq", "nginx-light"] if root else [])
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("root", "said"), [(True, ""), (False, "fail without Java 17 or later")])
def test_java_is_installed_where_that_can_be_done_and_asked_for_elsewhere(
    monkeypatch: pytest.MonkeyPatch, project: Path, capsys: pytest.CaptureFixture[str], root: bool, said: str
) -> None:
    machine = with_spark(monkeypatch, project, Machine())
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    monkeypatch.setattr(run, "working", lambda name: f"/bin/{name}")
    monkeypatch.setattr(run, "is_debian_root", lambda: root)
    run.find_spark()
    asked = [command[-1] for command in machine.commands if "apt-get" in command[0]]
    assert asked == (["-qq", "openjdk-17-jre-headless"] if root else [])
    assert said in capsys.readouterr().err


def test_pyspark_is_installed_once_and_with_its_hashes(
    monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    machine = with_spark(monkeypatch, project, Machine())
    run.find_spark()
    run.find_spark()
    (command,) = machine.commands
    assert {"--no-deps", "--require-hashes", str(project / "requirements-spark.txt")} <= set(command)


def test_pyspark_that_does_not_install_is_said_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = with_spark(monkeypatch, project, Machine(failing="install"))
    run.find_spark()
    assert "PySpark is not installed" in capsys.readouterr().err
    count = len(machine.commands)
    run.find_spark()
    assert len(machine.commands) == 2 * count


def with_spark(monkeypatch: pytest.MonkeyPatch, project: Path, machine: Machine) -> Machine:
    (project / "requirements-spark.txt").write_text("pyspark==4.2.0\n", encoding="utf-8")
    run.VENV.mkdir()
    monkeypatch.setattr(run, "SPARK_STAMP", run.VENV / "stamp-spark")
    return on(monkeypatch, machine)


@pytest.mark.parametrize("place", ["gone", "a" * 300], ids=["gone", "cannot be looked at"])
def test_a_wrong_browser_path_is_said_and_nothing_installed(
    monkeypatch: pytest.MonkeyPatch,
    no_browser: None,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    place: str,
) -> None:
    machine = on(monkeypatch, Machine())
    monkeypatch.setattr(run, "is_debian_root", lambda: True)
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / place))
    run.find_browser()
    assert "BROWSER_PATH is set to" in capsys.readouterr().err
    assert machine.commands == []


def test_coverage_is_told_by_room(
    monkeypatch: pytest.MonkeyPatch, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def of(lines: int, of_lines: int, branches: int, of_branches: int) -> dict[str, dict[str, int]]:
        found = {"covered_lines": lines, "num_statements": of_lines}
        return {"summary": {**found, "covered_branches": branches, "num_branches": of_branches}}

    class Measuring(Machine):
        def run(self, command: list[str], *, quiet: bool = False) -> int:
            if "json" in command:
                files = {
                    "etl/intake/typed/a.py": of(3, 4, 1, 2),
                    "etl/intake/b.py": of(3, 4, 2, 2),
                    "etl/cli.py": of(1, 2, 0, 0),
                    "reporting\\ui\\show.py": of(0, 8, 0, 4),
                }
                Path(command[-1]).write_text(json.dumps({"files": files}), encoding="utf-8")
            return super().run(command, quiet=quiet) or int("run" in command)

    machine = on(monkeypatch, Measuring())
    monkeypatch.setattr(run, "find_browser", lambda: None)
    monkeypatch.setattr(run, "find_proxy", lambda: None)
    monkeypatch.setattr(run, "find_spark", lambda: None)
    assert run.main(["coverage", "tests/etl"]) == FAILED, "as the tests did"
    assert machine.commands[-3][2:6] == ["coverage", "run", "-m", "pytest"]
    assert machine.commands[-3][-1] == "tests/etl"
    lines = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()[-7:]}
    assert lines["etl/intake"] == ["lines", "75.0%", "branches", "75.0%"]
    assert lines["etl"] == ["lines", "50.0%", "branches", "none"]
    assert lines["reporting"] == ["lines", "0.0%", "branches", "0.0%"]


def test_a_run_that_measures_nothing_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on(monkeypatch, Machine(failing="combine"))
    monkeypatch.setattr(run, "find_browser", lambda: None)
    monkeypatch.setattr(run, "find_proxy", lambda: None)
    monkeypatch.setattr(run, "find_spark", lambda: None)
    assert run.main(["coverage"]) == FAILED
    assert "Nothing was measured" in capsys.readouterr().err
