"""The products the sample prescribes, from products.csv beside this module."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Product:
    """A dm+d product; strength in mg (mg in 5 ml for Oramorph, micrograms an hour for patches).

    `ome_per_unit` is mg OME per tablet, capsule or ml, and per day for one patch; None is not converted.
    """

    dmd_code: str
    name: str
    family: str
    strength: float
    unit: str
    ome_per_unit: float | None


@cache
def products() -> tuple[Product, ...]:
    """Every product of the list, in its order."""
    path = Path(__file__).with_name("products.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Product(
                row["dmd_code"],
                row["name"],
                row["family"],
                float(row["strength"]),
                row["unit"],
                float(row["ome_per_unit"]) if row["ome_per_unit"] else None,
            )
            for row in csv.DictReader(lines)
        )


@cache
def family(name: str) -> tuple[Product, ...]:
    """The products of one family, strongest first. Raises KeyError where there is none."""
    found = sorted((p for p in products() if p.family == name), key=lambda p: -p.strength)
    if not found:
        raise KeyError(f"products.csv has no family {name}")
    return tuple(found)


@cache
def product(family_name: str, strength: float) -> Product:
    """One product by family and strength. Raises KeyError where there is none."""
    for found in family(family_name):
        if found.strength == strength:
            return found
    raise KeyError(f"products.csv has no {family_name} of strength {strength:g}")
