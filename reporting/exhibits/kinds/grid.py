"""Practices by items: what each practice lacks, PCN by PCN."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.rates.grid import item_grid
from reporting.exhibits.coverage import among_words, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.kinds.across import left_out, marked, to_look_at
from reporting.exhibits.kinds.shares import nobody
from reporting.exhibits.matrix import GAP, UNKNOWN, Group, Matrix, by_gaps, groups
from reporting.exhibits.wording import counted, month
from reporting.once import once

CACHED = 64
PICTURED = {"done": "●", GAP: "○", "against": "–", UNKNOWN: "?"}
ROLES = {GAP: "concern", "high": "improvement", "done": "data"}


@dataclass(frozen=True)
class Read:
    """What a grid is made of.

    practices: one row a practice, most gaps first: practice_code, name, pcn, note (for the end of its row in
    a picture). cells: practice_code, name, pcn, item, mark, words (empty: the mark is drawn). items: those
    that are there, as labels. table: the numbers. n: what is counted beside practices.
    """

    practices: pd.DataFrame
    cells: pd.DataFrame
    items: tuple[str, ...]
    table: pd.DataFrame
    n: str = ""


@dataclass(frozen=True)
class Grid:
    """Practices by items. title: the headline where there is none. subtitle: with {month}. marks: mark → what
    it means, gaps first. clear: what the line of practices without a gap is called; empty: each has
    its row. extract: without which a practice has not sent it. opens: the page a practice leads to."""

    key: str
    measures: tuple[str, ...]
    title: str
    read: Callable[[Snapshot, Scope, Selection], Read | None]
    headline: Callable[[Read], str]
    subtitle: str
    note: str
    marks: tuple[tuple[str, str], ...]
    counted: str
    total: str
    clear: str
    extract: str
    opens: str
    nothing: Callable[[Snapshot, Scope, Selection], str] = nobody

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
        """A table on the page, and of the first practices a picture for files."""
        among = selection.among()
        found, made = _of_all(self, snapshot, scope, among)
        common = frame_of(snapshot, self.key, *self.measures)
        if found is None:
            return Exhibit(**common, headline=self.title, empty=self.nothing(snapshot, scope, among))
        items = by_gaps(found.cells, found.items)
        shown = to_look_at(found.practices, selection)
        practices = counted(len(found.practices), "practice", "practices")
        headline = self.headline(found)
        when = month(snapshot.info.last_month)
        return Exhibit(
            **common,
            headline=headline,
            subtitle=(
                f"{among_words(snapshot, scope, selection)}{self.subtitle.format(month=when)} "
                f"(n = {f'{found.n}, ' if found.n else ''}{practices})"
            ),
            matrix=self._matrix(selection, found, items, made),
            slide=partial(item_grid, _pictured(found, shown, selection), items, list(shown["note"])),
            caption=(
                f"{self.note} {left_out(found.practices, shown)}"
                f"{source_words(snapshot, coverage(snapshot, scope, among))}"
            ),
            table=found.table,
            alt=f"{headline}. {practices.capitalize()}: {_together(found.cells, items)}.",
        )

    def _matrix(
        self, selection: Selection, found: Read, items: tuple[str, ...], made: tuple[Group, ...]
    ) -> Matrix:
        there = {cell.mark for group in made for row in group.rows for cell in row.cells}
        gaps = found.cells[found.cells["mark"] == GAP].groupby("item").size()
        return Matrix(
            items=items,
            counts=tuple(int(gaps.get(item, 0)) for item in items),
            groups=made,
            marks=tuple((mark, words) for mark, words in self.marks if mark in there),
            counted=self.counted,
            total=self.total,
            clear=self.clear,
            opens=self.opens,
            selected=selection.practice,
        )

    def not_sent(self, snapshot: Snapshot, scope: Scope, among: Selection, found: Read) -> pd.DataFrame:
        """Practices of which it is not known: name, pcn, why; not those of which nothing is due."""
        covered = coverage(snapshot, scope, among)
        why = dict.fromkeys(covered.without(self.extract), "") | dict(covered.awaited)
        every = figures.practices(snapshot, scope, among).frame
        absent = every[
            ~every["practice_code"].isin(found.practices["practice_code"]) & every["name"].isin(list(why))
        ]
        return absent.assign(why=absent["name"].map(why))[["name", "pcn", "why"]]


@once(CACHED)
def _of_all(
    grid: Grid, snapshot: Snapshot, scope: Scope, among: Selection
) -> tuple[Read | None, tuple[Group, ...]]:
    """What is read and the PCNs of the table: the same whichever practice is chosen."""
    found = grid.read(snapshot, scope, among)
    if found is None:
        return None, ()
    items, absent = by_gaps(found.cells, found.items), grid.not_sent(snapshot, scope, among, found)
    return found, groups(found.cells, absent, items, share=bool(grid.clear))


def _together(cells: pd.DataFrame, items: tuple[str, ...]) -> str:
    """“minutes filed lacking at 15 of 23”, item by item."""
    known = cells[cells["mark"] != UNKNOWN]
    of = known.groupby("item").size()
    gaps = known[known["mark"] == GAP].groupby("item").size()
    return ", ".join(f"{item} {int(gaps.get(item, 0))} of {int(of.get(item, 0))}" for item in items)


def _pictured(found: Read, shown: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The cells of a picture: row, column, words, role; in the order of the practices shown."""
    labels = dict(zip(shown["practice_code"], marked(shown, selection), strict=True))
    rank = {code: at for at, code in enumerate(labels)}
    cells = found.cells[found.cells["practice_code"].isin(labels)]
    marks = cells["mark"].map(PICTURED).fillna("")
    made = cells.assign(
        row=cells["practice_code"].map(labels),
        column=cells["item"],
        words=cells["words"].where(cells["words"] != "", marks),
        role=cells["mark"].map(ROLES).fillna("common"),
        rank=cells["practice_code"].map(rank),
    )
    return made.sort_values("rank", kind="stable")[["row", "column", "words", "role"]]
