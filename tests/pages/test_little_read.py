"""What is read seldom stands behind “More on this page”, and is made only when that is opened."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from reporting.ui.layout import FEW
from tests.pages.conftest import Opened
from tests.pages.test_dashboard import charts, words_everywhere


def test_an_address_that_asks_for_what_is_little_read_opens_it(opened: Opened) -> None:
    app = opened("programme/plans", plan_flow="on_taper_plan")
    assert app.selectbox(key="plan_flow").value == "on_taper_plan"
    app.session_state["more-plans"] = False  # somebody closes it
    assert not app.run().exception and not [one for one in app.selectbox if one.key == "plan_flow"]
    assert not [one for one in opened("programme/plans").selectbox if one.key == "plan_flow"]


@pytest.mark.parametrize(
    ("page", "first", "more", "lists"),
    [
        ("tapering", 4, 4, ("Also measured",)),
        ("plans", 2, 3, ("Also measured",)),
        ("safeguards", 0, 3, ()),
        ("referrals", 3, 2, ("Why services rejected referrals", "Also measured")),
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


@pytest.mark.parametrize(
    ("reasons", "said"), [(FEW, ""), (FEW + 1, "1 more reason"), (20, "14 more reasons")]
)
def test_reasons_after_the_first_few_are_one_click_away(reasons: int, said: str) -> None:
    app = AppTest.from_function(asked, kwargs={"reasons": reasons}).run()
    assert [one.proto.label for one in app.get("expander")] == ([said] if said else [])
    assert words_everywhere(app).count("<tr><td>") == min(reasons, FEW)
    if said:
        app.session_state["more-to-ask"] = True
        assert words_everywhere(app.run()).count("<tr><td>") == reasons


@pytest.mark.parametrize(("rows", "at_first", "said"), [(7, 6, "1 more"), (6, 6, ""), (9, None, "")])
def test_rows_of_a_long_list_after_the_first_few_are_one_click_away(
    rows: int, at_first: int | None, said: str
) -> None:
    app = AppTest.from_function(long_list, kwargs={"rows": rows, "at_first": at_first}).run()
    assert [one.proto.label for one in app.get("expander")] == ([said] if said else [])
    assert words_everywhere(app).count('href="p?n=') == min(rows, at_first or rows)
    if said:
        app.session_state["more-Queries"] = True
        shown = words_everywhere(app.run())
        assert [int(n) for n in re.findall(r'href="p\?n=(\d+)"', shown)] == [*range(rows)]


def long_list(rows: int, at_first: int | None) -> None:
    """A page of a list so long."""
    import pandas as pd

    from reporting.exhibits.data.completeness import Listing
    from reporting.ui import layout

    table = pd.DataFrame({"Patient": [f"P{n}" for n in range(rows)]})
    layout.listing(Listing("Queries", "", table, ""), [f"p?n={n}" for n in range(rows)], at_first)


def asked(reasons: int) -> None:
    """A page of so many reasons to ask."""
    from reporting.access.scope import Selection
    from reporting.exhibits.overview.reasons import Reason, Reasons
    from reporting.ui.programme import front

    one = Reason("Alder Street", "SYN01", "Eastvale", "concern", "Fell", "", "", "Ring", "patients")
    front.ask_first(Reasons((one,) * reasons), Selection(120))
