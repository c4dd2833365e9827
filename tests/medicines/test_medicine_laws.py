"""What holds for any text: nothing raises, spelling habits change nothing, amounts scale."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medicines import directions, dose, products
from medicines.product_text.marketed_strengths import SOLID
from tests.medicines.cases import worked

NAMES = [case["name"] for case in worked("products")]
DIRECTIONS = [(case["directions"], case["form"]) for case in worked("directions")]
FORMS = ["tablet", "capsule", "oral_solution", "patch", "mg", "other", None]
PIECES = st.sampled_from(
    [
        "1",
        "2",
        "10",
        "0.5",
        "½",
        "1-2",
        "one",
        "two",
        "half",
        "mg",
        "ml",
        "5ml",
        "tablets",
        "patch",
        "bd",
        "tds",
        "prn",
        "nocte",
        "mane",
        "every",
        "hours",
        "days",
        "week",
        "max",
        "up",
        "to",
        "(",
        ")",
        "/",
        "-",
        ",",
        ".",
        "or",
    ]
)
NUMERALS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@settings(deadline=None)
@given(st.text(max_size=400))
def test_no_text_raises(text: str) -> None:
    products.read(text)
    for form in FORMS:
        directions.read(text, form)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=25), st.sampled_from(FORMS))
def test_no_arrangement_of_dose_words_raises_or_reads_beyond_reason(
    pieces: list[str], form: str | None
) -> None:
    read = directions.read(" ".join(pieces), form)
    if read.parseable and read.units_per_day_max is not None:
        assert 0 <= (read.units_per_day_min or 0) <= read.units_per_day_max <= 10_000
    if not read.parseable:
        assert (read.units_per_day_max, read.patch_interval_hours) == (None, None)


@settings(deadline=None)
@given(
    st.text(max_size=60), st.text(max_size=60), st.floats() | st.text(max_size=8), st.integers() | st.none()
)
def test_no_line_raises(product: str, text: str, quantity: float | str, days: int | None) -> None:
    dose.line(product, text, quantity, days)
    dose.line("Sevredol 10mg tablets", text, quantity, days)


@pytest.mark.parametrize("name", NAMES)
def test_case_spaces_and_manufacturer_change_nothing(name: str) -> None:
    for other in (
        name.upper(),
        name.lower(),
        f"  {name.replace(' ', '   ')} ",
        f"{name} (Some Maker (UK) Ltd)",
    ):
        assert products.read(other) == products.read(name)


@pytest.mark.parametrize(("text", "form"), DIRECTIONS)
def test_case_and_spaces_change_no_direction(text: str, form: str) -> None:
    for other in (text.upper(), text.lower(), f"  {text.replace(' ', '  ')}  ", f"{text}."):
        assert directions.read(other, form) == directions.read(text, form)


@pytest.mark.parametrize("ingredient", ["morphine", "oxycodone", "tapentadol", "tramadol", "codeine"])
def test_ome_is_linear_in_strength(ingredient: str) -> None:
    strengths = [least for least, _ in SOLID[ingredient, ""]]
    for mg in strengths:
        ome = products.read(f"{ingredient} {mg}mg tablets").ome_per_unit
        first = products.read(f"{ingredient} {strengths[0]}mg tablets").ome_per_unit
        assert ome is not None and first is not None and ome * strengths[0] == first * mg


@settings(deadline=None)
@given(
    st.integers(min_value=1, max_value=12),
    st.sampled_from(["bd", "three times a day", "every 6 hours", "at night prn"]),
)
def test_numeral_words_are_digits(number: int, often: str) -> None:
    in_digits = directions.read(f"{number} tablets {often}", "tablet")
    in_words = directions.read(f"{NUMERALS[number - 1]} tablets {often}", "tablet")
    assert in_digits.parseable and in_digits.units_per_day_max == in_words.units_per_day_max


@settings(deadline=None)
@given(
    st.integers(min_value=1, max_value=12),
    st.sampled_from(["bd", "tds", "every 8 hours", "on alternate days", "nocte"]),
)
def test_doubling_the_amount_doubles_the_units(number: int, often: str) -> None:
    once, twice = (
        directions.read(f"{count} tablets {often}", "tablet").units_per_day_max
        for count in (number, 2 * number)
    )
    assert once is not None and twice == pytest.approx(2 * once)
