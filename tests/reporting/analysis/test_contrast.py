"""Shares are told apart by exact tests, corrected over all that are made at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, fisher_exact

from reporting.analysis.contrast import all_compared, all_moved, beside, between, compared, moved
from reporting.analysis.correction import Correction

ALONE = Correction(0.05, 1)
PAIRS = st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


def test_p_is_twice_the_smaller_tail_of_the_exact_tests() -> None:
    (one,) = between([(3, 20)], [(11, 25)])
    tails = [fisher_exact(np.array([[11, 14], [3, 17]]), side).pvalue for side in ("greater", "less")]
    assert one.way == 1 and one.p == pytest.approx(2 * min(tails))
    (one,) = beside([(4, 30)], [0.4])
    assert one.way == -1 and one.p == pytest.approx(2 * binomtest(4, 30, 0.4, "less").pvalue)


def test_far_apart_is_said_and_near_is_not() -> None:
    said = [moved(one, ALONE) for one in between([(20, 200), (80, 200), (20, 200)], [(80, 200)] * 3)]
    assert said == ["rose", "no sure change", "rose"]
    said = [compared(one, ALONE) for one in beside([(20, 200), (20, 200), (20, 200)], [0.5, 0.1, 0.02])]
    assert said == ["lower", "no sure difference", "higher"]


def test_many_are_corrected_over_all_of_them() -> None:
    rare, usual = [(30, 200)], [(60, 200)] * 40
    assert all_moved([(50, 200)], rare) == ["fell"] and all_compared(rare, [0.22]) == ["lower"]
    assert all_moved([(50, 200), *usual], [*rare, *usual]) == ["no sure change"] * 41
    assert all_compared([*rare, *usual], [0.22, *[0.3] * 40]) == ["no sure difference"] * 41
    assert all_moved([], []) == [] and all_compared([], []) == []


def test_nothing_to_compare_is_nothing_said() -> None:
    assert between([], []) == [] and beside([], []) == []
    with pytest.raises(ValueError, match="shorter"):
        between([(1, 2)], [])


@settings(deadline=None)
@given(PAIRS, PAIRS)
def test_turned_round_the_way_is_the_other_and_p_the_same(was: tuple[int, int], now: tuple[int, int]) -> None:
    one, other = between([was, now], [now, was])
    assert one.p == pytest.approx(other.p) and one.way == -other.way
    assert one.p <= 1 and (one.way == 0 or one.way == np.sign(now[0] / now[1] - was[0] / was[1]))
