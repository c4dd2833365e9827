"""What is said of rounded counts is true of every count that is rounded so."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, fisher_exact

from reporting.analysis.correction import Correction, correction
from reporting.analysis.intervals import poisson_rate, wilson
from reporting.analysis.rounding import (
    EXACT,
    NOT_JUDGED,
    Rounding,
    beside,
    between,
    compared,
    moved,
)
from reporting.disclosure import ANY_OF, SHARE_STEPS, Rule, coarse, coarse_ends, shown

LAW = settings(deadline=None, max_examples=300)
FIVES = Rounding(5, 8)
RULES = st.sampled_from([(8, 5), (5, 5), (8, 10), (1, 1), (3, 2), (6, 3)])
PAIRS = st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


def told(pair: tuple[int, int], below: int, to: int) -> tuple[float, float]:
    rule = Rule(below, to)
    return shown(pair[0], rule), shown(pair[1], rule)


@pytest.mark.parametrize(
    ("count", "ends"), [(0, (0, 0)), (10, (8, 12)), (15, (13, 17)), (1_000, (998, 1_002))]
)
def test_a_count_in_fives_is_one_of_five(count: int, ends: tuple[int, int]) -> None:
    assert FIVES.ends(count) == ends
    assert EXACT.ends(count) == (count, count)
    assert all(isnan(end) for end in FIVES.ends(nan))


@LAW
@given(st.integers(0, 2_000), RULES)
def test_the_ends_are_all_that_is_published_alike(count: int, rule: tuple[int, int]) -> None:
    below, to = rule
    published = shown(count, Rule(below, to))
    if isnan(published):
        return
    alike = [n for n in range(max(0, count - 20), count + 21) if shown(n, Rule(below, to)) == published]
    assert Rounding(to, below).ends(published) == (min(alike), max(alike))


def test_p_is_twice_the_smaller_tail_of_the_exact_tests() -> None:
    (one,) = between([EXACT.share(3, 20)], [EXACT.share(11, 25)])
    tails = [fisher_exact(np.array([[11, 14], [3, 17]]), side).pvalue for side in ("greater", "less")]
    assert one.way == 1 and one.ends == pytest.approx([2 * min(tails)] * 2)
    (one,) = beside([EXACT.share(4, 30)], [(0.4, 0.4)])
    assert one.way == -1 and one.ends == pytest.approx([2 * binomtest(4, 30, 0.4, "less").pvalue] * 2)
    (one,) = beside([EXACT.events(0, 10)], [(0.5, 0.5)], poisson_rate)
    assert one.ends == pytest.approx([2 * 2.718281828459045**-5] * 2)


TRIOS = st.lists(st.tuples(PAIRS, PAIRS), min_size=1, max_size=4)


@settings(deadline=None, max_examples=150)
@given(TRIOS, RULES)
def test_what_is_said_of_rounded_counts_is_what_exact_ones_say(
    pairs: list[tuple[tuple[int, int], tuple[int, int]]], rule: tuple[int, int]
) -> None:
    """Of every comparison made at once, since what is significant depends on the others."""
    rounding = Rounding(rule[1], rule[0])
    before, now = ([pair[at] for pair in pairs] for at in (0, 1))
    exact = [[EXACT.share(*pair) for pair in of] for of in (before, now)]
    shown = [[rounding.share(*told(pair, *rule)) for pair in of] for of in (before, now)]
    for say, true, rounded in (
        (moved, between(*exact), between(*shown)),
        (
            compared,
            beside(exact[1], [one.ends for one in exact[0]]),
            beside(shown[1], [one.ends for one in shown[0]]),
        ),
    ):
        family, other = (correction(one.ends for one in of) for of in (true, rounded))
        for one, leaving in zip(true, rounded, strict=True):
            assert say(one, family) != NOT_JUDGED
            assert say(leaving, other) in (say(one, family), NOT_JUDGED)
    if shown[1][0].is_known:
        low, high = shown[1][0].interval()
        assert low <= wilson(*now[0])[0] and wilson(*now[0])[1] <= high


@LAW
@given(PAIRS)
def test_a_coarse_share_is_within_its_ends(pair: tuple[int, int]) -> None:
    numerator, denominator = coarse(*pair)
    if isnan(numerator):
        assert pair[1] < ANY_OF * min(SHARE_STEPS)
        return
    low, high = coarse_ends(numerator, denominator)
    assert low - 1e-12 <= pair[0] / pair[1] <= high + 1e-12


@LAW
@given(st.integers(8, 300), st.integers(8, 300), st.floats(0, 3))
def test_events_of_people_are_judged_so_too(events: int, people: int, reference: float) -> None:
    exact = EXACT.events(events, people)
    rounded = FIVES.events(*(shown(n, Rule()) for n in (events, people)))
    one, other = (beside([share], [(reference, reference)], poisson_rate)[0] for share in (exact, rounded))
    assert compared(other, correction([other.ends])) in (compared(one, correction([one.ends])), NOT_JUDGED)
    low, high = exact.interval(of=poisson_rate)
    assert rounded.interval(of=poisson_rate)[0] <= low <= high <= rounded.interval(of=poisson_rate)[1]


ALONE = Correction(0.05, 0.05, 1)


def test_nothing_is_said_of_what_is_suppressed() -> None:
    hidden, known = FIVES.share(nan, 60), FIVES.share(20, 60)
    for one in between([hidden, known], [known, hidden]):
        assert moved(one, ALONE) == NOT_JUDGED
    for one in beside([hidden, known], [(0.1, 0.2), (nan, nan)]):
        assert compared(one, ALONE) == NOT_JUDGED
    assert all(isnan(end) for end in hidden.interval())


def test_far_apart_is_said_however_counts_were_rounded() -> None:
    few, many = FIVES.share(20, 200), FIVES.share(80, 200)
    said = [moved(one, ALONE) for one in between([few, many, few], [many, few, few])]
    assert said == ["rose", "fell", "no significant change"]
    lower, alike = beside([few, few], [FIVES.share(500, 1_000).ends, (0.1, 0.1)])
    assert compared(lower, ALONE) == "lower"
    assert compared(alike, ALONE) == "no significant difference"
