"""Every link of a document leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, broken_links, documents, missing_paths

README = ROOT / "README.md"


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_relative_link_leads_to_a_file_and_heading(document: Path) -> None:
    assert broken_links(document) == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_path_a_document_names_is_there(document: Path) -> None:
    assert missing_paths(document) == []


def test_a_path_to_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("`etl/gone.py` `etl/models/marts/*` `docs/gone/` `run.py` `store/gone`", encoding="utf-8")
    assert missing_paths(page) == ["docs/gone/", "etl/gone.py"]


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# Here, and there\n", encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md) [b](there.md#here-and-there) [c](there.md#gone) [d](gone.md) [e](https://example.org/x)",
        encoding="utf-8",
    )
    assert broken_links(page) == ["there.md#gone", "gone.md"]


def test_the_first_screen_shows_the_dashboard_and_gives_the_two_commands() -> None:
    first = "\n".join(README.read_text(encoding="utf-8").splitlines()[:20])
    picture = re.search(r"!\[([^\]]+)\]\(([^)]+)\)", first)
    assert picture and len(picture[1]) > 30, "a picture needs words for those who cannot see it"
    assert (ROOT / picture[2]).read_bytes().startswith(b"\x89PNG")
    assert "\npython3 run.py\npython3 run.py test\n" in first


def test_the_readme_leads_to_every_other_document() -> None:
    text = README.read_text(encoding="utf-8")
    records = set((ROOT / "docs" / "decisions").glob("2*.md"))  # their index leads to them
    paths = [path.relative_to(ROOT).as_posix() for path in documents() if path not in {README, *records}]
    assert [path for path in paths if f"({path})" not in text and path != "docs/performance.md"] == []


def test_the_tree_names_what_is_there() -> None:
    tree = README.read_text(encoding="utf-8").split("## Where things are")[1].split("```")[1]
    named = [line.split()[0] for line in tree.strip().splitlines()]
    assert [name for name in named if not (ROOT / name).exists()] == []
