"""A product text becomes the ingredient, strength and OME that a pharmacist would read from it."""

from decimal import Decimal

import pytest

from medicines import products
from tests.medicines.cases import number, worked

CASES = worked("products")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_product_is_read_as_worked(case: dict[str, str]) -> None:
    read = products.read(case["name"])
    assert (read.class_, read.ingredient, read.form, read.release, read.status) == (
        case["class"],
        case["ingredient"],
        case["form"],
        case["release"],
        case["status"],
    )
    assert (read.strength, read.strength_unit) == (number(case["strength"]), case["strength_unit"] or None)
    assert read.ome_per_unit == (Decimal(case["ome_per_unit"]) if case["ome_per_unit"] else None)


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["status"] in ("unmapped", "not_converted")], ids=lambda c: c["name"]
)
def test_what_is_not_converted_says_why(case: dict[str, str]) -> None:
    assert products.read(case["name"]).reason


def test_a_converted_product_names_the_source_of_its_factor() -> None:
    assert "Opioids Aware" in (products.read("Sevredol 10mg tablets").factor_source or "")


def test_a_gabapentinoid_is_measured_in_defined_daily_doses() -> None:
    assert products.read("Pregabalin 75mg capsules").ddd_per_unit == Decimal("0.25")
    assert products.read("Gabapentin 600mg tablets").ddd_per_unit == Decimal(600) / Decimal(1800)
