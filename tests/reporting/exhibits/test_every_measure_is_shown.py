"""A measure that no page shows is measured for nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from measures import measure
from reporting import exhibits
from reporting.exhibits.kinds import also_measured

SOURCE = [path.read_text("utf-8") for path in Path(exhibits.__path__[0]).rglob("*.py")]
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


@pytest.mark.parametrize("slug", [m.slug for m in measure.load()])
def test_every_measure_is_in_an_exhibit(slug: str) -> None:
    assert any(f'"{slug}"' in text for text in SOURCE)


def test_the_rows_of_tables_are_measures_each_on_one_page() -> None:
    pages = (also_measured.HIGH_DOSE, also_measured.PLANS, also_measured.TAPERING, also_measured.REFERRALS)
    assert {m.slug for m in measure.load()} >= ROWS
    assert len(ROWS) == sum(len(page) for page in pages)
