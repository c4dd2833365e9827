"""The compare page's choices: how many similar practices, and which of them are left out."""

from __future__ import annotations

from html import escape

import streamlit as st

from reporting.analysis.peers import PEERS
from reporting.exhibits.compare.similar import COUNTS, TEN, Nearest, practices
from reporting.exhibits.wording import practice_words
from reporting.ui.filters import chosen
from reporting.ui.session import View


def nearest(view: View) -> Nearest:
    """Draw the choices, whose values live in the address, and say what they choose.

    Only who sees every practice may choose: the difference of two sums would tell those of one sum alone.
    """
    if view.scope.practices is not None:
        return TEN
    notes = list[str]()
    with st.container(key="peer-choices", horizontal=True):
        count = int(chosen("similar", COUNTS, notes, lambda n: f"{n} practices", "Compared with", PEERS))
        left_out = _left_out(view)
    for words in notes:
        st.html(f'<p class="note" role="status">{escape(words)}</p>')
    return Nearest(count, left_out)


def _left_out(view: View) -> tuple[str, ...]:
    frame = practices(view.snapshot, view.scope)
    frame = frame[frame["practice_code"] != view.selection.practice]
    names = dict(zip(frame["practice_code"], frame["name"], strict=True))
    found = st.multiselect(
        "Left out",
        list(names),
        format_func=lambda code: practice_words(names[code], code),
        key="without",
        bind="query-params",
        placeholder="None",
    )
    return tuple(sorted(found))
