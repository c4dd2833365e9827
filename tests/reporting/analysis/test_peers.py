"""Nearest practices on a table of five."""

import pandas as pd
import pytest

from reporting.analysis.peers import may_be_shown, nearest

PRACTICES = pd.DataFrame(
    [("A", 8000, 20.0, 25.0), ("B", 8000, 20.0, 25.0), ("C", 8100, 20.5, 25.0), ("D", 2000, 9.0, 40.0),
     ("E", None, 20.0, 25.0)],
    columns=["practice", "list_size", "share_65_plus", "imd"],
)  # fmt: skip


def test_the_nearest_come_first_and_the_practice_itself_never() -> None:
    found = nearest(PRACTICES, "A")
    assert list(found["practice"]) == ["B", "C", "D"]
    assert found["distance"].iloc[0] == 0


def test_distance_is_the_same_both_ways_and_free_of_units() -> None:
    there, back = nearest(PRACTICES, "A"), nearest(PRACTICES, "D")
    away = there.set_index("practice")["distance"]["D"]
    assert away == pytest.approx(back.set_index("practice")["distance"]["A"])
    in_shares = PRACTICES.assign(share_65_plus=PRACTICES["share_65_plus"] / 100)
    assert nearest(in_shares, "A").set_index("practice")["distance"]["D"] == pytest.approx(away)


def test_no_more_than_k_are_returned_and_four_are_too_few_to_show() -> None:
    assert len(nearest(PRACTICES, "A", k=2)) == 2
    assert not may_be_shown(PRACTICES.head(4))
    assert may_be_shown(PRACTICES)


@pytest.mark.parametrize("practice", ["E", "Z"])
def test_a_practice_without_its_figures_is_refused(practice) -> None:
    with pytest.raises(ValueError, match=f"{practice} has no list size"):
        nearest(PRACTICES, practice)
