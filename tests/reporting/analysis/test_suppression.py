"""What is withheld leaves every suppressed count open for whoever solves all sums at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from reporting.analysis.suppression import (
    ANY,
    NO_PAIRS,
    Counts,
    Marks,
    Pairs,
    Sum,
    narrowed,
    published_bounds,
    withheld,
)

BELOW, TO, LEFT = 8, 5, 3


def possible(
    counts: Counts, sums: list[Sum], hidden: Marks, nested: Pairs = NO_PAIRS
) -> Iterator[tuple[int, int]]:
    """Of each suppressed count the least and the most that an integer programme finds, given everything that
    is published."""
    lower, upper = published_bounds(counts, BELOW, TO)
    small = (counts > 0) & (counts < BELOW)
    least, most = np.where(hidden, 0, lower).ravel(), np.where(hidden, counts.sum() + 50, upper).ravel()
    at = np.arange(counts.size).reshape(counts.shape)
    rows = []
    for one in sums:
        for line in at if one.of_areas else at.T:
            row = np.zeros(counts.size)
            row[line[list(one.parts)]] = 1
            row[line[one.whole]] -= 1
            rows.append(row)
    ends_at = [0.0] * len(rows)
    for less, more in nested:
        for first, second in zip(at[less], at[more], strict=True):
            row = np.zeros(counts.size)
            row[[first, second]] = -1, 1
            rows.append(row)
            ends_at.append(np.inf)
    for cell in at[small]:
        aim = np.zeros(counts.size)
        aim[cell] = 1
        ends = []
        for sign in (1, -1):
            found = milp(sign * aim, constraints=LinearConstraint(np.array(rows), 0, ends_at),
                         bounds=Bounds(least, most), integrality=np.ones(counts.size, dtype=int))  # fmt: skip
            assert found.success
            ends.append(round(sign * found.fun))
        yield ends[0], ends[1]


def table(inner: list[list[int]]) -> tuple[Counts, list[Sum]]:
    """Cells × areas with the wholes of both in the last row and column."""
    made = np.array(inner)
    made = np.vstack([made, made.sum(axis=0)])
    made = np.hstack([made, made.sum(axis=1)[:, None]])
    cells, areas = (length - 1 for length in made.shape)
    return made, [Sum(True, areas, tuple(range(areas))), Sum(False, cells, tuple(range(cells)))]


TABLES = st.integers(1, 3).flatmap(
    lambda areas: st.lists(
        st.lists(st.integers(0, 14), min_size=areas, max_size=areas), min_size=1, max_size=4
    )
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 14), min_size=1, max_size=4), min_size=1, max_size=3))
def test_a_suppressed_count_may_be_five_numbers_or_more(pcns: list[list[int]]) -> None:
    """Practices, their PCNs, and all together."""
    inside = [count for pcn in pcns for count in pcn]
    counts, sums = np.array([[*inside, *map(sum, pcns), sum(inside)]]), []
    for at, pcn in enumerate(pcns):
        first = sum(map(len, pcns[:at]))
        sums.append(Sum(True, len(inside) + at, tuple(range(first, first + len(pcn)))))
    sums.append(Sum(True, len(inside) + len(pcns), tuple(range(len(inside), len(inside) + len(pcns)))))
    hidden = withheld(counts, sums, BELOW, TO)
    assert all(most - least + 1 >= TO for least, most in possible(counts, sums, hidden))


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_stages_that_are_nested_leave_five_numbers_too(steps: list[list[int]]) -> None:
    """Each row is at most the next, in areas that make up a whole."""
    inner = np.cumsum(steps, axis=0)
    counts = np.hstack([inner, inner.sum(axis=1)[:, None]])
    areas = counts.shape[1] - 1
    sums, pairs = [Sum(True, areas, tuple(range(areas)))], np.array([*pairwise(range(len(counts)))])
    nested = pairs.reshape(-1, 2).astype(np.int64)
    hidden = withheld(counts, sums, BELOW, TO, nested=nested)
    assert all(most - least + 1 >= TO for least, most in possible(counts, sums, hidden, nested))


def test_without_its_neighbours_a_nested_count_would_be_told() -> None:
    """8 of one practice completed of 9 who attended, so 8 or more attended; 3 of another, 12 in all: to
    withhold the 9 leaves the 3 at 4 at most."""
    counts = np.array([[8, 0, 8], [9, 3, 12]])
    sums, nested = [Sum(True, 2, (0, 1))], np.array([[0, 1]])
    hidden = withheld(counts, sums, BELOW, TO, nested=nested)
    assert hidden.tolist() == [[False, False, False], [True, True, False]]
    assert [*possible(counts, sums, hidden, nested)] == [(0, 4)]
    alone = withheld(counts, sums, BELOW, TO)
    assert alone.tolist() == [[False, False, False], [True, False, False]]
    assert [*possible(counts, sums, alone, nested)] == [(1, 4)]


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_linked_tables_leave_three_numbers_at_the_very_least(inner: list[list[int]]) -> None:
    """Where areas and cells make up wholes at once, bounds are a little wider than the truth in rare cases:
    five numbers are left but for about one table of thousands."""
    counts, sums = table(inner)
    hidden = withheld(counts, sums, BELOW, TO)
    assert all(most - least + 1 >= LEFT for least, most in possible(counts, sums, hidden))


def test_rounding_alone_would_give_counts_away() -> None:
    """The control: 1, 1 and 5 are “few”, and so is their whole, of at most 7; 2 beside 8 is of 10."""
    for inner, least, most in (([[1, 1, 5]], 1, 5), ([[2, 8]], 1, 4), ([[1] * 7], 1, 1)):
        counts, sums = table(inner)
        nothing = np.zeros(counts.shape, bool)
        assert (least, most) in possible(counts, sums, nothing)


def test_the_least_part_that_is_shown_is_withheld_and_the_whole_is_not() -> None:
    for inner, hidden in (
        ([2, 8], [False, True, False]),  # 10 and 10: 2 is 4 at most
        ([4, 20], [False, False, False]),
        ([1, 1, 1, 3, 0], [True] * 5 + [False]),  # four of 7 at most; nothing is shown, so which is 0?
    ):
        counts, sums = table([inner])
        assert withheld(counts, sums[:1], BELOW, TO)[0].tolist() == hidden, inner


def test_smaller_areas_are_withheld_first() -> None:
    """Two practices, their PCN, another PCN and the ICB: a practice is withheld, the PCNs stay."""
    counts = np.array([[2, 8, 10, 40, 50]])
    sums = [Sum(True, 2, (0, 1)), Sum(True, 4, (2, 3))]
    assert withheld(counts, sums, BELOW, TO)[0].tolist() == [False, True, False, False, False]


def test_what_nobody_publishes_tells_nothing() -> None:
    counts, sums = table([[2, 8]])
    hidden = np.array([[True, True, False]] * 2)
    assert (withheld(counts, sums[:1], BELOW, TO, hidden) == hidden).all()


@settings(max_examples=60, deadline=None)
@given(TABLES, st.data())
def test_bounds_are_the_truth_in_a_tree_and_never_narrower(
    inner: list[list[int]], data: st.DataObject
) -> None:
    counts, sums = table(inner)
    tree = data.draw(st.booleans())
    sums = sums[:1] if tree else sums
    hidden = np.array(data.draw(st.lists(st.booleans(), min_size=counts.size, max_size=counts.size)))
    hidden = hidden.reshape(counts.shape)
    lower, upper = published_bounds(counts, BELOW, TO)
    least, most = narrowed(np.where(hidden, 0, lower), np.where(hidden, ANY, upper), sums)
    small = (counts > 0) & (counts < BELOW)
    for (true_least, true_most), low, high in zip(
        possible(counts, sums, hidden), least[small], most[small], strict=True
    ):
        assert low <= true_least and (high >= true_most or high >= ANY)
        if tree and high < counts.sum() + 50:
            assert (low, high) == (true_least, true_most)


@pytest.mark.parametrize(
    ("count", "least", "most"), [(0, 0, 0), (7, 1, 7), (8, 8, 12), (12, 8, 12), (13, 13, 17)]
)
def test_a_count_is_published_as_five_numbers_are(count: int, least: int, most: int) -> None:
    lower, upper = published_bounds(np.array([count]), BELOW, TO)
    assert (lower[0], upper[0]) == (least, most)
