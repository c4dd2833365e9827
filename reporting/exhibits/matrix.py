"""Practices by items as a table: gaps gather top left, and practices without one share a line."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reporting.exhibits.wording import number

GAP, UNKNOWN = "gap", "unknown"
NO_PCN = "No PCN"


@dataclass(frozen=True)
class Cell:
    """What an item is at a practice. mark: gap | done | against | high | unknown; words may stand for it."""

    mark: str
    words: str = ""


@dataclass(frozen=True)
class Row:
    """A practice with a gap, or of which an item is not known."""

    code: str
    name: str
    cells: tuple[Cell, ...]
    gaps: int


@dataclass(frozen=True)
class Group:
    """The practices of a PCN, those with most gaps first.

    counts: for each item “4 of 5”, empty without a gap. clear: code and name of those that share a line,
    since they have no gap. not_sent: name and why of those that sent nothing of it.
    """

    name: str
    counts: tuple[str, ...]
    gaps: int
    rows: tuple[Row, ...]
    clear: tuple[tuple[str, str], ...]
    not_sent: tuple[tuple[str, str], ...]

    @property
    def practices(self) -> int:
        """How many practices it names."""
        return len(self.rows) + len(self.clear) + len(self.not_sent)


@dataclass(frozen=True)
class Matrix:
    """Items from left to right and PCNs downwards, most gaps first.

    counts: practices with a gap, by item. marks: mark → what it means, of those that are there. counted,
    total and clear: what counts, gaps and the line of practices without a gap are called. opens: the page
    that a practice leads to. selected: code of the practice chosen.
    """

    items: tuple[str, ...]
    counts: tuple[int, ...]
    groups: tuple[Group, ...]
    marks: tuple[tuple[str, str], ...]
    counted: str
    total: str
    clear: str
    opens: str
    selected: str | None

    @property
    def practices(self) -> int:
        """How many practices it names."""
        return sum(group.practices for group in self.groups)


def by_gaps(cells: pd.DataFrame, items: tuple[str, ...]) -> tuple[str, ...]:
    """The items, those with most gaps first. cells: practice_code, item, mark."""
    gaps = cells[cells["mark"] == GAP].groupby("item").size()
    return tuple(sorted(items, key=lambda item: -int(gaps.get(item, 0))))


def groups(
    cells: pd.DataFrame, not_sent: pd.DataFrame, items: tuple[str, ...], *, share: bool
) -> tuple[Group, ...]:
    """PCNs with most gaps first. cells: practice_code, name, pcn, item, mark, words; an item that a practice
    has no cell of is unknown. not_sent: name, pcn, why. share: practices without a gap share a line."""
    cells, not_sent = (frame.assign(pcn=frame["pcn"].fillna("")) for frame in (cells, not_sent))
    names = sorted({*cells["pcn"], *not_sent["pcn"]})
    made = [
        _group(name, cells[cells["pcn"] == name], not_sent[not_sent["pcn"] == name], items, share=share)
        for name in names
    ]
    return tuple(sorted(made, key=lambda group: (-group.gaps, group.name)))


def _group(
    name: str, cells: pd.DataFrame, not_sent: pd.DataFrame, items: tuple[str, ...], *, share: bool
) -> Group:
    rows = [
        _row(str(code), str(who), part, items)
        for (code, who), part in cells.groupby(["practice_code", "name"], sort=False)
    ]
    rows.sort(key=lambda row: (-row.gaps, row.name))
    clear = [row for row in rows if share and not row.gaps and UNKNOWN not in _marks(row)]
    return Group(
        name or NO_PCN,
        tuple(_count([row.cells[at].mark for row in rows]) for at in range(len(items))),
        sum(row.gaps for row in rows),
        tuple(row for row in rows if row not in clear),
        tuple((row.code, row.name) for row in clear),
        tuple(zip(not_sent["name"], not_sent["why"], strict=True)),
    )


def _marks(row: Row) -> set[str]:
    return {cell.mark for cell in row.cells}


def _row(code: str, name: str, cells: pd.DataFrame, items: tuple[str, ...]) -> Row:
    found = {
        item: Cell(mark, words)
        for item, mark, words in zip(cells["item"], cells["mark"], cells["words"], strict=True)
    }
    made = tuple(found.get(item, Cell(UNKNOWN)) for item in items)
    return Row(code, name, made, sum(cell.mark == GAP for cell in made))


def _count(marks: list[str]) -> str:
    """“4 of 5” practices of which the item is known have a gap."""
    gaps, known = marks.count(GAP), len(marks) - marks.count(UNKNOWN)
    return f"{number(gaps)} of {number(known)}" if gaps else ""
