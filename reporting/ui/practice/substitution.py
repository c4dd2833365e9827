"""The list of people with an opioid for pain and substitution therapy, above the others on Patients."""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from urllib.parse import urlencode

import streamlit as st

from reporting.access.scope import Selection
from reporting.exhibits.patients.substitution import TITLE, HighRisk
from reporting.ui import layout

COLUMNS = ("Patient", "Why", "Next step", "Dose for pain")
WORDS = (
    "At high risk, and in no count or rate here. The dose is of the opioid for pain alone: the two are never "
    "added. What a drug service supplies itself is not seen."
)


def listed(found: tuple[HighRisk, ...], practice: str, selection: Selection, known: Collection[str]) -> None:
    """The list as a table. practice: as the filters name it; known: keys whose timeline the page can open."""
    if not found:
        return
    with st.container(border=True, key="card-substitution"):
        layout.section(TITLE, WORDS)
        head = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
        rows = "".join(_row(one, practice, selection, one.key in known) for one in found)
        st.html(
            f'<div class="patients" tabindex="0" role="region" aria-label="{escape(TITLE)}">'
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )


def _row(one: HighRisk, practice: str, selection: Selection, opens: bool) -> str:
    asked = {"practice": practice, "threshold": f"{selection.threshold} mg", "patient": one.key}
    key = escape(one.key)
    if opens:
        key = f'<a href="?{escape(urlencode(asked))}" target="_self">{key}</a>'
    why = "<br>".join(escape(words) for words, _ in one.reasons)
    step = "<br>".join(escape(words) for _, words in one.reasons)
    return (
        f"<tr><td>{key}<small>{escape(one.who)}</small></td><td>{why}</td><td>{step}</td>"
        f'<td class="n">{escape(one.dose)}</td></tr>'
    )
