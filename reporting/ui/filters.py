"""The shared filters: widgets whose values live in the address, and the Selection they make.

The address is the truth: a link, a bookmark and the browser's Back and Forward set the widgets. Only somebody
who changes a widget changes the address, by one step of the browser's history.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import OPERATOR_WORDS
from reporting.exhibits.wording import month, practice_words
from reporting.once import once

CACHED = 64
YEARS = (1, 2, 3, 5)
DEFAULT_YEARS = 3
EVERY = {"place": "All places", "pcn": "All PCNs", "practice": "All practices"}
LABELS = {
    "place": "Place",
    "pcn": "PCN",
    "practice": "Practice",
    "period": "Period",
    "threshold": "Threshold",
    "patient": "Patient",
    "as": "Look as",
    "of": "Own practice",
    "why": "Show",
    "similar": "Compared with",
    "measure": "Measure",
    "quarter": "Quarter",
}
ALL = "all"
LOOKING = ("as", "of")  # the role that somebody looks as, on synthetic data
KEPT = ("period", "threshold", *LOOKING)  # filters that a link to a practice keeps
# Takes the filters of the address into a link with data-keeps as soon as somebody comes to it, so that it can
# be followed, opened beside or copied.
KEEP = """
const KEPT = FILTERS;
const keep = ({ target }) => {
  const link = target.closest?.("a[data-keeps]");
  if (!link) return;
  const [page, query] = link.getAttribute("href").split("?");
  const asked = new URLSearchParams(query), here = new URLSearchParams(window.location.search);
  for (const name of KEPT) {
    asked.delete(name);
    if (here.get(name)) asked.set(name, here.get(name));
  }
  link.setAttribute("href", `${page}?${asked}`);
};
export default function () {
  for (const coming of ["pointerover", "pointerdown", "focusin", "click"])
    document.addEventListener(coming, keep, true); // again the same one is added once
}
""".replace("FILTERS", json.dumps(KEPT))
TOUCHED = "somebody changed a widget"  # in this rerun: then the address follows the widgets


def begin() -> None:
    """Before the first widget of a rerun: whether somebody changed one."""
    st.session_state[TOUCHED] = st.session_state.pop(f"{TOUCHED} just now", False)


def keep_in_links() -> None:
    """Let each link with data-keeps keep the filters of the address."""
    st.components.v2.component("kept_filters", js=KEEP)(key="kept-filters", height=1)


def selection(snapshot: Snapshot, scope: Scope) -> tuple[Selection, tuple[str, ...]]:
    """Draw the filters: what they select, and a sentence for each value that was dropped.

    Place narrows the PCNs, and both narrow the practices. A value in the address that is not among the
    choices is dropped. A practice's reader has one of their own practices chosen, and the board none.
    """
    info, notes = snapshot.info, list[str]()
    frame = _practices(snapshot, scope)
    years = chosen("period", YEARS, notes, years_words, f"Period to {month(info.data_to)}", DEFAULT_YEARS)
    threshold = _threshold(snapshot, notes)
    place = pcn = practice = None
    if scope.role == "practice":
        codes = tuple(frame["practice_code"])
        practice = chosen("practice", codes, notes, _practice_words(frame), LABELS["practice"], codes[0])
    else:
        place = _area("place", sorted(frame["place"].dropna().unique()), notes, str)
        frame = frame if place is None else frame[frame["place"] == place]
        pcn = _area("pcn", sorted(frame["pcn"].dropna().unique()), notes, str)
        frame = frame if pcn is None else frame[frame["pcn"] == pcn]
        if scope.role != "board":
            practice = _area("practice", list(frame["practice_code"]), notes, _practice_words(frame))
    found = Selection(threshold, years, place, pcn, practice)
    if st.session_state[TOUCHED]:
        _write(
            {**dict.fromkeys(("period", "threshold", *EVERY)), **parameters(found, info.default_threshold)}
        )
    return found, tuple(notes)


@once(CACHED)
def _practices(snapshot: Snapshot, scope: Scope) -> pd.DataFrame:
    return figures.practices(snapshot, scope).frame


def parameters(found: Selection, default_threshold: int = 0) -> dict[str, str]:
    """The filters as the address has them; what is as without any is left out."""
    asked = {"practice": found.practice, "pcn": found.pcn, "place": found.place}
    if found.threshold != default_threshold:
        asked["threshold"] = str(found.threshold)
    if found.years != DEFAULT_YEARS:
        asked["period"] = str(found.years)
    asked |= {name: st.query_params.get(name) for name in LOOKING}
    return {name: value for name, value in asked.items() if value}


def query(found: Selection, **more: str) -> str:
    """The query of an address with these filters, and more of the page it leads to."""
    asked = {**parameters(found), **more}
    if asked.get("practice"):
        asked |= {"pcn": "", "place": ""}
    return urlencode({name: value for name, value in asked.items() if value})


def _area(key: str, values: list[str], notes: list[str], words: Callable[[Any], str]) -> Any:
    return chosen(
        key,
        (None, *values),
        notes,
        lambda value: EVERY[key] if value is None else words(value),
        LABELS[key],
        None,
    )


def _practice_words(frame: pd.DataFrame) -> Callable[[Any], str]:
    names = dict(zip(frame["practice_code"], frame["name"], strict=True))
    return lambda code: practice_words(names[code], code)


def years_words(years: int) -> str:
    """“3 years”, as the filter of the period says it."""
    return "1 year" if years == 1 else f"{years} years"


def chosen(
    key: str,
    options: tuple[Any, ...],
    notes: list[str],
    words: Callable[[Any], str],
    label: str,
    default: Any,
) -> Any:
    """A list to choose from whose value lives in the address; notes gains a sentence where it was dropped."""
    # An option None would be drawn as if nothing were chosen.
    drawn = tuple(ALL if one is None else one for one in options)
    first = ALL if default is None else default
    follow(key, drawn, notes, partial(_words, words), first, label)
    value = st.selectbox(label, drawn, format_func=partial(_words, words), key=key, on_change=touched)
    if key not in ("period", *EVERY) and st.session_state.get(TOUCHED):
        _write({key: None if value == first else str(value)})
    return None if value == ALL else value


def _words(words: Callable[[Any], str], value: Any) -> str:
    return words(None if value == ALL else value)


def follow(
    key: str,
    options: tuple[Any, ...],
    notes: list[str],
    words: Callable[[Any], str],
    default: Any,
    label: str = "",
) -> None:
    """Before a widget is drawn: give it the value of the address. A value that is not among the choices is
    dropped, and notes says so."""
    if st.session_state.get(TOUCHED):
        if st.session_state.get(key, default) not in options:
            st.session_state[key] = default
        return
    asked, value = st.query_params.get(key), default
    if asked is not None:
        named = {words(one): one for one in options} | {str(one): one for one in options}
        value = named.get(asked, default)
        if asked not in named:
            notes.append(
                f"The address asked for {LABELS.get(key, label)} “{asked[:60]}”, which is not among the "
                "choices here; that filter was cleared."
            )
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def touched() -> None:
    """To be told when somebody changes a widget that lives in the address."""
    st.session_state[f"{TOUCHED} just now"] = True


def _write(values: dict[str, str | None]) -> None:
    """Change the address by one step of the browser's history; None takes a value away."""
    held = {name: st.query_params.get_all(name) for name in st.query_params}
    asked = {**held, **{name: [value] for name, value in values.items() if value}}
    for name, value in values.items():
        if not value:
            asked.pop(name, None)
    if asked != held:
        st.query_params.from_dict(asked)


def _threshold(snapshot: Snapshot, notes: list[str]) -> int:
    info = snapshot.info
    follow("threshold", info.thresholds, notes, _mg, info.default_threshold)
    chosen = st.segmented_control(
        f"High dose is {OPERATOR_WORDS[info.operator]}",
        info.thresholds,
        required=True,
        format_func=_mg,
        key="threshold",
        on_change=touched,
        width="stretch",
    )
    return info.default_threshold if chosen is None else int(chosen)


def _mg(threshold: int) -> str:
    return f"{threshold} mg"
