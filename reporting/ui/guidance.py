"""Links wherever a text names a resource, and the block of words that protect people."""

from __future__ import annotations

from functools import cache
from html import escape

import streamlit as st

from reporting.guidance.links import TO_CONFIRM, Link, known, parts
from reporting.guidance.safety import CRISIS_WORDS, Situation
from reporting.guidance.safety import safety as words

READERS = (("clinicians", "For clinicians"), ("patients", "For people to read or use"))


def linked(text: str) -> str:
    """The text as HTML, with every resource it names as a link."""
    return "".join(escape(part) if link is None else anchor(link, part) for part, link in parts(text))


def anchor(link: Link, text: str = "") -> str:
    """A link that opens beside the page; one whose address nobody has seen says so."""
    doubt = "" if link.confirmed else f' <span class="unsure">({TO_CONFIRM})</span>'
    return (
        f'<a href="{escape(link.address)}" target="_blank" rel="noopener noreferrer" '
        f'title="{escape(link.owner)}">{escape(text or link.title)}</a>{doubt}'
    )


def safety(*when: str) -> None:
    """The block for these situations (keys of reporting/guidance/safety.toml): a sentence each and whom to
    call; what to check opens below. Once a page, above what shows falls, stops or tapers."""
    st.html(safety_html(*when))
    more = st.expander("What to check", key="what-to-check", type="compact", on_change="rerun")
    if more.open:
        with more:
            st.html(f'<div class="check">{check_html(*when)}</div>')


@cache
def safety_html(*when: str) -> str:
    """The block as HTML, without what to check."""
    found = words(*when)
    says = "".join(f"<p><strong>{escape(one.title)}.</strong> {linked(one.says)}</p>" for one in found.asked)
    crisis = " or ".join(anchor(link) for link in found.crisis)
    return (
        f'<div class="safety" role="note" aria-label="Safety">{says}'
        f'<p class="crisis">{escape(CRISIS_WORDS)} {crisis}.</p></div>'
    )


@cache
def check_html(*when: str) -> str:
    """What to check in these situations and in the others, and the links."""
    found = words(*when)
    more = "".join(_situation(one, said=True) for one in found.asked)
    more += "".join(_situation(one) for one in found.others)
    links = "".join(
        _links(title, [link for link in found.links if who in link.readers]) for who, title in READERS
    )
    return f"{more}{links}"


def _situation(one: Situation, said: bool = False) -> str:
    says = "" if said else f"<p>{linked(one.says)}</p>"
    steps = "".join(f"<li>{linked(step)}</li>" for step in one.check)
    return (
        f"<h3>{escape(one.title)}</h3>{says}<ul>{steps}</ul>"
        f'<p class="source">Source: {linked(one.source)}. Reviewed {one.reviewed_on:%Y-%m-%d}.</p>'
    )


def _links(title: str, links: list[Link]) -> str:
    return f"<h3>{title}</h3><p>{' · '.join(anchor(link) for link in links)}</p>" if links else ""


def listing() -> None:
    """Every link with its owner, its readers and the day it was reviewed."""
    opened = {True: "opened", False: "not opened yet"}
    rows = "".join(
        f"<tr><td>{anchor(link)}</td>"
        f'<td data-of="Owner">{escape(link.owner)}</td>'
        f'<td data-of="For">{escape(", ".join(link.readers))}</td>'
        f'<td data-of="Reviewed">{link.reviewed_on:%Y-%m-%d}, {opened[link.opened]}</td></tr>'
        for link in known().values()
    )
    head = "".join(f"<th>{name}</th>" for name in ("Title", "Owner", "For", "Reviewed"))
    st.html(
        '<div class="listing"><div class="numbers" tabindex="0" role="region" aria-label="Guidance and help">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></div>"
    )
