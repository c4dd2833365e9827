"""Counts that leave are protected, and cannot be worked out again."""

from collections.abc import Callable
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.access import Scope
from reporting.disclosure import (
    NotClearedError,
    Rule,
    clear,
    half_up,
    narrowed,
    protected,
    suppressed_words,
    whole,
)

RULE = Rule()
MOST = 18


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


def protected_whole(cells: tuple[int, ...]) -> float | None:
    """The whole of such cells as it leaves; None where it is withheld."""
    frame = clear(pd.DataFrame({"people": list(cells)}), Scope.icb().leaving(), RULE).frame
    found = whole(frame, "people", RULE)
    return None if found != found else found


def test_no_suppressed_cell_is_recovered_from_the_whole() -> None:
    assert _recovered(protected_whole) == 0


def test_exact_totals_would_give_cells_away() -> None:
    assert _recovered(sum) > 0


def test_a_rounded_total_by_itself_would_give_cells_away() -> None:
    assert _recovered(lambda cells: half_up(sum(cells), RULE.round_to)) > 0


def test_the_whole_is_of_exact_cells_and_rounded_once() -> None:
    frame = clear(pd.DataFrame({"people": [12, 12, 12, 3, 2, 6]}), Scope.icb().leaving(), RULE).frame
    assert whole(frame, "people", RULE) == 45  # 47, and not 10 + 10 + 10 + 5 + 5 + 5
    assert whole(pd.DataFrame({"people": [12, 3]}), "people", RULE) == 15


def _recovered(totalled: Callable[[tuple[int, ...]], float | None]) -> int:
    """In how many tables of two cells some suppressed cell has one value in all that look the same."""
    alike: dict[tuple[object, ...], list[tuple[int, ...]]] = {}
    for cells in product(range(MOST), repeat=2):
        shown = tuple(None if cell is pd.NA else cell for cell in protected(cells, RULE))
        alike.setdefault((*shown, totalled(cells)), []).append(cells)
    return sum(
        len(tables)
        for shown, tables in alike.items()
        if any(shown[i] is None and len({table[i] for table in tables}) == 1 for i in range(2))
    )


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_what_is_not_narrowed_leaves_every_suppressed_cell_open(counts: list[int]) -> None:
    """Whatever a suppressed cell is put to, some table of the same look holds it."""
    if narrowed(counts, RULE):
        return
    shown = half_up(sum(counts), RULE.round_to) if sum(counts) >= RULE.suppress_below else None
    bounds = [_alike(count) for count in counts]
    for place, count in enumerate(counts):
        if 0 < count < RULE.suppress_below:
            others = [bounds[at] for at in range(len(counts)) if at != place]
            least, most = sum(low for low, _ in others), sum(high for _, high in others)
            for value in range(1, RULE.suppress_below):
                totals = {
                    half_up(total, RULE.round_to) if total >= RULE.suppress_below else None
                    for total in range(value + least, value + most + 1)
                }
                assert shown in totals, (counts, place, value)


def _alike(count: int) -> tuple[int, int]:
    cells = protected(range(70), RULE)
    same = [n for n, cell in enumerate(cells) if (cell is pd.NA) == (0 < count < 8) and cell is not pd.NA
            and cell == protected([count], RULE)[0]] if not 0 < count < 8 else list(range(1, 8))  # fmt: skip
    return min(same), max(same)


@pytest.mark.parametrize(
    ("counts", "tells"),
    [
        ([3], False),  # the total is 1 to 7 as well
        ([3, 20], False),
        ([2, 8], True),  # 10 beside 10: the total is 12 at most, so the first is 4 at most
        ([6, 12, 17, 22], True),  # 10, 15 and 20 beside 55 to 59
        ([0, 0, 12], False),  # nothing is suppressed
        ([4, 4, 4, 30, 41], False),
    ],
)
def test_a_total_that_narrows_a_suppressed_cell_down_is_seen(counts: list[int], tells: bool) -> None:
    assert narrowed(counts, RULE) is tells


LEAVING = Scope.icb().leaving()


def test_every_count_of_what_leaves_is_protected_and_exact_without() -> None:
    frame = pd.DataFrame({"measure": "m", "numerator": [0, 3, 8, 21], "denominator": [12, 8, 8, 100],
                          "threshold": 7, "month": "2026-09"})  # fmt: skip
    cleared = clear(frame, LEAVING, RULE).frame
    assert cleared["numerator"].fillna(-1).tolist() == [0, -1, 10, 20]
    assert cleared["denominator"].tolist() == [10, 10, 10, 100]
    assert set(cleared["threshold"]) == {7}
    assert clear(frame, Scope.icb(), RULE).frame is frame


def test_a_row_of_practices_whose_total_would_tell_is_withheld_whole() -> None:
    frame = pd.DataFrame({"practice_code": ["A", "B", "A", "B"], "measure": ["m", "m", "n", "n"],
                          "numerator": [2, 8, 3, 20]})  # fmt: skip
    cleared = clear(frame, LEAVING, RULE).frame
    assert cleared["numerator"].fillna(-1).tolist() == [-1, -1, -1, 20]


def test_practices_are_no_people() -> None:
    frame = pd.DataFrame({"measure": ["practice_plan_current", "tapering"], "numerator": [3, 3]})
    assert clear(frame, LEAVING, RULE).frame["numerator"].fillna(-1).tolist() == [3, -1]
    frame = pd.DataFrame(
        {"practice_code": ["A", "B"], "measure": "practice_plan_current", "numerator": [0, 1]}
    )
    assert clear(frame, LEAVING, RULE).frame["numerator"].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame({"patient_key": ["P"]}), "Rows of single people may not leave"),
        (pd.DataFrame({"ome_milli": [90_000]}), "The number 'ome_milli' may not leave"),
    ],
)
def test_what_no_rule_is_known_for_does_not_leave(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(NotClearedError, match=said):
        clear(frame, LEAVING, RULE)
    assert clear(frame, Scope.icb(), RULE).frame is frame
