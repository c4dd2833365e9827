"""Dose bands by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable

STOPPED, NONE = "stopped", "none"


def lower_edge(band: str) -> int:
    """The lower edge of a dose band in mg, 0 for the lowest band and for none: “90 to 120” is 90."""
    found = re.match(r"(?:over |from )?(\d+)", band)
    return int(found.group(1)) if found else 0


def from_highest(bands: Iterable[str]) -> list[str]:
    """Bands of doses downwards; none last but for stopped."""
    return sorted(bands, key=lambda band: (band == STOPPED, -lower_edge(band), band == NONE))
