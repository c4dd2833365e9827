"""The dose calculator's parts: lines to type into, their readings, and the total.

What is typed lives in the session alone: not in the address, a log or a cache of the server.
"""

from __future__ import annotations

from html import escape

import streamlit as st

from medicines import directions, overrides, products
from medicines.overrides import NONE, OverrideError, Overrides
from reporting.exhibits.patients.calculator import CAUTION, Given, Reading
from reporting.exhibits.patients.total import Total
from reporting.ui.guidance import linked

HELD, NEXT = "calculator-lines", "calculator-next"
MOST_LINES = 8
EXAMPLE = Given("Oxycodone 30mg modified-release tablets", "ONE TO BE TAKEN TWICE A DAY", "56", "28")
FIELDS = {"product": products.LONGEST, "directions": directions.LONGEST, "quantity": 12, "days": 12}


def given() -> tuple[Given, ...]:
    """The lines as they stand at this rerun; an example the first time."""
    held = _held()
    for line, one in held.items():
        typed = {name: st.session_state.get(_key(line, name), getattr(one, name)) for name in FIELDS}
        held[line] = Given(**typed)
    return tuple(held.values())


def reviewed() -> tuple[Overrides, str]:
    """The overrides of the configuration, and why there are none where their file is faulty."""
    try:
        return overrides.load(), ""
    except OverrideError as error:
        return NONE, f"Overrides are not applied here. {error}"


def note(words: str = CAUTION) -> None:
    """A sentence that stands out, on what the figure is for unless another is given."""
    st.html(f'<p class="note">{escape(words)}</p>')


def lines(readings: tuple[Reading | None, ...]) -> None:
    """A card for each line, with its fields and what they were read as; then the buttons."""
    for at, (line, reading) in enumerate(zip(list(_held()), readings, strict=True), start=1):
        with st.container(border=True, key=f"card-line-{line}"):
            _fields(line, at)
            st.html(_reading(reading, at))
            if len(readings) > 1:
                st.button(f"Remove line {at}", key=f"remove-{line}", on_click=_remove, args=(line,))
    with st.container(key="calculator-buttons", horizontal=True):
        full = len(readings) >= MOST_LINES
        label = f"Add a line (at most {MOST_LINES})" if full else "Add a line"
        st.button(label, key="add-line", on_click=_add, disabled=full)
        st.button("Clear all lines", key="clear-lines", on_click=_clear)


def total(found: Total) -> None:
    """The sum, how it stands to the thresholds, gabapentinoids, and what is left out."""
    with st.container(border=True, key="card-total"):
        value = f'<p class="value">{escape(found.value)}</p>' if found.value else ""
        left_out = [f"Left out: {one}." for one in found.left_out]
        if found.partial and found.value:
            left_out.insert(0, "The total is partial: the dose is at least this.")
        sides = [f"{one[0].upper()}{one[1:]}." for one in found.comparisons]
        apart = [f"{one[0].upper()}{one[1:]}. No OME, so not in the total." for one in found.gabapentinoids]
        parts = "".join(f"<li>{escape(one)}</li>" for one in (*sides, *left_out, *apart))
        words = f"<ul>{parts}</ul>" if parts else '<p class="nothing">Type a product to see its dose.</p>'
        st.html(
            f'<div class="total"><h2>Total, oral morphine equivalent (OME) a day</h2>{value}{words}'
            f'<p class="source">{escape(CAUTION)}</p></div>'
        )


def _fields(line: int, at: int) -> None:
    held = _held()[line]
    for name in FIELDS:
        st.session_state.setdefault(_key(line, name), getattr(held, name))
    wide, narrow = st.columns([5, 2])
    with wide:
        _field(line, "product", f"Line {at}: product")
        _field(line, "directions", "Directions")
    with narrow:
        _field(line, "quantity", "Quantity (optional)")
        _field(line, "days", "Days (optional)")


def _field(line: int, name: str, label: str) -> None:
    st.text_input(label, key=_key(line, name), max_chars=FIELDS[name], autocomplete="off")


def _reading(found: Reading | None, at: int) -> str:
    if found is None:
        return '<p class="nothing">Nothing is typed in this line.</p>'
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{linked(words)}</dd>" for name, words in found.facts)
    cautions = "".join(f'<li class="bar concern">{escape(words)}</li>' for words in found.cautions)
    return (
        f'<div class="reading"><h2>{escape(found.answer)}</h2><p class="working">{escape(found.working)}</p>'
        f"{f'<ul>{cautions}</ul>' if cautions else ''}<dl>{facts}</dl></div>"
    )


def _held() -> dict[int, Given]:
    """Lines by their number in this session, which a line keeps when others are removed."""
    if HELD not in st.session_state:
        st.session_state[HELD], st.session_state[NEXT] = {0: EXAMPLE}, 1
    held: dict[int, Given] = st.session_state[HELD]
    return held


def _add() -> None:
    held = _held()
    if len(held) < MOST_LINES:
        held[st.session_state[NEXT]] = Given("")
        st.session_state[NEXT] += 1


def _remove(line: int) -> None:
    _held().pop(line, None)


def _clear() -> None:
    _held().clear()
    _add()


def _key(line: int, name: str) -> str:
    return f"calculator-{line}-{name}"
