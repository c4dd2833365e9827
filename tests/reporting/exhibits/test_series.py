"""A measure by month is a rate of its denominator, unless it is a number."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporting import queries
from reporting.access import Scope, Selection
from reporting.exhibits.series import series
from tests.reporting.snapshots import counts, practice, publish


@pytest.mark.parametrize(
    ("measure", "threshold", "values"),
    [
        ("best_interest_red_speed", 0, [0.0, 2.0, 1.0]),
        ("abrupt_stops", 120, [0.0, 2.0, 1.0]),
        ("reviewed_3_months", 120, [50.0, 25.0]),
    ],
)
def test_a_number_is_not_divided_and_counts_where_nothing_was_there(
    tmp_path: Path, measure: str, threshold: int, values: list[float]
) -> None:
    rows = counts(measure, "SYN01", [(0, 0), (2, 4), (1, 4)], threshold)
    publish(tmp_path, {"practice": [practice("SYN01")], "measure_month": rows})
    found = series(queries.current(tmp_path), Scope.icb(), Selection(120), measure, threshold)
    assert found is not None and list(found.frame["value"]) == values
