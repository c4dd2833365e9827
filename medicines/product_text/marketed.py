"""The strengths that are made of an ingredient or brand (medicines/strengths.csv)."""

from decimal import Decimal

from medicines.tables import listed, rows

Spans = tuple[tuple[Decimal, Decimal], ...]
"""From the smallest to the largest of each, both included."""


def _spans(cell: str) -> Spans:
    """The spans of a cell such as 0.05-20;200."""
    found = [part.partition("-") for part in listed(cell)]
    return tuple([(Decimal(least), Decimal(most or least)) for least, _, most in found])


SOLID = {row["ingredient"]: _spans(row["solid_mg"]) for row in rows("strengths") if row["solid_mg"]}
LIQUID = {
    (row["ingredient"], row["brand"]): _spans(row["liquid_mg_per_ml"])
    for row in rows("strengths")
    if row["liquid_mg_per_ml"]
}


def solids(ingredient: str) -> Spans:
    """Mg in a tablet, capsule or sachet; none where the ingredient is not listed."""
    return SOLID.get(ingredient, ())


def liquids(ingredient: str, brand: str) -> Spans:
    """Mg in a ml of a liquid to drink: the brand's own, else the ingredient's; none where not listed."""
    return LIQUID.get((ingredient, brand)) or LIQUID.get((ingredient, ""), ())
