"""Which practices are surely high or low: drawn in towards the others, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from reporting.analysis.rounding import EXACT, NOT_JUDGED, Ends, Rounding, Share
from reporting.analysis.shrinkage import (
    HALF,
    ODDS,
    TIMES,
    rate_chances,
    rate_of_others,
    share_chances,
    share_of_others,
)
from reporting.disclosure import whole
from reporting.exhibits.case_mix import DUE

SURE = 0.9
SURELY = "9 in 10 sure"
UNSURE = "no sure difference"
RATES_WORDS = (
    f"High or low: {SURELY} that the rate is above {TIMES:g} times that of the others together, or below "
    f"{1 / HALF:.0%} of it, drawn in towards them (Poisson–gamma, shape 1.5)."
)
SHARES_WORDS = (
    f"Higher or lower: {SURELY} that the odds are above {ODDS:g} times those of the others together, or "
    "below half of them (50% beside 67%, or beside 33%), drawn in towards them (beta–binomial)."
)


def words_of(unit: str) -> str:
    """How practices are judged on a measure of this unit: shares of people, else rates."""
    return SHARES_WORDS if unit == "%" else RATES_WORDS


@dataclass(frozen=True)
class Sure:
    """How probable it is that something is high, and that it is low, each the least and the most (0 to 1)
    that it may be whichever counts were rounded; NaN where a count is suppressed."""

    above: Ends
    below: Ends

    @property
    def word(self) -> str:
        """higher | lower | no sure difference | not judged."""
        if math.isnan(sum((*self.above, *self.below))):
            return NOT_JUDGED
        if self.above[0] >= SURE:
            return "higher"
        if self.below[0] >= SURE:
            return "lower"
        return NOT_JUDGED if max(self.above[1], self.below[1]) >= SURE else UNSURE


NOTHING = Sure((math.nan, math.nan), (math.nan, math.nan))
ALONE = Sure((0.0, 0.0), (0.0, 0.0))  # without others nothing is high or low


def beside_others(share: Share, others: Ends, unit: str) -> Sure:
    """One share or rate beside that of the others, which is known or lies between two ends."""
    if not share.is_known or math.isnan(sum(others)):
        return NOTHING
    judge = share_chances if unit == "%" else rate_chances
    low, high = judge(*share.lowest, others[1]), judge(*share.highest, others[0])
    return Sure((float(low[0]), float(high[0])), (float(high[1]), float(low[1])))


def surely(frame: pd.DataFrame, rounding: Rounding = EXACT, unit: str = "per 1,000") -> list[Sure]:
    """Each row (numerator, denominator) beside all other rows together; unit "%": shares of people. Where
    each has an expected count (`case_mix.DUE`), beside what is expected for its people."""
    together = [rounding.ends(whole(frame, name)) for name in ("numerator", "denominator")]
    known = DUE in frame and frame[DUE].notna().all() and (frame[DUE] > 0).all()
    every = frame[DUE] if known else frame["numerator"].map(lambda _: math.nan)
    rows = zip(frame["numerator"], frame["denominator"], every, strict=True)
    return [_sure((n, of), together, rounding, unit, (due, every.sum() - due)) for n, of, due in rows]


def _sure(
    pair: tuple[float, float],
    together: Sequence[Ends],
    rounding: Rounding,
    unit: str,
    due: tuple[float, float] = (math.nan, math.nan),
) -> Sure:
    """due: how many are expected of it, and of the others."""
    share = rounding.share(*pair) if unit == "%" else rounding.events(*pair)
    own = (rounding.ends(pair[0]), rounding.ends(pair[1]))
    if unit != "%" and due[0] == due[0]:
        share = Share((share.lowest[0], due[0]), (share.highest[0], due[0]))
        own, together = (own[0], (due[0], due[0])), (together[0], (sum(due), sum(due)))
    if not share.is_known or math.isnan(sum(end for ends in together for end in ends)):
        return NOTHING
    (few, many), (fewest, most) = (
        (max(0.0, ends[0] - one[1]), ends[1] - one[0]) for ends, one in zip(together, own, strict=True)
    )
    if not fewest > 0:
        return NOTHING if most > 0 else ALONE
    others = share_of_others if unit == "%" else rate_of_others
    top = min(many, fewest) if unit == "%" else many
    ends = float(others(few, most)), float(others(top, fewest))
    if unit == "%" and due[0] == due[0]:
        moved = [
            beside_expected(ends, unit, (due[0], of), (due[1], rest))
            for of in (share.lowest[1], share.highest[1])
            for rest in (fewest, most)
        ]
        ends = min(low for low, _ in moved), max(high for _, high in moved)
    return beside_others(share, ends, unit)


def beside_expected(others: Ends, unit: str, own: tuple[float, float], theirs: tuple[float, float]) -> Ends:
    """The others' rate or share, moved as far as is expected for the people of the one beside them. own,
    theirs: how many are expected, of how many."""
    if unit == "%":
        times = _odds(*own) / _odds(*theirs)
        return _times_odds(others[0], times), _times_odds(others[1], times)
    times = own[0] / own[1] / (theirs[0] / theirs[1])
    return others[0] * times, others[1] * times


def _odds(people: float, of: float) -> float:
    share = min(float(share_of_others(people, of)), 1 - 1 / (2 * of + 2))
    return share / (1 - share)


def _times_odds(share: float, times: float) -> float:
    odds = share / (1 - share) * times
    return odds / (1 + odds)
