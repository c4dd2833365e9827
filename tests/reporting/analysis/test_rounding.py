"""What is said of rounded counts is true of every count that is rounded so."""

from __future__ import annotations

from math import isnan, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.analysis.intervals import poisson_rate, wilson
from reporting.analysis.rounding import EXACT, NOT_JUDGED, Rounding, compared, moved
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


@LAW
@given(PAIRS, PAIRS, RULES, st.sampled_from([0.95, 0.998]))
def test_what_is_said_of_rounded_counts_is_what_exact_ones_say(
    before: tuple[int, int], now: tuple[int, int], rule: tuple[int, int], confidence: float
) -> None:
    rounding = Rounding(rule[1], rule[0])
    earlier, later = (rounding.share(*told(pair, *rule)) for pair in (before, now))
    exact = moved(EXACT.share(*before), EXACT.share(*now), confidence)
    assert exact != NOT_JUDGED
    assert moved(earlier, later, confidence) in (exact, NOT_JUDGED)
    if later.is_known:
        low, high = later.interval()
        assert low <= wilson(*now)[0] and wilson(*now)[1] <= high
    reference = EXACT.share(*before).ends
    beside = compared(EXACT.share(*now), reference)
    assert beside != NOT_JUDGED
    assert compared(later, earlier.ends) in (beside, NOT_JUDGED)


@LAW
@given(PAIRS)
def test_a_coarse_share_is_within_its_ends(pair: tuple[int, int]) -> None:
    numerator, denominator = coarse(*pair)
    if isnan(numerator):
        assert pair[1] < ANY_OF * min(SHARE_STEPS)
        return
    low, high = coarse_ends(numerator, denominator)
    assert low <= pair[0] / pair[1] <= high


@LAW
@given(st.integers(8, 300), st.integers(8, 300), st.floats(0, 3))
def test_events_of_people_are_judged_so_too(events: int, people: int, reference: float) -> None:
    exact = EXACT.events(events, people)
    rounded = FIVES.events(*(shown(n, Rule()) for n in (events, people)))
    said = compared(rounded, (reference, reference), poisson_rate)
    assert said in (compared(exact, (reference, reference), poisson_rate), NOT_JUDGED)
    low, high = exact.interval(of=poisson_rate)
    assert rounded.interval(of=poisson_rate)[0] <= low <= high <= rounded.interval(of=poisson_rate)[1]


def test_nothing_is_said_of_what_is_suppressed() -> None:
    hidden, known = FIVES.share(nan, 60), FIVES.share(20, 60)
    assert moved(hidden, known) == moved(known, hidden) == NOT_JUDGED
    assert compared(hidden, (0.1, 0.2)) == compared(known, (nan, nan)) == NOT_JUDGED
    assert all(isnan(end) for end in hidden.interval())


def test_far_apart_is_said_however_counts_were_rounded() -> None:
    few, many = FIVES.share(20, 200), FIVES.share(80, 200)
    assert (moved(few, many), moved(many, few), moved(few, few)) == ("rose", "fell", "no significant change")
    assert compared(few, FIVES.share(500, 1_000).ends) == "lower"
    assert compared(few, (0.1, 0.1)) == "no significant difference"
