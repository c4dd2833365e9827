"""Every factor, brand and word can be traced to a source and a date of review."""

import re
from datetime import date
from decimal import Decimal

import pytest

from medicines import factors, products
from medicines.product_text.ingredients import BRANDS, INGREDIENTS, PARTNERS
from medicines.tables import FOLDER, listed, rows

TABLES = sorted(path.stem for path in FOLDER.glob("*.csv"))
VERSION = re.compile(r"[0-9]{4}\.[0-9]{2}")


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_a_source_a_version_and_a_review_date(table: str) -> None:
    for row in rows(table):
        assert row["source"], row
        assert VERSION.fullmatch(row["version"]), row
        assert date.fromisoformat(row["reviewed_on"]), row
        assert None not in row, row


def test_the_tables_of_medicines_are_all_here() -> None:
    assert {
        "brands",
        "ddd",
        "disagreements",
        "factors",
        "forms",
        "ingredients",
        "partners",
        "patches",
        "strengths",
    } <= set(TABLES)


def test_the_version_is_the_one_in_every_row() -> None:
    assert {row["version"] for row in factors.table()} == {factors.VERSION}


@pytest.mark.parametrize(
    ("rate", "ome"),
    [("12", "30"), ("25", "60"), ("37.5", "90"), ("50", "120"), ("75", "180"), ("100", "240")],
)
def test_fentanyl_patches_are_as_the_faculty_tables_them(rate: str, ome: str) -> None:
    factor = factors.patch("fentanyl", Decimal(rate))
    assert factor and factor.value * Decimal(rate) == Decimal(ome)


def test_a_disagreement_names_a_factor_that_is_not_ours() -> None:
    for row in factors.disagreements():
        assert Decimal(row["factor_used"]) == factors.oral(row["ingredient"]).value  # type: ignore[union-attr]
        assert row["factor_elsewhere"] != row["factor_used"] and row["elsewhere"]


def test_brands_point_at_known_ingredients_and_partners() -> None:
    for brand in BRANDS.values():
        assert brand.ingredient in INGREDIENTS, brand
        assert {beside.name for beside in brand.partners} <= set(PARTNERS), brand


def test_no_name_means_two_ingredients() -> None:
    names = [
        name
        for row in rows("ingredients")
        for name in {row["ingredient"], *row["synonyms"].split(";")}
        if name
    ]
    assert len(names) == len(set(names))


def test_every_patch_with_a_factor_has_a_wear_time_and_each_brand_is_known() -> None:
    for factor in factors.table():
        for rate in listed(factor["strengths"]) if factor["route"] == "patch" else ():
            name = f"{factor['ingredient']} {rate}micrograms/hour transdermal patches"
            assert products.read(name).wear_hours in {72, 84, 168}, name
    for row in rows("patches"):
        assert not row["brand"] or BRANDS[row["brand"]].ingredient == row["ingredient"], row
