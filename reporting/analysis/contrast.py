"""One share beside another, or beside a reference: exact tests, and the words for what they find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, hypergeom

from reporting.analysis.correction import Correction, correction

NOT_JUDGED = "not judged"
MOVED = {1: "rose", -1: "fell", 0: "no sure change"}
COMPARED = {1: "higher", -1: "lower", 0: "no sure difference"}
Pair = tuple[float, float]  # numerator and denominator


@dataclass(frozen=True)
class Contrast:
    """How one share differs from another. p: exact, two-sided (twice the smaller tail). way: 1 higher or
    later more, -1 lower, 0 neither."""

    p: float
    way: int


def between(earlier: Sequence[Pair], later: Sequence[Pair]) -> list[Contrast]:
    """Each later share of people beside the earlier one at its place, of other people or another time.

    Exact test of two shares (Fisher 1935). Raises ValueError where there are not as many of each.
    """
    pairs = [(*was, *now) for was, now in zip(earlier, later, strict=True)]
    n, of, m, among = np.array(pairs, dtype=float).reshape(-1, 4).T
    drawn = np.rint(of + among), np.rint(n + m), np.rint(among)
    return _contrasts(hypergeom.sf(m - 1, *drawn), hypergeom.cdf(m, *drawn))


def beside(shares: Sequence[Pair], references: Sequence[float]) -> list[Contrast]:
    """Each share beside a reference (0 to 1) that is known: exact binomial test. Raises ValueError where
    there are not as many of each."""
    given = [(*share, reference) for share, reference in zip(shares, references, strict=True)]
    n, of, share = np.array(given, dtype=float).reshape(-1, 3).T
    chance = np.clip(share, 0, 1)
    return _contrasts(np.asarray(binom.sf(n - 1, of, chance)), np.asarray(binom.cdf(n, of, chance)))


def _contrasts(up: np.ndarray, down: np.ndarray) -> list[Contrast]:
    """From the tails: as many or more, as many or fewer."""
    p = np.minimum(1.0, 2 * np.minimum(up, down))
    ways = np.where(np.isclose(p, 1), 0, np.sign(down - up))  # where p is 1 neither is the higher
    return [Contrast(float(one), int(way)) for one, way in zip(p, ways, strict=True)]


def moved(contrast: Contrast, among: Correction) -> str:
    """rose | fell | no sure change."""
    return MOVED[contrast.way if among.holds(contrast.p) else 0]


def compared(contrast: Contrast, among: Correction) -> str:
    """higher | lower | no sure difference."""
    return COMPARED[contrast.way if among.holds(contrast.p) else 0]


def all_moved(earlier: Sequence[Pair], later: Sequence[Pair]) -> list[str]:
    """`moved` of each later share beside the earlier one, corrected over all of them."""
    found = between(earlier, later)
    among = correction(one.p for one in found)
    return [moved(one, among) for one in found]


def all_compared(shares: Sequence[Pair], references: Sequence[float]) -> list[str]:
    """`compared` of each share beside its reference, corrected over all of them."""
    found = beside(shares, references)
    among = correction(one.p for one in found)
    return [compared(one, among) for one in found]
