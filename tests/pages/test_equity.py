"""The equity page as a person uses it, over the sample."""

from __future__ import annotations

from pathlib import Path

from tests.pages.conftest import Opened
from tests.pages.test_dashboard import charts, words_everywhere


def test_gaps_and_one_measure_group_by_group(opened: Opened, sample_store: Path) -> None:
    app = opened("programme/equity", store=sample_store)
    shown = words_everywhere(app)
    assert shown.count("<h1>") == 1 and "groups really differ" in shown
    assert "Groups that really differ" in shown and "Long-term opioids, per 1,000" in shown
    assert len(charts(app)) == 3


def test_the_address_holds_the_measure(opened: Opened, sample_store: Path) -> None:
    app = opened("programme/equity", store=sample_store, measure="On a high-dose opioid")
    assert app.selectbox(key="measure").value == "high_dose_prevalence"
    assert len(charts(app)) == 2
    assert "Rates per 1,000 by deprivation are not available" in words_everywhere(app)


def test_an_unknown_measure_and_an_area_without_groups_are_sentences(opened: Opened) -> None:
    app = opened("programme/equity", measure="Happiness")
    shown = words_everywhere(app)
    assert "The address asked for Measure “Happiness”" in shown and "No figures for Example ICB yet" in shown
    assert not charts(app)
