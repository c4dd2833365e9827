"""How sure it is that a practice's rate is high: rates drawn in towards the other practices'."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import gamma

SHAPE = 1.5  # of the prior: no narrower than English practices differ (deciles 0.16 and 3.08 per 1,000)
NO_EVENT = 0.5  # stands for no event among all others, so that a prior can be made


@dataclass(frozen=True)
class Shrunk:
    """frame: a row per unit, in the order given: rate, lower, upper (95 %), probability (of a rate above
    `times` the others'). Missing where a unit has no denominator or stands alone."""

    frame: pd.DataFrame
    times: float


def rates(numerators: ArrayLike, denominators: ArrayLike, *, times: float = 1.5) -> Shrunk:
    """Rates by Poisson–gamma shrinkage: before its own count a unit is expected to be like the others.

    The prior of each unit is a gamma distribution with the rate of all other units together as its mean and
    shape `SHAPE`; with x events of n the rate then is gamma with shape SHAPE + x and rate SHAPE / mean + n.
    Counts of people and shares alike (for a share the Poisson interval is the wider one). Raises ValueError
    where the two differ in length, anything is missing or negative, or events have no denominator.
    Source: Clayton and Kaldor 1987; the shape by simulation, docs/statistics.md.
    """
    events, exposure = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    if events.shape != exposure.shape or events.ndim != 1:
        raise ValueError(f"rates: {events.size} numerators for {exposure.size} denominators.")
    for name, given in (("numerators", events), ("denominators", exposure)):
        if not np.isfinite(given).all() or (given < 0).any():
            raise ValueError(f"rates: {name} must be 0 or more, none missing: {given.tolist()}.")
    if (events[exposure == 0] > 0).any():
        raise ValueError("rates: events without a denominator.")
    if not times > 0:
        raise ValueError(f"rates: times is {times}; pass a number above 0.")
    others_exposure = exposure.sum() - exposure
    known = (exposure > 0) & (others_exposure > 0)
    others = np.maximum(events.sum() - events, NO_EVENT) / np.where(known, others_exposure, np.nan)
    shape, scale = SHAPE + events, 1 / (SHAPE / others + exposure)
    frame = pd.DataFrame(
        {
            "rate": shape * scale,
            "lower": gamma.ppf(0.025, shape, scale=scale),
            "upper": gamma.ppf(0.975, shape, scale=scale),
            "probability": gamma.sf(times * others, shape, scale=scale),
        }
    )
    return Shrunk(frame.where(pd.Series(known), axis=0), times)
