"""The patients page's parts: the list, the choice of one person, and the working of a day's dose."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from medicines import describe
from medicines.dose_explanation import Line, SupplyExplanation
from reporting.access.scope import Release, Selection
from reporting.exhibits.compare.page import Choice
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.exhibit import Icon
from reporting.exhibits.patients.people import ORDER, Patients, Person
from reporting.exhibits.patients.substitution import HighRisk
from reporting.exhibits.patients.timeline import Working
from reporting.exhibits.wording import code_in, counted, day
from reporting.people import SAID, WHY
from reporting.ui.filters import LABELS, chosen, query
from reporting.ui.guidance import linked
from reporting.ui.layout import FEW, on_page
from reporting.ui.session import View
from reporting.ui.show import image

PAGE = "patients"
COLUMNS = ("Patient", "Why", "Next step", "Mean dose", "12 months")


EVERYBODY = "everybody"


def because() -> str | None:
    """The reason people are listed by, chosen here or asked for by a link; None for everybody."""
    notes: list[str] = []
    options = (None, *WHY)
    why = chosen(
        "why",
        options,
        notes,
        lambda one: EVERYBODY if one is None else SAID.get(one, one),
        LABELS["why"],
        None,
    )
    for words in notes:
        st.html(f'<p class="note" role="status">{escape(words)}</p>')
    return why if why is None else str(why)


def choices(found: Patients | Choice, selection: Selection) -> None:
    """Why nothing is shown, and the practices one may choose."""
    st.html(f'<p class="nothing">{escape(found.nothing)}</p>')
    links = "".join(
        f'<li><a href="?{_asked(practice, selection)}" target="_self">{escape(practice)}</a></li>'
        for practice in found.choices
    )
    st.html(f'<ul class="choices">{links}</ul>')


def _asked(practice: str, selection: Selection, **more: str) -> str:
    """The address of this page for a practice, with the filters kept."""
    return escape(query(selection, practice=code_in(practice), **more))


def addresses(found: Listing, view: View) -> list[str]:
    """For each row of a listing the address that lists whom it counts, "" for none."""
    return [f"{PAGE}?{query(view.selection, why=why)}" if why else "" for why in found.opens]


def by_practice(found: Patients, selection: Selection) -> None:
    """The people of several practices, a row a practice: it and each key open on this page."""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Practice", "People", "Who"))
    rows = "".join(
        f'<tr><td><a href="?{_asked(practice, selection, why=found.why)}" target="_self">{escape(practice)}'
        f"</a></td><td>{counted(len(keys), 'person', 'people')}</td><td>"
        + ", ".join(
            f'<a href="?{_asked(practice, selection, why=found.why, patient=key)}" target="_self">'
            f"{escape(key)}</a>"
            for key in keys
        )
        + "</td></tr>"
        for practice, keys in found.groups
    )
    st.html(
        '<div class="patients whole" tabindex="0" role="region" aria-label="People by practice">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def keys(found: Patients, apart: tuple[HighRisk, ...], queries: Listing) -> list[str]:
    """The pseudonyms that the page is about to show."""
    grouped = [key for _, keys in found.groups for key in keys]
    shown = found.people and not queries.table.empty
    asked: list[str] = list(on_page(queries, FEW)["Patient"]) if shown else []
    return [*(one.key for one in found.people), *grouped, *(one.key for one in apart), *asked]


def listed(found: Patients, selection: Selection, open_key: str) -> None:
    """The list as a table; each key opens that person's timeline."""
    st.html(
        f'<div class="section"><h2>Who, and why</h2><p>{escape(found.words)}</p></div><details class="notes">'
        f"<summary>Notes</summary><p>{escape(ORDER)}</p></details>"
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    rows = "".join(
        _row(one, found.practice, selection, one.key == open_key, found.why) for one in found.people
    )
    st.html(
        '<div class="patients" tabindex="0" role="region" aria-label="People and why they are listed">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(one: Person, practice: str, selection: Selection, is_open: bool, because: str) -> str:
    reasons = one.reasons or (("Nothing stands out", ""),)
    why = "<br>".join(escape(words) for words, _ in reasons)
    if one.excluded:
        why = f"Not counted: {escape(one.excluded)}<br>{why}"
    step = "<br>".join(escape(words) for _, words in reasons)
    directed = f"<small>directed {escape(one.directed)}</small>" if one.directed else ""
    spark = image(Icon(one.spark, f"12 months to {one.dose}")) if one.spark else ""
    return (
        f"<tr{' class=open' if is_open else ''}><td>"
        f'<a href="?{_asked(practice, selection, patient=one.key, why=because)}" target="_self">'
        f"{escape(one.key)}</a>"
        f"<small>{escape(one.who)}</small></td><td>{why}</td><td>{step}</td>"
        f'<td class="n">{escape(one.dose)}{directed}</td>'
        f"<td>{spark}</td></tr>"
    )


def patient(found: Patients) -> str:
    """The person chosen, by key; the first of the list, and a note, where the address names somebody else."""
    keys, notes = tuple(one.key for one in found.people), list[str]()
    key = str(chosen("patient", keys, notes, str, LABELS["patient"], keys[0]))
    for words in notes:
        st.html(f'<p class="note" role="status">{escape(words)}</p>')
    return key


def on_day(info: Release) -> dt.date:
    """The day whose dose is explained, within the data."""
    last = info.data_to
    picked = st.date_input(
        "Dose on", last, info.data_from, last, key="day", format="DD/MM/YYYY", bind="query-params"
    )
    return picked if isinstance(picked, dt.date) else last


def working(found: Working) -> None:
    """The supplies of a day's dose: arithmetic, product and directions, and what is unusual; how they were
    read, length, factor and source open below each."""
    parts = "".join(_supply(one) for one in found.supplies)
    without = "".join(f"<li>{escape(words)}</li>" for words in found.without)
    no_dose = f'<h3>In no dose</h3><ul class="without">{without}</ul>' if without else ""
    st.html(
        f'<div class="working"><h2>{escape(day(found.day))}: {escape(found.total)}</h2>{parts}{no_dose}'
        '<p class="source">This page advises no dose.</p></div>'
    )


def _supply(one: SupplyExplanation) -> str:
    lines = "".join(_line(line) for line in one.lines)
    quantity = "an unknown quantity" if one.quantity is None else describe.number(one.quantity)
    length = (
        f"{quantity} issued {day(one.issued_on)}; covers {day(one.first)} to {day(one.last)}, {one.lasts}"
    )
    terms = [("Supply", length)]
    if one.source:
        terms.append(("Factor", f"{one.factor}: {one.source}"))
    listed_terms = "".join(f"<dt>{term}</dt><dd>{linked(words)}</dd>" for term, words in terms)
    given = "; ".join(f"{line.product}, {line.directions or 'no directions'}" for line in one.lines)
    notes = "".join(f"<p>{linked(note)}</p>" for note in one.notes)
    return (
        f"<section><details><summary><h3>{escape(one.arithmetic)}</h3><span>{escape(given)}</span></summary>"
        f"<dl>{lines}{listed_terms}</dl></details>{notes}</section>"
    )


def _line(line: Line) -> str:
    directions = escape(line.directions) or "none given"
    read = f"{escape(line.directions_read)}" + (f", from “{escape(line.words)}”" if line.words else "")
    put_right = "".join(f"<dt>Put right</dt><dd>{escape(words)}</dd>" for words in line.overrides)
    return (
        f"<dt>Product</dt><dd>{escape(line.product)} <span>read as {escape(line.product_read)}</span></dd>"
        f"<dt>Directions</dt><dd>{directions} <span>read as {read}</span></dd>{put_right}"
    )
