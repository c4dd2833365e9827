"""The browser is the one named, else one on PATH, else one in a usual place, else a sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reporting.slides.pictures import browser
from reporting.slides.pictures.browser import BrowserMissing, browser_path


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "usual_places", list)


def program(path: Path) -> Path:
    path.write_text("", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_named_browser_comes_before_one_on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program(tmp_path / "chromium")
    named = program(tmp_path / "my browser")
    monkeypatch.setenv("BROWSER_PATH", str(named))
    assert browser_path() == named


@pytest.mark.parametrize("name", ["chromium", "google-chrome", "microsoft-edge", "brave-browser"])
def test_a_browser_on_path_is_found(tmp_path: Path, name: str) -> None:
    expected = program(tmp_path / (name + (".exe" if sys.platform == "win32" else "")))
    assert browser_path() == expected


def test_a_browser_in_a_usual_place_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    there = program(tmp_path / "there")
    monkeypatch.setattr(browser, "usual_places", lambda: [tmp_path / "absent", there])
    assert browser_path() == there


def test_no_browser_names_those_that_would_do() -> None:
    with pytest.raises(BrowserMissing, match="Google Chrome, Chromium, Microsoft Edge or Brave"):
        browser_path()


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("win32", "Microsoft/Edge/Application/msedge.exe"),
        ("darwin", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("linux", "/opt/google/chrome/chrome"),
    ],
)
def test_every_system_has_its_usual_places(
    monkeypatch: pytest.MonkeyPatch, platform: str, expected: str
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("PROGRAMFILES", "/programs")
    assert any(place.as_posix().endswith(expected) for place in browser.usual_places())
