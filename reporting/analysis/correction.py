"""Many comparisons at once: which of them are significant, all together (Benjamini–Hochberg)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.stats import false_discovery_control

RATE = 0.05  # of the differences said, as many as this are expected to be by chance


@dataclass(frozen=True)
class Correction:
    """What is significant among so many comparisons, `of` (None where their number is not told): those with a
    p up to `up_to`."""

    up_to: float
    of: int | None

    def holds(self, p: float) -> bool:
        """Whether a p is significant."""
        return p <= self.up_to


def correction(p: Iterable[float]) -> Correction:
    """Benjamini–Hochberg at `RATE` over all comparisons of one question.

    Raises ValueError for a p outside 0 to 1. Rule: Benjamini and Hochberg 1995; holds for comparisons that go
    together positively too (Benjamini and Yekutieli 2001).
    """
    every = np.array(list(p), dtype=float)
    return Correction(_up_to(every), len(every))


def _up_to(p: np.ndarray) -> float:
    """`RATE` times the part of these that is significant; where none is, as if one were."""
    if not p.size:
        return RATE
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(f"correction: a p is between 0 and 1: {p.tolist()}.")
    significant = false_discovery_control(p) <= RATE
    part = RATE * max(int(significant.sum()), 1) / p.size
    return float(np.max(p, where=significant, initial=part))
