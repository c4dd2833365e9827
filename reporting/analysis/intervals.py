"""Confidence intervals of one proportion, one rate or one median."""

import math
from collections.abc import Callable
from functools import cache

from scipy.stats import chi2, norm

EXACT_BELOW = 10
Interval = Callable[[float, float], tuple[float, float]]
NOTCH = 1.7  # standard errors of a median: two notches of these do not overlap at about 95 %


def interval(numerator: float, denominator: float, of: Interval | None = None) -> tuple[float, float]:
    """The 95 % interval, Wilson's unless another is named; (NaN, NaN) where a count is missing."""
    if math.isnan(numerator + denominator):
        return math.nan, math.nan
    return (of or wilson)(numerator, denominator)


def wilson(numerator: float, denominator: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson score interval of a proportion: (lower, upper), both within 0 to 1.

    A confidence above 1 is read as a percentage. Raises ValueError unless 0 ≤ numerator ≤ denominator and
    denominator > 0. Rule: Wilson 1927, as the Fingertips technical guidance applies it to proportions.
    """
    if not (denominator > 0 and 0 <= numerator <= denominator):
        raise ValueError(
            f"wilson: {numerator} of {denominator} is no proportion; pass a denominator above 0 "
            "and a numerator between 0 and it."
        )
    z = _z(confidence)
    p = numerator / denominator
    centre = 2 * numerator + z**2
    spread = z * math.sqrt(z**2 + 4 * numerator * (1 - p))
    scale = 2 * (denominator + z**2)
    lower = 0.0 if numerator == 0 else max(0.0, (centre - spread) / scale)
    upper = 1.0 if numerator == denominator else min(1.0, (centre + spread) / scale)
    return lower, upper


def poisson_rate(
    events: float, exposure: float, confidence: float = 0.95, multiplier: float = 1
) -> tuple[float, float]:
    """Interval of a rate of events: (lower, upper) per `multiplier` of exposure.

    Exact Poisson (chi-square) below 10 events, Byar's approximation from 10. A confidence above 1 is read as
    a percentage. Raises ValueError for negative events or exposure not above 0.
    Rule: Breslow and Day 1987, with the switch at 10 events of the Fingertips technical guidance.
    """
    if not (exposure > 0 and events >= 0):
        raise ValueError(
            f"poisson_rate: {events} events over an exposure of {exposure} is no rate; "
            "pass events of 0 or more and an exposure above 0."
        )
    count_interval = exact_count if events < EXACT_BELOW else byar_count
    lower, upper = count_interval(events, confidence)
    return lower * multiplier / exposure, upper * multiplier / exposure


def exact_count(events: float, confidence: float = 0.95) -> tuple[float, float]:
    """Exact Poisson interval of a count: (lower, upper); the lower bound of no events is 0."""
    tail = _upper_tail(confidence)
    lower = chi2.ppf(1 - tail, 2 * events) / 2 if events > 0 else 0.0
    return float(lower), float(chi2.ppf(tail, 2 * events + 2) / 2)


def byar_count(events: float, confidence: float = 0.95) -> tuple[float, float]:
    """Byar's approximate interval of a count above 0: (lower, upper). Source: Breslow and Day 1987."""
    z = _z(confidence)
    above = events + 1
    lower = events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3
    return float(lower), float(above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3)


@cache
def _z(confidence: float) -> float:
    return float(norm.ppf(_upper_tail(confidence)))


def _upper_tail(confidence: float) -> float:
    share = confidence / 100 if confidence > 1 else confidence
    if not 0 < share < 1:
        raise ValueError(f"confidence {confidence} is not between 0 and 1 (or 0 and 100 %).")
    return 0.5 + share / 2


def median_chance(people: int, lower: float, median: float, upper: float, reference: float) -> float:
    """Two-sided p of a median beside a reference, from its quartiles: its standard error is 1.57 / 1.7 of the
    spread of the quartiles over √people, as in `median_notch`. Without a spread 1 at the reference, else
    0."""
    low, high = median_notch(people, lower, median, upper)
    error, apart = (high - low) / (2 * NOTCH), abs(median - reference)
    return float(2 * norm.sf(apart / error)) if error else float(not apart)


def median_notch(people: int, lower: float, median: float, upper: float) -> tuple[float, float]:
    """Interval of a median from its quartiles: two medians whose intervals do not overlap differ at about
    95 %. Median ± 1.57 × (upper - lower) / √people. Raises ValueError without people or where the quartiles
    are out of order. Source: McGill, Tukey and Larsen 1978, the notches of a box plot.
    """
    if people < 1 or not lower <= median <= upper:
        raise ValueError(
            f"median_notch: {people} people, quartiles {lower}, {median}, {upper} are no median."
        )
    half = 1.57 * (upper - lower) / math.sqrt(people)
    return median - half, median + half
