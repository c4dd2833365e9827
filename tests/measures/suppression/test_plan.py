"""The plan of suppression: examples by hand, and laws held against a search through every possibility."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from measures.policy import Suppression
from measures.suppression import plan
from measures.suppression.plan import PlanError, Ties, withheld

RULE = Suppression(suppress_below=8, round_to=5)
TINY = Suppression(suppress_below=4, round_to=3)  # three numbers are enough, so every case can be tried
MOST = 9  # of each unknown number that is tried
Rows = Sequence[Sequence[int]]


def ties(made_of: Rows, within: Sequence[tuple[int, int]] = ()) -> Ties:
    """Counts made of unknowns; of pairs of unknowns the first is at most the second."""
    rows = np.zeros((len(within), len(made_of[0])))
    for at, (less, more) in enumerate(within):
        rows[at, less], rows[at, more] = 1, -1
    counts = sparse.csr_array(np.array(made_of, float))
    return Ties(counts, sparse.csr_array(rows), np.full(len(within), -np.inf), np.zeros(len(within)))


def planned(
    counts: Sequence[int], tied: Ties, rule: Suppression = RULE, pairs: Sequence[tuple[int, int]] = ()
) -> list[int]:
    """The places of the counts that are withheld; the larger a count the dearer, nobody the dearest."""
    dear = np.array([float(n) if n else 1e6 for n in counts])
    made = withheld(np.array(counts), tied, rule, dear, np.array(pairs, np.intp).reshape(-1, 2))
    return np.flatnonzero(made).tolist()


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([20, 30, 40, 90], []),  # nothing is small: nothing is withheld
        ([0, 30, 40, 70], []),  # nobody is no secret
        ([7, 30, 40, 77], [0]),  # 73 to 77, less 28 to 32, less 38 to 42: up to 11
        ([3, 0, 0, 3], [0, 3]),  # the whole is as small
        ([1, 8, 0, 9], [0]),  # 8 to 12 of 8 to 12: up to 4, which are five numbers
    ],
)
def test_parts_of_a_whole(counts: list[int], hidden: list[int]) -> None:
    assert planned(counts, ties([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]])) == hidden


def test_the_cheapest_of_the_counts_that_tell_a_small_one_is_withheld_too() -> None:
    """x + a is 8 to 12 and a is 8 to 12, so x is at most 4; x + b is 13 to 17, b 8 to 12, so at least 1."""
    made_of = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1]]
    assert planned([4, 8, 12, 12, 16], ties(made_of)) == [0, 1]
    assert planned([4, 8, 10, 12, 14], ties(made_of)) == [0, 1]
    assert planned([4, 9, 30, 13, 34], ties(made_of)) == [0]  # 13 to 17 less 8 to 12: 1 to 9


def test_a_share_that_would_read_as_all_is_withheld() -> None:
    made_of = [[1, 0], [1, 1]]
    assert planned([9, 12], ties(made_of), pairs=[(0, 1)]) == [0]
    assert planned([12, 12], ties(made_of), pairs=[(0, 1)]) == []
    assert planned([9, 12], ties(made_of)) == []


def test_a_share_that_reads_as_all_is_known_to_be_all() -> None:
    """n reads as all of d, so it is; what n has and d has besides is nobody, and x is told by it."""
    made_of = [[1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]]  # n, d, rest + x, x
    counts = [10, 10, 3, 3]
    assert planned(counts, ties(made_of), pairs=[(0, 1)]) == [2, 3]


def test_counts_that_contradict_their_ties_are_refused() -> None:
    with pytest.raises(PlanError, match="contradict"):
        planned([30, 3, 90], ties([[1, 0], [0, 1], [1, 1]]))


def possible(counts: Sequence[int], hidden: Sequence[int], made_of: Rows, within: Sequence[tuple[int, int]],
             pairs: Sequence[tuple[int, int]], rule: Suppression) -> NDArray[np.int64]:  # fmt: skip
    """Every row of counts, each unknown up to MOST, that agrees with all that is published."""
    cells = np.array(list(product(range(MOST + 1), repeat=len(made_of[0]))))
    for less, more in within:
        cells = cells[cells[:, less] <= cells[:, more]]
    found = cells @ np.array(made_of).T
    agrees = np.ones(len(found), bool)
    for at, n in enumerate(counts):
        if at not in hidden:
            agrees &= np.array([shown(int(m), rule) == shown(n, rule) for m in found[:, at]])
    for top, bottom in pairs:
        if not {top, bottom} & set(hidden) and shown(counts[top], rule) == shown(counts[bottom], rule):
            agrees &= found[:, top] == found[:, bottom]
    return found[agrees]


def shown(n: int, rule: Suppression) -> int | None:
    """A count as it reads; None where it is withheld for being small."""
    if 0 < n < rule.suppress_below:
        return None
    return int(n / rule.round_to + 0.5) * rule.round_to


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[int], list[list[int]], list[tuple[int, int]]]:
    """Counts of three unknowns each up to five, what they are made of, and an unknown within another."""
    size = 3
    made_of = draw(
        st.lists(
            st.lists(st.integers(0, 1), min_size=size, max_size=size).filter(any),
            min_size=2,
            max_size=6,
            unique_by=tuple,
        )
    )
    within = draw(st.sampled_from([[], [(0, 1)], [(1, 2)]]))
    unknowns = sorted(draw(st.lists(st.integers(0, 5), min_size=size, max_size=size)))
    return [sum(a * b for a, b in zip(row, unknowns, strict=True)) for row in made_of], made_of, within


@given(tables())
@settings(max_examples=150)
def test_every_withheld_count_leaves_as_many_numbers_as_a_rounded_one(
    table: tuple[list[int], list[list[int]], list[tuple[int, int]]],
) -> None:
    counts, made_of, within = table
    pairs = [
        (top, bottom)
        for top, part in enumerate(made_of)
        for bottom, whole in enumerate(made_of)
        if top != bottom and all(a <= b for a, b in zip(part, whole, strict=True))
    ]
    hidden = planned(counts, ties(made_of, within), TINY, pairs)
    assert {at for at, n in enumerate(counts) if 0 < n < 4} <= set(hidden)
    found = possible(counts, hidden, made_of, within, pairs, TINY)
    for at in hidden:
        assert len(np.unique(found[:, at])) >= 3, (at, hidden)


@given(tables())
@settings(max_examples=50)
def test_nothing_is_withheld_where_nothing_is_small(
    table: tuple[list[int], list[list[int]], list[tuple[int, int]]],
) -> None:
    counts, made_of, within = table
    large = [10 * n for n in counts]
    assert planned(large, ties(made_of, within)) == []


@pytest.mark.parametrize("seed", range(6))
def test_solutions_looked_at_first_save_time_and_change_nothing(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a table of three areas by six categories with its sums, where the first area is one practice: the
    plan after looking far in many ways at once is that of looking at each count by itself."""
    cells = np.random.default_rng(seed).poisson(40, (3, 6))
    each = np.eye(cells.size, dtype=int).reshape(3, 6, -1)
    made_of = np.vstack([each.reshape(cells.size, -1), each.sum(1), each.sum(0), each.sum((0, 1))[None]])
    counts = made_of @ cells.reshape(-1)
    own = np.arange(len(counts)) < 6
    wanted = np.where(own, counts // 2 + 1, 0)

    def made() -> list[bool]:
        tied, dear = ties(made_of.tolist()), counts.astype(float)
        return withheld(counts, tied, RULE, dear, np.empty((0, 2), np.intp), own, wanted).tolist()

    quickly = made()
    monkeypatch.setattr(plan, "PROBES", 0)
    assert made() == quickly
    assert sum(quickly) > 6 + np.sum(~own & (counts < 8))  # some for others' sake
