"""Round numbers and months for axes, and numbers written as the measure writes them."""

import math
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

STEPS = (1, 2, 2.5, 5, 10)
LEAST_BELOW = 0.4  # steps between the start of a broken axis and the lowest value
FAR_ABOVE = 0.25  # a broken axis starts at more than this share of the highest value
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60)


def from_zero(top: float, most: int = 5) -> list[float]:
    """Round values from 0 to at most `top`, no more than `most` steps; [0] when top is not above 0."""
    if not top > 0:
        return [0.0]
    step = _step(top / most)
    return [round(index * step, 12) for index in range(int(top / step * (1 + 1e-9)) + 1)]


def _step(rough: float) -> float:
    """The smallest round step that is not below this."""
    scale = 10 ** math.floor(math.log10(rough))
    return float(next(s * scale for s in STEPS if s * scale >= rough * (1 - 1e-9)))


def around(values: Sequence[float], most: int = 5) -> tuple[list[float], float]:
    """Round values for an axis that holds all of these, the first being where it starts, and its upper end;
    it starts at 0 unless they lie far above."""
    known = [value for value in values if value is not None and not math.isnan(value)]
    low, high = min(known, default=0.0), max(known, default=0.0)
    if high > low:
        step = _step((high - low) / (most - 1))
        start = math.floor(low / step - LEAST_BELOW) * step
        if start > FAR_ABOVE * high:
            top = high + (high - start) * 0.08
            return [
                round(start + i * step, 12) for i in range(int((top - start) / step * (1 + 1e-9)) + 1)
            ], top
    top = top_of(known)
    return from_zero(top, most), top


def top_of(values: Sequence[float], room: float = 1.08) -> float:
    """Upper end of an axis from 0 that leaves room above the largest value; 1 when nothing is above 0."""
    largest = max((value for value in values if value is not None and not math.isnan(value)), default=0.0)
    return largest * room if largest > 0 else 1.0


def written(values: Sequence[float], unit_format: str) -> list[str]:
    """Axis values in a format such as "{:.2f}" or "{:.0%}", with only the decimals their step needs."""
    step = values[1] - values[0] if len(values) > 1 else 1.0
    step = step * 100 if "%" in unit_format else step
    decimals = next((d for d in range(6) if abs(step - round(step, d)) < 1e-9), 6)
    plain = re.sub(r"\.\d+", f".{decimals}", unit_format)
    return ["0" if value == 0 else plain.format(value) for value in values]


def months(first: Any, last: Any, most: int = 6) -> tuple[list[pd.Timestamp], list[str]]:
    """Month ticks between two dates, and their words: months, with the year under the first and Januaries."""
    start, end = pd.Timestamp(first), pd.Timestamp(last)
    starts = pd.date_range(start.to_period("M").to_timestamp(), end, freq="MS")
    starts = starts[starts >= start]
    for step in MONTH_STEPS:
        chosen = [day for day in starts if (day.month - 1 + 12 * day.year) % step == 0]
        if len(chosen) <= most:
            break
    words = [
        f"{day:%b}<br>{day:%Y}" if index == 0 or day.month == 1 else f"{day:%b}"
        for index, day in enumerate(chosen)
    ]
    return chosen, words
