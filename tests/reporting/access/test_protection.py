"""Counts that leave are protected, and cannot be worked out again."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.access import Scope
from reporting.disclosure import (
    NotClearedError,
    Plan,
    Rule,
    clear,
    half_up,
    judging,
    protected,
    suppressed_words,
    whole,
)

RULE = Rule()


@given(st.lists(st.integers(0, 10_000)))
def test_small_counts_are_missing_and_others_round_multiples(counts: list[int]) -> None:
    for count, cell in zip(counts, protected(counts, RULE), strict=True):
        if 0 < count < RULE.suppress_below:
            assert cell is pd.NA
        else:
            assert cell % RULE.round_to == 0
            assert abs(cell - count) * 2 <= RULE.round_to
            assert (cell == 0) == (count == 0)


@pytest.mark.parametrize(("count", "base", "rounded"), [(12, 5, 10), (13, 5, 15), (5, 10, 10), (25, 10, 30)])
def test_halfway_goes_up(count: int, base: int, rounded: int) -> None:
    assert half_up(count, base) == rounded


def test_a_suppressed_count_is_written_as_what_it_may_be() -> None:
    assert suppressed_words(RULE) == "1 to 7"


PUBLISHED = Scope.icb().of("published")


def nothing_withheld(frame: pd.DataFrame, *names: str) -> Plan:
    return Plan(*(pd.DataFrame(value, frame.index, names) for value in (False, 45.0)))


def test_the_whole_is_as_the_plan_says() -> None:
    """Of 12, 12, 12, 3, 2 and 6: 45, for 47, and not 10 + 10 + 10 + 5 + 5 + 5."""
    frame = pd.DataFrame({"people": [12, 12, 12, 3, 2, 6]})
    cleared = clear(frame, PUBLISHED, RULE, nothing_withheld(frame, "people")).frame
    assert whole(cleared, "people") == 45 and whole(judging(cleared), "people") == 47
    assert whole(frame, "people") == 47


def test_a_count_that_the_plan_withholds_is_missing() -> None:
    frame = pd.DataFrame({"people": [12, 20]})
    plan = nothing_withheld(frame, "people")
    plan.hidden.loc[0, "people"] = True
    cleared = clear(frame, PUBLISHED, RULE, plan).frame
    assert cleared["people"].fillna(-1).tolist() == [-1, 20]
    assert judging(cleared)["people"].tolist() == [12, 20]


def test_every_count_of_what_leaves_is_protected_and_exact_without() -> None:
    frame = pd.DataFrame({"measure": "m", "numerator": [0, 3, 8, 21], "denominator": [12, 8, 8, 100],
                          "threshold": 7, "month": "2026-09"})  # fmt: skip
    cleared = clear(frame, PUBLISHED, RULE, nothing_withheld(frame, "numerator", "denominator")).frame
    assert cleared["numerator"].fillna(-1).tolist() == [0, -1, 10, 20]
    assert cleared["denominator"].tolist() == [10, 10, 10, 100]
    assert set(cleared["threshold"]) == {7}
    assert clear(frame, Scope.icb(), RULE).frame is frame


def test_practices_are_no_people() -> None:
    frame = pd.DataFrame({"measure": ["practice_plan_current", "tapering"], "numerator": [3, 3]})
    made = clear(frame, PUBLISHED, RULE, nothing_withheld(frame, "numerator")).frame
    assert made["numerator"].fillna(-1).tolist() == [3, -1]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame({"patient_key": ["P"]}), "Rows of single people may not leave"),
        (pd.DataFrame({"ome_milli": [90_000]}), "The number 'ome_milli' may not leave"),
        (pd.DataFrame({"people": [12]}), "The number 'people' may not leave"),
    ],
)
def test_what_no_rule_is_known_for_does_not_leave(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(NotClearedError, match=said):
        clear(frame, PUBLISHED, RULE)
    assert clear(frame, Scope.icb(), RULE).frame is frame
