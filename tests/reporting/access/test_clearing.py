"""What passes to whom: exact counts inside, published ones with the exact beside for verdicts."""

import pandas as pd
import pytest

from reporting.access.scope import Scope
from reporting.disclosure import (
    NotClearedError,
    NotPublishedError,
    Rule,
    clear,
    edition_words,
    is_exact,
    judging,
    protection_words,
    suppressed_words,
)

PUBLISHED = Scope.icb().of("published")


def test_inside_a_frame_passes_as_it_is() -> None:
    frame = pd.DataFrame({"people": [3], "patient_key": ["P"]})
    assert clear(frame, Scope.icb()).frame is frame and is_exact(frame) and judging(frame) is frame


def test_published_counts_are_drawn_and_exact_ones_stand_beside() -> None:
    frame = pd.DataFrame({"numerator": [3, 12], "denominator": [60, 61], "threshold": 120})
    told = pd.DataFrame({"numerator": [float("nan"), 10.0], "denominator": [60.0, 60.0]})
    cleared = clear(frame, PUBLISHED, told).frame
    assert cleared["numerator"].fillna(-1).tolist() == [-1, 10]
    assert cleared["denominator"].tolist() == [60, 60] and set(cleared["threshold"]) == {120}
    assert judging(cleared)["numerator"].tolist() == [3, 12] and not is_exact(cleared)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame({"patient_key": ["P"]}), "A row of a single person is not among what is published"),
        (pd.DataFrame({"ome_milli": [90_000]}), "“ome_milli” is not among what is published"),
        (pd.DataFrame({"people": [12]}), "“people” is not among what is published"),
    ],
)
def test_what_is_not_told_is_not_published(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(NotPublishedError, match=said):
        clear(frame, PUBLISHED)


def test_sizes_of_lists_are_on_no_published_slide() -> None:
    cleared = clear(pd.DataFrame({"name": ["A"], "registered": [9_000]}), PUBLISHED).frame
    assert cleared["registered"].isna().all() and cleared["name"].tolist() == ["A"]


def test_rows_of_another_practice_stop() -> None:
    frame = pd.DataFrame({"practice_code": ["SYN01", "SYN02"]})
    with pytest.raises(NotClearedError, match="1 practices outside the scope"):
        clear(frame, Scope("practice", frozenset({"SYN01"})))


def test_each_edition_says_what_it_is() -> None:
    assert edition_words("internal") == "Internal edition: not for publication"
    assert protection_words(Rule(), "internal") == "Internal edition: not for publication."
    assert suppressed_words(Rule()) == "1 to 7" and "1 to 7" in protection_words(Rule(), "published")
