"""The frame of every page: style, head, section headings and plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from html import escape
from pathlib import Path
from string import Template

import pandas as pd
import streamlit as st
from streamlit.navigation.page import Page

from reporting.access.scope import Snapshot
from reporting.charts import theme
from reporting.exhibits.coverage import Coverage, area_name, coverage, foot_words, where
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.exhibit import Head
from reporting.exhibits.wording import month
from reporting.slides.pictures.font import font_face
from reporting.ui.guidance import linked
from reporting.ui.session import View
from reporting.ui.tables import table_html

FEW = 6  # rows of a list that stand on a page at first, where the others are one click away
WHOLE_ICB = "Data"  # the section whose pages are of the whole release, whatever area is chosen
STYLE = Path(__file__).with_name("style.css")


@cache
def _style() -> str:
    colours = {name.lower(): value for name, value in vars(theme).items() if isinstance(value, str)}
    return f"<style>{font_face()}{Template(STYLE.read_text(encoding='utf-8')).substitute(colours)}</style>"


def brand(icb: str) -> None:
    """The name of the dashboard and of the ICB, above the navigation and, when it is closed, in the page's
    corner."""
    text = f'font-family="{theme.FONT}"'
    st.logo(
        '<svg xmlns="http://www.w3.org/2000/svg" width="230" height="40" viewBox="0 0 230 40">'
        f'<text x="0" y="16" {text} font-size="15.5" font-weight="700" textLength="214" '
        f'lengthAdjust="spacingAndGlyphs" fill="{theme.NAVY}">Opioids and gabapentinoids</text>'
        f'<text x="0" y="35" {text} font-size="13" fill="{theme.MUTED}">{escape(icb)}</text></svg>',
        size="large",
    )


def navigation(pages: Mapping[str, Sequence[Page]], here: Page, filters: Mapping[str, str]) -> None:
    """Links to the pages by section, with the filters. Streamlit's own list of sections puts div into ul,
    which axe refuses."""
    with st.container(key="pages"):
        for name, links in pages.items():
            st.html(f'<p class="pages">{escape(name)}</p>')
            for link in links:
                with st.container(key="page-here") if link == here else nullcontext():
                    st.page_link(link, width="stretch", query_params=filters)


def style() -> None:
    """Put the style sheet on the page; once a rerun, before anything that needs it."""
    st.html(_style())


def head(view: View, section: str, words: Head) -> None:
    """The head of a page: where we are, how fresh and complete the data are, the finding as its only h1, an
    introduction."""
    area = view.snapshot.info.icb if section == WHOLE_ICB else where(*view.asked)
    st.html(
        f'<div class="page-head"><div class="line"><p class="eyebrow">{escape(area)} · '
        f"{escape(section)}</p>"
        f'<span class="mark">{escape(freshness(view))}</span></div>'
        f"<h1>{escape(words.headline)}</h1>"
        f'<p class="introduction">{linked(words.introduction)}</p></div>'
    )
    for note in view.notes:
        st.html(f'<p class="note" role="status">{escape(note)}</p>')


def freshness(view: View) -> str:
    """“Synthetic data · 22 of 24 practices to Sep 2026”: of all that whoever asks may see."""
    covered = coverage(view.snapshot, view.scope, None)
    if view.scope.role == "practice":
        return _own_freshness(view, covered)
    of = "" if area_name(*view.asked) == view.snapshot.info.icb else " of the ICB"
    words = f"{covered.counted} of {covered.practices} practices{of} to {month(view.snapshot.info.data_to)}"
    if covered.partly:
        words += f", {covered.partly} with extracts missing"
    return f"Synthetic data · {words}" if view.snapshot.info.synthetic else words


def _own_freshness(view: View, covered: Coverage) -> str:
    """The same of somebody's own practices: “Synthetic data · yours to Sep 2026”."""
    awaited = covered.practices - covered.counted
    words = f"{awaited} of {covered.practices} of yours awaited" if awaited else "yours"
    said = f"{words} to {month(view.snapshot.info.data_to)}"
    return f"Synthetic data · {said}" if view.snapshot.info.synthetic else said.capitalize()


def section(title: str, words: str = "") -> None:
    """A heading within a page, and a sentence under it."""
    st.html(f'<div class="section"><h2>{escape(title)}</h2><p>{linked(words)}</p></div>')


def more(page: str, words: str, fill: Callable[[], None], asked: str = "") -> None:
    """What is little read, behind one line at the end of a page, and made only when that is opened. words:
    what is in it; fill: puts it on the page; asked: what the address names where it asks for something in
    it, which opens it at first."""
    if asked in st.query_params:
        st.session_state.setdefault(f"more-{page}", True)
    found = st.expander(f"More on this page: {words}", key=f"more-{page}", type="compact", on_change="rerun")
    if found.open:
        with found:
            fill()


def steps(words: tuple[str, ...]) -> None:
    """Steps to take, numbered."""
    st.html(f'<ol class="plain">{"".join(f"<li>{linked(step)}</li>" for step in words)}</ol>')


def message(title: str, paragraphs: tuple[str, ...]) -> None:
    """A page of words only: what is the matter and what to do."""
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    st.html(f'<div class="page-head"><h1>{escape(title)}</h1></div><div class="plain">{text}</div>')


def sidebar_foot(snapshot: Snapshot) -> None:
    """What is being looked at, under the filters: release and OME factors."""
    words = [f"Release {snapshot.release}", f"OME factors {snapshot.info.factor_version}"]
    with st.sidebar:
        st.html(f'<p class="release">{"<br>".join(escape(part) for part in words)}</p>')


def foot(view: View) -> None:
    """The last line of a page: whose data these are, and what a high dose is."""
    covered = coverage(view.snapshot, view.scope, view.selection)
    words = foot_words(view.snapshot, covered, view.selection.threshold)
    st.html(f'<p class="foot">{escape(words)}</p>')


def listing(found: Listing, opens: Sequence[str] = (), at_first: int | None = None) -> None:
    """A heading, a sentence and a table; or the words in place of an empty table. opens: where rows lead.
    at_first: how many rows stand on the page; the others are one click away, and made only then."""
    section(found.title, found.words)
    if found.table.empty:
        st.html(f'<p class="nothing">{escape(found.nothing)}</p>')
        return
    _rows(found.table.iloc[:at_first], found.title, opens[:at_first])
    rest = 0 if at_first is None else len(found.table) - at_first
    if rest > 0:
        more = st.expander(
            f"{rest} more",
            key=f"more-{found.title}",
            type="compact",
            on_change="rerun",
        )
        if more.open:
            with more:
                _rows(found.table.iloc[at_first:], f"{found.title}: the others", opens[at_first:])


def on_page(found: Listing, at_first: int) -> pd.DataFrame:
    """The rows of a listing that stand on the page now: its first, and the others where they were opened."""
    return found.table if st.session_state.get(f"more-{found.title}") else found.table.iloc[:at_first]


def _rows(table: pd.DataFrame, name: str, opens: Sequence[str]) -> None:
    st.html(f'<div class="listing">{table_html(table, name, opens)}</div>')


def progress(title: str, words: str, share: float) -> None:
    """How far a piece of work is: its name, what is at work, and a bar. share: 0 to 1."""
    done = round(100 * share)
    st.html(
        f'<div class="work"><p><strong>{escape(title)}</strong> {escape(words or "Starting")}</p>'
        f'<div class="bar" role="progressbar" aria-label="{escape(title)}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{done}"><i style="width:{done}%"></i></div></div>'
    )


def note(words: str) -> None:
    """A sentence about what was just done, which readers of the screen are told."""
    st.html(f'<p class="note" role="status">{escape(words)}</p>')
