"""What stands before every page: is there a release, and may it be shown to whoever asks?"""

from __future__ import annotations

import atexit
import gc
from functools import cache
from pathlib import Path

import streamlit as st

from reporting import queries
from reporting.access import Scope, Snapshot, may_serve
from reporting.ui import layout

NOT_SYNTHETIC = (
    "The release in this store holds real data, and nobody has signed in. Without sign-in only synthetic "
    "data "
    "are shown, so nothing of this release is shown here.",
    "This version has no sign-in: there is no setting that would open this release in the browser. Keep the "
    "store where it is; loading, building and checking from the command line work as before.",
    "To see the dashboard with the synthetic practices, set DASHBOARD_STORE to a store built from "
    "data/sample "
    "and start the dashboard again.",
)


def opened(store: Path) -> tuple[Snapshot, Scope]:
    """The current release and the scope to show it in; where there is none, one page says why, and no more
    runs."""
    try:
        snapshot = queries.current(store)
    except queries.StoreError as error:
        layout.message(
            "There is nothing to show yet", (str(error), "The page will show the data when reloaded.")
        )
        st.stop()
    if not may_serve(snapshot.info):
        layout.message("Sign-in is needed for these data", NOT_SYNTHETIC)
        st.stop()
    return snapshot, Scope.icb()


@cache
def freeze_imports() -> None:
    """Take what the imports made out of the garbage collector's rounds, once a process."""
    gc.freeze()
    atexit.register(gc.unfreeze)
