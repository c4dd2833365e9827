"""An age as a system writes it → the contract's band."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

OLDEST = 130  # years
_YEARS = re.compile(r"(?P<low>\d{1,3}) ?(?:(?:[-‐‑‒–—−_]|to) ?(?P<high>\d{1,3})|(?P<open>\+|and over|plus))?"
                    r"(?: ?(?:y|yr|yrs|years?)(?: old)?)?")  # fmt: skip
_MONTHS = re.compile(r"(?P<n>\d{1,3}) ?(?:m|mths?|months?|w|wks?|weeks?|d|days?)(?: old)?")


def age_band(text: str, bands: Sequence[str]) -> str | None:
    """The band that holds an age in years ("49", "95+", "6 months") or the whole of a narrower band
    ("20-24"); None where no band does."""
    found = years(text)
    return band_of(*found, bands) if found else None


@lru_cache(maxsize=4096)
def years(text: str) -> tuple[int, int] | None:
    """The first and the last year of an age, or of a band of them; None of anything else."""
    words = text.strip().casefold()
    if (young := _MONTHS.fullmatch(words)) and int(young["n"]) <= 215:  # months, of less than 18 years
        return 0, 0
    hit = _YEARS.fullmatch(words)
    if hit is None or int(hit["low"]) > OLDEST:
        return None
    low = int(hit["low"])
    return low, int(hit["high"]) if hit["high"] else OLDEST if hit["open"] else low


def band_of(low: int, high: int, bands: Sequence[str]) -> str | None:
    """The band that holds all years from low to high."""
    for band in bands:
        first, _, last = band.partition("-")
        begins = int(first.rstrip("+"))
        ends = int(last) if last else OLDEST
        if begins <= low <= high <= ends:
            return band
    return None


def gap(told: Iterable[str]) -> str:
    """What is wrong with the ages that a count is added up from: a year that is in none of them, or in two;
    "" where they are every year from 0 on."""
    end = -1
    for low, high in sorted(found for text in told if (found := years(text))):
        if low <= end:
            return f"age {low} comes in two of its rows, whose people would count twice"
        if low > end + 1:
            break
        end = high
    return "" if end >= OLDEST else f"there is no row for age {end + 1}"
