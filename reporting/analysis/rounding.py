"""Shares whose counts were rounded before they came here, and what may be said whichever they were."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from reporting.analysis.intervals import wilson
from reporting.analysis.words import compared_words, moved_words

NOT_JUDGED = "not judged"
Ends = tuple[float, float]  # the least and the most that something may be
Pair = tuple[float, float]  # numerator and denominator
Interval = Callable[[float, float, float], tuple[float, float]]
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


def moved(earlier: Share, later: Share, confidence: float = CONFIDENCE) -> str:
    """rose | fell where Wilson's intervals do not overlap, no significant change where they do, whichever the
    counts are; not judged where that depends on them, or one is suppressed."""
    if not (earlier.is_known and later.is_known):
        return NOT_JUDGED
    least = moved_words(wilson(*earlier.highest, confidence), wilson(*later.lowest, confidence))
    if (earlier.lowest, later.lowest) == (earlier.highest, later.highest):
        return least
    most = moved_words(wilson(*earlier.lowest, confidence), wilson(*later.highest, confidence))
    return least if least == most else NOT_JUDGED


def compared(share: Share, reference: Ends, of: Interval = wilson) -> str:
    """higher | lower where the 95 % interval leaves out the reference, no significant difference where it
    holds it, whichever both are; not judged where that depends on them, or a count is suppressed."""
    low, high = reference
    if not share.is_known or math.isnan(low + high):
        return NOT_JUDGED
    least = compared_words(of(*share.lowest, CONFIDENCE), high)
    most = compared_words(of(*share.highest, CONFIDENCE), low)
    return least if least == most else NOT_JUDGED
