"""The parts of the board pack's page: quarter and slides, a slide as it will be, its ask, the history."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from itertools import islice
from threading import RLock

import pandas as pd
import streamlit as st

from reporting.access import audit
from reporting.access.scope import Edition, Scope, Selection, Snapshot
from reporting.exhibits import editions
from reporting.exhibits.coverage import area_name, beyond
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.exhibit import Head
from reporting.once import once
from reporting.slides import history
from reporting.slides.contents import CONTENTS, KEYS, usual_asks
from reporting.slides.pack import Order, PackError, drawable, found
from reporting.slides.pictures.picture import png
from reporting.slides.pictures.renderer import BrowserFailed
from reporting.slides.quarter import Quarter, quarters
from reporting.ui import layout, session, show, watch
from reporting.ui.downloads import no_picture
from reporting.ui.filters import chosen
from reporting.ui.session import View

NAMES = {content.key: content.name for content in CONTENTS}
PUBLISHED_KEYS = tuple(content.key for content in CONTENTS if content.exhibit in editions.PUBLISHED)
NOT_KEPT = "pack-not-kept"
PREVIEW = {"width": 1280, "height": 720}
PREVIEWS_CACHED = 64
LATEST = 100


def quarter(view: View, notes: list[str]) -> Quarter | None:
    """The quarter chosen, whose value lives in the address; None where the release covers none."""
    known = quarters(view.snapshot.info)
    if not known:
        return None
    by_name = {str(one): one for one in known}
    return by_name[
        chosen("quarter", tuple(by_name), notes, lambda name: by_name[name].words, "Quarter", str(known[0]))
    ]


def head(view: View, quarter: Quarter | None, notes: list[str]) -> Head:
    """What the page is for, or why there is no pack."""
    if quarter is None:
        return Head("No quarter is complete yet", "A pack needs a whole quarter of data from some practice.")
    area = area_name(view.snapshot, view.scope, view.selection)
    return Head(
        f"Board pack: {quarter.words}",
        " ".join(
            [
                f"{area}, {beyond(view.snapshot, view.selection.threshold)} OME a day.",
                "Each slide shows what its page shows. Area and threshold follow the filters.",
                *notes,
            ]
        ),
    )


def report_head(view: View, quarter: Quarter | None, notes: list[str]) -> Head:
    """What a practice's report is, or why there is none."""
    if quarter is None:
        return Head("No quarter is complete yet", "A report needs a whole quarter of your data.")
    area = area_name(view.snapshot, view.scope, view.selection)
    said = "Two pages for your own meeting, as the ICB sends them. Internal: for your practice alone."
    return Head(f"{area}: report of {quarter.words}", " ".join([said, *notes]))


def order(view: View, quarter: Quarter) -> Order | None:
    """The slides chosen, with the words kept for the quarter; None, and a sentence, where none."""
    layout.section("Slides", "Leave out what the board need not see; the numbers on the slides follow.")
    edition = show.edition_of(view.scope, "pack-edition")
    known = KEYS if "internal" in view.scope.editions else PUBLISHED_KEYS
    keys = st.multiselect(
        "Slides of the pack", known, known, format_func=NAMES.__getitem__, key="pack-slides", width="stretch"
    )
    try:
        words = history.asks(session.store(), quarter, view.selection, edition)
    except PackError as damaged:
        layout.note(str(damaged))
        return None
    if not keys:
        st.html('<p class="nothing">No slide is chosen. Choose at least one.</p>')
        return None
    return Order(quarter, view.selection, tuple(keys), words, edition)


def left_out(view: View, order: Order) -> None:
    """Which of the slides chosen are not in the pack, and why."""
    lines = [f"{name}: {why}" for name, why in found(view.snapshot, view.scope, order).left_out]
    if lines:
        st.html(f'<p class="nothing">{"<br>".join(map(escape, ["Left out of this pack", *lines]))}</p>')


def preview(view: View, order: Order) -> None:
    """One slide as it will be, with the words of its ask to change."""
    if missing := no_picture():
        st.html(f'<p class="nothing">{escape(missing)}</p>')
        return
    keys = found(view.snapshot, view.scope, order).keys
    if not keys:
        return
    key = st.selectbox("Slide to look at", keys, format_func=NAMES.__getitem__, key="pack-slide")
    ask = order.asks.get(key, "")
    asked = (view.snapshot, view.scope, order.quarter, order.selection, order.slides, key, ask, order.edition)
    try:
        with st.spinner("Drawing the slide."):
            picture, words = _picture(*asked)
    except (PackError, BrowserFailed) as error:
        st.html(f'<p class="nothing">{escape(str(error))}</p>')
        return
    data = base64.b64encode(picture).decode("ascii")
    st.html(f'<img class="slide" src="data:image/png;base64,{data}" alt="{escape(words)}">')
    if view.scope.role == "icb":
        _ask(order, key)


@once(PREVIEWS_CACHED, RLock())
def _picture(
    snapshot: Snapshot,
    scope: Scope,
    quarter: Quarter,
    selection: Selection,
    keys: tuple[str, ...],
    key: str,
    ask: str,
    edition: Edition,
) -> tuple[bytes, str]:
    exhibit, frame = drawable(snapshot, scope, Order(quarter, selection, keys, {key: ask}, edition), key)
    return png(frame, **PREVIEW), exhibit.alt or exhibit.empty or exhibit.headline


def _ask(order: Order, key: str) -> None:
    """The words of “What we ask”, kept with the quarter, area and edition when they are changed here.

    The field is a new one whenever the words kept are others, so that it shows what somebody else wrote
    meanwhile and never writes over it unasked.
    """
    words = order.asks.get(key) or usual_asks()[key]
    digest = hashlib.sha256(words.encode("utf-8")).hexdigest()[:12]
    field = f"pack-ask-{order.quarter}-{history.area_key(order.selection, order.edition)}-{key}-{digest}"
    st.text_area(
        "What we ask (kept with quarter, area and edition; leave empty for the usual words)",
        words,
        max_chars=history.LONGEST_ASK,
        key=field,
        help="Steps of process only: review, call, record, offer, ask. Never a dose.",
        on_change=_keep,
        args=(order, key, field),
    )
    if broken := st.session_state.pop(NOT_KEPT, ""):
        layout.note(broken)


def _keep(order: Order, key: str, field: str) -> None:
    text = str(st.session_state[field]).strip()
    try:
        words = "" if text == usual_asks()[key] else text
        history.save_ask(session.store(), order.quarter, order.selection, key, words, order.edition)
    except (OSError, PackError) as error:
        st.session_state[NOT_KEPT] = f"The words were not kept: {error}"


def exported(view: View) -> None:
    """The packs exported from this store, latest first; for the ICB alone, as it names people."""
    if view.scope.role != "icb":
        return
    try:
        found = list(islice(audit.events(session.store(), what=("pack exported", "download")), LATEST))
    except audit.AuditError as error:
        layout.note(watch.not_read(error))
        return
    frame = pd.DataFrame(
        [(f"{one.when:%Y-%m-%d %H:%M:%S}", one.who, *_exported(one), one.release) for one in found],
        columns=["When (UTC)", "Who", "Quarter", "Area", "Edition", "File", "Release"],
    )
    layout.listing(
        Listing(
            "What was exported",
            f"Packs, reports and files of single charts: who, when, of which release. The latest {LATEST}.",
            frame,
            "Nothing was exported yet.",
        )
    )


def _exported(event: audit.Event) -> tuple[str, ...]:
    return tuple(str(event.details.get(name, "")) for name in ("quarter", "area", "edition", "file"))
