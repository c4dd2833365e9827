"""Roles, bands, labels and axes."""

import math
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.charts import labels, theme, ticks

# no deadline: a busy machine is no failure
LAW = settings(deadline=None, max_examples=40)

NUMBERS = st.floats(-500, 500)


def test_improvement_is_blue_concern_orange_common_grey_and_no_direction_purple() -> None:
    assert theme.mark("improvement") == theme.BLUE
    assert theme.mark("concern") == theme.ORANGE
    assert theme.mark("common") == theme.AXIS
    assert {theme.mark(f"neutral_{side}") for side in ("high", "low")} == {theme.PURPLE}


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="'good' is no role"):
        theme.mark("good")


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("role", ["improvement", "concern", "common", "neutral"])
def test_words_of_every_role_are_readable_on_white_and_on_their_own_background(role) -> None:
    assert contrast(theme.text(role), theme.PAPER) >= 4.5
    assert contrast(theme.text(role), theme.soft(role)) >= 4.5


@pytest.mark.parametrize("zone", [theme.AMBER_ZONE, theme.RED_ZONE])
def test_zone_words_are_readable_on_their_zone(zone) -> None:
    assert contrast(theme.ORANGE_TEXT, zone) >= 4.5


@pytest.mark.parametrize("count", range(1, 7))
def test_bands_darken_upwards(count) -> None:
    colours = theme.bands(count)
    assert len(colours) == count
    shades = [luminance(colour) for colour in colours]
    assert shades == sorted(shades, reverse=True)


def test_seven_bands_have_no_colours() -> None:
    with pytest.raises(ValueError, match="no colours for 7 bands"):
        theme.bands(7)


@LAW
@given(st.lists(NUMBERS, min_size=1, max_size=12))
def test_nudged_labels_are_a_gap_apart_and_keep_their_order(positions) -> None:
    placed = labels.nudged(positions, 18, -2000, 2000)
    by_place = sorted(placed)
    assert all(b - a >= 18 - 1e-6 for a, b in pairwise(by_place))
    pairs = sorted(zip(positions, placed, strict=True))
    moved = [place for _, place in pairs]
    assert all(a < b for (p, a), (q, b) in pairwise(pairs) if p < q), moved


APART = st.lists(st.floats(18, 120), min_size=1, max_size=12).map(lambda steps: list(accumulate(steps)))


@LAW
@given(APART)
def test_labels_with_room_stay_where_they_are(positions) -> None:
    assert labels.nudged(positions, 18, -2000, 2000) == pytest.approx(positions)


def test_labels_stay_inside_while_there_is_room() -> None:
    assert labels.nudged([0, 1, 2], 18, 0, 100) == pytest.approx([0, 18, 36])
    assert labels.nudged([99, 100], 18, 0, 100) == pytest.approx([82, 100])
    assert labels.nudged([50, 50, 50], 18, 40, 60) == pytest.approx([32, 50, 68])


def test_names_cannot_become_markup() -> None:
    assert labels.safe("A & B <b>") == "A &amp; B &lt;b&gt;"
    assert labels.wrapped("Alpha & Beta Practice", 8) == "Alpha &amp;<br>Beta<br>Practice"


@LAW
@given(st.floats(1e-6, 1e9), st.integers(2, 8))
def test_ticks_start_at_zero_are_even_and_few(top, most) -> None:
    values = ticks.from_zero(top, most)
    assert values[0] == 0 and values[-1] <= top * (1 + 1e-9)
    assert 2 <= len(values) <= most + 1
    steps = [b - a for a, b in pairwise(values)]
    assert all(math.isclose(step, steps[0], rel_tol=1e-6) for step in steps)


@pytest.mark.parametrize(
    ("top", "unit_format", "expected"),
    [(1.7, "{:.2f}", ["0", "0.5", "1.0", "1.5"]), (0.62, "{:.1%}", ["0", "20%", "40%", "60%"]),
     (9, "{:.0f}", ["0", "2", "4", "6", "8"]), (0, "{:.2f}", ["0"])],
)  # fmt: skip
def test_tick_words_have_the_decimals_their_step_needs(top, unit_format, expected) -> None:
    assert ticks.written(ticks.from_zero(top), unit_format) == expected


def test_month_ticks_name_the_year_under_the_first_and_each_january() -> None:
    days, names = ticks.months("2023-10-01", "2026-09-01")
    assert names == ["Jan<br>2024", "Jul", "Jan<br>2025", "Jul", "Jan<br>2026", "Jul"]
    assert len(days) == 6
    assert ticks.months("2026-08-01", "2026-09-01")[1] == ["Aug<br>2026", "Sep"]
