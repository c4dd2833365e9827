"""The strengths that are made of an ingredient or brand (medicines/tables/strengths.csv)."""

from decimal import Decimal

from medicines.tables import listed, rows

Spans = tuple[tuple[Decimal, Decimal], ...]
"""From the smallest to the largest of each, both included."""

Made = dict[tuple[str, str], Spans]
"""The spans by ingredient and brand, "" for any brand."""


def _spans(cell: str) -> Spans:
    """The spans of a cell such as 0.05-20;200."""
    found = [part.partition("-") for part in listed(cell)]
    return tuple([(Decimal(least), Decimal(most or least)) for least, _, most in found])


def _made(column: str) -> Made:
    """The spans of a column."""
    listed_rows = [row for row in rows("strengths") if row[column]]
    return {(row["ingredient"], row["brand"]): _spans(row[column]) for row in listed_rows}


SOLID, LIQUID, PATCH = (_made(f) for f in ("solid_mg", "liquid_mg_per_ml", "patch_micrograms_per_h"))


def made(table: Made, ingredient: str, brand: str) -> Spans:
    """The strengths of a brand, else of its ingredient; none where neither is listed."""
    return table.get((ingredient, brand)) or table.get((ingredient, ""), ())


def of_any_brand(table: Made, ingredient: str) -> list[float]:
    """The strengths of an ingredient, of whatever brand."""
    spans = [spans for (name, _), spans in table.items() if name == ingredient]
    return sorted({float(least) for made in spans for least, _ in made})
