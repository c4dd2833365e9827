"""One practice over time: separate quarters, judged by intervals that do or do not overlap."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.analysis.intervals import wilson
from reporting.analysis.quarters import a_year_apart, quarters


def months(numerators: list[int], denominator: int = 3310, last: str = "2026-09-01") -> pd.DataFrame:
    days = pd.date_range(end=last, periods=len(numerators), freq="MS")
    return pd.DataFrame({"month": days, "numerator": numerators, "denominator": denominator})


def test_quarters_are_counted_back_from_the_last_month_and_share_no_days() -> None:
    found = quarters(months([1, 2, 3, 4, 5, 6, 7, 8]), better="lower", multiplier=1000).frame
    assert [f"{day:%Y-%m}" for day in found["month"]] == ["2026-03", "2026-06", "2026-09"]
    assert list(found["numerator"]) == [2, 5, 8]
    assert list(found["value"]) == pytest.approx([1000 * n / 3310 for n in (2, 5, 8)])
    assert (found["lower"].iloc[-1], found["upper"].iloc[-1]) == pytest.approx(
        tuple(1000 * bound for bound in wilson(8, 3310))
    )


def test_a_month_that_is_missing_moves_no_other_quarter() -> None:
    frame = months([1, 2, 3, 4, 5, 6, 7, 8])
    for gone in (3, 4):
        kept = quarters(frame.drop(index=gone), better="lower").frame
        assert set(kept["numerator"]) == {2, 5, 8} - {frame["numerator"][gone]}


@pytest.mark.parametrize(
    ("first", "last", "better", "moved", "kind"),
    [
        (5, 1, "lower", "no sure change", "common"),  # 1.51 (0.65 to 3.53), 0.30 (0.05 to 1.71)
        (40, 8, "lower", "fell", "improvement"),
        (40, 8, "higher", "fell", "concern"),
        (8, 40, "lower", "rose", "concern"),
        (8, 40, "neither", "rose", "neutral_high"),
        (0, 0, "lower", "no sure change", "common"),
    ],
)
def test_change_is_said_only_beyond_chance(first: int, last: int, better: str, moved: str, kind: str) -> None:
    found = quarters(months([first] * 8 + [last] * 8), better=better)
    assert (found.moved, found.kind) == (moved, kind)


def test_one_quarter_alone_is_no_change_and_not_none_either() -> None:
    found = quarters(months([3, 4]), better="lower")
    assert (len(found.frame), found.moved, found.kind) == (1, None, "common")


@given(st.integers(1, 400), st.integers(2, 9))
def test_with_fewer_people_the_interval_is_wider(people: int, times: int) -> None:
    few, many = (quarters(months([people * n], 1000 * n), better="lower").frame.iloc[0] for n in (1, times))
    assert few["value"] == pytest.approx(many["value"])
    assert few["upper"] - few["lower"] > many["upper"] - many["lower"]


@given(st.lists(st.integers(0, 500), min_size=1, max_size=40))
def test_the_order_of_rows_changes_nothing_and_better_only_what_it_means(
    numerators: list[int],
) -> None:
    frame = months(numerators, 500)
    one = quarters(frame, better="lower")
    other = quarters(frame.sample(frac=1, random_state=1), better="higher")
    assert one.frame.equals(other.frame) and one.moved == other.moved
    swapped = {"improvement": "concern", "concern": "improvement", "common": "common"}
    assert other.kind == swapped[one.kind]


def test_no_months_are_an_error() -> None:
    with pytest.raises(ValueError, match="no month"):
        quarters(months([]), better="lower")


@pytest.mark.parametrize(
    ("count", "was"),
    [(16, 4), (13, 1), (12, 3), (8, 2), (4, 1)],  # months 1, 2, … and the one compared with the last
)
def test_the_last_month_is_compared_with_a_year_before_or_the_first_quarter_since(
    count: int, was: int
) -> None:
    frame = months([*range(1, count + 1)], 500)
    found = a_year_apart(frame.sample(frac=1, random_state=1), frame["month"].iloc[-1])
    assert found == ((was, 500), (count, 500))


def test_a_month_that_counts_nobody_is_not_compared() -> None:
    frame = months([*range(1, 14)], 500)
    last = frame["month"].iloc[-1]
    assert a_year_apart(frame.assign(denominator=[0, *[500] * 12]), last) == ((4, 500), (13, 500))
    assert a_year_apart(frame.assign(denominator=[*[500] * 12, 0]), last) is None


def test_without_a_quarter_before_the_last_month_nothing_is_compared() -> None:
    frame = months([1, 2, 3], 500)
    assert a_year_apart(frame, frame["month"].iloc[-1]) is None
    assert a_year_apart(frame.iloc[:-1], frame["month"].iloc[-1]) is None
