"""A quantity and its unit from one cell: "56 tablet(s)", "2 x 28 tablet(s)"; "1 x 300 ml" is 300 ml."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.[0-9]+)?"
_TIMES = r"(?:x|×|\*|(?:packs?|boxe?s?|bottles?|cartons?|original packs?|op)(?:\(s\))? (?:of|x))"
_UNIT = (
    r"(?:tab|tablet|cap|capsule|caplet|patch|lozenge|sachet|suppositor(?:y|ie)|film|spray|dose|ampoule|amp|vial"
    r"|syringe|pre-filled syringe|cartridge|pen|injection|device|drop|pack|original pack|op|box|bottle|carton"
    r"|strip|wafer|lollipop|unit|ml|mls|millilitre|litre|l|g|gm|gram)"
)
_CELL = re.compile(
    rf"(?P<numbers>{_NUMBER}(?:\s*{_TIMES}\s*{_NUMBER})*)\s*(?P<unit>{_UNIT}(?:s|es)?(?:\((?:s|es|ies)\))?)?"
    r"(?P<rest>[ (/-][^0-9]*)?",
    re.IGNORECASE,
)
_LITRES = re.compile(r"l|litres?(?:\(s\))?", re.IGNORECASE)
_NO_QUANTITY = re.compile(  # what it is made of, or how it is taken
    r"mg|mcg|microgram|milligram|nanogram|%|\b(?:a|per|each|every|daily|weekly|days?|weeks?|hours?|hourly|times|twice"
    r"|once|thrice|nightly|nights?|mornings?|mane|nocte|[bt]\.?d\.?s?|o\.?d|q\.?d\.?s|prn|when|needed|required)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=65536)
def quantity_and_unit(text: str) -> tuple[str, str] | None:
    """Number and unit of a cell; the unit "" where there is none. None for anything else, a strength and a
    dose too: "28 x 5mg" and "5 ml at night" are no quantities."""
    hit = _CELL.fullmatch(text.strip())
    if hit is None or (hit["rest"] and not hit["unit"]):
        return None
    if hit["rest"] and _NO_QUANTITY.search(hit["rest"]):
        return None
    total = Decimal(1)
    for number in re.findall(_NUMBER, hit["numbers"]):
        total *= Decimal(number.replace(",", ""))
    unit = (hit["unit"] or "").strip()
    if _LITRES.fullmatch(unit):
        total, unit = total * 1000, "ml"
    return f"{total:f}", unit
