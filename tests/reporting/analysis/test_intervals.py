"""Worked intervals and their laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, poisson

from reporting.analysis.intervals import poisson_rate, wilson

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
