"""Two counts differ only where an exact test of equal halves says so."""

from __future__ import annotations

import pytest

from reporting.analysis.crossings import counts_differ


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        (0, 0, False),
        (0, 5, False),  # 2 / 2^5 = 0.0625
        (0, 6, True),  # 2 / 2^6 = 0.03125
        (1, 7, False),  # 2 (1 + 8) / 2^8 = 0.0703
        (1, 8, True),  # 2 (1 + 9) / 2^9 = 0.0391
        (30, 30, False),
        (8, 18, False),
        (52, 85, True),
    ],
)
def test_an_exact_test_of_halves(one: int, other: int, differ: bool) -> None:
    assert counts_differ(one, other) is differ
    assert counts_differ(other, one) is differ


def test_a_negative_count_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        counts_differ(-1, 3)
