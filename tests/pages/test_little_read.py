"""What is read seldom stands behind “More on this page”, and is made only when that is opened."""

from __future__ import annotations

import pytest

from tests.pages.conftest import Opened
from tests.pages.test_dashboard import charts, words_everywhere


@pytest.mark.parametrize(
    ("page", "first", "more", "lists"),
    [
        ("tapering", 4, 4, ("Also measured",)),
        ("plans", 2, 3, ("Also measured",)),
        ("safeguards", 1, 2, ()),
        ("referrals", 4, 1, ("Why services rejected referrals", "Also measured")),
    ],
)
def test_little_read_charts_are_made_when_they_are_asked_for(
    opened: Opened, page: str, first: int, more: int, lists: tuple[str, ...]
) -> None:
    app = opened(f"programme/{page}")
    assert len(charts(app)) == first and not [one for one in lists if one in words_everywhere(app)]
    app.session_state[f"more-{page}"] = True
    app.run()
    assert not app.exception
    assert len(charts(app)) == first + more
    assert [one for one in lists if one in words_everywhere(app)] == [*lists]
