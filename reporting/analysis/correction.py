"""Many comparisons at once: which of them are significant, all together (Benjamini–Hochberg)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.stats import false_discovery_control

RATE = 0.05  # of the differences said, as many as this are expected to be by chance


@dataclass(frozen=True)
class Correction:
    """What is significant among so many comparisons, `of`.

    sure: p values up to this are significant if every p is as large as rounded counts allow; possible: if
    every p is as small. Both are the same of exact counts.
    """

    sure: float
    possible: float
    of: int

    def holds(self, least: float, most: float) -> bool | None:
        """Whether a p between least and most is significant; None where that depends on which it is."""
        if most <= self.sure:
            return True
        return None if least <= self.possible else False


def correction(p: Iterable[tuple[float, float]]) -> Correction:
    """Benjamini–Hochberg at `RATE` over all comparisons of one question: the least and the most that each p
    may be, whichever counts were rounded to those given.

    More and smaller p make more of them significant, so what is significant with every p at its most is
    significant whichever they are. Raises ValueError for a p outside 0 to 1. Rule: Benjamini and Hochberg
    1995; holds for comparisons that go together positively too (Benjamini and Yekutieli 2001).
    """
    pairs = np.array(list(p), dtype=float).reshape(-1, 2)
    return Correction(_up_to(pairs[:, 1]), _up_to(pairs[:, 0]), len(pairs))


def _up_to(p: np.ndarray) -> float:
    """`RATE` times the part of these that is significant; where none is, as if one were."""
    if not p.size:
        return RATE
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"correction: a p is between 0 and 1: {p.tolist()}.")
    significant = false_discovery_control(p) <= RATE
    part = RATE * max(int(significant.sum()), 1) / p.size
    return float(np.max(p, where=significant, initial=part))
