"""How a number is written, by its unit: one form in headlines, labels, hover text and tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

HIDDEN = "[c]"  # confidential, as in tables of official statistics: a number that may not be shown
PERCENT, RATE, TENTHS, AMOUNT, CHANCE = "%", "per 1,000", "tenths", "whole", "chance"
# Words of a table's heading → the unit of its numbers, the first that fits. Headings of intervals and limits
# say none: they have that of the column before.
HEADINGS = (
    (r"chance", CHANCE),
    (r"(^|[ ,])%", PERCENT),
    (r"per 1,000", RATE),
    (r"per 100\b|, days|quintile|\bmg\b|expected for", TENTHS),
)
OF_AN_INTERVAL = re.compile(r"(lower|upper) [\d.]+%|mean$|limit$|if unchanged", re.IGNORECASE)


def rounded(value: float, unit: str) -> float:
    """The value as far as it is written: per 1,000 to two decimals, amounts whole, a percentage whole from
    10% on and to a tenth below, doses (mg), days and the like to a tenth, chances to a hundredth."""
    if value != value or unit == "":
        return value
    return round(value, _decimals(value, unit))


def written(value: float, unit: str) -> str:
    """The number without its unit: “1.20” per 1,000, “42” and “8.4” of percent, “60.7” and “60” mg; “[c]” of
    one that may not be shown. Raises ValueError for a unit that is none."""
    if value != value:
        return HIDDEN
    places = _decimals(value, unit)
    text = f"{value:,.{places}f}"
    if places == 1 and text.endswith(".0"):
        text = text[:-2]
    return "0" if text == "-0" else text


def _decimals(value: float, unit: str) -> int:
    if unit == PERCENT:
        return 1 if abs(value) < 9.95 else 0
    if unit == AMOUNT or (unit == RATE and abs(value) >= 99.995):
        return 0
    if unit in (RATE, CHANCE):
        return 2
    if unit == TENTHS:
        return 1
    raise ValueError(f"written: {unit!r} is no unit; see reporting/charts/written.py.")


def percent(share: float) -> str:
    """A share (0 to 1) as a percentage: “42%”, with a decimal below 10% where the whole would hide it."""
    return HIDDEN if share != share else f"{written(share * 100, PERCENT)}%"


def mg(thousandths: float) -> str:
    """A dose in thousandths of a mg: “60.7 mg”, “1,200 mg”."""
    return f"{written(thousandths / 1000, TENTHS)} mg"


def units(headings: Sequence[str]) -> list[str]:
    """The unit of each column of a table, by its heading; "" where it has none of those known."""
    found: list[str] = []
    for heading in headings:
        if OF_AN_INTERVAL.search(heading):
            found.append(next((unit for unit in reversed(found) if unit), ""))
            continue
        found.append(next((unit for words, unit in HEADINGS if re.search(words, heading, re.I)), ""))
    return found
