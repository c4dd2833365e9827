"""Each table of docs/performance.md says on what it was measured, when, and by which command."""

from __future__ import annotations

import re
import shlex

import pytest

from benchmarks.__main__ import parser
from benchmarks.report import REPORT

COMMAND = re.compile(r"^`python -m benchmarks ([^`]*)` on (.+), (20\d\d-\d\d-\d\d):$", re.M)
SECTIONS = {
    title: body
    for title, body in re.findall(
        r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", REPORT.read_text(encoding="utf-8"), re.S | re.M
    )
    if "\n|" in body
}


def test_there_are_tables() -> None:
    assert len(SECTIONS) >= 7


@pytest.mark.parametrize("title", SECTIONS)
def test_a_table_names_its_command_machine_and_date(title: str) -> None:
    before, _, _ = SECTIONS[title].partition("\n|")
    found = COMMAND.findall(f"{before}\n")
    assert len(found) == 1, f"{title}: name the command, the machine and the date above the first table"
    command, machine, _ = found[0]
    parser().parse_args(shlex.split(command))
    assert re.fullmatch(r"\d+ cores, \w+, Python [\d.]+, .+", machine)


@pytest.mark.parametrize("words", ["nothing", "doses --issues many", "doses --cores 2", "pages --starts 1"])
def test_a_command_that_cannot_be_given_is_found(words: str) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(shlex.split(words))
