"""One practice over time: quarters that share a day at most, each with its interval, and no XmR chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from reporting.analysis.intervals import wilson_where_known
from reporting.analysis.words import meaning, moved_words

QUARTER = 3  # months; the windows of measures are of 90 days or three months


@dataclass(frozen=True)
class Quarters:
    """frame: month (a quarter's last), numerator, denominator, value, lower, upper (95 %), in order.

    moved: rose | fell | no significant change, of the last quarter beside the first, by intervals that do not
    overlap; None with one quarter only, or where one of both is suppressed. kind: what that means
    (improvement | concern | neutral_high | neutral_low | common).
    """

    frame: pd.DataFrame
    moved: str | None
    kind: str


def quarters(frame: pd.DataFrame, *, better: str, multiplier: float = 1) -> Quarters:
    """Every third month counted back from the latest, judged by the first and last of them.

    frame: month, numerator, denominator (people among people, NaN where suppressed; one row a month, and a
    quarter whose last month is missing is missing too). The intervals are Wilson's, on the scale of
    multiplier. Raises ValueError for an empty frame, a denominator of 0, or a numerator above its
    denominator.
    Limits of chance by month would rest on the 0 to 5 people that a practice often has.
    """
    if frame.empty:
        raise ValueError("quarters: there is no month to begin at.")
    ordered = frame.sort_values("month", ignore_index=True)
    back = _months_before(ordered["month"], ordered["month"].iloc[-1])
    kept = ordered.loc[[months % QUARTER == 0 for months in back], ["month", "numerator", "denominator"]]
    kept = kept.reset_index(drop=True)
    pairs = list(zip(kept["numerator"], kept["denominator"], strict=True))
    bounds = [wilson_where_known(numerator, denominator) for numerator, denominator in pairs]
    kept["value"] = [numerator / denominator * multiplier for numerator, denominator in pairs]
    kept["lower"] = [lower * multiplier for lower, _ in bounds]
    kept["upper"] = [upper * multiplier for _, upper in bounds]
    known = len(bounds) > 1 and not any(isnan(end) for end, _ in (bounds[0], bounds[-1]))
    moved = moved_words(bounds[0], bounds[-1]) if known else None
    return Quarters(kept, moved, "common" if moved is None else meaning(moved, better))


def _months_before(months: Iterable[Any], last: Any) -> list[int]:
    return [(last.year - month.year) * 12 + last.month - month.month for month in months]
