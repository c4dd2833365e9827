"""The Dockerfile copies what is needed, installs what was hashed and asks for few rights; docs/deploy.md says
how the image was tried."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from reporting.slides.pictures.browser import NAMES
from tests.deploy.proxied import ROOT, free_port

DOCKERFILE = ROOT / "deploy" / "Dockerfile"
ONLY_THESE = DOCKERFILE.with_name("Dockerfile.dockerignore")
SECRETS = (
    ".streamlit/secrets.toml",
    "store/CURRENT",
    ".git/config",
    "deploy/.env",
    "data/sample/x.csv",
    ".env",
)


def steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, as (word, rest)."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.M)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(word, rest) for word, _, rest in (line.strip().partition(" ") for line in lines) if word]


def those(word: str) -> list[str]:
    return [rest for found, rest in steps() if found == word]


def in_words(command: str) -> list[str]:
    """A command written as a list."""
    found: list[str] = json.loads(command)
    return found


def copied(folder: Path) -> None:
    """Do what the COPY steps do, with what the builder is given."""
    kept = [line[1:] for line in ONLY_THESE.read_text(encoding="utf-8").splitlines() if line.startswith("!")]
    for step in those("COPY"):
        *sources, target = shlex.split(step)
        for source in sources:
            assert any(fnmatch.fnmatch(source, one) for one in kept), f"{source} does not reach the builder"
            to = folder / target / source if target.endswith("/") else folder / target
            to.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(ROOT / source, to)


def test_the_base_is_slim_and_pinned_and_new_enough() -> None:
    base = re.search(r"BASE=python:(\d+)\.(\d+)\.\d+-slim-\w+$", DOCKERFILE.read_text(encoding="utf-8"), re.M)
    assert base and (int(base[1]), int(base[2])) >= (3, 11)
    assert those("FROM") == ["${BASE}"]


def test_it_runs_as_nobody_special_and_says_whether_it_is_well() -> None:
    words = [word for word, _ in steps()]
    assert those("USER") == ["10001:10001"] and words.index("USER") < words.index("CMD")
    assert any("useradd --system --uid 10001 " in step for step in those("RUN"))
    well = those("HEALTHCHECK")[0].split(" CMD ")[1]
    assert in_words(well) == [*in_words(those("CMD")[0])[:2], "--ask", those("EXPOSE")[0]]
    assert in_words(those("CMD")[0])[2:] == those("EXPOSE")


def test_packages_are_those_of_the_hashed_file_and_nothing_is_compiled() -> None:
    pip = [step for step in those("RUN") if "pip" in step]
    assert len(pip) == 1
    assert {"--require-hashes", "--no-deps", "--only-binary", ":all:", "requirements-runtime.txt"} <= set(
        pip[0].split()
    )
    assert not any(word in step for step in those("RUN") for word in ("curl", "wget", "git ", "http"))


def test_a_browser_is_inside_and_the_font_comes_with_the_project(tmp_path: Path) -> None:
    assert any(f"--no-install-recommends {NAMES[0]} " in step for step in those("RUN"))
    copied(tmp_path)
    assert list((tmp_path / "reporting" / "slides" / "pictures" / "fonts").glob("inter*"))


def test_no_secret_and_no_data_can_reach_the_image() -> None:
    lines = ONLY_THESE.read_text(encoding="utf-8").splitlines()
    kept = [line[1:] for line in lines if line.startswith("!")]
    assert [line for line in lines if not line.startswith(("#", "!"))] == ["*", "**/__pycache__"]
    assert not any(path == one or path.startswith(f"{one}/") for path in SECRETS for one in kept)
    assert not any(re.search(r"secret|password|token", step, re.I) for _, step in steps())


def test_what_is_copied_serves_by_itself_from_where_nothing_can_be_written(tmp_path: Path) -> None:
    """As the container starts it, with this environment's packages: pip's own step takes a minute."""
    app = tmp_path / "app"
    copied(app)
    for path in app.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    program, script, _ = in_words(those("CMD")[0])
    assert program == "python3"
    port = free_port()
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        **{
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "STREAMLIT_"))
        },
        **dict(pair.split("=", 1) for step in those("ENV") for pair in step.split()),
        "HOME": str(home),
        "DASHBOARD_STORE": str(tmp_path / "no-store"),
    }
    served = subprocess.Popen([sys.executable, script, str(port)], cwd=app, env=environment)
    try:
        asked = [sys.executable, script, "--ask", str(port)]
        for _ in range(600):
            if subprocess.run(asked, cwd=app, capture_output=True).returncode == 0:
                break
            assert served.poll() is None, "it ended by itself"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/script-health-check") as answer:
            assert answer.read() == b"ok"
    finally:
        served.terminate()
        assert served.wait(60) == 0
    assert [path for path in app.rglob("*") if path.stat().st_mode & 0o222] == []
    if os.geteuid() == 0:
        assert not list(app.rglob("__pycache__"))


@pytest.mark.parametrize("name", ["dashboard.py", "pages", "etl", "config"])
def test_a_folder_left_out_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    less = ONLY_THESE.read_text(encoding="utf-8").replace(f"!{name}\n", "")
    (tmp_path / "less").write_text(less, encoding="utf-8")
    monkeypatch.setattr("tests.deploy.test_image.ONLY_THESE", tmp_path / "less")
    with pytest.raises(AssertionError, match=f"{name} does not reach the builder"):
        copied(tmp_path / "app")
