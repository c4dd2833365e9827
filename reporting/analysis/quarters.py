"""One practice over time: quarters that share a day at most, each with its interval, and no XmR chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting.analysis.contrast import between, moved
from reporting.analysis.correction import Correction, correction
from reporting.analysis.intervals import interval
from reporting.analysis.words import meaning

YEAR = 12
QUARTER = 3  # months; the windows of measures are of 90 days or three months


@dataclass(frozen=True)
class Quarters:
    """frame: rows of `quarterly`, in order.

    moved: rose | fell | no sure change, of the last quarter beside that of a year before, or the
    first since then, by an exact test of the two shares; None with one quarter only.
    since: the quarter it is judged against. kind: what that means
    (improvement | concern | neutral_high | neutral_low | common).
    """

    frame: pd.DataFrame
    moved: str | None
    kind: str
    since: Any = None


def quarters(
    frame: pd.DataFrame, *, better: str, multiplier: float = 1, among: Correction | None = None
) -> Quarters:
    """Every third month counted back from the latest, judged by the last of them and that of a year before.

    frame: month, numerator, denominator (exact counts of people among people; one row a month, and a quarter
    whose last month is missing is missing too). among: what it is compared at once with, nothing by
    default. Raises ValueError for an empty frame, a denominator of 0, or a numerator above its denominator.
    Limits of chance by month would rest on the 0 to 5 people that a practice often has.
    """
    kept = quarterly(frame, multiplier)
    pairs = list(zip(kept["numerator"], kept["denominator"], strict=True))
    ago = _months_before(kept["month"], kept["month"].iloc[-1])
    first = next(at for at, months in enumerate(ago) if months <= YEAR)
    word = None
    if first < len(pairs) - 1:
        (apart,) = between([pairs[first]], [pairs[-1]])
        word = moved(apart, among or correction([apart.p]))
    kind = "common" if word is None else meaning(word, better)
    return Quarters(kept, word, kind, kept["month"].iloc[first])


def quarterly(frame: pd.DataFrame, multiplier: float = 1) -> pd.DataFrame:
    """Every third month counted back from the latest: month (a quarter's last), numerator, denominator,
    value, lower, upper (95 %, Wilson's, on the scale of multiplier), in order; NaN where a count is missing.
    Raises ValueError for an empty frame."""
    if frame.empty:
        raise ValueError("quarters: there is no month to begin at.")
    ordered = frame.sort_values("month", ignore_index=True)
    back = _months_before(ordered["month"], ordered["month"].iloc[-1])
    kept = ordered.loc[[months % QUARTER == 0 for months in back], ["month", "numerator", "denominator"]]
    kept = kept.reset_index(drop=True)
    bounds = [interval(*pair) for pair in zip(kept["numerator"], kept["denominator"], strict=True)]
    kept["value"] = kept["numerator"] / kept["denominator"] * multiplier
    kept["lower"] = [lower * multiplier for lower, _ in bounds]
    kept["upper"] = [upper * multiplier for _, upper in bounds]
    return kept


def a_year_apart(frame: pd.DataFrame, last: Any) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Numerator and denominator of a year before the last month, or of the first quarter since then, and of
    the last month; None where one of them is missing or has nothing to count."""
    known = frame[frame["denominator"] != 0].sort_values("month", ignore_index=True)
    ago = _months_before(known["month"], last)
    within = [at for at, back in enumerate(ago) if 0 < back <= YEAR and back % QUARTER == 0]
    if not within or 0 not in ago:
        return None
    n, of = (known[name].astype(float).tolist() for name in ("numerator", "denominator"))
    was, now = within[0], ago.index(0)
    return (n[was], of[was]), (n[now], of[now])


def _months_before(months: Iterable[Any], last: Any) -> list[int]:
    return [(last.year - month.year) * 12 + last.month - month.month for month in months]
