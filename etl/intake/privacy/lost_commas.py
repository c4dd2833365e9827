"""A comma lost beside a pseudonym: the row is one cell short, and a date stands where the pseudonym should,
or is glued to it. Such a date is no date of birth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from etl.layouts.dates import read_day

_KEY = re.compile(r"[A-Za-z0-9_{}-]{6,66}")
_LONGEST_DATE = 20  # characters


@dataclass(frozen=True)
class Place:
    """A column of the file: what it is called, how it is judged, whether people type into it, and whether it
    is a date that lies in the extract's period."""

    name: str
    type: str
    free: bool
    in_period: bool = False
    staff: bool = False
    practices: bool = False


def lost_comma(
    cells: Sequence[str], places: Sequence[Place], dates: Sequence[str]
) -> tuple[list[str], str] | None:
    """The cells with the comma put back, and the names of the columns it is missing between; or None.

    `dates`: the layout's forms. The cells are only searched for identifiers, in their right places; none is
    kept. Where a date stands in the place of the pseudonym and the next cell is a date too, no comma is lost:
    then it may be a date of birth.
    """
    key = next((n for n, place in enumerate(places) if place.type == "key"), None)
    if key is None or len(cells) != len(places) - 1:
        return None
    for left in (key, key - 1):
        if left < 0 or left + 1 >= len(places) or left >= len(cells):
            continue
        pair = f"{places[left].name} and {places[left + 1].name}"
        if "date" in (places[left].type, places[left + 1].type) and (
            parts := _parted(cells[left], places[left].type == "date", dates)
        ):
            return [*cells[:left], *parts, *cells[left + 1 :]], pair
    return _shifted(cells, places, key, dates)


def _shifted(
    cells: Sequence[str], places: Sequence[Place], key: int, dates: Sequence[str]
) -> tuple[list[str], str] | None:
    """The same where the comma before the pseudonym is lost, so that the date after it is in its place."""
    if key == 0 or key + 1 >= len(places) or not places[key + 1].in_period:
        return None
    follows = cells[key + 1] if key + 1 < len(cells) else ""
    if not _is_date(cells[key], dates) or _is_date(follows, dates):
        return None
    pair = f"{places[key - 1].name} and {places[key].name}"
    return [*cells[:key], "", *cells[key:]], pair


def _parted(cell: str, date_first: bool, dates: Sequence[str]) -> list[str] | None:
    """A cell as pseudonym and date, or date and pseudonym; the longest date where several fit."""
    for length in range(min(_LONGEST_DATE, len(cell) - 1), 5, -1):
        date, key = (cell[:length], cell[length:]) if date_first else (cell[-length:], cell[:-length])
        if _is_date(date.strip(), dates) and _KEY.fullmatch(key.strip()):
            return [date, key] if date_first else [key, date]
    return None


def _is_date(text: str, dates: Sequence[str]) -> bool:
    return any(read_day(text, form) for form in dates)
