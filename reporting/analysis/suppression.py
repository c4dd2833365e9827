"""Which counts must be withheld besides the small ones, so that sums do not tell the small ones.

Complementary suppression of linked tables, as in Hundepool et al., Statistical Disclosure Control (2012),
chapter 4, judged by the bounds that somebody can work out who holds every published count at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ANY = 10**12  # more than any count: what is known of one that is withheld
Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Sum:
    """Parts that make up a whole: of areas (columns of the counts), or of cells (their rows)."""

    of_areas: bool
    whole: int
    parts: tuple[int, ...]

    def lines(self, cells: Any) -> Any:
        """A view of cells × areas whose rows are what is added up, so that each column is one sum."""
        return cells.T if self.of_areas else cells

    @property
    def members(self) -> list[int]:
        """The parts and the whole."""
        return [*self.parts, self.whole]


def published_bounds(counts: Counts, suppress_below: int, round_to: int) -> tuple[Counts, Counts]:
    """The least and the most of the counts that are published as each of these is."""
    rounded = (2 * counts + round_to) // (2 * round_to) * round_to
    least = -(-(2 * rounded - round_to) // 2)
    small, none = counts < suppress_below, counts == 0
    lower = np.where(none, 0, np.where(small, 1, np.maximum(suppress_below, least)))
    upper = np.where(none, 0, np.where(small, suppress_below - 1, least + round_to - 1))
    return lower, upper


def withheld(
    counts: Counts, sums: list[Sum], suppress_below: int, round_to: int, unpublished: Marks | None = None
) -> Marks:
    """Cells to be withheld, cells × areas, so that each count from 1 to below `suppress_below` may still be
    any of `round_to` numbers for whoever takes all sums into account: it is told no better than a count that
    is rounded. (By the bounds of `narrowed`; where sums of areas and of cells meet, an integer programme may
    in rare cases leave fewer.)

    Where a sum tells too much, the least of its parts that are shown is withheld; where all of them are
    small or none, all, so that nobody knows which is which; never the whole. unpublished: cells that nobody
    ever sees, which are among those withheld.
    """
    enough = min(round_to, suppress_below - 1)
    lower, upper = published_bounds(counts, suppress_below, round_to)
    small = (counts > 0) & (counts < suppress_below)
    made = np.zeros(counts.shape, bool) if unpublished is None else unpublished.copy()
    while True:
        known = np.where(made, 0, lower), np.where(made, ANY, upper)
        bounds = narrowed(*known, sums)
        told = small & (bounds[1] - bounds[0] + 1 < enough)
        if not told.any():
            return made
        lines = [_telling(one, told, known, bounds, enough) for one in sums]
        while not _withhold(made, counts, suppress_below, sums, lines):
            before, told = told, _touching(told, sums)
            if (before == told).all():
                raise ArithmeticError("Suppressed counts are told by wholes alone; nothing may be published.")
            lines = [one.lines(told)[one.members].any(axis=0) for one in sums]


def narrowed(lower: Counts, upper: Counts, sums: list[Sum]) -> tuple[Counts, Counts]:
    """Bounds of every cell once all sums are taken into account, each again and again until none tells
    more. Exact where the sums make a tree, else never narrower than the truth."""
    lower, upper = lower.copy(), upper.copy()
    while True:
        before = lower.sum(), upper.sum()
        for one in sums:
            least, most, parts = one.lines(lower), one.lines(upper), list(one.parts)
            all_least, all_most = least[parts].sum(axis=0), most[parts].sum(axis=0)
            least[one.whole] = np.maximum(least[one.whole], all_least)
            most[one.whole] = np.minimum(most[one.whole], all_most)
            others_least, others_most = all_least - least[parts], all_most - most[parts]
            least[parts] = np.maximum(least[parts], least[one.whole] - others_most)
            most[parts] = np.minimum(most[parts], most[one.whole] - others_least)
        if before == (lower.sum(), upper.sum()):
            return lower, upper


def _telling(
    one: Sum, told: Marks, known: tuple[Counts, Counts], bounds: tuple[Counts, Counts], enough: int
) -> Marks:
    """In which of its lines a sum, with what is published of a cell, leaves it too few numbers by itself."""
    parts = list(one.parts)
    low, high, least, most = (one.lines(cells) for cells in (*known, *bounds))
    all_least, all_most = least[parts].sum(axis=0), most[parts].sum(axis=0)
    from_below = np.maximum(low[parts], least[one.whole] - (all_most - most[parts]))
    from_above = np.minimum(high[parts], most[one.whole] - (all_least - least[parts]))
    of_parts = one.lines(told)[parts] & (from_above - from_below + 1 < enough)
    of_whole = np.minimum(high[one.whole], all_most) - np.maximum(low[one.whole], all_least) + 1 < enough
    return np.asarray(of_parts.any(axis=0) | (one.lines(told)[one.whole] & of_whole))


def _withhold(made: Marks, counts: Counts, suppress_below: int, sums: list[Sum], lines: list[Marks]) -> bool:
    """Withhold one part more of each sum in these of its lines, or all that are left; whether any was new."""
    new = False
    for one, line in zip(sums, lines, strict=True):
        parts, shut, sizes = np.array(one.parts), one.lines(made), one.lines(counts)
        for at in np.flatnonzero(line & ~shut[parts].all(axis=0)):
            shown = parts[~shut[parts, at] & (sizes[parts, at] >= suppress_below)]
            shut[shown[sizes[shown, at].argmin()] if len(shown) else parts, at] = True
            new = True
    return new


def _touching(told: Marks, sums: list[Sum]) -> Marks:
    """The cells together with all that share a sum with one of them."""
    wider = told.copy()
    for one in sums:
        view = one.lines(wider)
        view[one.members] |= view[one.members].any(axis=0)
    return wider
