"""The counts of one universe in one month, and what ties them: classes of rows in pieces of the ICB.

A piece is of practices that no published count tells apart: of one PCN, place and ICB, and in the counts of
the same measures (a practice whose extract has not come is in some and not in others). Groups of people cut
the whole ICB another way.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from measures.suppression.plan import PlanError, Ties
from measures.suppression.universes import Count, Sorts

SHARE_OPEN = 2  # of a practice's own count, half as many numbers stay open
Areas = Mapping[str, Mapping[str, str]]  # practice → level → area
Row = tuple[NDArray[np.intp], NDArray[np.float64]]
Covered = Mapping[str, frozenset[str]]  # measure → practices in its counts


class Cell(NamedTuple):
    """One published count of a month. dimension: "" for everybody; part: numerator or denominator."""

    measure: str
    threshold: int
    dimension: str
    category: str
    level: str
    area: str
    part: str


class Piece(NamedTuple):
    """Practices alike. areas: level → area; measures: those that count them; changed: whether an earlier
    release counted them differently; dimension, category: the group of people, "" for all."""

    areas: tuple[tuple[str, str], ...]
    measures: frozenset[str]
    changed: bool = False
    dimension: str = ""
    category: str = ""

    @property
    def order(self) -> tuple[object, ...]:
        return self.areas, sorted(self.measures), self.changed, self.category


@dataclass(frozen=True)
class Month:
    """What a release counts in one month: cell → its exact count; practice → its areas; measure → the
    practices it counts; practice that may be alone in a piece → its own counts."""

    cells: Mapping[Cell, int]
    areas: Areas
    covered: Covered
    own: Mapping[str, Mapping[Count, int]] = field(default_factory=dict)


@dataclass
class Sums:
    """Rows of a sparse matrix: each a sum of unknowns, with the least and the most it can be."""

    rows: list[Row] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)

    def add(self, plus: NDArray[np.intp], minus: NDArray[np.intp], least: float = 0.0) -> None:
        """The unknowns of `plus` less those of `minus` are 0, or between `least` and 0."""
        signs = np.concatenate([np.ones(len(plus)), -np.ones(len(minus))])
        self.rows.append((np.concatenate([plus, minus]), signs))
        self.least.append(least)
        self.most.append(0.0)

    def matrix(self, unknowns: int) -> sparse.csr_array:
        """The rows as one matrix, so many columns wide."""
        return matrix(self.rows, unknowns)


def matrix(rows: Sequence[Row], unknowns: int) -> sparse.csr_array:
    """Rows of columns and what stands in them, as one matrix."""
    at = np.repeat(np.arange(len(rows)), [len(columns) for columns, _ in rows])
    columns = np.concatenate([np.empty(0, np.intp), *(columns for columns, _ in rows)])
    signs = np.concatenate([np.empty(0), *(signs for _, signs in rows)])
    return sparse.csr_array((signs, (at, columns)), (len(rows), unknowns))


@dataclass(frozen=True)
class Table:
    """Every different count once. places: cell → its row; pieces: those whose classes are the unknowns, in
    this order, and then the lists of the first ones (those of everybody). alone: rows of one practice's
    counts, published by no means, and how many numbers each must leave open (0: not such a row)."""

    counts: NDArray[np.int64]
    alone: NDArray[np.int64]
    places: dict[Cell, int]
    ties: Ties
    pieces: list[Piece]

    @property
    def pairs(self) -> NDArray[np.intp]:
        """The rows of each numerator and its denominator."""
        both = {
            (at, self.places[cell._replace(part="denominator")])
            for cell, at in self.places.items()
            if cell.part == "numerator"
        }
        return np.array(sorted(both), np.intp).reshape(-1, 2)


def table(sorts: Sorts, month: Month, changed: frozenset[str] = frozenset()) -> Table:
    """The counts of a universe's cells in one month, those of the same rows once, and what ties them.

    changed: practices to be told apart from the others. Raises PlanError where counts of the same rows
    differ.
    """
    cells = {cell: n for cell, n in month.cells.items() if cell.measure in sorts.measures}
    practices = _pieces(month, sorts.measures, changed)
    pieces = list(practices)
    every = list(pieces)
    size, sums = sorts.classes.size, Sums()
    cut, start = {"": pieces}, {"": 0}
    cells_cut = len(pieces)
    for dimension, group in _groups(pieces, cells).items():
        cut[dimension], start[dimension] = group, cells_cut
        every += group
        _add_group(sums, pieces, group, cells_cut, size)
        cells_cut += len(group)
    for at in range(cells_cut):
        _add_inside(sums, sorts, at * size)
    lists = cells_cut * size  # the unknowns after those of classes: the list of each piece
    for at, piece in enumerate(pieces):
        for count in sorts.listed:
            if count[0] in piece.measures:
                sums.add(sorts.classes.made_of[count] + at * size, np.array([lists + at]), -np.inf)
    unknowns = lists + len(pieces)
    places, rows, counts = dict[Cell, int](), list[NDArray[np.intp]](), list[int]()
    alike, alone = dict[bytes, int](), dict[int, int]()
    counted = _practices(practices)
    for cell, n in cells.items():
        inside = np.array(_inside(cell, cut[cell.dimension]), np.intp)
        made_of = _made_of(cell, sorts, inside + start[cell.dimension], lists)
        row = alike.setdefault(made_of.tobytes(), len(rows))
        if row == len(rows):
            rows.append(made_of)
            counts.append(n)
        elif counts[row] != n:
            raise PlanError(f"{' '.join(map(str, cell))} is another number than a count of the same rows")
        places[cell] = row
        if counted[cell.level, cell.area, cell.measure] == 1:
            alone[row] = 1
    for at, codes in enumerate(practices.values()):
        if len(codes) == 1:
            for made_of, n in _own(sorts, month.own.get(codes[0], {}), at * size):
                row = alike.setdefault(made_of.tobytes(), len(rows))
                if row == len(rows) and n:
                    rows.append(made_of)
                    counts.append(n)
                if row < len(rows):
                    alone[row] = n // SHARE_OPEN + 1
    ones = [(row, np.ones(len(row))) for row in rows]
    ties = Ties(matrix(ones, unknowns), sums.matrix(unknowns), np.array(sums.least), np.array(sums.most))
    open_numbers = np.array([alone.get(row, 0) for row in range(len(rows))], np.int64)
    return Table(np.array(counts, np.int64), open_numbers, places, ties, every)


def _pieces(month: Month, measures: frozenset[str], changed: frozenset[str]) -> dict[Piece, list[str]]:
    """The pieces in order, each with its practices."""
    found: dict[Piece, list[str]] = {}
    for code, areas in month.areas.items():
        if counted := frozenset(slug for slug in measures if code in month.covered.get(slug, ())):
            found.setdefault(Piece(tuple(sorted(areas.items())), counted, code in changed), []).append(code)
    return dict(sorted(found.items(), key=lambda one: one[0].order))


def _practices(practices: Mapping[Piece, Sequence[str]]) -> Mapping[tuple[str, str, str], int]:
    """Level, area and measure → how many practices its cells count."""
    found = Counter[tuple[str, str, str]]()
    for piece, codes in practices.items():
        for (level, area), measure in itertools.product(piece.areas, piece.measures):
            found[level, area, measure] += len(codes)
    return found


def _own(sorts: Sorts, own: Mapping[Count, int], start: int) -> Iterator[tuple[NDArray[np.intp], int]]:
    """The unknowns that add up to each count of a practice that is alone in its piece, and the count. Lists
    are left out: of each practice they are published elsewhere."""
    for count, n in own.items():
        if count in sorts.classes.made_of:
            yield sorts.classes.made_of[count] + start, n


def _groups(pieces: Sequence[Piece], cells: Mapping[Cell, int]) -> dict[str, list[Piece]]:
    """Dimension → the pieces it cuts the ICB into: of each group, the practices that the same of its measures
    count."""
    found: dict[str, list[Piece]] = {}
    for dimension in sorted({cell.dimension for cell in cells} - {""}):
        own = {cell for cell in cells if cell.dimension == dimension}
        measures = frozenset(cell.measure for cell in own)
        level = next(iter({cell.level for cell in own}))
        wholes = {
            Piece(
                tuple(area for area in piece.areas if area[0] == level),
                piece.measures & measures,
                piece.changed,
                dimension,
            )
            for piece in pieces
            if piece.measures & measures
        }
        found[dimension] = [
            whole._replace(category=category)
            for category in sorted({cell.category for cell in own})
            for whole in sorted(wholes, key=lambda piece: piece.order)
        ]
    return found


def _add_inside(sums: Sums, sorts: Sorts, start: int) -> None:
    """What ties the classes of one piece."""
    for plus, minus in sorts.classes.alike:
        sums.add(plus + start, minus + start)


def _add_group(sums: Sums, pieces: Sequence[Piece], group: Sequence[Piece], first: int, size: int) -> None:
    """Of every class, the groups of people make up the pieces they are cut from."""
    measures = frozenset(slug for piece in group for slug in piece.measures)
    for whole in sorted({one._replace(category="") for one in group}, key=lambda piece: piece.order):
        cut = [first + at for at, one in enumerate(group) if one._replace(category="") == whole]
        made_of = [
            at
            for at, piece in enumerate(pieces)
            if set(whole.areas) <= set(piece.areas)
            and piece.measures & measures == whole.measures
            and piece.changed == whole.changed
        ]
        for one in range(size):
            sums.add(np.array(cut) * size + one, np.array(made_of) * size + one)


def _inside(cell: Cell, pieces: Sequence[Piece]) -> list[int]:
    """The pieces that a cell counts."""
    return [
        at
        for at, piece in enumerate(pieces)
        if (cell.level, cell.area) in piece.areas
        and cell.measure in piece.measures
        and (not cell.dimension or piece.category == cell.category)
    ]


def _made_of(cell: Cell, sorts: Sorts, pieces: NDArray[np.intp], lists: int) -> NDArray[np.intp]:
    """The unknowns that add up to a cell, in these pieces."""
    if cell.part == "denominator" and any(count[0] == cell.measure for count in sorts.listed):
        return lists + pieces
    key: Count = (cell.measure, cell.threshold, "" if cell.dimension else cell.category, cell.part)
    own = sorts.classes.made_of[key]
    return (pieces[:, None] * sorts.classes.size + own).reshape(-1)


def cells_of(rows: Iterable[tuple[str, int, str, str, str, str, int, int]]) -> dict[Cell, int]:
    """Cell → its exact count, of rows of measure, threshold, dimension, category, level, area, numerator and
    denominator."""
    found: dict[Cell, int] = {}
    for measure, threshold, dimension, category, level, area, numerator, denominator in rows:
        where = measure, threshold, dimension, category, level, area
        found[Cell(*where, "numerator")] = int(numerator)
        found[Cell(*where, "denominator")] = int(denominator)
    return found
