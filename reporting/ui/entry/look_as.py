"""On synthetic data: what each role would see, without signing in."""

from __future__ import annotations

import streamlit as st

from reporting import figures
from reporting.access.scope import Scope, Snapshot
from reporting.access.sign_in import may_serve
from reporting.exhibits.wording import practice_words
from reporting.ui.filters import chosen

AS, OF = "as", "of"
ROLES = {
    "icb": "ICB pharmacist",
    "practice": "Practice lead",
    "board": "Board member",
    "data": "Who loads data",
}


def scope(snapshot: Snapshot, given: Scope) -> Scope:
    """The scope of the role chosen in the sidebar; of real data that of whoever signed in, and no choice."""
    if not may_serve(snapshot.info):
        return given
    with st.sidebar.container(key="look-as"):
        role = chosen(AS, tuple(ROLES), [], ROLES.__getitem__, "Look as", "icb")
        if role == "practice":
            frame = figures.practices(snapshot, given).frame
            names = dict(zip(frame["practice_code"], frame["name"], strict=True))
            if not names:
                return given
            own = chosen(
                OF,
                tuple(names),
                [],
                lambda code: practice_words(names[code], code),
                "Own practice",
                next(iter(names)),
            )
            return Scope("practice", frozenset({str(own)}))
    if role == "board":
        return Scope("board", None, edition="published")
    return Scope("data", None, loads=True) if role == "data" else given
