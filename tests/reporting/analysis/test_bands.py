"""Dose bands by their names, as the policy makes them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from measures.policy import SAMPLE, dose_bands, load
from reporting.analysis.bands import from_highest, lower_edge

RULES = load(SAMPLE)


@pytest.mark.parametrize("operator", [">", ">="])
def test_the_edge_read_from_a_label_is_where_the_band_begins(operator: str) -> None:
    rules = replace(RULES, thresholds=replace(RULES.thresholds, operator=operator))
    for label, least, _ in dose_bands(rules):
        assert lower_edge(label) == least // 1000


def test_bands_go_downwards_and_a_dose_that_stopped_stands_last() -> None:
    bands = ["stopped", "none", "up to 50", "90 to 120", "over 300", "50 to 90"]
    assert from_highest(bands) == ["over 300", "90 to 120", "50 to 90", "up to 50", "none", "stopped"]
