"""The parts of the board's first page: the latest whole quarter in its published edition."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from reporting.disclosure import NotPublishedError, protection_words
from reporting.exhibits import editions
from reporting.exhibits.board.pages import the_quarter
from reporting.exhibits.coverage import area_name
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.exhibit import Head
from reporting.exhibits.policy import rule
from reporting.slides.contents import CONTENTS
from reporting.slides.quarter import at_end_of, quarters
from reporting.ui import layout, show
from reporting.ui.session import View


def latest(view: View) -> View | None:
    """What may be published of the latest whole quarter; None where there is none yet."""
    whole = quarters(view.snapshot.info)
    if not whole:
        return None
    scope = view.scope.of("published")
    return replace(view, snapshot=at_end_of(view.snapshot, whole[0]), scope=scope)


def head(view: View, then: View | None) -> Head:
    """What the quarter's figures say, and how they are protected."""
    if then is None:
        return Head("No quarter is complete yet", "Figures of whole quarters are published.")
    quarter = quarters(view.snapshot.info)[0].words
    how = protection_words(rule(view.snapshot), "published")
    try:
        shown = show.made(editions.InEdition(the_quarter), then)
    except NotPublishedError as why:
        return Head(f"{area_name(*view.asked)}, {quarter}", f"{why} {how}")
    return Head(shown.headline, f"{quarter}. {how}")


def published(then: View) -> None:
    """Each chart that has a published form; below, those that have none for this area, and why."""
    left_out = []
    for content in CONTENTS:
        maker = editions.InEdition(content.exhibit)
        try:
            shown = show.made(maker, then)
        except NotPublishedError as why:
            if content.exhibit in editions.PUBLISHED:
                left_out.append(f"{content.name}: {why}")
        else:
            if shown.figure is not None:
                show.exhibit(maker, then)
            else:
                layout.listing(Listing(content.name, shown.subtitle, shown.table, shown.empty))
    if left_out:
        st.html(f'<p class="nothing">{"<br>".join(map(escape, ["Not shown for this area", *left_out]))}</p>')
