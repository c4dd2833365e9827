"""What the headlines may say."""

import pandas as pd
import pytest

from reporting.analysis.spc import xmr
from reporting.analysis.words import assurance_words, change_words

QUIET = [10, 12] * 7


def judged(values, better, **options):
    return xmr(pd.date_range("2024-01-01", periods=len(values), freq="MS"), values, better=better, **options)


@pytest.mark.parametrize(
    ("values", "better", "expected"),
    [(QUIET, "lower", "no sure change"), ([*QUIET, 40], "lower", "really worse"),
     ([*QUIET, 40], "higher", "really better"), ([*QUIET, 40], "neither", "really changed"),
     (QUIET, "neither", "no sure change"),
     ([10, 12] * 6, "lower", "fewer than 13 points: too early to say")],
)  # fmt: skip
def test_change_is_named_from_the_last_point(values, better, expected) -> None:
    assert change_words(judged(values, better), better) == expected


def test_assurance_is_silent_without_a_target_or_enough_points() -> None:
    assert assurance_words(judged(QUIET, "lower", target=5)) == "target will not be met without change"
    assert assurance_words(judged(QUIET, "lower")) is None
    assert assurance_words(judged(QUIET[:5], "lower", target=5)) is None
