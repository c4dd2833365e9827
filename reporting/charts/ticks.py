"""Round numbers and months for axes, and numbers written as the measure writes them."""

import math
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

STEPS = (1, 2, 2.5, 5, 10)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60)


def from_zero(top: float, most: int = 5) -> list[float]:
    """Round values from 0 to at most `top`, no more than `most` steps; [0] when top is not above 0."""
    if not top > 0:
        return [0.0]
    rough = top / most
    scale = 10 ** math.floor(math.log10(rough))
    step = next(s * scale for s in STEPS if s * scale >= rough * (1 - 1e-9))
    return [round(index * step, 12) for index in range(int(top / step * (1 + 1e-9)) + 1)]


def top_of(values: Sequence[float], room: float = 1.08) -> float:
    """Upper end of an axis from 0 that leaves room above the largest value; 1 when nothing is above 0."""
    largest = max((value for value in values if value is not None and not math.isnan(value)), default=0.0)
    return largest * room if largest > 0 else 1.0


def written(values: Sequence[float], unit_format: str) -> list[str]:
    """Axis values in a format such as "{:.2f}" or "{:.0%}", with only the decimals their step needs."""
    step = values[1] if len(values) > 1 else 1.0
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
