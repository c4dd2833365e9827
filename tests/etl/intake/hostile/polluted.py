"""Extracts spoilt in the ways that files are spoilt: each layout's report of issues as it looks afterwards.

Every row of the clean file is told by its pseudonym, and no two cells of a row are alike, so that a value in
the wrong place cannot pass for the right one.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from tests.etl import extracts
from tests.etl.extracts import Issue

ROWS = 9
LAYOUTS = ("plain", "systmone", "emis")
Spoil = Callable[[list[str], random.Random], str]


@dataclass(frozen=True)
class Polluted:
    """A spoilt file: how, of which layout, and its bytes. `words`: what it now says in one cell, if that."""

    kind: str
    layout: str
    data: bytes
    words: str = ""

    def __str__(self) -> str:
        return f"{self.kind}, {self.layout}"


def clean(layout: str) -> str:
    """A report of issues in which every patient has one and no value is another's beginning."""
    rows = [
        Issue(
            patient=f"PAT{n}X{n}{n}{n}",
            day=date(2026, 9, 10 + n),
            product=f"Zomorph {n}0mg capsules",
            directions=f"Take {n} capsules twice a day",
            quantity=50 + n,
            dmd=f"{n}0398311000001{n}07",
            days=str(20 + n),
            early=str(n),
        )
        for n in range(1, ROWS + 1)
    ]
    return extracts.csv_text(layout, extracts.issues(layout, rows))


def polluted(seed: int, times: int) -> Iterator[Polluted]:
    """Every kind in every layout, as often as asked, each time elsewhere."""
    chance = random.Random(seed)
    for layout in LAYOUTS:
        text = clean(layout)
        for kind, spoil in KINDS.items():
            for _ in range(times):
                spoilt = spoil(text.splitlines(keepends=True), chance)
                data = spoilt.encode("utf-8", "surrogateescape")
                yield Polluted(kind, layout, data, VALUES.get(kind, "").strip('"'))


def _row(lines: list[str], chance: random.Random) -> int:
    return chance.randrange(len(lines) - ROWS, len(lines))


def _cells(line: str) -> list[str]:
    return line.rstrip("\r\n").split(",")


def _in_a_row(change: Callable[[list[str], random.Random], list[str]]) -> Spoil:
    def spoil(lines: list[str], chance: random.Random) -> str:
        at = _row(lines, chance)
        lines[at] = ",".join(change(_cells(lines[at]), chance)) + "\r\n"
        return "".join(lines)

    return spoil


def _at_a_place(put: str, in_last_rows: bool = True) -> Spoil:
    """Puts something between any two characters of a row, or of the file."""

    def spoil(lines: list[str], chance: random.Random) -> str:
        at = _row(lines, chance) if in_last_rows else chance.randrange(len(lines))
        place = chance.randrange(len(lines[at].rstrip("\r\n")) + 1)
        lines[at] = lines[at][:place] + put + lines[at][place:]
        return "".join(lines)

    return spoil


def _two_places(put: str) -> Spoil:
    once = _at_a_place(put)
    return lambda lines, chance: once(once(lines, chance).splitlines(keepends=True), chance)


def _cut_off(lines: list[str], chance: random.Random) -> str:
    text = "".join(lines)
    return text[: chance.randrange(len("".join(lines[:-ROWS])), len(text))]


def _line(make: Callable[[list[str], random.Random], str]) -> Spoil:
    """Puts a line between two rows, or after the last."""

    def spoil(lines: list[str], chance: random.Random) -> str:
        lines.insert(_row(lines, chance) + 1, make(lines, chance))
        return "".join(lines)

    return spoil


def _value(words: str) -> Spoil:
    """Puts words in the place of a cell."""

    def change(cells: list[str], chance: random.Random) -> list[str]:
        cells[chance.randrange(len(cells))] = words
        return cells

    return _in_a_row(change)


def _insert_cell(words: str) -> Spoil:
    def change(cells: list[str], chance: random.Random) -> list[str]:
        cells.insert(chance.randrange(len(cells) + 1), words)
        return cells

    return _in_a_row(change)


def _shifted_right(cells: list[str], chance: random.Random) -> list[str]:
    """A comma too many and the last cell empty: a reader that drops empty ends finds the right number."""
    cells[-1] = ""
    cells.insert(chance.randrange(len(cells)), "")
    return cells


def _without_cell(cells: list[str], chance: random.Random) -> list[str]:
    del cells[chance.randrange(len(cells))]
    return cells


def _merged(cells: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(len(cells) - 1)
    return [*cells[:at], cells[at] + cells[at + 1], *cells[at + 2 :]]


def _lost_lines(lines: list[str], chance: random.Random) -> str:
    """Line ends lost: two rows in one line."""
    at = chance.randrange(len(lines) - ROWS, len(lines) - 1)
    lines[at] = lines[at].rstrip("\r\n")
    return "".join(lines)


def _header_at(lines: list[str]) -> int:
    return len(lines) - ROWS - 1


def _another_header(change: Callable[[list[str], random.Random], list[str]]) -> Spoil:
    def spoil(lines: list[str], chance: random.Random) -> str:
        at = _header_at(lines)
        lines[at] = ",".join(change(_cells(lines[at]), chance)) + "\r\n"
        return "".join(lines)

    return spoil


def _swapped(cells: list[str], chance: random.Random) -> list[str]:
    a, b = chance.sample(range(len(cells)), 2)
    cells[a], cells[b] = cells[b], cells[a]
    return cells


def _fully_swapped(lines: list[str], chance: random.Random) -> str:
    """The columns in another order, headers and cells: nothing is wrong with it."""
    at = _header_at(lines)
    table = list(csv.reader(lines[at:]))
    order = list(range(len(table[0])))
    chance.shuffle(order)
    target = io.StringIO(newline="")
    csv.writer(target).writerows([[row[n] for n in order] for row in table])
    return "".join(lines[:at]) + target.getvalue()


VALUES = {
    "an Excel error": "#N/A",
    "a formula": "=A1+1",
    "not a number": "NaN",
    "infinity": "inf",
    "thousands": '"1,000"',
    "a number in words of science": "9.56741E+15",
    "digits of another script": "٥٦",
    "a date that is none": "31/02/2026",
    "a date the other way round": "2026-25-09",
    "a date of 1900": "1900-01-00",
    "a date to come": "2031-01-01",
}
KINDS: dict[str, Spoil] = {
    **{kind: _value(words) for kind, words in VALUES.items()},
    "a cell too many": _insert_cell("~"),
    "an empty cell too many": _insert_cell(""),
    "shifted right": _in_a_row(_shifted_right),
    "a cell too few": _in_a_row(_without_cell),
    "a comma lost": _in_a_row(_merged),
    "a comma anywhere": _at_a_place(","),
    "a quotation mark anywhere": _at_a_place('"'),
    "two quotation marks anywhere": _two_places('"'),
    "a quotation mark above": _at_a_place('"', in_last_rows=False),
    "a line break anywhere": _at_a_place("\n"),
    "a return anywhere": _at_a_place("\r"),
    "two line breaks anywhere": _two_places("\r\n"),
    "cut off": _cut_off,
    "two rows in one line": _lost_lines,
    "the header again": _line(lambda lines, _: lines[_header_at(lines)]),
    "a row again": _line(lambda lines, chance: lines[_row(lines, chance)]),
    "a blank line": _line(lambda *_: "\r\n"),
    "a line of commas": _line(lambda lines, _: "," * (len(_cells(lines[-1])) - 1) + "\r\n"),
    "a line of totals": _line(lambda *_: "Total,,,,495\r\n"),
    "a footer": lambda lines, _: "".join([*lines, f"Total rows: {ROWS}\r\n"]),
    "a footer that says more": lambda lines, _: "".join([*lines, f"Total rows: {ROWS + 1}\r\n"]),
    "words alone": _line(lambda *_: "Page 1 of 2\r\n"),
    "an invisible character": _at_a_place("\u200b"),
    "a byte of no encoding": _at_a_place("\udc81"),
    "a NUL": _at_a_place("\0"),
    "a mark inside": _at_a_place("\ufeff"),
    "columns in another order": _fully_swapped,
    "headings swapped": _another_header(_swapped),
    "a heading too many": _another_header(lambda cells, _: [*cells, "Surname"]),
    "a heading lost": _another_header(_without_cell),
    "semicolons": lambda lines, _: "".join(lines).replace(",", ";"),
}  # fmt: skip
