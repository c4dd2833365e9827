"""For whoever comes by a link: what this is, for whom, what it is not, and what to try on the sample."""

from __future__ import annotations

from html import escape

import streamlit as st

from reporting.ui.filters import query
from reporting.ui.session import View

WHAT = {
    "What this is.": "A view of one ICB’s people on high doses of opioids and gabapentinoids: how many there "
    "are, whether they come down step by step, who may be in danger, and whether help is offered. It is made "
    "of extracts that practices send; people are pseudonyms.",
    "For whom.": "ICB pharmacists, who ask where to help first. Practice leads, who look at their own "
    "practice. The board, which gets a pack each quarter.",
    "What it is not.": "It gives no dose and no advice on switching. It ranks nobody: a practice that stands "
    "out is a reason to ask. It shows what was recorded and sent, and says what is missing.",
}


def welcome(view: View, practice: str) -> None:
    """A line that opens the text. practice: the code of one to look at."""
    more = st.expander("New here? What this is", key="welcome", type="compact", on_change="rerun")
    if more.open:
        with more:
            tries = _tries(view, practice) if view.snapshot.info.synthetic else ""
            said = "".join(f"<p><strong>{title}</strong> {words}</p>" for title, words in WHAT.items())
            st.html(f'<div class="check">{said}{tries}</div>')


def _tries(view: View, practice: str) -> str:
    area, one = escape(query(view.selection)), escape(query(view.selection, practice=practice))
    return (
        "<p><strong>Three things to try on these synthetic practices</strong></p><ol>"
        "<li>Under “Which practices to ring?” follow the first reason to its people.</li>"
        f'<li><a href="compare?{one}" target="_self">Look at one practice</a> beside similar ones.</li>'
        f'<li><a href="high_dose?{area}" target="_self">See whether people on a high dose really became '
        "fewer</a>, and open “About this chart”.</li></ol>"
    )
