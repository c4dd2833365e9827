"""A measure that no page shows is measured for nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from measures import measure
from reporting import exhibits
from reporting.exhibits.high_dose import page as high_dose
from reporting.exhibits.kinds.also_measured import AlsoMeasured
from reporting.exhibits.plans import page as plans
from reporting.exhibits.referrals import page as referrals
from reporting.exhibits.tapering import page as tapering

SOURCE = [path.read_text("utf-8") for path in Path(exhibits.__path__[0]).rglob("*.py")]
PAGES = (
    high_dose.ALSO.measures,
    plans.ALSO.measures,
    tapering.ALSO.measures,
    *(one.measures for one in referrals.LISTS if isinstance(one, AlsoMeasured)),
)
ROWS = {slug for page in PAGES for slug in page}


@pytest.mark.parametrize("slug", [m.slug for m in measure.load()])
def test_every_measure_is_in_an_exhibit(slug: str) -> None:
    assert any(f'"{slug}"' in text for text in SOURCE)


def test_the_rows_of_tables_are_measures_each_on_one_page() -> None:
    assert len(PAGES) == 4 and {m.slug for m in measure.load()} >= ROWS
    assert len(ROWS) == sum(len(page) for page in PAGES)
