"""Dose bands by their names."""

from __future__ import annotations

import re


def lower_edge(band: str) -> int:
    """The lower edge of a dose band in mg, 0 for the lowest band and for none: “90 to 120” is 90."""
    if not re.match(r"\d|over|above|from", band):
        return 0
    found = re.search(r"\d+", band)
    return int(found.group()) if found else 0
