"""Worked examples and laws of the XmR chart."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.analysis.spc import xmr

# no deadline: a busy machine is no failure
LAW = settings(deadline=None, max_examples=40)

SERIES = st.lists(st.integers(-50, 50), min_size=1, max_size=40)
SWAPPED = {"improvement": "concern", "concern": "improvement", "common": "common"}


def months(count):
    return list(pd.date_range("2023-01-01", periods=count, freq="MS"))


def judge(values, **options):
    return xmr(months(len(values)), values, **{"better": "higher"} | options)


def signals(values, **options):
    return [word or "" for word in judge(values, **options).frame["signal"]]


def test_mean_and_limits_of_a_worked_series() -> None:
    # values 10 12 10 12 …: mean 11, every moving range 2, so limits 11 ± 2.66 × 2
    frame = judge([10, 12] * 7).frame
    assert frame["mean"].unique() == pytest.approx([11.0])
    assert frame["upper"].unique() == pytest.approx([16.32])
    assert frame["lower"].unique() == pytest.approx([5.68])
    assert frame["upper_near"].unique() == pytest.approx([11 + 5.32 * 2 / 3])


def test_a_point_on_the_mean_breaks_a_shift() -> None:
    quiet = [0, 2] * 6
    assert signals([*quiet, 1.5] + [1.5] * 6, baseline_points=12)[-7:] == ["shift"] * 7
    assert signals([*quiet, 1.5, 1.5, 1.5, 1, 1.5, 1.5, 1.5], baseline_points=12)[-7:] == [""] * 7


def test_a_mean_that_is_exactly_ten_puts_no_point_on_a_side() -> None:
    values = [10.1, 9.9, 10.3, 9.7, 10.2, 9.8, *[10.0] * 8]
    assert signals(values) == [""] * 14


def test_a_trend_takes_the_colour_of_its_direction_not_of_its_side() -> None:
    values = [0, 4] * 6 + [-4, -3.5, -3, -2.5, -2, -1.5, -1]
    frame = judge(values, baseline_points=12).frame.tail(7)
    assert list(frame["signal"]) == ["trend"] * 7
    assert set(frame["kind"]) == {"improvement"}


def test_the_peak_between_two_runs_belongs_to_the_run_that_reached_it() -> None:
    rise, fall = [1, 2, 3, 4, 5, 6, 7], [6, 5, 4, 3, 2, 1]
    frame = judge([0, 20] * 6 + rise + fall, baseline_points=12).frame
    assert list(frame["kind"].iloc[12:19]) == ["improvement"] * 7
    assert list(frame["kind"].iloc[19:]) == ["concern"] * 6


def test_a_point_beyond_the_limit_counts_as_near_only_by_the_current_rule() -> None:
    values = [0, 2] * 6 + [1.2, 4.7, 7]
    assert signals(values, baseline_points=12)[-2:] == ["two_of_three", "outside"]
    assert signals(values, baseline_points=12, rules="nhsr")[-2:] == ["", "outside"]


def test_no_moving_range_crosses_a_rebase() -> None:
    values = [10, 12] * 7 + [110, 112] * 7
    result = judge(values, rebase=[months(28)[14]])
    assert list(result.frame.groupby("segment")["mean"].first()) == pytest.approx([11, 111])
    assert list(result.frame.groupby("segment")["upper"].first()) == pytest.approx([16.32, 116.32])
    assert set(result.frame["kind"]) == {"common"}


def test_a_missing_value_loses_both_its_ranges() -> None:
    values = [10, 12, None, 50, *[50] * 10]
    frame = judge(values).frame
    assert frame["upper"].iloc[0] - frame["mean"].iloc[0] == pytest.approx(2.66 * 2 / 11)


def test_variation_reads_the_last_point_there_is() -> None:
    assert judge([0, 2] * 8 + [30, None]).variation == "improvement"


def test_screening_leaves_one_wild_range_out_of_the_limits() -> None:
    values = [0, 1] * 8 + [20]
    # ranges: 15 of 1 and one of 19; average 34/16, so 19 goes and 1 stays
    screened = judge(values, screen=True).frame.iloc[0]
    assert screened["upper"] - screened["mean"] == pytest.approx(2.66)
    plain = judge(values).frame.iloc[0]
    assert plain["upper"] - plain["mean"] == pytest.approx(2.66 * 34 / 16)


@pytest.mark.parametrize(
    ("target", "better", "expected"),
    [(17, "higher", "fail"), (5, "higher", "pass"), (11, "higher", "inconsistent"), (17, "lower", "pass"),
     (5, "lower", "fail"), (16.32, "lower", "inconsistent"), (None, "lower", None), (17, "neither", None)],
)  # fmt: skip
def test_assurance_sets_the_limits_against_the_target(target, better, expected) -> None:
    assert judge([10, 12] * 7, target=target, better=better).assurance == expected


def test_fewer_than_13_points_in_the_last_segment_are_provisional() -> None:
    assert judge([1, 2] * 6).provisional
    assert not judge([*([1, 2] * 6), 1]).provisional
    assert judge([1, 2] * 10, rebase=[months(20)[12]]).provisional


@pytest.mark.parametrize("values", [[7], [7, None], [None, 7, None, 9]])
def test_a_series_without_a_moving_range_has_a_mean_and_no_limits(values) -> None:
    result = judge(values, target=8, screen=True)
    assert result.frame["mean"].iloc[0] == np.mean([value for value in values if value is not None])
    assert result.frame[["lower", "upper"]].isna().all(axis=None)
    assert (result.variation, result.assurance) == ("common", None)


def test_a_series_without_a_value_has_neither_mean_nor_limits() -> None:
    result = judge([None, None], target=8)
    assert result.frame[["mean", "lower", "upper"]].isna().all(axis=None)
    assert (result.variation, result.assurance, result.provisional) == ("common", None, True)


def test_a_constant_series_is_common_cause_with_limits_on_the_mean() -> None:
    result = judge([0.1] * 15, screen=True, target=0.2)
    assert set(result.frame["kind"]) == {"common"}
    assert (result.frame["upper"] == result.frame["lower"]).all()
    assert result.assurance == "fail"


@pytest.mark.parametrize(
    ("options", "words"),
    [({"rebase": [date(2023, 1, 2)]}, "2023-01-02"), ({"baseline_points": 11}, "at least 12"),
     ({"better": "up"}, "higher, lower or neither"), ({"rules": "weco"}, "mdc or nhsr")],
)  # fmt: skip
def test_what_cannot_be_judged_is_refused_with_the_way_out(options, words) -> None:
    with pytest.raises(ValueError, match=words):
        judge([1, 2] * 10, **options)


def test_two_rows_on_one_date_and_an_empty_series_are_refused() -> None:
    with pytest.raises(ValueError, match="2023-01-01 occurs twice"):
        xmr(["2023-01-01", "2023-01-01"], [1, 2], better="lower")
    with pytest.raises(ValueError, match="no rows"):
        xmr([], [], better="lower")


@LAW
@given(SERIES, st.integers(-100, 100))
def test_adding_a_constant_moves_mean_and_limits_but_no_signal(values, constant) -> None:
    # multiples of the length keep every mean a whole number, so equality is exact
    values = [value * len(values) for value in values]
    before, after = judge(values).frame, judge([value + constant for value in values]).frame
    assert list(before["signal"]) == list(after["signal"])
    for line in ("mean", "lower", "upper"):
        np.testing.assert_allclose(after[line] - constant, before[line], atol=1e-8)


@LAW
@given(SERIES)
def test_reversing_what_is_better_swaps_improvement_and_concern(values) -> None:
    higher, lower = judge(values).frame, judge(values, better="lower").frame
    assert [SWAPPED[kind] for kind in higher["kind"]] == list(lower["kind"])


@LAW
@given(SERIES)
def test_mirroring_a_series_mirrors_its_direction(values) -> None:
    values = [value * len(values) for value in values]
    up = judge(values, better="neither").frame["kind"]
    down = judge([-value for value in values], better="neither").frame["kind"]
    mirrored = {"neutral_high": "neutral_low", "neutral_low": "neutral_high", "common": "common"}
    assert [mirrored[kind] for kind in up] == list(down)


@LAW
@given(st.lists(st.integers(-50, 50), min_size=2, max_size=40), st.randoms())
def test_rows_in_any_order_give_the_same_chart(values, random) -> None:
    rows = list(zip(months(len(values)), values, strict=True))
    random.shuffle(rows)
    shuffled = xmr([day for day, _ in rows], [value for _, value in rows], better="higher")
    pd.testing.assert_frame_equal(shuffled.frame, judge(values).frame)
