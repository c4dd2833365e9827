"""What holds of every export, however it is broken: right rows, or a sentence; never fewer than were sent
under “accepted”. Each file is told with how many rows of ours each of its lines holds."""

from __future__ import annotations

import csv as reader
import io
import itertools
import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from etl.contract import entities
from etl.intake.files.source import Source
from etl.intake.refusal import RefusedError
from etl.intake.report.period import period_named
from etl.intake.search import search
from etl.intake.typed.conform import check_ages, conform
from etl.intake.typed.swapped_columns import mistaken
from etl.layouts import Layout, layouts
from tests.etl import extracts
from tests.etl.conftest import ROOT
from tests.etl.layouts.test_exports import (
    BREAKDOWN,
    EPRACCUR,
    KEYS,
    NDQ,
    NHS,
    PEOPLE,
    PLAIN,
    SIDE_BY_SIDE,
    STRATEGIC,
    csv,
    every_age,
    medicine,
    nhs,
    plain,
    strategic,
)

FOUND = ROOT.parent / "shared" / "found" / "exports"
LISTED = {"TST01", "SYN01", "SYN02", "A81001", "A81002"}


@dataclass(frozen=True)
class Export:
    """A file and the rows of ours in each of its lines. `top`: the line of its header, -1 without one."""

    layout: str
    text: str
    rows: tuple[int, ...]
    top: int = 0

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines(keepends=True)


def enterprise() -> str:
    return csv(
        f'Organisation Code,Organisation Name,Patient ID,"{NDQ}",Date of Issue,',
        f"TST01,Elm,{KEYS[0]},{medicine('A')},07-Sep-2026,",
        f",,,{medicine('B')},08-Sep-2026,",
        f",,{KEYS[1]},{medicine('C')},08-Sep-2026,",
    )


def emis() -> str:
    rows = [extracts.Issue("PAT0001"), extracts.Issue("PAT0001", product="Gabapentin 300mg capsules"),
            extracts.Issue("PAT0002")]  # fmt: skip
    return extracts.csv_text("emis", extracts.issues("emis", rows))


ABOVE = len(extracts.emis_preamble("TST01", "2026-09"))
BROKEN_DOWN = (
    f"{KEYS[0]},07 Sep 2026 14:03,Zomorph 30mg capsules,one twice a day,2 x 28 capsule(s),Repeat,1",
    f"{KEYS[1]},21 Sep 2026 16:20,Oramorph 10mg/5ml oral solution,5ml,1 x 300 ml,Acute,1",
    ",,,,,,2",
)
EXPORTS = {
    "breakdown": Export("systmone", csv(BREAKDOWN, *BROKEN_DOWN), (0, 1, 1, 0)),
    "EMIS with lines above": Export("emis", emis(), (*[0] * ABOVE, 0, 1, 1, 1), ABOVE),
    "side by side": Export(
        "emis",
        csv(
            SIDE_BY_SIDE,
            f"{KEYS[0]},Male,{medicine('A')},07-Sep-2026,{medicine('B')},08-Sep-2026,Asthma,03-Mar-2019",
            f",,{medicine('C')},21-Sep-2026,,,,",
            f"{KEYS[1]},Female,,,{medicine('D')},16-Sep-2026,,",
        ),
        (0, 2, 1, 1),
    ),
    "enterprise": Export("emis_enterprise", enterprise(), (0, 1, 1, 1)),
    "strategic": Export(
        "systmone_strategic",
        csv(STRATEGIC, strategic(1), strategic(2, dental="true"), strategic(3), strategic(4, removed="1")),
        (0, 1, 0, 1, 0),
    ),
    "people": Export(
        "emis",
        csv(PEOPLE, f"{KEYS[0]},49,Male,25-Mar-17,12-Sep-26,", f"{KEYS[1]},81,Female,07-Aug-58,,19-Sep-26"),
        (0, 1, 1),
    ),
    "plain": Export("plain", csv(PLAIN, *(plain(day, f"PAT000{day}") for day in (1, 2, 3))), (0, 1, 1, 1)),
    "list sizes": Export("nhs_list_sizes", csv(NHS, *nhs(*every_age({}))), (0, *[1] * 192)),
    "practices": Export(
        "ods_practices", csv(*(EPRACCUR.format(code=f"A8100{n}", setting=4) for n in (1, 2))), (1, 1), -1
    ),
}
OF_FOUND = {
    "1_breakdown": ("systmone", (0, 1, 1, 1, 1, 0)),
    "2_side_by_side": ("emis", (0, 2, 1, 2, 1)),
    "3_emis_list": ("emis", (0, 1, 1, 1, 1)),
    "4_SYN01_SRPrimary": ("systmone_strategic", (0, 1, 1, 1, 0, 0)),
    "5_parts/SYN01_issues_part1": ("systmone", (0, 1, 1, 1)),
    "5_parts/SYN01_issues_part2": ("systmone", (0, 1, 1, 1)),
    "6_ages": ("emis", (0, 1, 1, 1, 1)),
}
for start, (layout, rows) in OF_FOUND.items() if FOUND.parents[1].exists() else ():
    (path,) = FOUND.glob(f"{start}*.csv")
    EXPORTS[start] = Export(layout, path.read_bytes().decode(), rows)


@dataclass(frozen=True)
class Read:
    """What came of a file: why it is refused, or its rows, and how many are kept back and left out."""

    refusal: str = ""
    rows: tuple[str, ...] = ()
    kept_back: int = 0
    left_out: int = 0

    @property
    def accepted(self) -> bool:
        return not self.refusal and not self.kept_back


def read(text: str, known: tuple[Layout, ...] = layouts(), period: str = "2026-09") -> Read:
    """A file read as a load reads it, up to what a load asks the store."""
    months = period_named(period)
    assert months
    try:
        found = search(Source("TST01.csv", text.encode()), known=known)
        entity = entities()[found.found.entity]
        practice = "TST01" if entity.extract == "practice" else None
        made = conform(found.cells, found.found, entity, practice, months, found.withheld)
        if found.found.report.add_up:
            check_ages(made)
    except RefusedError as error:
        return Read(str(error))
    good = made.good().nonzero()[0]
    rows = made.table(good).to_pylist()
    if {row["practice_code"] for row in rows} - LISTED:
        return Read("its practice is not in the practice list")
    if not rows and made.problems:
        return Read("no row fits the contract")
    left_out = sum(found.left_out.values()) + made.left_out.total()
    kept_back = len(made.problems) + len(found.unread)
    return Read(mistaken(made, good), tuple(sorted(map(repr, rows))), kept_back, left_out)


def of(export: Export, text: str | None = None, known: tuple[Layout, ...] = layouts()) -> Read:
    period = "2026-03" if export.layout == "nhs_list_sizes" else "2026-09"
    return read(export.text if text is None else text, known, period)


def is_sentence(words: str) -> bool:
    return len(words) > 20 and "\n" not in words


each = pytest.mark.parametrize("name", EXPORTS)


@each
def test_each_export_is_read_as_told(name: str) -> None:
    export = EXPORTS[name]
    found = of(export)
    bands = 18 if export.layout == "nhs_list_sizes" else sum(export.rows)
    assert (found.refusal, found.kept_back, len(found.rows)) == ("", 0, bands)


@each
def test_under_any_layout_a_file_is_read_right_or_refused_in_a_sentence(name: str) -> None:
    export, right = EXPORTS[name], of(EXPORTS[name])
    for layout in layouts():
        found = of(export, known=(layout,))
        assert is_sentence(found.refusal) or found.rows == right.rows, layout.name


@each
def test_cut_at_any_line_no_row_is_lost_under_accepted(name: str) -> None:
    export, right = EXPORTS[name], set(of(EXPORTS[name]).rows)
    cuts = range(1, len(export.lines))
    for at in cuts if len(cuts) < 20 else random.Random(1).sample(cuts, 20):
        found = of(export, "".join(export.lines[:at]))
        assert found.refusal == "" or is_sentence(found.refusal)
        assert not found.accepted or len(found.rows) == sum(export.rows[:at]), at
        assert set(found.rows) <= right


@each
def test_cut_anywhere_no_row_is_lost_under_accepted(name: str) -> None:
    export = EXPORTS[name]
    begin = len("".join(export.lines[: export.top + 1])) + 1
    for at in random.Random(2).sample(range(begin, len(export.text)), 12):
        cut = export.text[:at]
        found, whole = of(export, cut), cut.count("\n")
        begun = bool(cut.rpartition("\n")[2].strip()) and export.rows[whole] > 0
        assert not found.accepted or len(found.rows) >= sum(export.rows[:whole]) + begun, at


@each
def test_the_header_again_anywhere_is_no_row(name: str) -> None:
    export, right = EXPORTS[name], of(EXPORTS[name])
    if export.top < 0:
        return
    places = range(export.top + 1, len(export.lines) + 1)
    for at in places if len(places) < 10 else (1, 2, len(export.lines)):
        again = [*export.lines[:at], export.lines[export.top], *export.lines[at:]]
        found = of(export, "".join(again))
        assert is_sentence(found.refusal) or (found.rows, found.kept_back) == (right.rows, 0), at


def exchanged(export: Export, a: int, b: int, header: bool) -> str:
    """The file with two columns exchanged, their headings too or not."""
    lines = list(reader.reader(io.StringIO(export.text, newline="")))
    for n, line in enumerate(lines):
        if n > export.top - header and len(line) > max(a, b):
            line[a], line[b] = line[b], line[a]
    out = io.StringIO(newline="")
    reader.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue()


def pairs(export: Export, most: int) -> list[tuple[int, int]]:
    width = len(next(reader.reader([export.lines[max(export.top, 0)]])))
    every = list(itertools.combinations(range(width), 2))
    return every if len(every) <= most else random.Random(3).sample(every, most)


@each
def test_two_columns_exchanged_with_their_headings_are_the_same_file(name: str) -> None:
    export, right = EXPORTS[name], of(EXPORTS[name])
    if export.top < 0:
        return
    for a, b in pairs(export, 30):
        found = of(export, exchanged(export, a, b, header=True))
        assert is_sentence(found.refusal) or (found.rows, found.kept_back) == (right.rows, 0), (a, b)


@each
def test_two_columns_exchanged_without_their_headings_lose_no_row_under_accepted(name: str) -> None:
    """Some cannot be told apart, such as two numbers of one kind; but no row is lost without a word."""
    export, right = EXPORTS[name], of(EXPORTS[name])
    for a, b in pairs(export, 30):
        found = of(export, exchanged(export, a, b, header=False))
        assert found.refusal == "" or is_sentence(found.refusal)
        lines = len(right.rows) + right.left_out
        assert not found.accepted or len(found.rows) + found.left_out == lines, (a, b)


TELLING = ("patient_key", "issued_on", "product", "quantity", "issue_type", "practice_code", "directions")


@pytest.mark.parametrize("name", [name for name, one in EXPORTS.items() if one.layout != "nhs_list_sizes"])
def test_two_columns_of_different_kinds_exchanged_are_never_accepted(name: str, tmp_path: Path) -> None:
    export = EXPORTS[name]
    if export.top < 0:
        return
    found = search(Source("TST01.csv", export.text.encode())).found
    header = next(reader.reader([export.lines[export.top]]))
    kinds = {
        n: found.report.filled(found.report.called(heading.casefold())) for n, heading in enumerate(header)
    }
    telling = [n for n, kind in kinds.items() if kind & set(TELLING)]
    for a, b in itertools.combinations(telling, 2):
        if kinds[a] != kinds[b]:
            assert not of(export, exchanged(export, a, b, header=False)).accepted, (header[a], header[b])
