"""What stands before every page: is there a release, and may it be shown to whoever asks?"""

from __future__ import annotations

import atexit
import datetime as dt
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from reporting import release
from reporting.access.scope import Scope, Snapshot
from reporting.access.sign_in import AccessError, Answer, Loading, answer, may_load, people
from reporting.guidance.links import LinksError
from reporting.ui import layout

SIGN_IN = "Sign-in is needed for these data"
WORDS = {
    Answer.NOT_SET_UP: (
        "The release in this store holds real data. Without sign-in only synthetic data are shown, so "
        "nothing of this release is.",
        "To set up sign-in: 1. Ask your identity team for an OpenID Connect client (NHSmail or Entra ID) and "
        "put its details into [auth] of .streamlit/secrets.toml. 2. Write who may see the data into "
        "config/access.toml. 3. Put the reverse proxy in front and start the dashboard again. "
        "docs/deploy.md says each step in full.",
        "To see the synthetic practices instead, set DASHBOARD_STORE to a store built from data/sample.",
    ),
    Answer.SIGN_IN: ("The release in this store holds real data. Sign in with your work account.",),
    Answer.SIGN_IN_AGAIN: ("A sign-in lasts eight hours. Sign in again to go on.",),
    Answer.UNKNOWN: (
        "You have signed in, but your address is not in config/access.toml. Ask whoever runs the dashboard.",
    ),
}

NO_LOADING = (
    "Loading is for people with the role “data”. Whoever runs the dashboard can give it to your address in "
    "config/access.toml."
)
LOADING_NEEDS = "Sign in with your work account to load extracts. A sign-in lasts eight hours."


def opened(store: Path) -> tuple[Snapshot, Scope]:
    """The current release and the scope to show it in; otherwise one page says why not, and no more runs."""
    try:
        snapshot = release.current(store)
        given, scope = answer(snapshot.info, user(), people(), dt.datetime.now(dt.UTC))
    except (release.StoreError, AccessError) as error:
        layout.message(
            "There is nothing to show yet", (str(error), "The page will show the data when reloaded.")
        )
        st.stop()
    if scope is None:
        layout.message(SIGN_IN, WORDS[given])
        if given in (Answer.SIGN_IN, Answer.SIGN_IN_AGAIN):
            st.button("Sign in", on_click=st.login)
        if given is Answer.UNKNOWN:
            st.button("Sign out", on_click=st.logout)
        st.stop()
    return snapshot, scope


@contextmanager
def damage_told() -> Iterator[None]:
    """Says in a sentence that the release or the links cannot be read, should that come out on a page."""
    try:
        yield
    except release.StoreError as error:
        layout.message("The data cannot be read", (str(error), "The page will show them when reloaded."))
    except LinksError as error:
        layout.message("The links cannot be read", (str(error), "The page will show them when reloaded."))


def loading(snapshot: Snapshot) -> Loading | None:
    """What whoever asks may load, asked anew at every rerun; otherwise a way to sign in, and None."""
    given, found = _may_load(snapshot)
    if found is None:
        words = NO_LOADING if given is Answer.UNKNOWN else LOADING_NEEDS
        st.html(f'<p class="note" role="status">{words}</p>')
        if given in (Answer.SIGN_IN, Answer.SIGN_IN_AGAIN):
            st.button("Sign in", on_click=st.login)
    return found


def may_take(snapshot: Snapshot) -> Loading | None:
    """What whoever asks may load, and so whose pseudonyms they may take away; None without a word."""
    return _may_load(snapshot)[1]


def _may_load(snapshot: Snapshot) -> tuple[Answer, Loading | None]:
    return may_load(snapshot.info, user(), people(), dt.datetime.now(dt.UTC))


def user() -> Mapping[str, Any] | None:
    """What the sign-in service says of whoever asks; None where no sign-in is set up."""
    if not (st.secrets.load_if_toml_exists() and "auth" in st.secrets):
        return None
    return st.user.to_dict()


@cache
def freeze_imports() -> None:
    """Take what the imports made out of the garbage collector's rounds, once a process."""
    gc.freeze()
    atexit.register(gc.unfreeze)
