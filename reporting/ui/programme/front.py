"""The parts of the overview: cards, the list of signals, the strip of practices awaited."""

from __future__ import annotations

from html import escape

import streamlit as st

from reporting.access import Selection
from reporting.charts import theme
from reporting.exhibits.coverage import Coverage
from reporting.exhibits.exhibit import Icon
from reporting.exhibits.overview.cards import Card
from reporting.exhibits.overview.signals import CALL, NOT_SEEN, SAFETY, Signal, Signals
from reporting.exhibits.wording import counted, practice_words
from reporting.ui.filters import kept
from reporting.ui.guidance import linked
from reporting.ui.show import image

COLUMNS = ("Practice", "Signal", "Why", "Next step")


def cards(found: tuple[Card, ...]) -> None:
    """The cards side by side, below each other on a phone."""
    st.html(f'<div class="cards">{"".join(_card(card) for card in found)}</div>')


def _card(card: Card) -> str:
    colours = f"color:{theme.text(card.kind)};background:{theme.soft(card.kind)}"
    spark = image(Icon(card.spark, "")).replace("<img", '<img class="spark"') if card.spark else ""
    return (
        f'<div class="card"><div class="top"><div><h2>{escape(card.title)}</h2>'
        f'<p class="unit">{escape(card.unit)}</p></div></div>'
        f'<p class="value">{escape(card.value)}</p><p class="words" '
        f'style="{colours}">{escape(card.words)}</p>'
        f'{spark}<p class="of">{escape(card.of)}</p></div>'
    )


def signals(found: Signals, selection: Selection) -> None:
    """The list of signals; each next step leads to the page with that practice selected."""
    if not found.shown:
        st.html(f'<p class="nothing">{escape(found.nothing)}</p>')
        return
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    calls = [signal for signal in found.shown if signal.next_step == CALL]
    rows = "".join(_row(signal, selection) for signal in calls)
    rows += _older(found, selection) if found.older else ""
    rows += "".join(_row(signal, selection) for signal in found.shown if signal.next_step != CALL)
    st.html(f'<div class="signals"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>')
    if found.more:
        more = (
            "1 more signal of the same kind is"
            if found.more == 1
            else f"{found.more} more signals of the same kinds are"
        )
        st.html(f'<p class="source">{more} on the pages of the programme.</p>')


def _older(found: Signals, selection: Selection) -> str:
    """A row that opens everybody who fell, stopped or has an unknown dose, the older ones too."""
    older = counted(found.older, "older signal", "older signals")
    people = counted(found.people, "person", "people")
    address = f"{SAFETY}?{kept(selection.among(), why=NOT_SEEN)}"
    return (
        f'<tr><td colspan="{len(COLUMNS)}">And {older} of falls, stops and unknown doses. '
        f'<a href="{escape(address)}" target="_self">Patients lists all {people}</a></td></tr>'
    )


def _row(signal: Signal, selection: Selection) -> str:
    practice = practice_words(signal.practice, signal.code)
    address = f"{signal.page}?{kept(selection, practice, why=signal.why_listed)}"
    return (
        f"<tr><td><strong>{escape(signal.practice)}</strong><small>{escape(signal.code)} · "
        f"{escape(signal.pcn)}"
        f'</small></td><td><div class="bar {signal.kind}"><strong>{escape(signal.finding)}</strong>'
        f"<small>{escape(signal.detail)}</small></div></td><td>{linked(signal.why)}</td>"
        f'<td><a href="{escape(address)}" target="_self">{escape(signal.next_step)}</a></td></tr>'
    )


def strip(covered: Coverage, month: str) -> None:
    """A box a practice, open for those awaited, and what has not come."""
    said = "".join(f"<p>{escape(words)}</p>" for words in covered.missing(month))
    boxes = "<i></i>" * covered.counted + '<i class="awaited"></i>' * len(covered.awaited)
    st.html(
        f'<div class="strip"><div class="line"><strong>{covered.counted} of {covered.practices} practices to '
        f'{escape(month)}</strong><span class="boxes" aria-hidden="true">{boxes}</span></div>'
        f"{said}</div>"
    )
