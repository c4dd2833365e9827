"""A measure that no page shows is measured for nobody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from measures import measure
from reporting import exhibits
from reporting.exhibits import also_measured

SOURCE = {path.name: path.read_text("utf-8") for path in Path(exhibits.__path__[0]).glob("*.py")}
ROWS = {
    slug
    for page in (
        also_measured.HIGH_DOSE,
        also_measured.PLANS,
        also_measured.TAPERING,
        also_measured.REFERRALS,
    )
    for slug in page
}
# Counted under their own name where the exhibit adds them up: which exhibit.
BY_QUERY = {
    "declined_reasons": "referral_declined.py",
    "days_to_first_contact": "referral_waits.py",
    "new_to_high_dose": "high_dose_moves.py",
    "left_high_dose": "high_dose_moves.py",
    "dose_band_share": "high_dose_bands.py",
}


@pytest.mark.parametrize("slug", [m.slug for m in measure.load()])
def test_every_measure_is_in_an_exhibit(slug: str) -> None:
    names = [name for name, text in SOURCE.items() if re.search(rf'"{slug}"', text)]
    assert names or BY_QUERY.get(slug) in SOURCE


def test_the_rows_of_tables_are_measures_each_on_one_page() -> None:
    pages = (also_measured.HIGH_DOSE, also_measured.PLANS, also_measured.TAPERING, also_measured.REFERRALS)
    assert {m.slug for m in measure.load()} >= ROWS
    assert len(ROWS) == sum(len(page) for page in pages)
