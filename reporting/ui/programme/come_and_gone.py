"""The choice of whose coming and going a page shows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from reporting.exhibits.exhibit import definition
from reporting.exhibits.kinds.come_and_gone import ComeAndGone
from reporting.ui import show
from reporting.ui.filters import chosen
from reporting.ui.session import View

LABEL = "New and left"


def come_and_gone(view: View, key: str, measures: Sequence[str]) -> None:
    """The chart of new and left of one of these measures, the first unless the address names another there
    (key)."""
    names = {slug: definition(view.snapshot, view.scope, slug).name for slug in measures}
    notes = list[str]()
    slug = str(chosen(key, tuple(names), notes, lambda slug: names[slug], LABEL, measures[0]))
    for words in notes:
        st.html(f'<p class="note" role="status">{escape(words)}</p>')
    show.exhibit(ComeAndGone(slug), view)
