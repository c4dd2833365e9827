"""The equity page's choice: which measure is shown group by group."""

from __future__ import annotations

from html import escape

import streamlit as st

from reporting.exhibits.equity.groups import measures
from reporting.exhibits.equity.page import FIRST_MEASURE
from reporting.ui.filters import chosen
from reporting.ui.session import View


def measure(view: View) -> str:
    """The measure chosen, whose name lives in the address."""
    names, notes = measures(view.snapshot, view.scope), list[str]()
    slug = str(chosen("measure", tuple(names), notes, lambda slug: names[slug], "Measure", FIRST_MEASURE))
    for words in notes:
        st.html(f'<p class="note" role="status">{escape(words)}</p>')
    return slug
