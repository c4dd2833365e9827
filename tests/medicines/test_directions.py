"""A direction text becomes a daily amount, or is said not to be readable; it is never guessed."""

import pytest

from medicines import directions
from tests.medicines.cases import number, worked

CASES = worked("directions")


@pytest.mark.parametrize("case", CASES, ids=[case["directions"] for case in CASES])
def test_a_direction_is_read_as_worked(case: dict[str, str]) -> None:
    read = directions.read(case["directions"], case["form"])
    assert (int(read.parseable), int(read.prn)) == (int(case["parseable"]), int(case["prn"]))
    assert read.units_per_day_min == pytest.approx(number(case["min"]), abs=1e-4)
    assert read.units_per_day_max == pytest.approx(number(case["max"]), abs=1e-4)
    assert (read.unit or "") == case["unit"]
    assert read.patch_interval_hours == number(case["interval"])
    assert read.patches_at_once == number(case["patches"])


def test_a_reading_shows_the_words_it_rests_on() -> None:
    assert directions.read("Take TWO tablets three times a day with water", "tablet").words == (
        "two tablets",
        "three times a day",
    )


def test_an_unreadable_direction_has_no_numbers() -> None:
    read = directions.read("reduce by one every week", "tablet")
    assert (read.units_per_day_min, read.units_per_day_max, read.patch_interval_hours, read.words) == (
        None,
        None,
        None,
        (),
    )
