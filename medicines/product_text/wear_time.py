"""How long one patch is worn: as the name says, or as its brand and strength are."""

import re
from decimal import Decimal

from medicines.product_text.ingredients import Brand
from medicines.tables import listed, rows

UNITS = {"h": 1, "hr": 1, "hrs": 1, "hour": 1, "hours": 1, "hourly": 1, "d": 24, "day": 24, "days": 24}
COUNT = {"three": 3, "four": 4, "seven": 7}
STATED = re.compile(rf"\b(3|4|7|72|84|96|168|three|four|seven)[ -]*({'|'.join(UNITS)})\b")
WEEKLY = re.compile(r"\b(?:(twice|two times|2x?) ?(?:a|per|/)? ?(?:weekly|week)|(?:once )?(weekly))\b")
OFF_BY = 5
WORN = {72, 84, 96, 168}


HOURS = {
    (row["ingredient"], row["brand"], Decimal(strength)): int(row["wear_hours"])
    for row in rows("patches")
    for strength in listed(row["strengths"])
}


def hours(words: str, ingredient: str, brand: Brand | None, strength: Decimal | None) -> int | None:
    """The hours one patch is worn, as its words say, else by medicines/tables/patches.csv; None if not known.

    None too where the words say two lengths, or one that is more than a fifth off the table's.
    """
    usual = _usual(ingredient, brand, strength)
    said = _said(words) or {usual}
    if len(said) > 1:
        return None
    (told,) = said
    return told if told is None or usual is None or as_usual(told, usual) else None


def as_usual(told: float, usual: float) -> bool:
    """Whether a wear time is no more than a fifth off the product's own."""
    return OFF_BY * abs(told - usual) <= usual


def _usual(ingredient: str, brand: Brand | None, strength: Decimal | None) -> int | None:
    rate = strength or Decimal(0)
    own = HOURS.get((ingredient, brand.name if brand else "", rate))
    return own or HOURS.get((ingredient, "", rate))


def _said(words: str) -> set[int | None]:
    found = {
        (int(count) if count.isdigit() else COUNT[count]) * UNITS[unit]
        for count, unit in STATED.findall(words)
    }
    found |= {84 if twice else 168 for twice, _ in WEEKLY.findall(words)}
    return {hours for hours in found if hours in WORN}
