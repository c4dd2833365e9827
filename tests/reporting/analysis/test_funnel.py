"""Worked funnels and their laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.analysis import funnel

# no deadline: a busy machine is no failure
LAW = settings(deadline=None, max_examples=40)

EVEN = ([50, 100, 200, 25], [500, 1000, 2000, 250])
SCATTERED = ([5, 100, 20, 90, 10, 80, 30, 60], [500] * 8)
PRACTICES = st.lists(
    st.integers(50, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=3,
    max_size=30,
).filter(lambda rows: 0 < sum(x for x, _ in rows) < sum(n for _, n in rows))


def columns(rows):
    return [x for x, _ in rows], [n for _, n in rows]


def test_practices_alike_have_no_dispersion_and_lie_inside() -> None:
    drawn = funnel.limits(*EVEN)
    assert (drawn.target, drawn.phi, drawn.tau2) == (pytest.approx(0.1), pytest.approx(0), 0)
    assert set(drawn.frame["outside"]) == {0}


def test_an_arcsine_limit_worked_by_hand() -> None:
    # asin√0.1 = 0.3217506; + 1.959964/(2·√1000) = 0.3527403; sin² = 0.1193500
    assert funnel.limits(*EVEN, adjust=False).frame["upper_95"][1] == pytest.approx(0.119350, abs=1e-6)


def test_the_normal_limit_is_that_of_fingertips() -> None:
    drawn = funnel.limits(*EVEN, method="normal")
    assert drawn.frame["upper_95"][0] == pytest.approx(0.1 + 1.959964 * (0.1 * 0.9 / 500) ** 0.5, abs=1e-9)


def test_an_exact_poisson_limit_of_fifteen_expected_events() -> None:
    # published two-sided 95 % bounds of 15 events: 8.395 and 24.740
    drawn = funnel.limits([15], [15], method="poisson", adjust=False)
    assert drawn.frame["lower_95"][0] * 15 == pytest.approx(8.395, abs=1e-3)
    assert drawn.frame["upper_95"][0] * 15 == pytest.approx(24.740, abs=1e-3)


@pytest.mark.parametrize("method", ["arcsine", "poisson"])
def test_over_dispersion_widens_the_limits_and_names_fewer(method) -> None:
    plain, widened = (funnel.limits(*SCATTERED, method=method, adjust=on) for on in (False, True))
    assert widened.tau2 > 0
    assert widened.phi == plain.phi > 1
    assert (widened.frame["upper_95"] > plain.frame["upper_95"]).all()
    assert (widened.frame["outside"] > 0).sum() < (plain.frame["outside"] > 0).sum()


def test_a_practice_without_events_is_judged_by_rates_too() -> None:
    drawn = funnel.limits([0, 12, 9, 11, 10], [1000] * 5, method="poisson")
    assert np.isfinite(drawn.frame["z"]).all()
    assert drawn.frame["z"][0] < 0


def test_no_events_anywhere_put_every_limit_at_zero() -> None:
    for method in funnel.METHODS:
        drawn = funnel.limits([0, 0, 0], [100, 200, 300], method=method)
        assert set(drawn.frame["outside"]) == {0}
        assert drawn.target == 0


@pytest.mark.parametrize(
    ("numerators", "denominators", "method", "words"),
    [([1], [1, 2], "arcsine", "one of each"), ([], [], "arcsine", "one of each"),
     ([1, 2], [5, 0], "arcsine", "row 1 has 2 of 0"), ([6, 2], [5, 3], "normal", "row 0 has 6 of 5"),
     ([1], [2], "exact", "arcsine, normal, poisson")],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_with_the_way_out(numerators, denominators, method, words) -> None:
    with pytest.raises(ValueError, match=words):
        funnel.limits(numerators, denominators, method=method)


@LAW
@given(PRACTICES, st.sampled_from(funnel.METHODS))
def test_limits_widen_as_practices_get_smaller_and_998_holds_95(rows, method) -> None:
    lines = funnel.limits(*columns(rows), method=method).at([50, 200, 1000, 5000])
    for name in ("95", "998"):
        widths = (lines[f"upper_{name}"] - lines[f"lower_{name}"]).to_numpy()
        assert (np.diff(widths) <= 1e-12).all()
    assert (lines["lower_998"] <= lines["lower_95"]).all()
    assert (lines["upper_998"] >= lines["upper_95"]).all()


@LAW
@given(PRACTICES)
def test_lines_pass_through_each_practices_own_limits(rows) -> None:
    x, n = columns(rows)
    drawn = funnel.limits(x, n)
    for name in ("lower_95", "upper_998"):
        np.testing.assert_allclose(drawn.at(n)[name], drawn.frame[name])


@LAW
@given(PRACTICES, st.randoms())
def test_the_order_of_practices_changes_nothing(rows, random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    before, after = (funnel.limits(*columns(order)) for order in (rows, shuffled))
    assert after.tau2 == pytest.approx(before.tau2)
    assert sorted(after.frame["z"]) == pytest.approx(sorted(before.frame["z"]))
