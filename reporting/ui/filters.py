"""The shared filters: widgets whose values live in the address, and the Selection they make."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.coverage import OPERATOR_WORDS
from reporting.exhibits.wording import month, practice_words

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
    "why": "Show",
    "similar": "Compared with",
    "measure": "Measure",
    "quarter": "Quarter",
}


def selection(snapshot: Snapshot, scope: Scope) -> tuple[Selection, tuple[str, ...]]:
    """Draw the filters into the sidebar: what they select, and a sentence for each value that was dropped.

    Place narrows the PCNs, and both narrow the practices. A value in the address that is not among the
    choices
    is dropped.
    """
    info, notes = snapshot.info, list[str]()
    frame = _practices(snapshot, scope)
    with st.sidebar:
        years = chosen("period", YEARS, notes, years_words, f"Period to {month(info.data_to)}", DEFAULT_YEARS)
        threshold = _threshold(snapshot, notes)
        place = _area("place", sorted(frame["place"].dropna().unique()), notes, str)
        frame = frame if place is None else frame[frame["place"] == place]
        pcn = _area("pcn", sorted(frame["pcn"].dropna().unique()), notes, str)
        frame = frame if pcn is None else frame[frame["pcn"] == pcn]
        practice = _area("practice", list(frame["practice_code"]), notes, _practice_words(frame))
    return Selection(threshold, years, place, pcn, practice), tuple(notes)


@lru_cache(maxsize=CACHED)
def _practices(snapshot: Snapshot, scope: Scope) -> pd.DataFrame:
    return figures.practices(snapshot, scope).frame


def kept(selection: Selection, practice: str = "", **more: str) -> str:
    """The query of an address with these filters, for a practice (as they name it) or the whole area."""
    area = {} if practice else {"place": selection.place, "pcn": selection.pcn}
    found = {"practice": practice, **area, "threshold": f"{selection.threshold} mg", **more}
    if selection.years != DEFAULT_YEARS:
        found["period"] = years_words(selection.years)
    return urlencode({name: value for name, value in found.items() if value})


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
    _note_dropped(key, options, notes, words)
    return st.selectbox(
        label,
        options,
        index=options.index(default),
        format_func=words,
        key=key,
        bind="query-params",
    )


def _threshold(snapshot: Snapshot, notes: list[str]) -> int:
    info = snapshot.info
    _note_dropped("threshold", info.thresholds, notes, _mg)
    chosen = st.segmented_control(
        f"High dose is {OPERATOR_WORDS[info.operator]}",
        info.thresholds,
        default=info.default_threshold,
        required=True,
        format_func=_mg,
        key="threshold",
        bind="query-params",
        width="stretch",
    )
    return info.default_threshold if chosen is None else int(chosen)


def _mg(threshold: int) -> str:
    return f"{threshold} mg"


def _note_dropped(key: str, options: tuple[Any, ...], notes: list[str], words: Callable[[Any], str]) -> None:
    asked = st.query_params.get(key)
    if asked is not None and asked not in {words(option) for option in options}:
        notes.append(
            f"The address asked for {LABELS[key]} “{asked[:60]}”, which is not among the choices here; "
            "that filter was cleared."
        )
