"""The parts of the page Who looked: what to look for, and the events as a file."""

from __future__ import annotations

import datetime as dt
from functools import partial

import streamlit as st

from reporting.access.audit import EVENTS
from reporting.exhibits.data.audit import Asked, events, table
from reporting.ui import downloads, session, watch
from reporting.ui.session import View

DAYS = 7  # looked at unless asked otherwise
NAME = "who-looked-internal.csv"


def asked() -> Asked:
    """Person, kinds of event and days, as somebody chose them; the last week unless they did."""
    today = dt.datetime.now(dt.UTC).date()
    with st.container(horizontal=True, key="audit-asked"):
        who = st.text_input("Person", key="audit-who", placeholder="any part of the address")
        what = st.multiselect("What", list(EVENTS), key="audit-what", placeholder="everything")
        since = st.date_input(
            "From", today - dt.timedelta(days=DAYS - 1), key="audit-from", format="DD/MM/YYYY"
        )
        until = st.date_input("To", today, key="audit-to", format="DD/MM/YYYY")
    days = [one if isinstance(one, dt.date) else today for one in (since, until)]
    return Asked(who.strip(), tuple(what), min(days), max(days))


def file(view: View, asked: Asked) -> None:
    """The button that gives every event asked for as CSV; or why it cannot."""
    if refused := watch.not_ready():
        st.html(f"<p>{refused}</p>")
        return
    take = partial(_csv, view, asked, session.who())
    with st.container(key="tools-audit"):
        st.download_button(
            "All of these (CSV)", take, NAME, "text/csv", key="csv-audit", on_click="ignore", type="tertiary"
        )


def _csv(view: View, asked: Asked, who: str) -> bytes:
    frame = table(events(session.store(), asked))
    data = downloads.table_csv(frame)
    return downloads.recorded(session.store(), view, who, NAME, data, len(frame), filters=asked.words)
