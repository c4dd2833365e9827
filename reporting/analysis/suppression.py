"""Which counts must be withheld besides the small ones, so that sums do not tell the small ones.

Complementary suppression of linked tables, as in Hundepool et al., Statistical Disclosure Control (2012),
chapter 4, judged by the bounds that somebody can work out who holds every published count at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

REMEMBERED = 8
ANY = 10**12  # more than any count: what is known of one that is withheld
Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]
Pairs = NDArray[np.int64]  # rows of two cells, the first at most the second in every area
NO_PAIRS: Pairs = np.empty((0, 2), np.int64)


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


@dataclass(frozen=True, eq=False)
class Batch:
    """Sums of one kind and as many parts each, looked at together. at: their places among all sums; members:
    a row a sum, its parts and last its whole."""

    of_areas: bool
    at: list[int]
    members: NDArray[np.int64]

    def lines(self, cells: Any) -> Any:
        """As `Sum.lines`."""
        return cells.T if self.of_areas else cells


def published_bounds(counts: Counts, suppress_below: int, round_to: int) -> tuple[Counts, Counts]:
    """The least and the most of the counts that are published as each of these is."""
    rounded = (2 * counts + round_to) // (2 * round_to) * round_to
    least = -(-(2 * rounded - round_to) // 2)
    small, none = counts < suppress_below, counts == 0
    lower = np.where(none, 0, np.where(small, 1, np.maximum(suppress_below, least)))
    upper = np.where(none, 0, np.where(small, suppress_below - 1, least + round_to - 1))
    return lower, upper


def withheld(
    counts: Counts, sums: list[Sum], suppress_below: int, round_to: int, unpublished: Marks | None = None,
    nested: Pairs = NO_PAIRS,
) -> Marks:  # fmt: skip
    """Cells to be withheld, cells × areas, so that each count from 1 to below `suppress_below` may still be
    any of `round_to` numbers for whoever takes all sums, and what is nested, into account: it is told no
    better than a count that is rounded. (By the bounds of `narrowed`; where sums of areas and of cells
    meet, an integer programme may in rare cases leave fewer.)

    Where a sum tells too much, the least of its parts that are shown is withheld; where all of them are
    small or none, all, so that nobody knows which is which; never the whole. Where other sums tell of what
    is withheld, so with those, and what it is nested with is withheld too. unpublished: cells that nobody
    ever sees, which are among those withheld.
    """
    enough = min(round_to, suppress_below - 1)
    lower, upper = published_bounds(counts, suppress_below, round_to)
    small = (counts > 0) & (counts < suppress_below)
    made = np.zeros(counts.shape, bool) if unpublished is None else unpublished.copy()
    while True:
        known = np.where(made, 0, lower), np.where(made, ANY, upper)
        bounds = narrowed(*known, sums, nested)
        told = small & (bounds[1] - bounds[0] + 1 < enough)
        if not told.any():
            return made
        lines = _telling(sums, told, known, bounds, enough)
        while not _withhold(made, upper, suppress_below, sums, lines):
            if _withhold_nested(made, upper, suppress_below, told, bounds, nested):
                break
            before, told = told, _behind(told, known, bounds, sums, nested)
            lines = _binding(sums, told, known, bounds)
            if (before == told).all():
                told = _touching(told, sums)
                lines = [one.lines(told)[one.members].any(axis=0) for one in sums]
            if (before == told).all():
                raise ArithmeticError("Suppressed counts are told by wholes alone; nothing may be published.")


def narrowed(
    lower: Counts, upper: Counts, sums: list[Sum], nested: Pairs = NO_PAIRS
) -> tuple[Counts, Counts]:
    """Bounds of every cell once all sums and pairs are taken into account, each again and again until none
    tells more. Exact where the sums make a tree, else never narrower than the truth."""
    lower, upper = lower.copy(), upper.copy()
    while True:
        before = lower.sum(), upper.sum()
        np.maximum.at(lower, nested[:, 1], lower[nested[:, 0]])
        np.minimum.at(upper, nested[:, 0], upper[nested[:, 1]])
        for batch in _batches(tuple(sums), apart=True):
            least, most, members = batch.lines(lower), batch.lines(upper), batch.members
            from_below, from_above = _implied(batch, (lower, upper))
            least[members] = np.maximum(least[members], from_below)
            most[members] = np.minimum(most[members], from_above)
        if before == (lower.sum(), upper.sum()):
            return lower, upper


def _telling(
    sums: list[Sum], told: Marks, known: tuple[Counts, Counts], bounds: tuple[Counts, Counts], enough: int
) -> list[Marks]:
    """In which of its lines each sum, with what is published of a cell, leaves it too few numbers by
    itself."""
    found: list[Marks] = [np.empty(0, bool)] * len(sums)
    for batch in _batches(tuple(sums)):
        low, high = (batch.lines(cells)[batch.members] for cells in known)
        least, most = _implied(batch, bounds)
        too_few = np.minimum(high, most) - np.maximum(low, least) + 1 < enough
        _into(found, batch, (batch.lines(told)[batch.members] & too_few).any(axis=1))
    return found


def _binding(
    sums: list[Sum], told: Marks, known: tuple[Counts, Counts], bounds: tuple[Counts, Counts]
) -> list[Marks]:
    """In which of its lines each sum tells more of a cell than what is published of it, and as much as
    all."""
    found: list[Marks] = [np.empty(0, bool)] * len(sums)
    for batch in _batches(tuple(sums)):
        low, high, lower, upper = (batch.lines(cells)[batch.members] for cells in (*known, *bounds))
        least, most = _implied(batch, bounds)
        binds = ((least > low) & (least >= lower)) | ((most < high) & (most <= upper))
        _into(found, batch, (batch.lines(told)[batch.members] & binds).any(axis=1))
    return found


def _into(found: list[Marks], batch: Batch, lines: Marks) -> None:
    for at, line in zip(batch.at, lines, strict=True):
        found[at] = line


def _implied(batch: Batch, bounds: tuple[Counts, Counts]) -> tuple[Counts, Counts]:
    """The least and the most that each sum leaves each of its members, by the bounds of the others: sums ×
    members × lines."""
    least, most = (batch.lines(cells)[batch.members] for cells in bounds)
    all_least, all_most = (ends[:, :-1].sum(axis=1, keepdims=True) for ends in (least, most))
    from_below = least[:, -1:] - (all_most - most[:, :-1])
    from_above = most[:, -1:] - (all_least - least[:, :-1])
    return np.hstack([from_below, all_least]), np.hstack([from_above, all_most])


@lru_cache(maxsize=REMEMBERED)
def _batches(sums: tuple[Sum, ...], apart: bool = False) -> tuple[Batch, ...]:
    """The sums by kind and number of parts; apart: and so that no two of a batch share a member."""
    made = list[tuple[bool, int, set[int], list[int]]]()
    for at, one in enumerate(sums):
        members = set(one.members)
        for of_areas, parts, taken, places in made:
            if (of_areas, parts) == (one.of_areas, len(one.parts)) and not (apart and taken & members):
                taken |= members
                places.append(at)
                break
        else:
            made.append((one.of_areas, len(one.parts), members, [at]))
    return tuple(
        Batch(of_areas, places, np.array([sums[at].members for at in places]))
        for of_areas, _, _, places in made
    )


def _nested_binding(told: Marks, bounds: tuple[Counts, Counts], nested: Pairs) -> tuple[Marks, Marks]:
    """Pairs × areas: where the smaller bounds the larger from below, or the larger the smaller from above."""
    (least, most), (small, large) = bounds, nested.T
    return (
        told[large] & (least[large] > 0) & (least[large] == least[small]),
        told[small] & (most[small] == most[large]),
    )


def _withhold_nested(
    made: Marks, most: Counts, suppress_below: int, told: Marks, bounds: tuple[Counts, Counts],
    nested: Pairs,
) -> bool:  # fmt: skip
    """Withhold what is shown and bounds a cell that is told, by being nested with it; whether any was new."""
    before = made.sum()
    for binds, teller in zip(_nested_binding(told, bounds, nested), nested.T, strict=True):
        shown = ~made[teller] & ((most[teller] >= suppress_below) | (most[teller] == 0))
        np.logical_or.at(made, teller, binds & shown)
    return bool(made.sum() > before)


def _behind(
    told: Marks, known: tuple[Counts, Counts], bounds: tuple[Counts, Counts], sums: list[Sum], nested: Pairs
) -> Marks:
    """The cells together with those whose bounds tell of them, by a sum or by being nested."""
    wider = told.copy()
    for one, binds in zip(sums, _binding(sums, told, known, bounds), strict=True):
        one.lines(wider)[one.members] |= binds
    for binds, teller in zip(_nested_binding(told, bounds, nested), nested.T, strict=True):
        np.logical_or.at(wider, teller, binds)
    return wider


def _withhold(made: Marks, most: Counts, suppress_below: int, sums: list[Sum], lines: list[Marks]) -> bool:
    """Withhold one part more of each sum in these of its lines, or all that are left; whether any was new.
    most: of each count as it is published, so that counts published alike are withheld alike."""
    new = False
    for one, line in zip(sums, lines, strict=True):
        parts, shut, sizes = np.array(one.parts), one.lines(made), one.lines(most)
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
