"""Exhibits on the page: a card with the finding, the figure, its source, its numbers and its files."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import lru_cache, partial
from html import escape
from time import monotonic
from typing import TypeVar

import pandas as pd
import streamlit as st

from reporting.access.scope import Edition, Scope, Selection, Snapshot
from reporting.disclosure import NotPublishedError
from reporting.exhibits.exhibit import Definition, Exhibit, Icon, definition
from reporting.exhibits.matrix import Matrix
from reporting.exhibits.wording import ALONE
from reporting.once import once
from reporting.ui import downloads, session, watch
from reporting.ui.chart import chart
from reporting.ui.downloads import REFUSED, Download, may_take, no_picture
from reporting.ui.filters import chosen
from reporting.ui.guidance import linked
from reporting.ui.matrix import closed_html, closed_words, matrix_html
from reporting.ui.session import View
from reporting.ui.tables import table_html

CACHED = 512
LOOKED_FOR = 10  # seconds until a browser is looked for again
EDITION_WORDS = {"internal": "Internal, exact", "published": "Published, rounded"}
Made = TypeVar("Made")
Maker = Callable[[Snapshot, Scope, Selection], Made]
UNITS = {
    "n": "number",
    "%": "per cent",
    "days": "median, days",
    "mg per 1,000": "mg OME a month per 1,000",
    "DDD per 1,000": "defined daily doses a month per 1,000",
}
BETTER = {"lower": "Lower is better.", "higher": "Higher is better.", "neither": "No good direction."}


def made(maker: Maker[Made], view: View) -> Made:
    """What a maker of exhibits gives for this view; remembered by release, scope and selection."""
    return _cached(maker, *view.asked)


@once(CACHED)
def _cached(maker: Maker[Made], snapshot: Snapshot, scope: Scope, selection: Selection) -> Made:
    return maker(snapshot, scope, selection)


def row(view: View, *makers: Maker[Exhibit]) -> None:
    """Make exhibits and put their cards side by side, as high as each other; below each other on a phone."""
    makers = tuple(maker for maker in makers if not _is_alone(maker, view))
    if not makers:
        return
    for column, maker in zip(st.columns(len(makers)), makers, strict=True):
        with column:
            exhibit(maker, view)


def exhibit(maker: Maker[Exhibit], view: View) -> None:
    """Make an exhibit and put its card on the page."""
    if _is_alone(maker, view):
        return
    shown = made(maker, view)
    with st.container(border=True, key=f"card-{shown.key}", height="stretch"):
        st.html(_finding(shown))
        if shown.matrix is not None:
            st.html(_cached_matrix(maker, view.phone, *view.asked))
            _other_pcns(shown.matrix, shown.key, phone=view.phone)
        elif shown.figure is not None:
            chart(_spec(maker, view.phone, *view.asked), shown.alt, f"chart-{shown.key}")
        else:
            st.html(f'<p class="nothing">{linked(shown.empty)}</p>')
            return
        _about(shown, maker, view)


def _other_pcns(found: Matrix, key: str, *, phone: bool) -> None:
    """The PCNs of a table that do not stand open, behind one line, and made only when that is opened."""
    if words := closed_words(found, phone=phone):
        more = st.expander(words, key=f"more-{key}", type="compact", on_change="rerun")
        if more.open:
            with more:
                st.html(closed_html(found, phone=phone))


def _is_alone(maker: Maker[Exhibit], view: View) -> bool:
    """Whether practices would stand beside each other, and whoever asks sees one alone: the page Compare has
    it beside similar ones."""
    return view.scope.practices is not None and made(maker, view).headline.endswith(ALONE)


@once(CACHED)
def _spec(maker: Maker[Exhibit], phone: bool, snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """The figure of this screen as JSON; of an exhibit that has one."""
    shown = _cached(maker, snapshot, scope, selection)
    figure = shown.narrow() if phone and shown.narrow is not None else shown.figure
    return str(figure.to_json()) if figure is not None else ""


@once(CACHED)
def _cached_table(maker: Maker[Exhibit], snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    shown = _cached(maker, snapshot, scope, selection)
    return table_html(shown.table, f"Numbers of: {shown.headline}")


@once(CACHED)
def _cached_matrix(
    maker: Maker[Exhibit], phone: bool, snapshot: Snapshot, scope: Scope, selection: Selection
) -> str:
    """The table that an exhibit shows in place of a figure; of one that has it."""
    shown = _cached(maker, snapshot, scope, selection)
    return "" if shown.matrix is None else matrix_html(shown.matrix, shown.headline, phone=phone)


@lru_cache(maxsize=1)
def _no_picture(_: int) -> str:
    """`no_picture`, asked anew when the number changes: a browser is looked for in many places."""
    return no_picture()


def image(icon: Icon) -> str:
    """An SVG as an image with its words, since st.html removes inline SVG."""
    data = base64.b64encode(icon.svg.encode("utf-8")).decode("ascii")
    words = escape(icon.words)
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{words}" title="{words}">'


def _finding(shown: Exhibit) -> str:
    icons = "".join(image(icon) for icon in shown.icons)
    return (
        f'<div class="finding"><div><h2>{escape(shown.headline)}</h2><p>{linked(shown.subtitle)}</p></div>'
        f'<div class="icons">{icons}</div></div>'
    )


def _about(shown: Exhibit, maker: Maker[Exhibit], view: View) -> None:
    """What nobody needs at first sight: how it is judged, who is counted, the numbers and the files."""
    what = "chart" if shown.matrix is None else "table"
    about = st.expander(f"About this {what}", key=f"about-{shown.key}", type="compact", on_change="rerun")
    if not about.open:
        return
    with about:
        st.html(f'<p class="method">{linked(shown.caption)}</p>{_definitions(view, shown.measures)}')
        st.html(_cached_table(maker, *view.asked))
        with st.container(key=f"tools-{shown.key}", horizontal=True, gap="small"):
            _download(shown, maker, view)


def _download(shown: Exhibit, maker: Maker[Exhibit], view: View) -> None:
    """The choice of an edition, and its files; or why there are none."""
    if not may_take(view, shown):
        st.html(f"<p>{REFUSED}</p>")
        return
    if refused := watch.not_ready():
        st.html(f"<p>{escape(refused)}</p>")
        return
    edition = edition_of(view.scope, f"edition-{shown.key}")
    made = Download(view, maker, session.store(), session.who(), edition)
    try:
        taken = shown if edition == view.scope.edition else made.exhibit
    except NotPublishedError as why:
        st.html(f"<p>{escape(str(why))}</p>")
        return
    missing = _no_picture(int(monotonic()) // LOOKED_FOR)
    for words, ending, kind, make, problem in (
        ("Numbers (CSV)", ".csv", "text/csv", made.csv, ""),
        ("Picture (PNG)", ".png", "image/png", made.picture, missing),
    ):
        name = made.name(taken, ending)
        st.download_button(
            words,
            partial(make, name),
            name,
            kind,
            key=f"{ending[1:]}-{shown.key}",
            on_click="ignore",
            type="tertiary",
            disabled=bool(problem),
            help=problem or None,
        )


def edition_of(scope: Scope, key: str) -> Edition:
    """The edition chosen; without a widget where there is no choice."""
    editions = scope.editions
    if len(editions) == 1:
        return editions[0]
    chosen: Edition = st.segmented_control(
        "Edition",
        editions,
        default=editions[0],
        required=True,
        format_func=EDITION_WORDS.__getitem__,
        key=key,
        help="Internal: exact counts, not for publication. Published: counts rounded or withheld.",
    )
    return chosen


def pseudonyms(view: View, maker: Maker[pd.DataFrame], words: str, name: str) -> None:
    """A button that gives a list of people as CSV; none where nobody is on it."""
    if made(maker, view).empty:
        return
    if refused := watch.not_ready():
        st.html(f"<p>{escape(refused)}</p>")
        return
    give = partial(downloads.pseudonyms, view, partial(_cached, maker), session.store(), session.who())
    with st.container(key="tools-pseudonyms"):
        st.download_button(
            words,
            partial(give, name),
            name,
            "text/csv",
            key=f"csv-{name}",
            on_click="ignore",
            type="tertiary",
        )


def _definitions(view: View, measures: tuple[str, ...]) -> str:
    return "".join(definition_html(definition(view.snapshot, view.scope, measure)) for measure in measures)


def definition_html(one: Definition) -> str:
    """A definition as a heading and a list of terms."""
    terms = {
        "Question": one.question,
        "Counted": one.numerator,
        "Out of": one.denominator,
        "Unit": UNITS.get(one.unit, one.unit),
        "Direction": BETTER[one.better],
        "Why": one.why,
        "Take care": one.caveats,
        "Source": f"{one.source}. Reviewed {one.reviewed_on}.",
    }
    listed = "".join(f"<dt>{term}</dt><dd>{linked(words)}</dd>" for term, words in terms.items())
    return f'<div class="definition"><h3>{escape(one.name)} ({escape(one.code)})</h3><dl>{listed}</dl></div>'


def definitions(found: tuple[Definition, ...]) -> None:
    """One definition, chosen by the name of its measure."""
    by_slug = {one.measure: one for one in found}
    notes = list[str]()
    slug = chosen(
        "measure",
        tuple(by_slug),
        notes,
        lambda one: f"{by_slug[one].name} ({by_slug[one].code})",
        "Measure",
        found[0].measure,
    )
    for words in notes:
        st.html(f'<p class="note" role="status">{escape(words)}</p>')
    st.html(definition_html(by_slug[slug]))
