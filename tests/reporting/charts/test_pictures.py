"""Sparklines and icons are well-formed SVG of the right role."""

from xml.etree import ElementTree

import pandas as pd
import pytest

from reporting.charts import icons, theme
from reporting.charts.rates.sparkline import sparkline

SVG = "{http://www.w3.org/2000/svg}"


def frame(values):
    return pd.DataFrame(
        {"date": pd.date_range("2026-01-01", periods=len(values), freq="MS"), "value": values}
    )


def test_a_sparkline_touches_both_edges_and_keeps_the_order_of_dates() -> None:
    svg = ElementTree.fromstring(sparkline(frame([3, 1, 2])[::-1], "improvement", width=100, height=40))
    (line,) = svg.findall(f"{SVG}polyline")
    assert line.get("stroke") == theme.BLUE
    assert line.get("points") == "3.0,3.0 50.0,37.0 97.0,20.0"


def test_a_missing_value_breaks_the_line() -> None:
    svg = ElementTree.fromstring(sparkline(frame([1, 2, None, 3]), "concern"))
    assert len(svg.findall(f"{SVG}polyline")) == 1
    assert len(svg.findall(f"{SVG}circle")) == 1


@pytest.mark.parametrize("values", [[], [None, None], [2], [5, 5, 5]])
def test_too_little_to_draw_is_still_a_picture(values) -> None:
    svg = ElementTree.fromstring(sparkline(frame(values), "common"))
    assert "nan" not in ElementTree.tostring(svg, encoding="unicode")


@pytest.mark.parametrize(
    ("variation", "better", "letter", "colour"),
    [("improvement", "lower", "L", theme.BLUE), ("improvement", "higher", "H", theme.BLUE),
     ("concern", "lower", "H", theme.ORANGE), ("concern", "higher", "L", theme.ORANGE)],
)  # fmt: skip
def test_the_letter_says_which_way_it_went(variation, better, letter, colour) -> None:
    svg = ElementTree.fromstring(icons.variation_icon(variation, better))
    assert [text.text for text in svg.findall(f"{SVG}text")] == [letter]
    assert [ring.get("stroke") for ring in svg.findall(f"{SVG}circle")][:1] == [colour]


def test_common_cause_has_no_letter_and_no_direction_an_arrow() -> None:
    common = ElementTree.fromstring(icons.variation_icon("common", "lower"))
    assert common.findall(f"{SVG}text") == []
    assert [ring.get("stroke") for ring in common.findall(f"{SVG}circle")][:1] == [theme.AXIS]
    high, low = (icons.variation_icon(f"neutral_{side}", "neither") for side in ("high", "low"))
    assert theme.PURPLE in high and "rotate" in low and "rotate" not in high


@pytest.mark.parametrize(("assurance", "letter"), [("pass", "P"), ("fail", "F"), ("inconsistent", "?")])
def test_assurance_carries_its_letter(assurance, letter) -> None:
    svg = ElementTree.fromstring(icons.assurance_icon(assurance))
    assert [text.text for text in svg.findall(f"{SVG}text")] == [letter]


def test_what_has_no_icon_is_refused() -> None:
    with pytest.raises(ValueError, match="no assurance"):
        icons.assurance_icon("unknown")
    with pytest.raises(ValueError, match="needs a better direction"):
        icons.variation_icon("concern", "neither")
    with pytest.raises(ValueError, match="no role"):
        icons.variation_icon("worse", "lower")
