"""Which counts are withheld besides the small ones, so that nobody can work a small one out.

Complementary suppression of linked tables (Hundepool et al., Statistical Disclosure Control, 2012, chapter 4)
against somebody who solves the exact integer programme: every published count, everything that ties counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from measures.policy import Suppression

PROBES = 12  # solutions looked at, at most, before counts are looked at one by one
FEW = 3  # counts that are looked at one by one at once
ROOM = 4  # roundings above a withheld count that are looked at: more numbers need not be known of
TINY = 1e-7
Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]


class PlanError(ArithmeticError):
    """Counts that contradict what is said to tie them; nothing may be published."""


@dataclass(frozen=True)
class Ties:
    """What ties counts. Each count is the sum of some of the unknown numbers (how many rows there are of each
    class in each area), and these obey a few more sums.

    made_of: counts × unknowns, 0 or 1. sums: rows × unknowns, of which each row's product with the unknowns
    is at most `most`, and at least `least`.
    """

    made_of: sparse.csr_array
    sums: sparse.csr_array
    least: NDArray[np.float64]
    most: NDArray[np.float64]

    def part(self, counts: NDArray[np.intp], unknowns: NDArray[np.intp]) -> Ties:
        """What ties these counts, which no sum ties to others."""
        sums = self.sums[:, unknowns]
        rows = np.flatnonzero(np.diff(sums.indptr))
        made_of = self.made_of[counts][:, unknowns]
        return Ties(made_of, sums[rows], self.least[rows], self.most[rows])


def rounded(counts: Counts, round_to: int) -> Counts:
    """Counts to the nearest multiple; halfway goes up."""
    return (2 * counts + round_to) // (2 * round_to) * round_to


def is_small(counts: Counts, rule: Suppression) -> Marks:
    """Counts that are withheld by themselves: some, and fewer than the rule asks for."""
    return (counts > 0) & (counts < rule.suppress_below)


def published_bounds(counts: Counts, rule: Suppression) -> tuple[Counts, Counts]:
    """The least and the most of the counts that are shown as each of these is."""
    shown = rounded(counts, rule.round_to)
    least = -(-(2 * shown - rule.round_to) // 2)
    lower = np.where(counts == 0, 0, np.maximum(rule.suppress_below, least))
    return lower, np.where(counts == 0, 0, least + rule.round_to - 1)


def enough(rule: Suppression) -> int:
    """How many numbers a withheld count must leave open: as many as one that is rounded."""
    return min(rule.round_to, rule.suppress_below - 1)


def withheld(
    counts: Counts,
    ties: Ties,
    rule: Suppression,
    dear: NDArray[np.float64],
    pairs: NDArray[np.intp],
    already: Marks | None = None,
    wanted: Counts | None = None,
) -> Marks:
    """The counts to be withheld, so that each may still be any of `enough` numbers, or of as many as wanted.

    dear: what it costs to withhold each; the cheapest are taken. pairs: rows of a numerator and its
    denominator; where both would read as all, or the numerator as nobody, and it is not so, the numerator is
    withheld. already: counts withheld in any case. The same counts, ties and costs give the same answer.
    Raises PlanError where the ties cannot be.
    """
    made = is_small(counts, rule)
    numbers = np.full(len(counts), enough(rule)) if wanted is None else np.maximum(wanted, enough(rule))
    if already is not None:
        made |= already
    if len(pairs):
        top, bottom = pairs.T
        shown = rounded(counts, rule.round_to)
        seems_all = (shown[top] == shown[bottom]) & (counts[top] != counts[bottom])
        seems_none = (shown[top] == 0) & (counts[top] > 0)
        both = ~made[top] & ~made[bottom]
        made[top[both & (seems_all | seems_none)]] = True
    for rows, unknowns in _components(ties):
        if made[rows].any():
            at = np.full(len(counts), -1)
            at[rows] = np.arange(len(rows))
            own = at[pairs[(at[pairs] >= 0).all(axis=1)]] if len(pairs) else pairs
            known = Known(counts[rows], ties.part(rows, unknowns), rule, own, numbers[rows])
            made[rows] = _planned(known, made[rows], dear[rows])
    return made


def _components(ties: Ties) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Counts and unknowns that are tied to each other and to no others."""
    rows = ties.made_of.shape[0]
    links = sparse.vstack([ties.made_of, ties.sums], format="csr")
    whole = sparse.block_array([[None, links], [links.T, None]], format="csr")
    number, label = sparse.csgraph.connected_components(whole, directed=False)
    for one in range(number):
        inside = np.flatnonzero(label[:rows] == one)
        if len(inside):
            yield inside, np.flatnonzero(label[links.shape[0] :] == one)


class Known:
    """What somebody knows who holds every published count of a component.

    wanted: how many numbers each withheld count must leave open. seen: the least and the most of each count
    in the solutions looked at so far; the truth is one.
    """

    def __init__(
        self, counts: Counts, ties: Ties, rule: Suppression, pairs: NDArray[np.intp], wanted: Counts
    ) -> None:
        self.counts, self.ties, self.wanted = counts, ties, wanted
        self.lower, self.upper = published_bounds(counts, rule)
        self.roof = np.where(counts < rule.suppress_below, rule.suppress_below, self.upper)
        self.roof = np.maximum(self.roof + ROOM * rule.round_to, counts + wanted)
        alike = pairs[(counts[pairs] > 0).all(axis=1) & (counts[pairs[:, 0]] == counts[pairs[:, 1]])]
        self.alike = alike[alike[:, 0] != alike[:, 1]]
        same = ties.made_of[self.alike[:, 0]] - ties.made_of[self.alike[:, 1]]
        self.rows = sparse.csc_array(sparse.vstack([ties.made_of, same, ties.sums]))
        self.seen = counts.copy(), counts.copy()

    def bounds(self, made: Marks) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and the most of each row where these counts are withheld. Of a share that reads as all
        it is known to be all: others that would are withheld."""
        free = np.where(made[self.alike].any(axis=1), np.inf, 0.0) if len(self.alike) else np.empty(0)
        least = np.concatenate([np.where(made, 0, self.lower), -free, self.ties.least])
        most = np.concatenate([np.where(made, self.roof, self.upper), free, self.ties.most])
        return least, most

    def look(self, made: Marks, towards: NDArray[np.float64], roughly: bool = False) -> Counts:
        """The counts of the solution that goes farthest the way said (a weight a count), or far."""
        least, most = self.bounds(made)
        constraints = LinearConstraint(self.rows, least, most)
        aim = -(towards @ self.ties.made_of)
        found: Any = None
        for whole in (0, 1):  # without asking for whole numbers the answer is most often of such, and faster
            found = milp(
                aim,
                integrality=np.full(len(aim), whole),
                bounds=Bounds(0, np.inf),
                constraints=constraints,
                options={"mip_rel_gap": 0.5} if roughly else {},
            )
            if found.x is None:
                raise PlanError(f"counts contradict what ties them: {found.message}")
            if np.abs(found.x - np.rint(found.x)).max() < TINY:
                break
        counts: Counts = np.rint(self.ties.made_of @ np.rint(found.x)).astype(np.int64)
        np.minimum(self.seen[0], counts, out=self.seen[0])
        np.maximum(self.seen[1], counts, out=self.seen[1])
        return counts

    def ends(self, made: Marks, at: int) -> tuple[int, int]:
        """The least and the most that a count can be; or two numbers as far apart as wanted."""
        towards = np.zeros(len(made))
        towards[at] = 1.0
        for sign in (-1, 1):
            if self.few(made)[at] and self.ways()[at] in (0, sign):
                self.look(made, sign * towards)
        return int(self.seen[0][at]), int(self.seen[1][at])

    def ways(self) -> NDArray[np.int64]:
        """Which way a withheld count may still go from what has been seen: 1 up alone, since none is below 0,
        -1 down alone, from its roof, else 0."""
        return (self.seen[0] == 0).astype(np.int64) - (self.seen[1] >= self.roof)

    def few(self, made: Marks) -> Marks:
        """The withheld counts of which fewer numbers than wanted have been seen."""
        return made & (self.seen[1] - self.seen[0] + 1 < self.wanted)


def _planned(known: Known, made: Marks, dear: NDArray[np.float64]) -> Marks:
    """More counts withheld, until of every one as many numbers are seen as wanted."""
    made = made.copy()
    chance, signs = np.random.default_rng(0), np.ones(len(made))
    for probe in range(PROBES):
        few = known.few(made)
        if few.sum() <= FEW:
            break
        signs = chance.choice([-1.0, 1.0], len(few)) if probe % 2 == 0 else -signs
        ways = known.ways()
        known.look(made, np.where(few, np.where(ways, ways, signs), 0.0), roughly=True)
    while (few := known.few(made)).any():
        at = int(np.flatnonzero(few)[0])
        least, most = known.ends(made, at)
        if (short := int(known.wanted[at]) - (most - least + 1)) > 0:
            made |= _tellers(known, made, dear, at, (least - short, most + short))
    return made


def _tellers(known: Known, made: Marks, dear: NDArray[np.float64], at: int, wanted: tuple[int, int]) -> Marks:
    """The shown counts to withhold so that one may be one of these numbers: those that cost the least."""
    found = [one for number in wanted if number >= 0 and (one := _giving(known, made, dear, at, number))]
    if found:
        return min(found, key=lambda one: one[0])[1]
    shown = np.flatnonzero(~made)
    if not len(shown):
        raise PlanError("a small count is told though everything is withheld; nothing may be published")
    told = np.zeros(len(made), bool)
    told[shown[dear[shown].argmin()]] = True
    return told


def _giving(
    known: Known, made: Marks, dear: NDArray[np.float64], at: int, number: int
) -> tuple[float, Marks] | None:
    """What it costs that a count may be a number, and the shown counts that must give way; None where no
    withholding lets it, or whole numbers alone forbid it."""
    least, most = known.bounds(made)
    least[at] = most[at] = number
    shown = np.flatnonzero(~made)
    rows, unknowns = known.rows.shape
    way = sparse.lil_array((rows, len(shown)))
    way[shown, np.arange(len(shown))] = 1.0
    place = np.full(len(made), -1)
    place[shown] = np.arange(len(shown))
    for row, (top, bottom) in enumerate(known.alike, len(made)):
        if place[top] >= 0 and place[bottom] >= 0:
            way[row, place[top]] = 1.0
    gives = sparse.csc_array(way)
    upper, lower = np.isfinite(most), np.isfinite(least)
    below = sparse.hstack([known.rows, -gives], format="csr")[upper]
    above = sparse.hstack([-known.rows, -gives], format="csr")[lower]
    found: Any = linprog(
        np.concatenate([np.zeros(unknowns), dear[shown]]),
        A_ub=sparse.vstack([below, above]),
        b_ub=np.concatenate([most[upper], -least[lower]]),
        bounds=(0, None),
    )
    if found.x is None:
        return None
    told = np.zeros(len(made), bool)
    told[shown[found.x[unknowns:] > TINY]] = True
    return (float(found.fun), told) if told.any() else None
