"""What one rerun looks at: which release, for whom, and which part of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from reporting.access.scope import Scope, Selection, Snapshot

VIEW = "view"


@dataclass(frozen=True)
class View:
    """A release, who asks, and what part; whether on a phone; sentences to show above the page."""

    snapshot: Snapshot
    scope: Scope
    selection: Selection
    phone: bool = False
    notes: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[Snapshot, Scope, Selection]:
        """What every exhibit is made from."""
        return self.snapshot, self.scope, self.selection


def store() -> Path:
    """The store to serve: the folder named by DASHBOARD_STORE, else “store” where the program was started."""
    return Path(os.environ.get("DASHBOARD_STORE", "store"))


def remember(view: View) -> None:
    """Hand a view to the page script of this rerun."""
    st.session_state[VIEW] = view


def view() -> View:
    """The view of this rerun. A page script run without dashboard.py has none and stops at once."""
    if VIEW not in st.session_state:
        st.stop()
    found: View = st.session_state[VIEW]
    return found


def who() -> str:
    """Who is signed in, as the history of exports names them."""
    return str(getattr(st.user, "email", None) or "nobody signed in")
