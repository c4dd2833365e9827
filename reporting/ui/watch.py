"""What the pages record of those who look: pages, lists of people, single people, and the access file."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from reporting.access import audit
from reporting.access.audit import AuditError
from reporting.access.listed import in_use
from reporting.access.scope import Selection
from reporting.exhibits.coverage import area_name
from reporting.ui import session
from reporting.ui.session import View

LOG = logging.getLogger(__name__)
SEEN = "audit-seen"  # what this session recorded last, by kind
SERVER = "the dashboard"  # who, where nobody's click is behind it
NOT_RECORDED = (
    "It would have to be recorded first, and the record of who looks cannot be written. Charts still show; "
    "people and files do not. Ask whoever runs the dashboard."
)
NOT_READ = "The record of who looks cannot be read. Ask whoever runs the dashboard."
_access: dict[Path, str] = {}  # store → hash of the access file that was recorded last


def page_viewed(view: View, page: str) -> None:
    """Record that a page is looked at, once for each page, area, role and release that follow each other in a
    session. Where it cannot be recorded the page still shows, and the log says so."""
    area = area_name(*view.asked)
    try:
        _once(
            view, "page viewed", (page, area), durable=False, page=page, area=area,
            filters=filters(view.selection),
        )  # fmt: skip
    except AuditError as error:
        LOG.warning("A page view was not recorded: %s", error)


def people_viewed(view: View, page: str, people: Sequence[str]) -> str:
    """Record that the pseudonyms of these people are about to be shown, of which only the number is recorded;
    what to show in their place where that fails, else ""."""
    if not people:
        return ""
    area, asked = area_name(*view.asked), filters(view.selection)
    told: dict[str, str | int] = {"page": page, "area": area, "filters": asked, "people": len({*people})}
    return _told(view, "people viewed", (page, area, *people), told)


def person_viewed(view: View, page: str, pseudonym: str) -> str:
    """Record that one person's doses are about to be shown; what to show in their place where that fails,
    else ""."""
    return _told(view, "person viewed", (pseudonym,), {"page": page, "pseudonym": pseudonym})


def access_seen(store: Path) -> None:
    """Record that the access file is another than was recorded last. Where it cannot be recorded the pages
    still show, and the log says so."""
    path = in_use()
    try:
        now = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "none"
        if _access.get(store) == now:
            return
        last = next(audit.events(store, what=("access changed",)), None)
        if last is None or last.details.get("sha256") != now:
            audit.record(store, "access changed", who=SERVER, file=path.name, sha256=now)
        _access[store] = now
    except (AuditError, OSError) as error:
        LOG.warning("A change of access was not recorded: %s", error)


def not_ready() -> str:
    """What to show in place of files that could not be recorded now, else ""."""
    try:
        audit.ready(session.store())
    except AuditError as error:
        return not_recorded(error)
    return ""


def not_recorded(error: AuditError) -> str:
    """What to say in a browser; the log has the rest."""
    LOG.error("Nothing was given out: %s", error)
    return NOT_RECORDED


def not_read(error: AuditError) -> str:
    """What to say in a browser where the audit cannot be read; the log has the rest."""
    LOG.error("The audit was not read: %s", error)
    return NOT_READ


def filters(selection: Selection) -> str:
    """The filters in words: “pcn Alder, 120 mg, 3 years”."""
    named = {"practice": selection.practice, "pcn": selection.pcn, "place": selection.place}
    area = [f"{kind} {value}" for kind, value in named.items() if value]
    return ", ".join([*area, f"{selection.threshold} mg", f"{selection.years} years"])


def _told(view: View, what: str, of: tuple[str, ...], details: dict[str, str | int]) -> str:
    try:
        _once(view, what, of, durable=True, **details)
    except AuditError as error:
        return not_recorded(error)
    return ""


def _once(view: View, what: str, of: tuple[str, ...], durable: bool, **details: Any) -> None:
    seen: dict[str, object] = st.session_state.setdefault(SEEN, {})
    now = (of, view.scope, view.snapshot.release)
    if seen.get(what) != now:
        audit.record(
            session.store(), what, who=session.who(), release=view.snapshot.release, durable=durable,
            role=view.scope.role, scope=view.scope.words, **details,
        )  # fmt: skip
        seen[what] = now
