"""Which practices are surely high or low: drawn in towards the others, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reporting.analysis.contrast import Pair
from reporting.analysis.shrinkage import (
    HALF,
    ODDS,
    TIMES,
    rate_chances,
    rate_of_others,
    share_chances,
    share_of_others,
)
from reporting.exhibits.kinds.case_mix import DUE

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
    """How probable it is that something is high, and that it is low (0 to 1)."""

    above: float
    below: float

    @property
    def word(self) -> str:
        """higher | lower | no sure difference."""
        if self.above >= SURE:
            return "higher"
        return "lower" if self.below >= SURE else UNSURE


ALONE = Sure(0.0, 0.0)  # without others nothing is high or low


def beside_others(pair: Pair, others: float, unit: str) -> Sure:
    """One share or rate (numerator, denominator) beside that of the others."""
    above, below = _judge(unit)(*pair, others)
    return Sure(float(above), float(below))


def surely(frame: pd.DataFrame, unit: str = "per 1,000") -> list[Sure]:
    """Each row (numerator, denominator: exact counts) beside all other rows together; unit "%": shares of
    people. Where each has an expected count (`case_mix.DUE`), beside what is expected for its people."""
    n, of = (float(frame[name].sum()) for name in ("numerator", "denominator"))
    known = DUE in frame and frame[DUE].notna().all() and (frame[DUE] > 0).all()
    every = frame[DUE] if known else frame["numerator"].map(lambda _: math.nan)
    rows = zip(frame["numerator"], frame["denominator"], every, strict=True)
    asked = [
        _asked((own, people), (max(0.0, n - own), of - people), (due, every.sum() - due), unit)
        for own, people, due in rows
    ]
    if not (known_of := [one for one in asked if one is not None]):
        return [ALONE] * len(asked)
    # all at once: making a distribution for each row is what takes long
    having, size = np.array([own for own, _ in known_of]).T
    chances = _judge(unit)(having, size, np.array([others for _, others in known_of]))
    found = (Sure(float(above), float(below)) for above, below in zip(*chances, strict=True))
    return [ALONE if one is None else next(found) for one in asked]


def _judge(unit: str) -> Callable[..., tuple[Any, Any]]:
    return share_chances if unit == "%" else rate_chances


def _asked(own: Pair, others: Pair, due: Pair, unit: str) -> tuple[Pair, float] | None:
    """Own pair and the rate of the others; None without others. due: how many are expected of it, and of the
    others."""
    is_share, known = unit == "%", not math.isnan(due[0])
    if known and not is_share:
        own, others = (own[0], due[0]), (others[0], due[1])
    if not others[1] > 0:
        return None
    together = float((share_of_others if is_share else rate_of_others)(*others))
    if known and is_share:
        together = beside_expected(together, unit, (due[0], own[1]), (due[1], others[1]))
    return own, together


def beside_expected(others: float, unit: str, own: Pair, theirs: Pair) -> float:
    """The others' rate or share, moved as far as is expected for the people of the one beside them. own,
    theirs: how many are expected, of how many."""
    if unit == "%":
        return _times_odds(others, _odds(*own) / _odds(*theirs))
    return others * (own[0] / own[1] / (theirs[0] / theirs[1]))


def _odds(people: float, of: float) -> float:
    share = min(float(share_of_others(people, of)), 1 - 1 / (2 * of + 2))
    return share / (1 - share)


def _times_odds(share: float, times: float) -> float:
    odds = share / (1 - share) * times
    return odds / (1 + odds)
