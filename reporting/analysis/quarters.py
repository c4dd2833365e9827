"""One practice over time: quarters that share a day at most, each with its interval, and no XmR chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting.analysis.rounding import EXACT, Rounding, moved
from reporting.analysis.words import meaning

YEAR = 12
QUARTER = 3  # months; the windows of measures are of 90 days or three months


@dataclass(frozen=True)
class Quarters:
    """frame: month (a quarter's last), numerator, denominator, value, lower, upper (95 %), in order.

    moved: rose | fell | no significant change | not judged, of the last quarter beside that of a year before,
    or the first since then, by intervals that do not overlap (`rounding.moved`); None with one quarter only.
    since: the quarter it is judged against. kind: what that means
    (improvement | concern | neutral_high | neutral_low | common).
    """

    frame: pd.DataFrame
    moved: str | None
    kind: str
    since: Any = None


def quarters(
    frame: pd.DataFrame, *, better: str, multiplier: float = 1, rounding: Rounding = EXACT
) -> Quarters:
    """Every third month counted back from the latest, judged by the last of them and that of a year before.

    frame: month, numerator, denominator (people among people, NaN where suppressed; one row a month, and a
    quarter whose last month is missing is missing too). The intervals are Wilson's, on the scale of
    multiplier, wide enough for whichever counts were rounded to those given. Raises ValueError for an empty
    frame, a denominator of 0, or a numerator above its denominator.
    Limits of chance by month would rest on the 0 to 5 people that a practice often has.
    """
    if frame.empty:
        raise ValueError("quarters: there is no month to begin at.")
    ordered = frame.sort_values("month", ignore_index=True)
    back = _months_before(ordered["month"], ordered["month"].iloc[-1])
    kept = ordered.loc[[months % QUARTER == 0 for months in back], ["month", "numerator", "denominator"]]
    kept = kept.reset_index(drop=True)
    shares = [rounding.share(*pair) for pair in zip(kept["numerator"], kept["denominator"], strict=True)]
    bounds = [share.interval() for share in shares]
    kept["value"] = kept["numerator"] / kept["denominator"] * multiplier
    kept["lower"] = [lower * multiplier for lower, _ in bounds]
    kept["upper"] = [upper * multiplier for _, upper in bounds]
    ago = _months_before(kept["month"], kept["month"].iloc[-1])
    first = next(at for at, months in enumerate(ago) if months <= YEAR)
    word = moved(shares[first], shares[-1]) if first < len(shares) - 1 else None
    kind = "common" if word is None else meaning(word, better)
    return Quarters(kept, word, kind, kept["month"].iloc[first])


def _months_before(months: Iterable[Any], last: Any) -> list[int]:
    return [(last.year - month.year) * 12 + last.month - month.month for month in months]
