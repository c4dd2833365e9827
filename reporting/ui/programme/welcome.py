"""For whoever comes by a link: what this is, for whom, what it is not, and what to try on the sample."""

from __future__ import annotations

import streamlit as st

from reporting.ui.filters import query
from reporting.ui.session import View

WHAT = (
    "**What this is.** A view of one ICB’s people on high doses of opioids and gabapentinoids: how many there "
    "are, whether they come down step by step, who may be in danger, and whether help is offered. It is made of "
    "extracts that practices send; people are pseudonyms.\n\n"
    "**For whom.** ICB pharmacists, who ask where to help first. Practice leads, who look at their own "
    "practice. The board, which gets a pack each quarter.\n\n"
    "**What it is not.** It gives no dose and no advice on switching. It ranks nobody: a practice that stands "
    "out is a reason to ask. It shows what was recorded and sent, and says what is missing."
)
TRY = """**Three things to try on these synthetic practices**
1. [Open the practices to ring and follow the first reason](./?{icb}#which-practices-to-ring) to its people.
2. [Look at one practice](compare?{practice}) beside similar ones.
3. [See whether people on a high dose really became fewer](high_dose?{icb}), and open “About this chart”.
"""


def welcome(view: View, practice: str) -> None:
    """A line that opens the text. practice: the code of one to look at."""
    more = st.expander("New here? What this is, for whom, what it is not", key="welcome", type="compact",
                       on_change="rerun")  # fmt: skip
    if not more.open:
        return
    with more:
        st.markdown(WHAT)
        if view.snapshot.info.synthetic:
            st.markdown(
                TRY.format(icb=query(view.selection), practice=query(view.selection, practice=practice))
            )
