"""Worked intervals and their laws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, poisson

from reporting.analysis.intervals import interval, median_chance, median_notch, poisson_rate, wilson

# no deadline: a busy machine is no failure
LAW = settings(deadline=None, max_examples=40)

COUNTS = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_wilson_of_nine_in_96_is_the_textbook_interval() -> None:
    # (2·9 + 1.96² ± 1.96·√(1.96² + 4·9·87/96)) / (2·(96 + 1.96²)), worked by hand
    assert wilson(9, 96) == pytest.approx((0.050108, 0.168653), abs=1e-6)


def test_a_rate_of_no_events_starts_at_zero_and_ends_at_the_rule_of_three() -> None:
    lower, upper = poisson_rate(0, 1000, multiplier=1000)
    assert lower == 0
    assert upper == pytest.approx(3.688879, abs=1e-6)


def test_a_confidence_may_be_given_in_per_cent() -> None:
    assert wilson(23, 140, 99.8) == wilson(23, 140, 0.998)


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 0), (5, 4), (-1, 4), (float("nan"), 4)])
def test_what_is_no_proportion_is_refused(numerator, denominator) -> None:
    with pytest.raises(ValueError, match="no proportion"):
        wilson(numerator, denominator)


@pytest.mark.parametrize(("events", "exposure"), [(1, 0), (-1, 4), (1, -4)])
def test_what_is_no_rate_is_refused(events, exposure) -> None:
    with pytest.raises(ValueError, match="no rate"):
        poisson_rate(events, exposure)


@pytest.mark.parametrize("confidence", [0, 1, 100, -5])
def test_a_confidence_of_nothing_or_all_is_refused(confidence) -> None:
    with pytest.raises(ValueError, match="confidence"):
        wilson(1, 2, confidence)


@LAW
@given(COUNTS)
def test_wilson_contains_the_estimate_and_agrees_with_scipy(counts) -> None:
    k, n = counts
    lower, upper = wilson(k, n)
    reference = binomtest(k, n).proportion_ci(method="wilson")
    assert 0 <= lower <= k / n <= upper <= 1
    assert (lower, upper) == pytest.approx((reference.low, reference.high), abs=1e-12)


@LAW
@given(COUNTS)
def test_four_times_the_people_give_a_narrower_interval(counts) -> None:
    k, n = counts
    few, many = wilson(k, n), wilson(4 * k, 4 * n)
    assert many[1] - many[0] < few[1] - few[0]


@LAW
@given(st.integers(0, 9))
def test_an_exact_bound_leaves_two_and_a_half_per_cent_beyond_it(events) -> None:
    lower, upper = poisson_rate(events, 1)
    assert poisson.cdf(events, upper) == pytest.approx(0.025)
    assert events == 0 or poisson.sf(events - 1, lower) == pytest.approx(0.025)


@LAW
@given(st.integers(0, 100_000), st.integers(1, 10**7))
def test_a_rate_interval_contains_the_rate(events, exposure) -> None:
    lower, upper = poisson_rate(events, exposure)
    assert lower <= events / exposure <= upper


@pytest.mark.parametrize(("numerator", "denominator"), [(math.nan, 50), (9, math.nan)])
def test_the_interval_of_a_missing_count_is_missing(numerator: float, denominator: float) -> None:
    assert all(map(math.isnan, interval(numerator, denominator)))


def test_an_interval_is_wilsons_unless_another_is_named() -> None:
    assert interval(9, 96) == wilson(9, 96)
    assert interval(9, 96, poisson_rate) == poisson_rate(9, 96)


def test_the_notch_of_a_median_and_its_chance_are_worked_by_hand() -> None:
    # 1.57 × (40 - 20) / √16 = 7.85, so the standard error is 7.85 / 1.7 = 4.618 and 10 is 2.166 of them
    assert median_notch(16, 20, 30, 40) == pytest.approx((22.15, 37.85))
    assert median_chance(16, 20, 30, 40, 40) == pytest.approx(0.0303, abs=1e-4)
    assert median_chance(16, 20, 30, 40, 30) == 1


def test_a_median_without_spread_differs_from_all_but_itself() -> None:
    assert median_chance(16, 30, 30, 30, 30) == 1
    assert median_chance(16, 30, 30, 30, 31) == 0


@pytest.mark.parametrize(("people", "quartiles"), [(0, (20, 30, 40)), (9, (30, 20, 40)), (9, (20, 40, 30))])
def test_what_is_no_median_is_refused(people: int, quartiles: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="are no median"):
        median_notch(people, *quartiles)


def test_a_median_of_chance_is_called_different_about_once_in_twenty() -> None:
    samples = np.random.default_rng(3).normal(50, 10, (2000, 100))
    quartiles = np.quantile(samples, (0.25, 0.5, 0.75), axis=1).T
    called = np.mean([median_chance(100, low, middle, high, 50) < 0.05 for low, middle, high in quartiles])
    assert 0.03 < called < 0.07
