"""Counts that leave are protected, and cannot be worked out again."""

from collections.abc import Callable
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.disclosure import Rule, half_up, protected, suppressed_words, total

RULE = Rule()
MOST = 13


@given(st.lists(st.integers(0, 10_000)))
def test_small_counts_are_missing_and_others_round_multiples(counts: list[int]) -> None:
    for count, cell in zip(counts, protected(counts, RULE), strict=True):
        if 0 < count < RULE.suppress_below:
            assert cell is pd.NA
        else:
            assert cell % RULE.round_to == 0
            assert abs(cell - count) * 2 <= RULE.round_to
            assert (cell == 0) == (count == 0)


@pytest.mark.parametrize(("count", "base", "rounded"), [(12, 5, 10), (13, 5, 15), (5, 10, 10), (25, 10, 30)])
def test_halfway_goes_up(count: int, base: int, rounded: int) -> None:
    assert half_up(count, base) == rounded


def test_a_suppressed_cell_counts_as_five_in_a_total() -> None:
    assert total(protected([0, 3, 12], RULE), RULE) == 15
    assert suppressed_words(RULE) == "1 to 7"


def test_no_suppressed_cell_is_recovered_from_protected_totals() -> None:
    assert _recovered(lambda cells: total(protected(cells, RULE), RULE)) == 0


def test_exact_totals_would_give_cells_away() -> None:
    assert _recovered(sum) > 0


def _recovered(totalled: Callable[[tuple[int, ...]], int]) -> int:
    """In how many tables of two cells some suppressed cell has one value in all that look the same."""
    alike: dict[tuple[object, ...], list[tuple[int, ...]]] = {}
    for cells in product(range(MOST), repeat=2):
        shown = tuple(None if cell is pd.NA else cell for cell in protected(cells, RULE))
        alike.setdefault((*shown, totalled(cells)), []).append(cells)
    return sum(
        len(tables)
        for shown, tables in alike.items()
        if any(shown[i] is None and len({table[i] for table in tables}) == 1 for i in range(2))
    )
