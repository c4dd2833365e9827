"""Practices by months as a table of small boxes, each with its state in words."""

from __future__ import annotations

from html import escape

import streamlit as st

from reporting.exhibits.data.extracts import STATES, Received
from reporting.ui import layout


def grid(found: Received) -> None:
    """The table and what its boxes mean; a sentence where no practice matches."""
    layout.section(
        "Month by month", "Issues, and the other extracts beside them, in the months of the period chosen."
    )
    if not found.rows:
        st.html('<p class="nothing">No practice matches these filters. Clear the PCN or practice filter.</p>')
        return
    head = "".join(f'<th scope="col"><span>{escape(name)}</span></th>' for name in found.months)
    rows = "".join(
        f'<tr><th scope="row">{escape(practice)}</th>{"".join(map(_box, states, lacking))}</tr>'
        for practice, states, lacking in found.rows
    )
    key = "".join(f"<li>{_mark(state)} {escape(STATES[state])}</li>" for state in found.shown)
    st.html(
        '<div class="grid" tabindex="0" role="region" aria-label="Practices by month">'
        f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<ul class="grid-key">{key}</ul>'
    )


def _box(state: str, lacking: str) -> str:
    without = f"; missing: {lacking}" if lacking else ""
    said = f'<span class="said">{escape(state + without)}</span>'
    return f'<td title="{escape(STATES[state] + without)}">{_mark(state)}{said}</td>'


def _mark(state: str) -> str:
    return f'<i class="{escape(state)}" aria-hidden="true"></i>'
