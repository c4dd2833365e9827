"""Many comparisons at once: worked by hand, laws, and how many are said where nothing differs or much
does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.analysis.contrast import between
from reporting.analysis.correction import RATE, correction

LAW = settings(deadline=None, max_examples=60)
P = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def told(p: list[float]) -> list[bool]:
    found = correction(p)
    return [found.holds(one) for one in p]


def test_as_worked_by_hand() -> None:
    """Six p in order, each beside its rank in six of 5%: 0.0083, 0.0167, 0.025, 0.0333, 0.0417, 0.05. The
    fourth is the last that is no larger, so the first four are significant, the third too, which is above its
    own."""
    p = [0.6, 0.001, 0.03, 0.0332, 0.042, 0.012]
    assert told(p) == [False, True, True, True, False, True]
    assert correction(p).of == 6


def test_one_alone_is_judged_at_five_per_cent_and_none_at_nothing() -> None:
    assert told([0.05]) == [True] and told([0.0501]) == [False]
    assert (correction([]).of, correction([]).up_to) == (0, RATE)
    assert told([0.0, 1.0]) == [True, False]


@LAW
@given(P)
def test_what_is_significant_is_by_the_rule_of_ranks(p: list[float]) -> None:
    """A second implementation: the largest rank whose p is at most its part of 5%."""
    ranked = sorted(p)
    last = max((rank for rank, one in enumerate(ranked, 1) if one <= RATE * rank / len(p)), default=0)
    expected = [bool(last) and one <= ranked[last - 1] for one in p]
    near = any(abs(one - RATE * rank / len(p)) < 1e-9 for rank, one in enumerate(ranked, 1))
    assert near or told(p) == expected


def test_a_p_is_between_0_and_1() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        correction([0.1, float("nan")])


def test_where_nothing_differs_little_is_said_and_much_where_much_does() -> None:
    """60 pairs of 40 to 400 people, 200 times. Nothing differs: something is said in 2 of 100 (without a
    correction in 80). A third rise from 20% to 50%: nine in ten of those are said, of all that is said 2 in
    100 are wrong."""
    chance, runs = np.random.default_rng(3), 200
    people = chance.integers(40, 400, 60)

    def said(later: np.ndarray) -> np.ndarray:
        counts = [chance.binomial(people, share) for share in (np.full(60, 0.2), later)]
        shares = [list(zip(n, people, strict=True)) for n in counts]
        found = between(*shares)
        family = correction(one.p for one in found)
        return np.array([family.holds(one.p) for one in found])

    steady = [said(np.full(60, 0.2)) for _ in range(runs)]
    assert sum(one.any() for one in steady) / runs <= RATE
    rising = np.where(np.arange(60) < 20, 0.5, 0.2)
    found = np.sum([said(rising) for _ in range(runs)], axis=0)
    assert found[:20].sum() / (20 * runs) >= 0.9
    assert found[20:].sum() / found.sum() <= RATE
