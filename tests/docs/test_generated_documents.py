"""The generated documents are those that the project's files make now, and leave nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etl import contract, layouts
from etl.docs import ROOT, extracts, pages, stale, write
from etl.docs import measures as measures_document
from etl.docs.__main__ import main
from etl.docs.table import table
from measures import measure


def test_no_generated_document_is_stale() -> None:
    assert stale() == [], "write them again: python -m etl.docs"


@pytest.mark.parametrize("path", list(pages()))
def test_a_changed_copy_and_a_missing_one_are_named(tmp_path: Path, path: str) -> None:
    write(tmp_path)
    assert stale(tmp_path) == []
    (tmp_path / path).write_text(pages()[path] + "an edit by hand\n", encoding="utf-8")
    assert stale(tmp_path) == [path]
    (tmp_path / path).unlink()
    assert stale(tmp_path) == [path]


def test_check_says_which_is_stale_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("etl.docs.__main__.stale", lambda: stale(tmp_path))
    assert main(["--check"]) == 1
    assert "docs/extracts.md is stale" in capsys.readouterr().err


def sections(text: str) -> dict[str, str]:
    parts = re.split(r"^## ", text, flags=re.M)[1:]
    return {part.split("\n", 1)[0]: part for part in parts}


@pytest.mark.parametrize("name", list(contract.entities()))
def test_every_column_of_an_entity_has_its_row(name: str) -> None:
    entity = contract.entities()[name]
    section = sections(extracts.page())[name]
    rows = dict(re.findall(r"^\| `(\w+)` \|(.*)\|$", section, re.M))
    assert list(rows) == list(entity.columns)
    for column in entity.columns.values():
        cells = [cell.strip() for cell in rows[column.name].split("|")]
        assert cells[0] == column.type
        assert cells[1] == column.unit
        assert cells[3] == ("yes" if column.required else "")
        assert cells[4].startswith(column.description)
        assert not column.allowed or cells[2] == ", ".join(column.allowed)


def test_every_header_of_every_system_is_named() -> None:
    shown = sections(extracts.page())
    missing = [
        (layout.name, entity, header)
        for layout in layouts.layouts()
        if layout.name != "plain"
        for entity, report in layout.entities.items()
        for header in report.headers()
        if header not in shown[entity].casefold()
    ]
    assert missing == []


def test_a_header_that_comes_again_says_which_occurrence_it_is() -> None:
    patients = sections(extracts.page())["patients"]
    dates = [found[0] for found in re.findall(r"\| (Date \((first|second|third|fourth)\)) \|", patients)]
    assert dates == ["Date (first)", "Date (second)", "Date (third)", "Date (fourth)"]


def test_every_measure_has_its_words_and_its_rule() -> None:
    shown = sections((ROOT / "docs" / "measures.md").read_text(encoding="utf-8"))
    every = measure.load()
    assert sorted(shown) == sorted(m.slug.replace("_", " ") for m in every)
    for m in every:
        section = shown[m.slug.replace("_", " ")]
        for words in (m.code, m.question, m.numerator_words, m.denominator_words, m.why, m.caveats, m.source):
            assert words in section
        assert f"`{m.numerator}`" in section


def test_measures_are_written_in_the_order_of_their_codes() -> None:
    codes = [int(n) for n in re.findall(r"^\| M(\d+) \|", measures_document.page(), re.M)]
    assert codes == sorted(codes)


def test_a_bar_in_a_cell_does_not_break_a_table() -> None:
    assert table(["a"], [["x | y\nz"]]) == "| a |\n| --- |\n| x \\| y z |"
