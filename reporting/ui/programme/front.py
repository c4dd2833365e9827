"""The parts of the overview: then and now, people in danger, practices to ring, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import TypeVar

import streamlit as st

from reporting.access.scope import Selection
from reporting.charts import theme
from reporting.exhibits.coverage import Coverage
from reporting.exhibits.exhibit import Icon
from reporting.exhibits.overview.cards import Card
from reporting.exhibits.overview.danger import Danger
from reporting.exhibits.overview.reasons import SAFETY, Reason, Reasons
from reporting.exhibits.overview.ring import ToRing
from reporting.exhibits.wording import counted, day, number
from reporting.ui.filters import query
from reporting.ui.guidance import linked
from reporting.ui.layout import FEW
from reporting.ui.show import image

Row = TypeVar("Row")
COLUMNS = ("Practice", "Finding", "Why", "Next step")
MOST_SQUARES = 200
ON_A_PHONE = 3  # practices shown on a phone; the others are one click away
FULL = 45  # width of the longest bar, in per cent of its cell


def cards(found: tuple[Card, ...], selection: Selection) -> None:
    """A row a measure: then, now, who is new and who left, and whether it really changed."""
    longest = max((max(card.moved) for card in found if card.moved), default=1) or 1
    rows = "".join(_card(card, longest, selection) for card in found)
    head = "".join(
        f'<th scope="col"{kind}>{words}</th>'
        for words, kind in (
            ("People on", ""), ("Then", ' class="n"'), ("Now", ' class="n"'),
            ("Left and new", ' class="moves"'), ("Really changed?", ""),
        )
    )  # fmt: skip
    st.html(f'<div class="then-now"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>')


def _card(card: Card, longest: int, selection: Selection) -> str:
    address = escape(f"{card.page}?{query(selection)}")
    pill = f"color:{theme.text(card.kind)};background:{theme.soft(card.kind)}"
    spark = image(Icon(card.spark, "")).replace("<img", '<img class="spark"') if card.spark else ""
    verdict = f'<span class="pill" style="{pill}">{escape(card.verdict or card.words)}</span>'
    then = f"{escape(card.then or '–')}<small>{escape(card.since)}</small>"
    now = f"<strong>{escape(card.now or card.value)}</strong><small>{escape(card.value)}</small>"
    return (
        f'<tr><th scope="row"><a href="{address}" target="_self">{escape(card.title)}</a>'
        f'<small>{escape(card.unit)}</small></th><td class="n">{then}</td><td class="n">{now}</td>'
        f'<td class="moves">{_moves(card, longest)}</td><td>{verdict}{spark}</td></tr>'
    )


def _moves(card: Card, longest: int) -> str:
    """A bar to the left for those who left and one to the right for those who are new."""
    if card.moved is None:
        return ""
    new, left = card.moved
    good = theme.text(card.kind) if card.kind in ("improvement", "concern") else theme.MUTED
    bars = "".join(
        f'<i class="{side}" style="width:{FULL * n / longest:.1f}%;background:{colour}"></i>'
        for side, n, colour in (("left", left, good), ("new", new, theme.LINE))
    )
    return (
        f'<span class="bars" aria-hidden="true">{bars}</span>'
        f'<span class="ends"><span>{number(left)} left</span><span>{number(new)} new</span></span>'
    )


def danger(found: Sequence[Danger], selection: Selection) -> None:
    """A row a kind: how many people, a square each (grey where plans are not counted), and a link to exactly
    them."""
    if not found:
        st.html('<p class="nothing">Nobody waits to be looked at.</p>')
        return
    st.html(f'<div class="danger">{"".join(_danger(one, selection) for one in found)}</div>')


def _danger(one: Danger, selection: Selection) -> str:
    address = escape(f"{SAFETY}?{query(selection, why=one.why)}")
    latest = f"latest {day(one.on)}" if one.on else ""
    planned = "" if one.alone is None else f"{number(one.alone)} on no plan"
    squares = ""
    if one.people <= MOST_SQUARES:
        alone = one.alone or 0
        other = "untold" if one.alone is None else "planned"
        squares = "<i></i>" * alone + f'<i class="{other}"></i>' * (one.people - alone)
    return (
        f'<div class="row"><strong>{number(one.people)}</strong><span class="what">{escape(one.words)}</span>'
        f'<span class="squares"><span aria-hidden="true">{squares}</span><small>{planned}</small></span>'
        f'<span class="see"><a href="{address}" target="_self">See the {number(one.people)}</a>'
        f"<small>{latest}</small></span></div>"
    )


def to_ring(found: Sequence[ToRing], selection: Selection, *, phone: bool) -> None:
    """A row a practice with every reason; those after the first few are one click away."""
    if not found:
        st.html('<p class="nothing">No practice here has a reason to be rung.</p>')
        return
    first, words = ON_A_PHONE if phone else FEW, ("more practice", "more practices")
    _first_and_more(found, first, "to-ring", words, partial(_ring, selection=selection))


def _first_and_more(
    found: Sequence[Row], first: int, name: str, words: tuple[str, str], show: Callable[[Sequence[Row]], None]
) -> None:
    """The first few rows; the others open below, and are made only then."""
    show(found[:first])
    if rest := found[first:]:
        more = st.expander(counted(len(rest), *words), key=f"more-{name}", type="compact", on_change="rerun")
        if more.open:
            with more:
                show(rest)


def _ring(found: Sequence[ToRing], selection: Selection) -> None:
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("Practice", "Harm on", "Every reason", "Begin with")
    )
    rows = "".join(_practice(one, selection) for one in found)
    st.html(f'<div class="ring"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>')


def _practice(one: ToRing, selection: Selection) -> str:
    address = escape(f"compare?{query(selection, practice=one.code)}")
    harm = "".join(f"<span>{escape(day(on))}</span>" for on in one.harmed_on)
    reasons = "".join(_reason(reason, selection) for reason in one.reasons)
    return (
        f'<tr><td><a href="{address}" target="_self"><strong>{escape(one.name)}</strong></a>'
        f"<small>{escape(one.code)} · {escape(one.pcn)}</small></td>"
        f'<td class="harm">{harm}</td><td>{reasons}</td><td>{linked(one.reasons[0].next_step)}</td></tr>'
    )


def _reason(reason: Reason, selection: Selection) -> str:
    address = escape(f"{reason.page}?{query(selection, practice=reason.code, why=reason.why_listed)}")
    harm = "harm" if reason.on is not None else reason.kind
    return (
        f'<div class="bar {harm}"><a href="{address}" target="_self">{escape(reason.finding)}</a>'
        f"<small>{escape(reason.detail)}. {linked(reason.why)}</small></div>"
    )


def ask_first(found: Reasons, selection: Selection) -> None:
    """A row a reason; each next step leads to the page with that practice selected. Those after the first few
    are one click away."""
    if not found.shown:
        st.html(f'<p class="nothing">{escape(found.nothing)}</p>')
        return
    _first_and_more(
        found.shown, FEW, "to-ask", ("more reason", "more reasons"), partial(_asked, selection=selection)
    )


def _asked(found: Sequence[Reason], selection: Selection) -> None:
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    rows = "".join(_row(reason, selection) for reason in found)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    st.html(f'<div class="ask-first">{table}</div>')


def _row(reason: Reason, selection: Selection) -> str:
    address = f"{reason.page}?{query(selection, practice=reason.code, why=reason.why_listed)}"
    return (
        f"<tr><td><strong>{escape(reason.practice)}</strong><small>{escape(reason.code)} · "
        f"{escape(reason.pcn)}"
        f'</small></td><td><div class="bar {reason.kind}"><strong>{escape(reason.finding)}</strong>'
        f"<small>{escape(reason.detail)}</small></div></td><td>{linked(reason.why)}</td>"
        f'<td><a href="{escape(address)}" target="_self">{escape(reason.next_step)}</a></td></tr>'
    )


def strip(covered: Coverage, month: str, selection: Selection | None = None) -> None:
    """A box a practice, open for those awaited, and what has not come. selection: the filters with which it
    leads to What is missing; None on that page itself."""
    link = ""
    if selection is not None:
        link = f'<a href="completeness?{escape(query(selection))}" target="_self">What is missing</a>'
    said = "".join(f"<p>{escape(words)}</p>" for words in covered.missing(month))
    boxes = "<i></i>" * covered.counted + '<i class="awaited"></i>' * len(covered.awaited)
    st.html(
        f'<div class="strip"><div class="line"><strong>{covered.counted} of {covered.practices} practices to '
        f'{escape(month)}</strong><span class="boxes" aria-hidden="true">{boxes}</span>'
        f"{link}</div>{said}</div>"
    )
