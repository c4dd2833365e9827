"""Shares whose counts were rounded before they came here, and what may be said whichever they were."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, hypergeom, poisson

from reporting.analysis.correction import Correction
from reporting.analysis.intervals import wilson

NOT_JUDGED = "not judged"
MOVED = {1: "rose", -1: "fell", 0: "no significant change"}
COMPARED = {1: "higher", -1: "lower", 0: "no significant difference"}
Ends = tuple[float, float]  # the least and the most that something may be
Pair = tuple[float, float]  # numerator and denominator
Interval = Callable[[float, float, float], tuple[float, float]]
Tails = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Share:
    """A numerator and a denominator within their ends: those of the lowest share and of the highest.

    Whatever the counts are, the ends of an interval lie between those of these two, since Wilson's and
    Poisson's rise with the numerator and fall with the denominator.
    """

    lowest: Pair
    highest: Pair

    @property
    def ends(self) -> Ends:
        """The least and the most that the share may be."""
        return self.lowest[0] / self.lowest[1], self.highest[0] / self.highest[1]

    @property
    def is_known(self) -> bool:
        """Whether neither count is suppressed."""
        return not math.isnan(sum((*self.lowest, *self.highest)))

    def interval(self, confidence: float = CONFIDENCE, of: Interval = wilson) -> tuple[float, float]:
        """The interval, wide enough for whichever counts; (NaN, NaN) where one is suppressed."""
        if not self.is_known:
            return math.nan, math.nan
        return of(*self.lowest, confidence)[0], of(*self.highest, confidence)[1]


@dataclass(frozen=True)
class Rounding:
    """How counts were rounded: to the nearest `to`, half up; none of them is from 1 to below `least`."""

    to: int = 1
    least: int = 1

    def ends(self, count: float) -> Ends:
        """The least and the most of the counts that are rounded to this one; 0 is never rounded."""
        if not count > 0:
            return count, count
        low = count - self.to // 2
        return max(low, self.least), low + self.to - 1

    def share(self, numerator: float, denominator: float) -> Share:
        """Those of the numerator among those of the denominator."""
        return among(self.ends(numerator), self.ends(denominator))

    def events(self, numerator: float, denominator: float) -> Share:
        """Events of people, which may be more than the people."""
        (few, many), (least, most) = self.ends(numerator), self.ends(denominator)
        return Share((few, most), (many, least))

    def interval(self, numerator: float, denominator: float) -> tuple[float, float]:
        """Wilson's of 95 %, wide enough for whichever counts; (NaN, NaN) where one is suppressed."""
        return self.share(numerator, denominator).interval()


EXACT = Rounding()


def among(numerator: Ends, denominator: Ends) -> Share:
    """A share of people among people, of whom there are at least as many."""
    most = min(numerator[1], denominator[1])
    return Share((numerator[0], denominator[1]), (most, max(denominator[0], most)))


@dataclass(frozen=True)
class Contrast:
    """How one share differs from another. least, most: of p (exact, two-sided: twice the smaller tail),
    whichever counts were rounded to those given. way: 1 higher or later more, -1 lower, 0 neither."""

    least: float
    most: float
    way: int

    @property
    def ends(self) -> Ends:
        """The least and the most that p may be."""
        return self.least, self.most


UNKNOWN = Contrast(0.0, 1.0, 0)  # of a count that is suppressed


def between(earlier: Sequence[Share], later: Sequence[Share]) -> list[Contrast]:
    """Each later share of people beside the earlier one at its place, of other people or another time.

    Exact test of two shares (Fisher 1935). Its tails rise and fall with each count, so two corners are
    enough.
    """
    pairs = list(zip(earlier, later, strict=True))
    return _contrasts(
        [(was.highest, now.lowest) for was, now in pairs],
        [(was.lowest, now.highest) for was, now in pairs],
        [was.is_known and now.is_known for was, now in pairs],
        _two_shares,
    )


def beside(shares: Sequence[Share], references: Sequence[Ends], of: Interval = wilson) -> list[Contrast]:
    """Each share beside a reference that is known, or lies between two ends: exact binomial test, or of
    events (`of` is `poisson_rate`) exact Poisson test."""
    pairs = list(zip(shares, references, strict=True))
    return _contrasts(
        [(one.lowest, (high, 0.0)) for one, (_, high) in pairs],
        [(one.highest, (low, 0.0)) for one, (low, _) in pairs],
        [one.is_known and not math.isnan(sum(ends)) for one, ends in pairs],
        _one_share if of is wilson else _one_rate,
    )


def _contrasts(
    lowest: Sequence[tuple[Pair, Pair]],
    highest: Sequence[tuple[Pair, Pair]],
    known: Sequence[bool],
    tails: Tails,
) -> list[Contrast]:
    """At both corners: where a share is least above the other, and where it is most."""
    found = []
    for corner in (lowest, highest):
        given = np.array(corner, dtype=float).reshape(-1, 4).T
        up, down = tails(*np.nan_to_num(given))
        p = np.minimum(1.0, 2 * np.minimum(up, down))
        found.append((p, np.where(p < 1, np.sign(down - up), 0)))
    (p, way), (other, other_way) = found
    alike = way == other_way
    columns = np.minimum(p, other), np.where(alike, np.maximum(p, other), 1.0), np.where(alike, way, 0)
    return [
        Contrast(float(least), float(most), int(side)) if told else UNKNOWN
        for least, most, side, told in zip(*columns, known, strict=True)
    ]


def _two_shares(
    n: np.ndarray, of: np.ndarray, m: np.ndarray, among: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Tails of m among so many, given n of so many before: as many or more, as many or fewer."""
    drawn = np.rint(of + among), np.rint(n + m), np.rint(among)
    return hypergeom.sf(m - 1, *drawn), hypergeom.cdf(m, *drawn)


def _one_share(
    n: np.ndarray, of: np.ndarray, share: np.ndarray, _: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    chance = np.clip(share, 0, 1)
    return np.asarray(binom.sf(n - 1, of, chance)), np.asarray(binom.cdf(n, of, chance))


def _one_rate(
    n: np.ndarray, of: np.ndarray, rate: np.ndarray, _: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(poisson.sf(n - 1, of * rate)), np.asarray(poisson.cdf(n, of * rate))


def moved(contrast: Contrast, among: Correction) -> str:
    """rose | fell | no significant change, whichever the counts are; not judged where that depends on
    them."""
    return _said(contrast, among, MOVED)


def compared(contrast: Contrast, among: Correction) -> str:
    """higher | lower | no significant difference, whichever the counts are; not judged where that depends on
    them."""
    return _said(contrast, among, COMPARED)


def _said(contrast: Contrast, among: Correction, words: dict[int, str]) -> str:
    holds = among.holds(contrast.least, contrast.most)
    return NOT_JUDGED if holds is None else words[contrast.way if holds else 0]
