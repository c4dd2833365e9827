"""What one rerun looks at: which release, for whom, and which part of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def application() -> str | None:
    """The name (client id) under which the sign-in service knows the dashboard; None where no sign-in is set
    up."""
    if not (st.secrets.load_if_toml_exists() and "auth" in st.secrets):
        return None
    return str(st.secrets["auth"].get("client_id", ""))


def person(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a sign-in says of whoever asks; nothing of one that was made for another application, which
    Streamlit lets in."""
    named, own = claims.get("aud"), application()
    made_for = named if isinstance(named, list) else [named]
    return claims if own and own in made_for else {}


def who() -> str:
    """Who is signed in, as the audit names them; where no sign-in is set up, nobody is."""
    email = None if application() is None else getattr(st.user, "email", None)
    return str(email or "nobody signed in")
