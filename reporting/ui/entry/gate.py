"""What stands before every page: is there a release, and may it be shown to whoever asks?"""

from __future__ import annotations

import atexit
import datetime as dt
import gc
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from reporting import figures, release
from reporting.access import audit, ended
from reporting.access.listed import AccessError, email, listed
from reporting.access.scope import Scope, Snapshot
from reporting.access.sign_in import Answer, Loading, answer, may_load, may_serve
from reporting.guidance.links import LinksError
from reporting.ui import layout, session
from reporting.ui.entry import door

SIGN_IN = "Sign-in is needed for these data"
ASK = "Ask your administrator."
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
    Answer.NO_EMAIL: (f"You have signed in, but your account gave no e-mail address, or an odd one. {ASK}",),
    Answer.NOT_VERIFIED: (f"You have signed in, but your account's address is not verified. {ASK}",),
    Answer.UNKNOWN: (f"You have signed in, but your account is not set up for this dashboard. {ASK}",),
}
UNSURE = (f"Who may see these data cannot be read, so nothing is shown. {ASK}",)
NO_DOOR = (
    "The release in this store holds real data, and the dashboard was started without its door, which guards "
    "downloads and uploads. Start it with `python3 run.py`, or as docs/deploy.md says.",
)
NO_LOADING = "Loading is for people with the role “data”. Your administrator can give it to you."
LOADING_NEEDS = "Sign in with your work account to load extracts. A sign-in lasts eight hours."
NOT_ENDED = (
    "This server shows you nothing more, but could not tell others that share its store. Sign out of this "
    "browser, then close every window of the dashboard. "
) + ASK
TOLD = "sign-in-told"  # what this session recorded last of its sign-in
SHOWN_IN = "shown-in"  # the scope in which this session was shown last
LOG = logging.getLogger(__name__)


def opened(store: Path) -> tuple[Snapshot, Scope]:
    """The current release and the scope to show it in; otherwise one page says why not, and no more runs."""
    try:
        snapshot = release.current(store)
    except release.StoreError as error:
        layout.message(
            "There is nothing to show yet", (str(error), "The page will show the data when reloaded.")
        )
        st.stop()
    if not may_serve(snapshot.info) and not door.STANDS.is_set():
        layout.message("Nothing is shown", NO_DOOR)
        st.stop()
    who = user()
    try:
        given, scope = answer(snapshot.info, who, listed, partial(ended.is_ended, store), _now())
        if scope is not None and not _exists(snapshot, scope):
            given, scope = Answer.UNKNOWN, None
    except AccessError as error:
        LOG.error("Access: %s", error)
        _told(store, snapshot, "sign-in refused", who, why="the access file")
        layout.message(SIGN_IN, UNSURE)
        sign_out(store)
        st.stop()
    if scope is None:
        if who:
            _told(store, snapshot, "sign-in refused", who, why=given.name.lower().replace("_", " "))
        layout.message(SIGN_IN, WORDS[given])
        if given in (Answer.SIGN_IN, Answer.SIGN_IN_AGAIN):
            st.button("Sign in", on_click=st.login)
        elif who is not None:
            sign_out(store)
        st.stop()
    _forget_another(scope)
    if not may_serve(snapshot.info):
        _told(store, snapshot, "signed in", who, scope)
    return snapshot, scope


def _forget_another(scope: Scope) -> None:
    """Where this session was shown in another scope, all that it held goes: files made, receipts, choices."""
    if st.session_state.get(SHOWN_IN, scope) != scope:
        st.session_state.clear()
    st.session_state[SHOWN_IN] = scope


def _told(
    store: Path, snapshot: Snapshot, what: str, who: Mapping[str, Any] | None, scope: Scope | None = None,
    **details: Any,
) -> None:  # fmt: skip
    """Record a sign-in and what came of it, once while both stay the same."""
    now = (what, scope, tuple(details.values()), ended.sign_in_of(who or {}))
    if st.session_state.get(TOLD) == now:
        return
    role, practices = ("", "") if scope is None else (scope.role, scope.words)
    try:
        audit.record(
            store, what, who=email(who or {}) or "no address", role=role, scope=practices,
            release=snapshot.release, **details,
        )  # fmt: skip
        st.session_state[TOLD] = now
    except audit.AuditError as error:
        LOG.error("A sign-in was not recorded: %s", error)


def _exists(snapshot: Snapshot, scope: Scope) -> bool:
    """Whether a practice's reader has a practice in the release; the log names those it lacks."""
    if scope.role != "practice" or scope.practices is None:
        return True
    held = set(figures.practices(snapshot, scope).frame["practice_code"])
    if lacking := sorted(scope.practices - held):
        LOG.error("Access: an entry names practices that the release does not hold: %s.", ", ".join(lacking))
    return bool(held)


def sign_out(store: Path) -> None:
    """The button that ends a sign-in: in this tab, in every other, and for the cookie that it left."""
    if st.button("Sign out", key="sign-out"):
        who = user() or {}
        try:
            audit.record(store, "signed out", who=email(who) or "no address", why="asked to")
        except audit.AuditError as error:
            LOG.error("A sign-out was not recorded: %s", error)
        try:
            ended.end(store, who)
        except OSError as error:
            LOG.error("Access: a sign-out could not be kept: %s", error)
            layout.message("Signed out of this server", (NOT_ENDED,))
            st.button("Sign out of this browser too", on_click=st.logout)
            st.stop()
        st.logout()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


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
        words = LOADING_NEEDS if given in (Answer.SIGN_IN, Answer.SIGN_IN_AGAIN) else NO_LOADING
        st.html(f'<p class="note" role="status">{words}</p>')
        if given in (Answer.SIGN_IN, Answer.SIGN_IN_AGAIN):
            st.button("Sign in", on_click=st.login)
    return found


def may_take(snapshot: Snapshot) -> Loading | None:
    """What whoever asks may load, and so whose pseudonyms they may take away; None without a word."""
    return _may_load(snapshot)[1]


def _may_load(snapshot: Snapshot) -> tuple[Answer, Loading | None]:
    try:
        return may_load(snapshot.info, user(), listed, partial(ended.is_ended, session.store()), _now())
    except AccessError as error:
        LOG.error("Access: %s", error)
        return Answer.UNKNOWN, None


def user() -> Mapping[str, Any] | None:
    """What the sign-in service says of whoever asks; None where no sign-in is set up."""
    return None if session.application() is None else session.person(st.user.to_dict())


@cache
def freeze_imports() -> None:
    """Take what the imports made out of the garbage collector's rounds, once a process."""
    gc.freeze()
    atexit.register(gc.unfreeze)
