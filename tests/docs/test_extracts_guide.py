"""What the guide for practices tells them to type, paste and look for is so."""

from __future__ import annotations

import ast
import csv
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl import contract, layouts
from etl.docs.extracts import header_line
from etl.intake.files.read import Row
from etl.intake.report.match import match
from etl.pseudonymise import main
from tests.docs.documents import ROOT

PAGE = (ROOT / "docs" / "extracts.md").read_text(encoding="utf-8")
GUIDE = PAGE.split("## Step by step, for a practice")[1].split("\n## Files")[0]
SCRIPT = "py pseudonymise.py "


def typed() -> list[str]:
    return [line for line in GUIDE.splitlines() if line.startswith(SCRIPT)]


def test_the_commands_a_practice_types_do_what_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("issues.csv").write_text("NHS number,Drug name\n9434765919,Zomorph\n", encoding="utf-8")
    commands = [line[len(SCRIPT) :].replace("D:\\private\\", "") for line in typed()]
    assert [main(shlex.split(command)) for command in commands] == [0, 0]
    (said,) = Path.cwd().glob("A81001_issues_2026-09.csv")
    assert re.fullmatch(
        r"Patient pseudonym,Drug name\na[0-9a-f]{32},Zomorph\n", said.read_text(encoding="utf-8")
    )


def test_every_option_of_the_guide_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    known = set(re.findall(r"--[\w-]+", capsys.readouterr().out))
    named = set(re.findall(r"`(--[\w-]+)", GUIDE))
    assert named == known - {"--help", "--key", "--out"}


@pytest.mark.parametrize("system", ["systmone", "emis"])
@pytest.mark.parametrize("entity", [e.name for e in contract.entities().values() if e.extract == "practice"])
def test_a_header_line_that_is_pasted_is_taken_for_its_report(system: str, entity: str) -> None:
    layout = next(layout for layout in layouts.layouts() if layout.name == system)
    line = header_line(layout, contract.entities()[entity])
    assert f"- Header line for {system}: `{line}`" in PAGE
    found = match([Row(1, next(csv.reader([line])))])
    assert (found.layout.name, found.entity) == (system, entity)


def literals(folder: Path) -> Iterator[str]:
    """Every text in the code of a folder, the fixed parts of formatted ones each by itself."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_what_a_receipt_is_quoted_with_is_what_the_intake_says() -> None:
    table = GUIDE.split("| The receipt says |")[1]
    quoted = re.findall(r"^\| (?:… )?`([^`]+)`", table, re.M)
    said = "\n".join(literals(ROOT / "etl" / "intake"))
    assert len(quoted) > 14
    assert [words for words in quoted if words not in said] == []


def fields(system: str) -> Iterator[tuple[str, str, str]]:
    """Report, heading and what it is for, of the table of a system's section."""
    section, report = GUIDE.split(f"### In {system}")[1].split("###")[0], ""
    for row in [line for line in section.splitlines() if line.startswith("| ")][2:]:
        own, headings, told, _ = (cell.strip() for cell in row.strip("|").split("|"))
        report = own.strip("`") or report
        for heading in re.split(r", \*or\* |†, (?=Date of Death)", headings):
            yield report, heading.strip("† "), told


@pytest.mark.parametrize(("system", "layout"), [("SystmOne", "systmone"), ("EMIS", "emis")])
def test_every_field_of_the_guide_is_read_as_it_says(system: str, layout: str) -> None:
    known = next(one for one in layouts.layouts() if one.name == layout)
    found = [(report, heading, told) for report, heading, told in fields(system) if "`" in told]
    asked = [(report, heading, told) for report, heading, told in found if not heading.startswith("NHS")]
    assert len(asked) > 8
    for report, heading, told in asked:
        own = known.entities[report]
        assert set(re.findall(r"`(\w+)`", told)) & own.filled(own.called(heading.casefold())), heading
