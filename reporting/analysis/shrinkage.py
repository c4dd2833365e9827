"""How sure it is that a practice is high or low: its rate or share drawn in towards the other practices'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import beta, gamma

SHAPE = 1.5  # of a rate's prior: no narrower than English practices differ (deciles 0.16 and 3.08 per 1,000)
TIMES = 1.5  # the others' rate: above it a rate is high
HALF = 2.0  # below the others' rate over this it is low: nearer, no event at all would often do
STRENGTH = 2.0  # of a share's prior: the inverse variance of its log odds
ODDS = 2.0  # times the others' odds: above them a share is high, below their odds over this it is low
NO_EVENT = 0.5  # stands for no event among all others, so that a prior can be made


@dataclass(frozen=True)
class Shrunk:
    """frame: a row per unit, in the order given: rate (or share), lower, upper (95 %), probability (that it
    is high) and below (the probability that it is low). Missing where a unit has no denominator or stands
    alone."""

    frame: pd.DataFrame


def rates(numerators: ArrayLike, denominators: ArrayLike, *, times: float = TIMES) -> Shrunk:
    """Rates by Poisson–gamma shrinkage: before its own count a unit is expected to be like the others.

    The prior of each unit is a gamma distribution with the rate of all other units together as its mean and
    shape `SHAPE`; with x events of n the rate then is gamma with shape SHAPE + x and rate SHAPE / mean + n.
    High: above `times` the others' rate; low: below it over `HALF`. The denominators may be expected counts:
    then the rate is observed over expected. Raises ValueError where the two differ in length, anything is
    missing or negative, events have no denominator, or times is not above 0.
    Source: Clayton and Kaldor 1987; shape and limits by simulation (test_shrinkage.py).
    """
    events, exposure = _checked("rates", numerators, denominators)
    if not times > 0:
        raise ValueError(f"rates: times is {times}; pass a number above 0.")
    others = rate_of_others(events.sum() - events, exposure.sum() - exposure)
    chances = rate_chances(events, exposure, others, times)
    return _shrunk("rate", _rate(events, exposure, others), chances, exposure > 0)


def shares(numerators: ArrayLike, denominators: ArrayLike) -> Shrunk:
    """Shares by beta–binomial shrinkage: the same of people among people, of whom nearly all may be counted.

    The prior of each unit is a beta distribution around the share m of all others together, with parameters
    STRENGTH / (1 - m) and STRENGTH / m: its log odds vary as much whatever m is, so a share and its
    complement are judged alike, and a small share as a rate is. High: odds above `ODDS` times the others';
    low: below their odds over it. Raises ValueError as `rates`, and for more of a unit than it has.
    """
    having, people = _checked("shares", numerators, denominators)
    if (having > people).any():
        raise ValueError("shares: more of a unit are counted than it has.")
    others = share_of_others(having.sum() - having, people.sum() - people)
    chances = share_chances(having, people, others)
    return _shrunk("share", _share(having, people, others), chances, people > 0)


def rate_of_others(events: ArrayLike, exposure: ArrayLike) -> np.ndarray:
    """The rate of all others, half an event in place of none; NaN without exposure."""
    exposure = np.asarray(exposure, dtype=float)
    return np.maximum(events, NO_EVENT) / np.where(exposure > 0, exposure, np.nan)


def share_of_others(having: ArrayLike, people: ArrayLike) -> np.ndarray:
    """The share of all others, neither none nor all of them; NaN without people."""
    people = np.asarray(people, dtype=float)
    return (np.asarray(having, dtype=float) + NO_EVENT) / np.where(people > 0, people + 2 * NO_EVENT, np.nan)


def rate_chances(
    events: ArrayLike, exposure: ArrayLike, others: ArrayLike, times: float = TIMES
) -> tuple[Any, Any]:
    """How probable it is that a rate is high beside that of the others, and that it is low."""
    mean = np.asarray(others, dtype=float)
    found = _rate(events, exposure, mean)
    return found.sf(times * mean), found.cdf(mean / HALF)


def share_chances(having: ArrayLike, people: ArrayLike, others: ArrayLike) -> tuple[Any, Any]:
    """How probable it is that a share is high beside that of the others, and that it is low."""
    odds = np.asarray(others, dtype=float) / (1 - np.asarray(others, dtype=float))
    found = _share(having, people, others)
    return found.sf(ODDS * odds / (1 + ODDS * odds)), found.cdf(odds / (ODDS + odds))


def _rate(events: ArrayLike, exposure: ArrayLike, others: ArrayLike) -> Any:
    mean = np.asarray(others, dtype=float)
    return gamma(SHAPE + np.asarray(events), scale=1 / (SHAPE / mean + np.asarray(exposure)))


def _share(having: ArrayLike, people: ArrayLike, others: ArrayLike) -> Any:
    mean, counted = np.asarray(others, dtype=float), np.asarray(having, dtype=float)
    return beta(STRENGTH / (1 - mean) + counted, STRENGTH / mean + np.asarray(people) - counted)


def _checked(name: str, numerators: ArrayLike, denominators: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    events, exposure = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    if events.shape != exposure.shape or events.ndim != 1:
        raise ValueError(f"{name}: {events.size} numerators for {exposure.size} denominators.")
    for what, given in (("numerators", events), ("denominators", exposure)):
        if not np.isfinite(given).all() or (given < 0).any():
            raise ValueError(f"{name}: {what} must be 0 or more, none missing: {given.tolist()}.")
    if (events[exposure == 0] > 0).any():
        raise ValueError(f"{name}: events without a denominator.")
    return events, exposure


def _shrunk(name: str, posterior: Any, chances: tuple[Any, Any], known: np.ndarray) -> Shrunk:
    frame = pd.DataFrame(
        {
            name: posterior.mean(),
            "lower": posterior.ppf(0.025),
            "upper": posterior.ppf(0.975),
            "probability": chances[0],
            "below": chances[1],
        }
    )
    return Shrunk(frame.where(pd.Series(known), axis=0))
