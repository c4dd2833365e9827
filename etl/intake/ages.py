"""An age as a system writes it → the contract's band."""

from __future__ import annotations

import re
from collections.abc import Sequence

OLDEST = 130  # years
_YEARS = re.compile(r"(?P<low>\d{1,3}) ?(?:(?:-|to|–|_) ?(?P<high>\d{1,3})|(?P<open>\+|and over|plus))?"
                    r"(?: ?(?:y|yr|yrs|years?)(?: old)?)?")  # fmt: skip
_MONTHS = re.compile(r"(?P<n>\d{1,3}) ?(?:m|mths?|months?|w|wks?|weeks?|d|days?)(?: old)?")


def age_band(text: str, bands: Sequence[str]) -> str | None:
    """The band that holds an age in years ("49", "95+", "6 months") or the whole of a narrower band
    ("20-24"); None where no band does."""
    words = text.strip().casefold()
    if (young := _MONTHS.fullmatch(words)) and int(young["n"]) <= 215:  # months, of less than 18 years
        return band_of(0, 0, bands)
    hit = _YEARS.fullmatch(words)
    if hit is None or int(hit["low"]) > OLDEST:
        return None
    low = int(hit["low"])
    return band_of(low, int(hit["high"]) if hit["high"] else OLDEST if hit["open"] else low, bands)


def band_of(low: int, high: int, bands: Sequence[str]) -> str | None:
    """The band that holds all years from low to high."""
    for band in bands:
        first, _, last = band.partition("-")
        begins = int(first.rstrip("+"))
        ends = int(last) if last else OLDEST
        if begins <= low <= high <= ends:
            return band
    return None
