"""Shrunk rates: worked by hand, laws, and the simulation that the shape of the prior was chosen by."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import poisson

from reporting.analysis.shrinkage import SHAPE, rates

LAW = settings(deadline=None, max_examples=40)
UNITS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20_000)), min_size=2, max_size=12)


def test_a_rate_lies_between_its_own_and_that_of_the_others() -> None:
    found = rates([12, 4, 4], [4000, 4000, 4000]).frame.iloc[0]
    # the others: 8 of 8,000; prior of shape 1.5 and mean 0.001
    assert found["rate"] == pytest.approx((1.5 + 12) / (1500 + 4000))
    assert 0.001 < found["rate"] < 0.003


def test_probability_is_that_of_the_posterior_integrated_plainly() -> None:
    found = rates([9, 5, 6, 3], [6000, 5000, 7000, 4000], times=1.5).frame
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
    assert found["probability"].between(0, 1).all()
    backwards = rates(numerators[::-1], denominators[::-1]).frame[::-1]
    assert np.allclose(found.to_numpy(), backwards.to_numpy())


@LAW
@given(UNITS)
def test_one_more_event_makes_a_high_rate_more_likely(units) -> None:
    numerators, denominators = map(list, zip(*units, strict=True))
    before = rates(numerators, denominators).frame["probability"][0]
    numerators[0] += 1
    assert rates(numerators, denominators).frame["probability"][0] > before - 1e-12


def test_a_unit_alone_or_without_people_is_not_judged() -> None:
    assert rates([3], [1000]).frame.isna().all(axis=None)
    found = rates([3, 0, 2], [1000, 0, 900]).frame
    assert found.isna().all(axis=1).tolist() == [False, True, False]
    assert rates([3, 0], [1000, 900]).frame.notna().all(axis=None)


@pytest.mark.parametrize(
    ("numerators", "denominators", "times"),
    [([1], [1, 2], 1.5), ([-1, 2], [5, 5], 1.5), ([math.nan, 2], [5, 5], 1.5), ([1, 2], [math.inf, 5], 1.5),
     ([1, 2], [0, 5], 1.5), ([1, 2], [5, 5], 0)],
)  # fmt: skip
def test_what_is_no_rate_is_refused(numerators, denominators, times) -> None:
    with pytest.raises(ValueError, match="rates:"):
        rates(numerators, denominators, times=times)


def test_a_high_practice_is_found_and_alike_ones_are_not() -> None:
    """24 practices of 6,000 adults, 1.2 in a thousand; one at three times that, or none; or none further off
    than a tenth. Found: 9 in 10 sure of more than 1.5 times the others."""
    chance, people = np.random.default_rng(5), np.full(24, 6000)
    alike, high = np.full(24, 0.0012), np.full(24, 0.0012)
    high[3] *= 3
    runs = 600

    def flagged(of: np.ndarray) -> np.ndarray:
        return (rates(chance.poisson(of * people), people).frame["probability"] >= 0.9).to_numpy()

    assert sum(flagged(high)[3] for _ in range(runs)) / runs >= 0.75
    assert sum(flagged(alike).any() for _ in range(runs)) / runs <= 0.055
    near = [flagged(alike * chance.uniform(0.9, 1.1, 24)).any() for _ in range(runs)]
    assert sum(near) / runs <= 0.06
