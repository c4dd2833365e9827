"""What an earlier release tells of the same month, where an extract was sent again or came late.

Practices that both releases count alike are the same unknown numbers in both. So a count that one of them
withholds and the other shows is told, and so is what it makes up: the plan looks at both releases together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from measures.policy import Suppression
from measures.suppression.plan import Marks, Ties, published_bounds, withheld
from measures.suppression.tables import Cell, Month, Table, table
from measures.suppression.universes import Sorts


@dataclass(frozen=True)
class Before:
    """An earlier release's month: its counts, what it showed of them (None: withheld; nothing of what it had
    not declared), and the practices that it counted differently."""

    month: Month
    shown: Mapping[Cell, int | None]
    changed: frozenset[str]


@dataclass(frozen=True)
class Retold:
    """Counts of a month as it is now, and after them what the earlier release withheld; which are one
    practice's, as in Table; what ties both."""

    counts: NDArray[np.int64]
    alone: NDArray[np.int64]
    ties: Ties
    now: int

    def withheld(self, rule: Suppression, dear: NDArray[np.float64], pairs: NDArray[np.intp]) -> Marks:
        """Which of the counts as they are now are withheld, so that nobody who holds both releases works out
        one that either withholds. Raises PlanError."""
        earlier = np.arange(len(self.counts)) >= self.now
        every = np.concatenate([dear, np.zeros(earlier.sum())])
        already = earlier | (self.alone > 0)
        return withheld(self.counts, self.ties, rule, every, pairs, already, self.alone)[: self.now]


def retold(sorts: Sorts, now: Table, before: Before, rule: Suppression) -> Retold:
    """The counts of both releases. Raises PlanError where counts of the same rows differ."""
    then = table(sorts, before.month, before.changed)
    told = {at: before.shown[cell] for cell, at in then.places.items() if cell in before.shown}
    shown = np.array(sorted(at for at, n in told.items() if n is not None), np.intp)
    hidden = np.setdiff1d([*(at for at, n in told.items() if n is None), *np.flatnonzero(then.alone)], shown)
    hidden = hidden.astype(np.intp)
    unknowns = now.ties.made_of.shape[1]
    place = _places(sorts, now, then)
    size = max(unknowns, int(place.max(initial=-1)) + 1)
    move = sparse.csr_array((np.ones(len(place)), (np.arange(len(place)), place)), (len(place), size))
    stay = sparse.eye_array(unknowns, size, format="csr")
    pairs = then.pairs[np.isin(then.pairs, shown).all(axis=1)]
    alike = pairs[(then.counts[pairs[:, 0]] == then.counts[pairs[:, 1]]) & (pairs[:, 0] != pairs[:, 1])]
    least, most = published_bounds(then.counts[shown], rule)
    made_of = then.ties.made_of @ move
    ties = Ties(
        sparse.csr_array(sparse.vstack([now.ties.made_of @ stay, made_of[hidden]])),
        sparse.csr_array(
            sparse.vstack(
                [
                    now.ties.sums @ stay,
                    then.ties.sums @ move,
                    made_of[shown],
                    made_of[alike[:, 0]] - made_of[alike[:, 1]],
                ]
            )
        ),
        np.concatenate([now.ties.least, then.ties.least, least, np.zeros(len(alike))]),
        np.concatenate([now.ties.most, then.ties.most, most, np.zeros(len(alike))]),
    )
    counts = np.concatenate([now.counts, then.counts[hidden]])
    return Retold(counts, np.concatenate([now.alone, then.alone[hidden]]), ties, len(now.counts))


def _places(sorts: Sorts, now: Table, then: Table) -> NDArray[np.intp]:
    """Where each unknown number of the earlier release stands among those of both: with its own, where no
    practice of its piece has changed, else after all."""
    size = sorts.classes.size
    known = {piece: at for at, piece in enumerate(now.pieces) if not piece.changed}
    following = now.ties.made_of.shape[1]
    place: list[int] = []
    for piece in then.pieces:
        at = known.get(piece)
        place += range(following, following + size) if at is None else range(at * size, at * size + size)
        following += size if at is None else 0
    for piece in (one for one in then.pieces if not one.dimension):
        at = known.get(piece)
        place.append(following if at is None else len(now.pieces) * size + at)
        following += 1 if at is None else 0
    return np.array(place, np.intp)
