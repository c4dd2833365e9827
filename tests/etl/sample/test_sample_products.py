"""What the sample prescribes can be read: real products, directions that say what was meant."""

import pytest

from etl.sample.people.cohort import OTHERS_OVER_120, OVER_120
from etl.sample.prescribing.products import Product, products
from etl.sample.prescribing.regimens import (
    STYLES,
    Item,
    gabapentinoid,
    ome,
    optional,
    patch_words,
    regular,
    strong,
)
from medicines import directions
from medicines import products as reader


@pytest.mark.parametrize("product", products(), ids=lambda p: p.name)
def test_every_product_is_read_with_the_listed_conversion(product: Product) -> None:
    found = reader.read(product.name)
    if product.ome_per_unit is None:
        assert (found.status, found.ome_per_unit) == ("not_converted", None)
    else:
        assert found.status in ("converted", "none")
        assert float(found.ome_per_unit or 0) == pytest.approx(product.ome_per_unit)


def test_codes_and_names_are_unique() -> None:
    assert len({p.dmd_code for p in products()}) == len({p.name for p in products()}) == len(products())


def says(item: Item) -> bool:
    """Whether the directions, read back, mean what the item holds."""
    found = directions.read(item.directions, item.product.unit)
    if item.fixed_quantity:
        return bool(found.prn)
    if item.patch_hours:
        return (found.patch_interval_hours, found.patches_at_once) == (item.patch_hours, item.per_day)
    return found.units_per_day_min == item.per_day == found.units_per_day_max


TARGETS = (10.0, 25.0, 45.0, 60.0, 75.0, 90.0, 120.0, 155.0, 200.0, 300.0, 400.0)


@pytest.mark.parametrize("style", range(STYLES))
@pytest.mark.parametrize("name", [*OVER_120, "zomorph", "mst", "morphine_mr", "butec"])
def test_directions_mean_the_dose(name: str, style: int) -> None:
    for target in TARGETS:
        for item in strong(name, target, style):
            assert says(item), item


@pytest.mark.parametrize("style", range(STYLES))
def test_other_directions_mean_the_dose(style: int) -> None:
    items = [optional("oramorph", 10, 300, style), optional("co_codamol", 30, 100, style)]
    items += [regular("codeine", 30, each, times, style) for each in (1, 2) for times in (1, 2, 3, 4)]
    items += [item for mg in (900, 1800, 2700, 3600, 4500) for item in gabapentinoid("gabapentin", mg, style)]
    items += [item for mg in (150, 300, 600, 900) for item in gabapentinoid("pregabalin", mg, style)]
    assert [item for item in items if not says(item)] == []


@pytest.mark.parametrize("target", OTHERS_OVER_120)
def test_a_regimen_comes_to_its_target(target: float) -> None:
    for name in ("mst", "zomorph", "morphine_mr"):
        assert ome(strong(name, target, 0)) == target
    for name in ("longtec", "oxycodone_mr"):
        assert abs(ome(strong(name, target, 0)) - target) <= 3.75


def test_gabapentinoid_amounts_are_whole() -> None:
    for name, milligrams in (
        ("gabapentin", 4500),
        ("gabapentin", 2700),
        ("pregabalin", 900),
        ("lyrica", 600),
    ):
        items = gabapentinoid(name, milligrams, 1)
        assert sum(i.per_day * i.product.strength for i in items) == milligrams


def test_patch_directions_name_the_interval() -> None:
    for hours in (72, 84, 168):
        for style in range(STYLES):
            found = directions.read(patch_words(2, hours, style), "patch")
            assert (found.patch_interval_hours, found.patches_at_once) == (hours, 2)
