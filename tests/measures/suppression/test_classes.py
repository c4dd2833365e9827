"""What predicates say of each other's counts, on examples that one can work out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from measures.suppression.classes import classes
from measures.suppression.formulas import formula

DOSES = {
    "P90": "adult AND dose > 90",
    "P120": "adult AND dose > 120",
    "G": "adult AND gaba",
    "K90": "adult AND (dose > 90 OR gaba)",
    "K120": "adult AND (dose > 120 OR gaba)",
    "note90": "adult AND (dose > 90 OR gaba) AND note",
    "note120": "adult AND (dose > 120 OR gaba) AND note",
    "alert90": "adult AND (dose > 90 OR gaba) AND alert",
}
LASTING = {
    "now": "dose > 90",
    "three": "low3 > 90",
    "six": "low6 > 90",
    "warned": "low3 > 90 AND NOT low6 > 90",
}
LASTS = ("low6 <= low3", "low3 <= dose")
BANDS = {"high": "dose > 90", "some": "band = '90 to 120'", "most": "band = 'over 120'"}
MANY = 1000
LABELS = ("band <> '90 to 120' OR (dose > 90 AND dose <= 120)", "band <> 'over 120' OR dose > 120",
          "band <> 'none' OR dose <= 90", "band IS NOT NULL")  # fmt: skip


def ends(
    counts: Mapping[str, str], known: Mapping[str, int], asked: str, facts: Sequence[str] = (),
    closed: Mapping[str, Sequence[str]] | None = None,
) -> tuple[int, int | None]:  # fmt: skip
    """The least and the most of a count where others are known; None: no limit."""
    found = classes({key: formula(sql) for key, sql in counts.items()}, map(formula, facts), closed)
    row = {key: np.isin(np.arange(found.size), at).astype(float) for key, at in found.made_of.items()}
    rules = [LinearConstraint(row[key], n, n) for key, n in known.items()]
    for plus, minus in found.alike:
        tie = np.zeros(found.size)
        tie[plus], tie[minus] = 1, -1
        rules.append(LinearConstraint(tie, 0, 0))
    made = []
    for sign in (1, -1):
        answer = milp(
            sign * row[asked], integrality=np.ones(found.size), bounds=Bounds(0, MANY), constraints=rules
        )
        assert answer.x is not None, answer.message
        made.append(round(float(row[asked] @ answer.x)))
    return made[0], made[1] if made[1] < MANY else None


@pytest.mark.parametrize(
    ("known", "asked", "least", "most"),
    [
        ({"P90": 5, "G": 3}, "K90", 5, 8),  # beyond the threshold or on gabapentinoids
        ({"P90": 5, "K90": 8}, "G", 3, 8),
        ({"K90": 9}, "note90", 0, 9),  # a numerator is within its denominator
        ({"P90": 9, "P120": 4, "K90": 12}, "K120", 7, 12),  # K90 - K120 is at most P90 - P120
        ({"P90": 9, "P120": 4, "note90": 8}, "note120", 3, 8),
        ({"note90": 4, "K90": 9}, "alert90", 0, 9),  # items say nothing of each other
        ({"P120": 4}, "P90", 4, None),
    ],
)
def test_the_cohort_is_of_both_kinds_and_thresholds_are_in_order(
    known: dict[str, int], asked: str, least: int, most: int | None
) -> None:
    assert ends(DOSES, known, asked) == (least, most)


@pytest.mark.parametrize(
    ("known", "asked", "least", "most"),
    [
        ({"three": 9, "six": 4}, "warned", 5, 5),
        ({"now": 9}, "three", 0, 9),
        ({"three": 4, "warned": 4}, "six", 0, 0),
    ],
)
def test_who_lasted_six_months_lasted_three(known: dict[str, int], asked: str, least: int, most: int) -> None:
    assert ends(LASTING, known, asked, LASTS) == (least, most)


def test_bands_beyond_a_threshold_are_those_beyond_it() -> None:
    closed = {"band": ["none", "90 to 120", "over 120"]}
    assert ends(BANDS, {"some": 3, "most": 4}, "high", LABELS, closed) == (7, 7)
    assert ends(BANDS, {"some": 3, "most": 4}, "high") == (0, None)  # without what the labels mean


def test_categories_make_up_the_whole_where_all_are_known() -> None:
    counts = {"all": "kind IS NOT NULL", "x": "kind = 'x'", "y": "kind = 'y'"}
    assert ends(counts, {"all": 9, "x": 4}, "y", closed={"kind": ["x", "y"]}) == (5, 5)
    assert ends(counts, {"all": 9, "x": 4}, "y") == (0, 5)


def test_blocks_are_not_multiplied_with_each_other() -> None:
    items = {f"item{n}": f"adult AND (dose > 90 OR gaba) AND item{n}" for n in range(30)}
    counts = {key: formula(sql) for key, sql in {**DOSES, **items}.items()}
    assert classes(counts).size < 100
