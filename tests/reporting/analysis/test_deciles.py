"""Deciles, ranks and groups on small tables."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.analysis.deciles import deciles, deciles_by_month, percent_rank, quantile_groups

# no deadline: a busy machine is no failure
LAW = settings(deadline=None, max_examples=40)

VALUES = st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=60)


def month_of(practices, month="2026-09-01"):
    return pd.DataFrame({"month": month, "numerator": range(practices), "denominator": 100})


def test_deciles_of_0_to_100_are_the_tens() -> None:
    assert list(deciles([*range(101), None])) == pytest.approx([10, 20, 30, 40, 50, 60, 70, 80, 90])


def test_a_month_with_19_practices_has_no_deciles() -> None:
    frame = pd.concat([month_of(20), month_of(19, "2026-08-01")])
    drawn = deciles_by_month(frame)
    assert set(drawn["month"]) == {"2026-09-01"}
    assert list(drawn["decile"]) == list(range(1, 10))
    assert drawn["value"].iloc[4] == pytest.approx(0.095)


def test_practices_without_a_denominator_are_left_out_not_counted_as_zero() -> None:
    frame = month_of(21)
    frame.loc[20, "denominator"] = 0
    assert deciles_by_month(frame)["practices"].unique() == [20]
    frame.loc[19, "numerator"] = np.nan
    assert deciles_by_month(frame).empty


def test_no_value_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="no practice has a value"):
        deciles([None, None])


def test_percent_rank_counts_the_others_below() -> None:
    assert list(percent_rank([5, 1, 5, 9])) == pytest.approx([100 / 3, 0, 100 / 3, 100])
    assert list(percent_rank([5])) == [0]


def test_groups_need_at_least_one_value_each() -> None:
    assert np.isnan(quantile_groups([1, 2, 3], 4)).all()
    assert list(quantile_groups([30, 10, 20, 40], 2)) == [2, 1, 1, 2]
    assert list(quantile_groups([30, 10, 20, 40], 2, highest_first=True)) == [1, 2, 2, 1]


@LAW
@given(VALUES.filter(lambda values: any(v is not None for v in values)))
def test_deciles_rise_and_stay_within_the_values(values) -> None:
    lines = deciles(values)
    present = [v for v in values if v is not None]
    assert (np.diff(lines) >= -1e-9).all()
    assert min(present) <= lines[0] and lines[-1] <= max(present)


@LAW
@given(VALUES)
def test_missing_stays_missing_and_equal_values_share_a_group(values) -> None:
    groups = quantile_groups(values, 5)
    assert [np.isnan(g) for g in groups] == [v is None for v in values] or np.isnan(groups).all()
    for value in {v for v in values if v is not None}:
        assert len({g for g, v in zip(groups, values, strict=True) if v == value and not np.isnan(g)}) <= 1
