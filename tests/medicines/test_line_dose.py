"""A line's daily dose follows its directions, or its quantity, and never a label maximum."""

import math
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medicines import describe, dose, factors, products
from medicines.daily_amount import DailyAmount, judged
from medicines.direction_text.regimen.answer import NOT_STATED
from medicines.directions import Direction
from medicines.line_arithmetic import arithmetic
from medicines.overrides import Override, Overrides
from tests.medicines.cases import worked

CASES = worked("doses")


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{c['product']}: {c['directions']}, {c['quantity']} / {c['days']}" for c in CASES]
)
def test_a_line_is_worked_out(case: dict[str, str]) -> None:
    line = dose.line(case["product"], case["directions"], case["quantity"], case["days"])
    assert (line.status, line.basis, ";".join(line.flags)) == (case["status"], case["basis"], case["flags"])
    assert line.ome_mg_per_day == (Decimal(case["ome"]) if case["ome"] else None)
    assert line.mg_per_day == (Decimal(case["mg"]) if case["mg"] else None)


@pytest.mark.parametrize(
    "quantity",
    [
        -1,
        math.nan,
        math.inf,
        10**9,
        "abc",
        "1e400",
        "nan",
        True,
        "9" * 500,
        "1_0",
        "١٢",
        10**400,
        "5e1",
        Decimal("sNaN"),
        Decimal("1e999999999"),
        Decimal("1e-999999999"),
        [56],
    ],
)
def test_an_impossible_quantity_is_flagged_and_gives_no_number(quantity: Any) -> None:
    line = dose.line("Sevredol 10mg tablets", "1 bd", quantity, 28)
    assert (line.status, line.ome_mg_per_day, line.units_per_day, line.flags) == (
        "unclear",
        None,
        None,
        ("bad_quantity",),
    )


@pytest.mark.parametrize("days", [-7, 5000, "x", math.nan])
def test_impossible_days_are_flagged_and_give_no_number(days: float | str) -> None:
    line = dose.line("Sevredol 10mg tablets", "1 bd", 56, days)
    assert (line.status, line.ome_mg_per_day, line.flags) == ("unclear", None, ("bad_days",))


def test_regular_directions_need_no_quantity() -> None:
    assert dose.line("Sevredol 10mg tablets", "1 qds", None, None).ome_mg_per_day == 40


@pytest.mark.parametrize("nought", [0, 0.0, "0", "0.00", " 0 ", Decimal(0), -0.0])
def test_nought_is_as_good_as_blank_and_is_told(nought: Any) -> None:
    for quantity, days, flag in ((nought, 28, "bad_quantity"), (56, nought, "bad_days")):
        line = dose.line("Sevredol 10mg tablets", "1 bd", quantity, days)
        assert (line.ome_mg_per_day, line.basis, line.flags) == (20, "directions", (flag,))
        optional = dose.line("Sevredol 10mg tablets", "1 bd prn", quantity, days)
        assert (optional.status, optional.ome_mg_per_day, optional.flags[0]) == ("unclear", None, flag)


FENTANYL = "Fentanyl 25micrograms/hour transdermal patches"  # 60 mg a day, worn for 72 hours


@pytest.mark.parametrize(
    ("product", "directions", "quantity", "days", "ome", "flags"),
    [
        (FENTANYL, "as directed", 10, 30, 60, "wear_time_assumed"),
        (FENTANYL, None, 10, 28, 60, "wear_time_assumed"),  # 1.07 at once
        (FENTANYL, "as directed", 12, 30, 60, "wear_time_assumed"),  # 1.2: a fifth off
        (FENTANYL, "as directed", 8, 30, 60, "wear_time_assumed"),  # 0.8
        (FENTANYL, "as directed", 7, 30, None, "patches_worn_unclear"),  # 0.7
        (FENTANYL, "as directed", 13, 30, None, "patches_worn_unclear"),  # 1.3
        (FENTANYL, "as directed", 20, 28, 120, "wear_time_assumed"),  # 2.14 at once
        (FENTANYL, "as directed", 10, None, None, "patches_worn_unclear"),
        (FENTANYL, "as directed", None, 30, None, "patches_worn_unclear"),
        (FENTANYL, "as directed", 110, 30, None, "patches_worn_unclear"),  # 11: more than anybody wears
        (FENTANYL, "one every 72 hours when required", 10, 30, None, "patches_worn_unclear"),
        (FENTANYL, "one every 72 hours", 40, 30, 60, "disagrees"),  # four times the patches: still one
        (FENTANYL, "one every 72 hours", 1, 30, 60, "disagrees"),
        ("Butec 20micrograms/hour transdermal patches", "use as directed", 4, 28, 48, "wear_time_assumed"),
    ],
)
def test_patches_without_an_interval_are_worn_as_the_product_is(
    product: str, directions: str | None, quantity: int | None, days: int | None, ome: int | None, flags: str
) -> None:
    line = dose.line(product, directions, quantity, days)
    assert (line.ome_mg_per_day, ";".join(line.flags)) == (ome, flags)


def test_a_count_without_an_interval_takes_the_wear_time_of_the_product() -> None:
    left_open = Direction(patches_at_once=2, reason=NOT_STATED)
    status, taken = judged(products.read(FENTANYL), left_open, None, None, False)
    assert (status, taken) == ("ok", DailyAmount(Fraction(2), "patch", ("wear_time_assumed",)))


@pytest.mark.parametrize(
    ("product", "directions", "quantity", "days", "basis", "ome"),
    [
        ("Sevredol 10mg tablets", "1 bd", 168, 28, "quantity", 60),  # exactly three times
        ("Sevredol 10mg tablets", "1 bd", "167.99", 28, "directions", 20),
        ("Sevredol 10mg tablets", "3 bd", 56, 28, "quantity", 20),  # exactly a third
        ("Sevredol 10mg tablets", "3 bd", "56.01", 28, "directions", 60),
        ("Oramorph 10mg/5ml oral solution", "5ml qds", 1680, 28, "quantity", 120),
        ("Pregabalin 75mg capsules", "1 bd", 168, 28, "quantity", 0),
        ("Sevredol 10mg tablets", "1 bd", 5600, 28, "", None),  # 200 a day: nobody takes that
    ],
)
def test_directions_three_times_off_the_quantity_give_way_to_it(
    product: str, directions: str, quantity: float | str, days: int, basis: str, ome: int | None
) -> None:
    line = dose.line(product, directions, quantity, days)
    assert (line.basis, line.ome_mg_per_day, line.flags[0]) == (basis, ome, "disagrees")


@pytest.mark.parametrize("text", ["1 bd " * 100_000, "\x00\xff bd", "1" * 10_000, "((((" * 200, "1-" * 240])
def test_hostile_directions_give_no_number(text: str) -> None:
    line = dose.line("Sevredol 10mg tablets", text, None, None)
    assert (line.status, line.ome_mg_per_day) == ("unclear", None)


@pytest.mark.parametrize(
    ("product", "directions", "quantity", "days", "ome"),
    [
        ("Longtec 30mg modified-release tablets", "1 bd", 56, 28, "90"),
        ("Morphine 15mg tablets", "as directed", 180, 30, "90"),
        ("Zomorph 90mg modified-release capsules", "3 every 72 hours", None, None, "90"),
        ("Zomorph 60mg modified-release capsules", "60mg every 12 hours", None, None, "120"),
        ("Zomorph 90mg modified-release capsules", "1 every 72 hours", None, None, "30"),
    ],
)
def test_a_dose_that_is_exactly_90_or_120_is_no_hair_off(
    product: str, directions: str, quantity: int | None, days: int | None, ome: str
) -> None:
    assert dose.line(product, directions, quantity, days).ome_mg_per_day == Decimal(ome)


@pytest.mark.parametrize(
    ("quantity", "days", "flags"),
    [
        (60, 25, ()),
        (40, 25, ()),
        ("60.001", 25, ("disagrees",)),
        (Decimal("39.999"), 25, ("disagrees",)),
        (67.2, 28, ()),
    ],
)
def test_a_fifth_apart_is_not_more_than_a_fifth(
    quantity: float | str | Decimal, days: int, flags: tuple[str, ...]
) -> None:
    assert dose.line("Sevredol 10mg tablets", "1 bd", quantity, days).flags == flags


@pytest.mark.parametrize(
    ("product", "directions", "quantity", "days", "ome"),
    [
        ("Sevredol 10mg tablets", "5ml qds", 112, 28, 40),
        ("Sevredol 10mg tablets", "apply one patch every 72 hours", 112, 28, 40),
        ("Oramorph 10mg/5ml oral solution", "1 tablet bd", 300, 30, 20),
        ("Sevredol 10mg tablets", "5ml qds", None, None, None),
        ("Fentanyl 12micrograms/hour transdermal patches", "2 tablets bd", 10, 30, None),
    ],
)
def test_directions_in_another_unit_are_flagged_and_quantity_decides(
    product: str, directions: str, quantity: int | None, days: int | None, ome: int | None
) -> None:
    line = dose.line(product, directions, quantity, days)
    assert line.flags[0] == "unit_mismatch" and line.ome_mg_per_day == ome


def test_directions_without_a_unit_are_in_no_wrong_one() -> None:
    assert dose.line("Oramorph 10mg/5ml oral solution", "1 bd", 300, 30).flags == ()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            ("Longtec 30mg modified-release tablets", "1 bd", 56, 28),
            "2 tablets a day × 30 mg × 1.5 = 90 mg OME a day",
        ),
        (
            ("Fentanyl 50micrograms/hour patches", "one every 72 hours", None, None),
            "Patch: 50 microgram/h × 2.4 × 1 worn = 120 mg OME a day",
        ),
        (
            ("Fentanyl 12micrograms/hour patches", "three every 72 hours", None, None),
            "Patch: 12 microgram/h × 2.5 × 3 worn = 90 mg OME a day",
        ),
        (
            ("Codeine 30mg tablets", "1-2 qds prn", 100, 28),
            "100 tablets ÷ 28 days × 30 mg × 0.1 ≈ 10.714 mg OME a day (by quantity: doses are optional)",
        ),
        (
            ("Codeine 30mg tablets", "1-2 qds", 3, 3),
            "3 tablets ÷ 3 days × 30 mg × 0.1 = 3 mg OME a day (by quantity: the directions give a range)",
        ),
        (
            ("Oramorph 10mg/5ml oral solution", "5mg bd", None, None),
            "10 mg a day × 1 = 10 mg OME a day",
        ),
        (
            ("MST Continus 60mg tablets", "one every 72 hours", None, None),
            "1/3 tablets a day × 60 mg × 1 = 20 mg OME a day",
        ),
        (
            ("Gabapentin 400mg capsules", "1 tds", None, None),
            "3 capsules a day × 400 mg = 1,200 mg a day; ÷ 1,800 mg ≈ 0.667 DDD a day; no OME",
        ),
        (
            ("Codeine 30mg tablets", "as directed", None, None),
            "No dose: no amount or no frequency is stated, and quantity and days are not given.",
        ),
        (
            ("Codeine 30mg tablets", "prn", None, 28),
            "No dose: doses are optional, and quantity is not given.",
        ),
        (
            ("Codeine 30mg tablets", "1 bd", -1, -1),
            "No dose: the quantity is not a number above 0 and up to 20,000, or not one of ml, and "
            "the days are not a number above 0 and up to 366.",
        ),
        (
            ("Wibble 30mg tablets", "1 bd", 56, 28),
            "No dose: the product is not understood: no medicine of these classes is recognised.",
        ),
        (("Ibuprofen 400mg tablets", "1 tds", 84, 28), "No oral morphine equivalent: counts as 0 mg."),
    ],
)
def test_a_dose_says_how_it_came_about(line: tuple[str, str, int | None, int | None], expected: str) -> None:
    assert arithmetic(dose.line(*line)) == expected


def test_an_opioid_that_is_not_converted_says_why() -> None:
    line = dose.line("Methadone 1mg/ml oral solution", "50ml daily", 1400, 28)
    assert (line.status, line.ome_mg_per_day) == ("not_converted", None)
    assert arithmetic(line) == f"Not converted to OME: {line.reason}." and "half-life" in line.reason


def test_a_line_carries_its_factor_its_words_and_the_overrides_that_acted() -> None:
    changed = Override(
        "product", "Own brand M", "Morphine 10mg tablets", "A Pharmacist", date(2026, 11, 12), "label seen"
    )
    line = dose.line(
        "OWN BRAND M", "Take ONE tablet twice a day when required", 56, 28, Overrides((changed,))
    )
    assert (line.factor, line.ome_mg_per_day, line.prn) == (1, Decimal(20), True)
    assert line.factor_source is not None and line.factor_source.startswith("Faculty of Pain Medicine")
    assert line.words == ("one tablet", "twice a day")
    assert line.overrides == (changed,)


@pytest.mark.parametrize("strength", ["0mg", "1000000000mg"])
def test_an_impossible_strength_gives_no_number(strength: str) -> None:
    line = dose.line(f"Morphine {strength} tablets", "1 bd", 56, 28)
    assert (line.status, line.ome_mg_per_day, line.flags) == ("unclear", None, ("unmapped",))


def test_a_line_is_worked_out_by_the_version_of_the_factors_asked_for() -> None:
    asked = ("Sevredol 10mg tablets", "1 bd", None, None)
    assert dose.line(*asked, factor_version=factors.VERSION) == dose.line(*asked)
    with pytest.raises(ValueError, match="1999"):
        dose.line(*asked, factor_version="1999.01")


@pytest.mark.parametrize(
    ("product", "quantity", "days"),
    [
        ("Sevredol 10mg tablets", 2801, 28),
        ("Sevredol 10mg tablets", 20000, ".00000000000000000000000001"),
        ("Oramorph 10mg/5ml oral solution", "1000.1", 1),
    ],
)
def test_a_quantity_that_nobody_takes_in_a_day_gives_no_number(
    product: str, quantity: float | str, days: float | str
) -> None:
    line = dose.line(product, "as directed", quantity, days)
    assert (line.status, line.ome_mg_per_day, line.flags) == ("unclear", None, ("beyond_a_day",))
    assert arithmetic(line) == "No dose: quantity by days is more than is taken in a day."


def test_as_much_as_can_be_taken_in_a_day_is_a_dose() -> None:
    assert dose.line("Sevredol 10mg tablets", "as directed", 2800, 28).ome_mg_per_day == 1000
    assert dose.line("Oramorph 10mg/5ml oral solution", "as directed", 1000, 1).ome_mg_per_day == 2000


NUMBERS = st.none() | st.integers() | st.floats() | st.decimals() | st.text(max_size=6) | st.just("28")


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from([case["name"] for case in worked("products")]),
    st.sampled_from([case["directions"] for case in worked("directions")]) | st.text(max_size=30),
    NUMBERS,
    NUMBERS,
)
def test_every_line_says_how_it_came_about_or_why_not(
    product: str, directions: str, quantity: Any, days: Any
) -> None:
    line = dose.line(product, directions, quantity, days)
    number = line.ome_mg_per_day if line.status == "ok" else None
    assert (line.status == "ok") == (number is not None)
    assert arithmetic(line).startswith(("No dose", "Not converted")) <= (number is None)
    if number is not None:
        assert f"{describe.number(round(number, 3))} mg OME a day" in arithmetic(line)
    if line.status == "unclear":
        assert line.flags and arithmetic(line).startswith("No dose: ")
