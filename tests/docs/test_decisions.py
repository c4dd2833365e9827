"""Decisions are dated records of one form, and the changelog goes by release."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.docs.documents import ROOT

FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("2*.md"))
PARTS = ["Context", "Choice", "Alternatives", "Consequence"]
SCREEN = 60  # lines
CHANGES = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_record_has_its_day_its_four_parts_and_fits_a_screen(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    dated = re.search(r"^Decided (\d{4}-\d\d-\d\d)\.$", text, re.M)
    assert dated and record.name.startswith(f"{dated[1]}-")
    parts = re.split(r"^## (.+)$", text, flags=re.M)[1:]
    assert parts[::2][:4] == PARTS
    assert all(len(words.strip()) > 20 for words in parts[1::2])
    assert len(text.splitlines()) <= SCREEN


def test_the_index_names_every_record_by_its_title() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = {name: title for title, name in re.findall(r"^- \[(.+?)\]\(([^)]+)\)", index, re.M)}
    titles = {
        path.name: path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ") for path in RECORDS
    }
    assert len(titles) > 60
    assert listed == titles


def test_the_changelog_goes_by_release_newest_first() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first, *releases = re.findall(r"^## (.+)$", text, re.M)
    assert first == "[Unreleased]"
    found = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d\d-\d\d)", release) for release in releases]
    assert found and all(found)
    order = [([int(n) for n in one.groups()[:3]], one[4]) for one in found if one]
    assert order == sorted(order, reverse=True)
    assert set(re.findall(r"^### (.+)$", text, re.M)) <= CHANGES


def test_the_version_comes_after_the_newest_release() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    released = re.findall(r"^## \[([\d.]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)[0]
    number = project["version"].removesuffix(".dev0")
    assert [int(n) for n in number.split(".")] > [int(n) for n in released.split(".")]
