"""Shrunk rates and shares: worked by hand, laws, and the simulations that the priors were chosen by."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import binom, gamma, poisson

from reporting.analysis.shrinkage import (
    SHAPE,
    STRENGTH,
    rate_chances,
    rate_of_others,
    rates,
    share_chances,
    share_of_others,
    shares,
)  # fmt: skip

LAW = settings(deadline=None, max_examples=40)
UNITS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20_000)), min_size=2, max_size=12)


def test_a_rate_lies_between_its_own_and_that_of_the_others() -> None:
    found = rates([12, 4, 4], [4000, 4000, 4000]).frame.iloc[0]
    # the others: 8 of 8,000; prior of shape 1.5 and mean 0.001
    assert found["rate"] == pytest.approx((1.5 + 12) / (1500 + 4000))
    assert 0.001 < found["rate"] < 0.003


def test_probability_is_that_of_the_posterior_integrated_plainly() -> None:
    found = rates([9, 5, 6, 3], [6000, 5000, 7000, 4000]).frame
    others = 14 / 16000

    def likely(rate: float) -> float:
        prior = rate ** (SHAPE - 1) * math.exp(-rate * SHAPE / others)
        return float(prior * poisson.pmf(9, 6000 * rate))

    above = quad(likely, 1.5 * others, 0.02)[0]
    assert found["probability"][0] == pytest.approx(above / quad(likely, 0, 0.02)[0], rel=1e-6)


@LAW
@given(UNITS)
def test_rates_keep_order_and_bounds(units) -> None:
    numerators, denominators = zip(*units, strict=True)
    found = rates(numerators, denominators).frame
    assert (found["lower"] < found["rate"]).all()
    assert (found["rate"] < found["upper"]).all()
    assert found["probability"].between(0, 1).all() and found["below"].between(0, 1).all()
    backwards = rates(numerators[::-1], denominators[::-1]).frame[::-1]
    assert np.allclose(found.to_numpy(), backwards.to_numpy())


@LAW
@given(UNITS)
def test_one_more_event_makes_a_high_rate_more_likely(units) -> None:
    numerators, denominators = map(list, zip(*units, strict=True))
    before = rates(numerators, denominators).frame["probability"][0]
    numerators[0] += 1
    assert rates(numerators, denominators).frame["probability"][0] > before - 1e-12


def test_high_is_above_so_many_times_the_rate_of_the_others() -> None:
    events, people = [12, 4, 4], [4000] * 3
    others = gamma(1.5 + 12, scale=1 / (1500 + 4000))
    for times in (1, 1.5, 3):
        assert rates(events, people, times=times).frame["probability"][0] == pytest.approx(
            others.sf(times * 0.001)
        )
    with pytest.raises(ValueError, match="times is 0"):
        rates(events, people, times=0)


def test_a_unit_alone_or_without_people_is_not_judged() -> None:
    assert rates([3], [1000]).frame.isna().all(axis=None)
    found = rates([3, 0, 2], [1000, 0, 900]).frame
    assert found.isna().all(axis=1).tolist() == [False, True, False]
    assert rates([3, 0], [1000, 900]).frame.notna().all(axis=None)


@pytest.mark.parametrize(
    ("numerators", "denominators"),
    [([1], [1, 2]), ([-1, 2], [5, 5]), ([math.nan, 2], [5, 5]), ([1, 2], [math.inf, 5]), ([1, 2], [0, 5])],
)
@pytest.mark.parametrize("of", [rates, shares])
def test_what_is_no_rate_is_refused(of, numerators, denominators) -> None:
    with pytest.raises(ValueError, match=of.__name__):
        of(numerators, denominators)


def test_more_than_all_is_no_share() -> None:
    assert rates([9, 2], [5, 5]).frame.notna().all(axis=None)
    with pytest.raises(ValueError, match="more of a unit"):
        shares([9, 2], [5, 5])


def test_probability_of_a_share_is_that_of_the_posterior_integrated_plainly() -> None:
    found = shares([20, 12, 13], [24, 20, 20]).frame
    others = 25.5 / 41
    a, b = STRENGTH / (1 - others), STRENGTH / others

    def likely(share: float) -> float:
        return float(share ** (a - 1) * (1 - share) ** (b - 1) * binom.pmf(20, 24, share))

    odds = 2 * others / (1 - others)
    above = quad(likely, odds / (1 + odds), 1)[0]
    assert found["probability"][0] == pytest.approx(above / quad(likely, 0, 1)[0], rel=1e-6)


@LAW
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=12))
def test_a_share_is_judged_as_its_complement_is(units) -> None:
    having = np.array([n for n, _ in units])
    people = np.array([n + m for n, m in units])
    found, other = shares(having, people).frame, shares(people - having, people).frame
    assert np.allclose(found["probability"], other["below"], equal_nan=True)
    assert np.allclose(found["share"], 1 - other["share"], equal_nan=True)


def test_a_small_share_is_judged_as_a_rate_of_as_strong_a_prior(monkeypatch) -> None:
    monkeypatch.setattr("reporting.analysis.shrinkage.SHAPE", STRENGTH)
    few, many = [9, 2, 3, 4], [20_000] * 4
    for name in ("probability", "below"):
        assert np.allclose(rates(few, many, times=2).frame[name], shares(few, many).frame[name], atol=0.05)


RUNS, PRACTICES = 1_000, 24


def sure(drawn: np.ndarray, people: int, of: str) -> np.ndarray:
    """Of areas by practices: which are high and which are low, 9 in 10 sure."""
    apart = drawn.sum(axis=1, keepdims=True) - drawn, people * (PRACTICES - 1)
    if of == "rate":
        chances = rate_chances(drawn, people, rate_of_others(*apart))
    else:
        chances = share_chances(drawn, people, share_of_others(*apart))
    return np.stack(chances) >= 0.9


def test_a_high_practice_is_found_and_alike_ones_are_not() -> None:
    """24 practices of 6,000 adults, 1.2 in a thousand; one at three times that, or at a quarter, or none; or
    none further off than a tenth. High: above 1.5 times the others; low: below half."""
    chance, alike = np.random.default_rng(5), np.full((RUNS, PRACTICES), 0.0012)
    high, low = alike.copy(), alike.copy()
    high[:, 3] *= 3
    low[:, 3] /= 4

    def flagged(of: np.ndarray) -> np.ndarray:
        return sure(chance.poisson(of * 6000), 6000, "rate")

    assert flagged(high)[0, :, 3].mean() >= 0.75
    assert flagged(low)[1, :, 3].mean() >= 0.18
    for none in (alike, alike * chance.uniform(0.9, 1.1, alike.shape)):
        assert (flagged(none).any(axis=2).mean(axis=1) <= 0.055).all()


@pytest.mark.parametrize(
    ("share", "people", "power"),
    [(0.2, 40, 0.5), (0.5, 15, 0.08), (0.5, 40, 0.45), (0.8, 40, 0.15), (0.5, 100, 0.85), (0.05, 100, 0.45)],
)
def test_shares_far_apart_are_found_and_alike_ones_are_not(share: float, people: int, power: float) -> None:
    """24 practices, one with four times the odds of the others, or none. 9 in 10 sure of more than twice."""
    chance, odds = np.random.default_rng(7), 4 * share / (1 - share)
    alike = np.full((RUNS, PRACTICES), share)
    high = np.where(np.arange(PRACTICES) == 3, odds / (1 + odds), alike)
    none, one = (sure(chance.binomial(people, of), people, "share") for of in (alike, high))
    assert none.any(axis=(0, 2)).mean() <= 0.05
    assert one[0, :, 3].mean() >= power
