"""Change of people in a state: worked examples, laws, and how often it is claimed where nothing changes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.analysis.change import band, flows

LAW = settings(deadline=None, max_examples=60)
COUNTS = st.tuples(st.integers(0, 400), st.integers(0, 400))


@pytest.mark.parametrize(
    ("entered", "left", "net", "p", "kind"),
    [
        # 2 · Σ C(6, k ≤ 0) / 2⁶ = 2/64; of 5, 2/32 is not below 0.05
        (0, 6, -6, 2 / 64, "improvement"),
        (0, 5, -5, 2 / 32, "common"),
        (6, 0, 6, 2 / 64, "concern"),
        # 2 · (1 + 8) / 2⁸
        (1, 7, -6, 18 / 256, "common"),
        (4, 4, 0, 1.0, "common"),
        (0, 0, 0, 1.0, "common"),
    ],
)
def test_flows_are_the_exact_binomial_worked_by_hand(entered, left, net, p, kind) -> None:
    found = flows(entered, left, better="lower")
    assert (found.net, found.kind) == (net, kind)
    assert found.p == pytest.approx(p)


def test_new_and_left_of_a_year_give_z_and_a_verdict() -> None:
    found = flows(52, 85, better="lower")
    assert (found.net, found.net_way, found.kind, found.is_change) == (-33, -1, "improvement", True)
    assert flows(85, 52, better="lower").net_way == 1
    assert flows(52, 52, better="lower").net_way == 0
    assert found.z == pytest.approx(-33 / math.sqrt(137))
    assert flows(52, 85, better="higher").kind == "concern"
    assert flows(52, 85, better="neither").kind == "neutral_low"
    assert flows(85, 52, better="neither").kind == "neutral_high"


@pytest.mark.parametrize("bad", [-1, 1.5, None, math.nan, math.inf, "3", True])
def test_what_is_no_number_of_people_is_refused(bad) -> None:
    with pytest.raises(ValueError, match="entered is"):
        flows(bad, 3, better="lower")
    with pytest.raises(ValueError, match="left is"):
        flows(3, bad, better="lower")


@LAW
@given(COUNTS)
def test_coming_and_going_are_mirrored(counts) -> None:
    there, back = flows(*counts, better="neither"), flows(*counts[::-1], better="neither")
    assert (there.net, there.z) == (-back.net, -back.z)
    assert there.p == pytest.approx(back.p)
    assert 0 < there.p <= 1


def test_a_steady_world_is_rarely_called_changed_and_a_fall_of_a_fifth_mostly_is() -> None:
    """205 people, 60 of them new and 60 left in a year; or 40 fewer come of 60."""
    chance = np.random.default_rng(11)
    steady = [flows(*chance.poisson([60, 60]), better="lower").is_change for _ in range(2000)]
    falling = [flows(*chance.poisson([40, 81]), better="lower").kind for _ in range(2000)]
    assert np.mean(steady) <= 0.05
    assert np.mean([kind == "improvement" for kind in falling]) >= 0.8
    assert "concern" not in falling


def test_the_band_of_no_change_holds_steady_series_and_widens_with_everybody_who_moves() -> None:
    assert band(100, [2, 5], [2, 0]) == [
        (pytest.approx(100 - 1.959964 * 2), pytest.approx(100 + 1.959964 * 2)),
        (pytest.approx(100 - 1.959964 * 3), pytest.approx(100 + 1.959964 * 3)),
    ]
    assert band(3, [20], [16])[0][0] == 0
    chance = np.random.default_rng(12)
    inside = []
    for _ in range(1000):
        came, went = chance.poisson(5, 24), chance.poisson(5, 24)
        low, high = band(205, list(came), list(went))[-1]
        inside.append(low <= 205 + (came - went).sum() <= high)
    assert np.mean(inside) >= 0.93
