"""No spoilt file is loaded silently wrong: a row that fits says what the clean file said, or is kept back."""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

from etl.contract import entities
from etl.intake.files.source import Source
from etl.intake.refusal import RefusedError
from etl.intake.report.period import period_named
from etl.intake.search import search
from etl.intake.text_files import blocks
from etl.intake.text_files import rows as text_rows
from etl.intake.typed.conform import conform
from tests.etl.intake.hostile.polluted import ROWS, Polluted, clean, polluted

NAME = "TST01_issues_2026-09.csv"
# A heading over another column's cells that fit it too cannot be told from a report that was made so.
TOLD_BY_THE_HEADING = ("headings swapped",)
# What people write is theirs: a comma or a mark in it is text. Nothing else in the row may differ for it.
WRITTEN = ("product", "directions", "unit")
ERRORS = ("#N/A",)


def intake(data: bytes) -> tuple[list[dict[str, Any]], int]:
    """The rows that would be landed, and how many are kept back. Raises RefusedError."""
    searched = search(Source(NAME, data))
    period = searched.found.period or period_named(NAME)
    assert period is not None
    practice = searched.found.practice or "TST01"
    made = conform(searched.cells, searched.found, entities()["issues"], practice, period, searched.withheld)
    good = made.good()
    return made.table(np.flatnonzero(good)).to_pylist(), int((~good).sum()) + len(searched.unread) + sum(
        searched.left_out.values()
    )


@functools.cache
def truth(layout: str) -> dict[str, dict[str, Any]]:
    rows, kept_back = intake(clean(layout).encode())
    assert (len(rows), kept_back) == (ROWS, 0)
    return {row["patient_key"]: row for row in rows}


def wrongs(one: Polluted) -> list[str]:
    """What of a spoilt file would be loaded though the clean file does not say it."""
    try:
        rows, kept_back = intake(one.data)
    except RefusedError:
        return []
    told, found = truth(one.layout), []
    for row in rows:
        said = told.get(row["patient_key"])
        if said is None and row["patient_key"] != one.words:
            found.append(f"nobody's row: {row['patient_key']}")
        if said is not None:
            found += [f"{row['patient_key']}: {words}" for words in differences(row, said, one)]
    twice = [key for key, times in Counter(row["patient_key"] for row in rows).items() if times > 1]
    lost = lines_below_header(one) - len(rows) - kept_back
    return found + twice + ([f"{lost} lines are neither loaded nor kept back"] if lost > 0 else [])


def together(row: dict[str, Any]) -> dict[str, Any]:
    """A row with what people write in one."""
    return {**row, "product": "".join(row[name] or "" for name in WRITTEN), "directions": "", "unit": ""}


def differences(row: dict[str, Any], said: dict[str, Any], one: Polluted) -> list[str]:
    """What of a row differs from what the clean file said."""
    if one.layout == "emis":
        row, said = together(row), together(said)  # one cell holds all that is written, parted by commas
    return [
        f"{name} is {row[name]!r}, not {said[name]!r}"
        for name in said
        if not alike(name, row[name], said[name], one.words)
    ]


def alike(name: str, value: Any, said: Any, words: str) -> bool:
    """Whether a value is what the clean file said, or what this one truly says in its place."""
    if value == said:
        return True
    if words not in ("", *ERRORS) and str(value).casefold() == words.casefold():
        return not isinstance(said, float | int)
    return name in WRITTEN and re.sub(r"\W", "", str(value)) == re.sub(r"\W", "", said)


def lines_below_header(one: Polluted) -> int:
    """The lines that say anything, where none of them can go on in the next; totals are no rows."""
    lines = re.split(r"\r\n|\r|\n", one.data.decode(errors="replace"))
    header = next(n for n, line in enumerate(lines) if "Issue" in line or "patient_key" in line)
    said = [line for line in lines[header + 1 :] if line.strip(", ")]
    while said and said[-1].startswith("Total"):
        said.pop()
    return 0 if '"' in "".join(said) else len(said)


def silently_wrong(times: int, seed: int) -> list[str]:
    return [
        f"{one}: {wrong}\n{one.data.decode(errors='replace')}"
        for one in polluted(seed, times)
        if one.kind not in TOLD_BY_THE_HEADING
        for wrong in wrongs(one)
    ]


def test_no_spoilt_file_is_loaded_silently_wrong() -> None:
    assert silently_wrong(times=3, seed=7) == []


def test_a_file_read_in_many_blocks_is_read_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever block a quotation mark, a cut or a faulty row falls into."""
    files = list(polluted(seed=9, times=1))
    whole = [outcome(one.data) for one in files]
    for module in (blocks, text_rows):
        monkeypatch.setattr(module, "BLOCK", 600)
    assert [outcome(one.data) for one in files] == whole


def outcome(data: bytes) -> object:
    """What becomes of a file: its cells and unread rows, or why it is refused."""
    try:
        searched = search(Source(NAME, data))
    except RefusedError as error:
        return str(error)
    cells = [column.all().to_pylist() for column in searched.cells.columns]
    return searched.cells.lines.tolist(), cells, searched.unread, searched.withheld
