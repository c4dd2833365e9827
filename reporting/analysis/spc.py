"""XmR charts: mean, limits and special causes of one series in time order."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reporting.analysis.special_causes import kind, special_causes

LIMIT_FACTOR = 2.66
SCREEN_FACTOR = 3.267
FEWEST_BASELINE_POINTS = 12
FEWEST_POINTS = 13
DIRECTIONS = ("higher", "lower", "neither", "neutral")


@dataclass(frozen=True)
class Xmr:
    """One series judged by XmR rules.

    frame: one row a date, in date order: date, value, segment (from 0), mean, lower, upper, lower_near,
    upper_near, signal (outside | trend | two_of_three | shift | None) and kind (common | improvement |
    concern | neutral_high | neutral_low). Limits are not clipped at 0.
    variation: kind of the last point with a value. assurance: pass | fail | inconsistent, None without a
    target or a better direction. provisional: the last segment has fewer than 13 points, so show no icon.
    """

    frame: pd.DataFrame
    variation: str
    assurance: str | None
    provisional: bool


def xmr(
    dates: Iterable[Any],
    values: Sequence[float | None],
    *,
    better: str,
    target: float | None = None,
    rebase: Sequence[Any] = (),
    baseline_points: int | None = None,
    screen: bool = False,
    rules: str = "mdc",
) -> Xmr:
    """XmR limits and special causes of a series, per segment between rebase dates.

    better: higher | lower | neither (also accepted: neutral). rebase: dates at which a person starts a new
    segment. baseline_points: limits come from the first so many rows of each segment. screen: leave moving
    ranges from 3.267 times their average out of it, once. rules: "mdc" or "nhsr", which differ only in
    whether a point beyond a limit counts as near it.
    Raises ValueError for duplicate dates, a rebase date that is not in the series, fewer than 12 baseline
    points, or an unknown word.
    Rules: NHS England Making Data Count; Wheeler's constants 2.66 and 3.267.
    """
    _check_words(better, rules, baseline_points)
    frame = _in_date_order(dates, values)
    frame["segment"] = _segments(frame["date"], rebase)
    parts = [_judged(part, baseline_points, screen, rules) for _, part in frame.groupby("segment")]
    judged = pd.concat(parts, ignore_index=True)
    judged["kind"] = [kind(word, better) for word in judged.pop("direction")]
    last = judged.iloc[-1]
    present = judged[judged["value"].notna()]
    return Xmr(
        frame=judged,
        variation="common" if present.empty else str(present["kind"].iloc[-1]),
        assurance=_assurance(target, last["lower"], last["upper"], better),
        provisional=int((present["segment"] == last["segment"]).sum()) < FEWEST_POINTS,
    )


def _check_words(better: str, rules: str, baseline_points: int | None) -> None:
    if better not in DIRECTIONS:
        raise ValueError(f"xmr: better is {better!r}; use higher, lower or neither.")
    if rules not in ("mdc", "nhsr"):
        raise ValueError(f"xmr: rules is {rules!r}; use mdc or nhsr.")
    if baseline_points is not None and baseline_points < FEWEST_BASELINE_POINTS:
        raise ValueError(
            f"xmr: limits from {baseline_points} points would mislead; "
            f"give at least {FEWEST_BASELINE_POINTS} or leave baseline_points out."
        )


def _in_date_order(dates: Iterable[Any], values: Sequence[float | None]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"date": pd.to_datetime(list(dates)), "value": pd.array(list(values), dtype="Float64")}
    )
    if frame.empty:
        raise ValueError("xmr: the series has no rows; pass at least one date and value.")
    frame["value"] = frame["value"].to_numpy(dtype=float, na_value=np.nan)
    twice = frame.loc[frame["date"].duplicated(), "date"]
    if not twice.empty:
        raise ValueError(f"xmr: {twice.iloc[0]:%Y-%m-%d} occurs twice in one series; keep one row a date.")
    return frame.sort_values("date", ignore_index=True)


def _segments(dates: "pd.Series[Any]", rebase: Sequence[Any]) -> np.ndarray:
    starts = pd.to_datetime(list(rebase))
    for start in starts:
        if not (dates == start).any():
            raise ValueError(
                f"xmr: no row on the rebase date {start:%Y-%m-%d}; rebase on a date of the series."
            )
    begins = dates.isin(starts).to_numpy(copy=True)
    begins[0] = False
    return begins.cumsum()


def _judged(part: pd.DataFrame, baseline_points: int | None, screen: bool, rules: str) -> pd.DataFrame:
    part = part.copy()
    values = part["value"].to_numpy()
    mean, reach = _mean_and_reach(values[:baseline_points], screen)
    near = reach * 2 / 3
    part = part.assign(mean=mean, lower=mean - reach, upper=mean + reach)
    part = part.assign(lower_near=mean - near, upper_near=mean + near)
    found = special_causes(values, mean, reach, near, beyond_is_near=rules == "mdc")
    part["signal"] = pd.Series([name for name, _ in found], index=part.index, dtype=object)
    part["direction"] = [direction for _, direction in found]
    return part


def _mean_and_reach(baseline: np.ndarray, screen: bool) -> tuple[float, float]:
    present = baseline[~np.isnan(baseline)]
    if present.size == 0:
        return math.nan, math.nan
    # fsum: a mean off by one ulp puts points that equal it on a side and makes a false shift
    mean = math.fsum(present) / present.size
    ranges = np.abs(np.diff(baseline))
    ranges = ranges[~np.isnan(ranges)]
    if ranges.size == 0:
        return mean, math.nan
    average = math.fsum(ranges) / ranges.size
    kept = ranges[ranges < SCREEN_FACTOR * average]
    if screen and kept.size:
        average = math.fsum(kept) / kept.size
    return mean, LIMIT_FACTOR * average


def _assurance(target: float | None, lower: float, upper: float, better: str) -> str | None:
    if target is None or better not in ("higher", "lower"):
        return None
    if math.isnan(lower):
        return None
    if lower <= target <= upper:
        return "inconsistent"
    return "fail" if (target > upper) == (better == "higher") else "pass"
