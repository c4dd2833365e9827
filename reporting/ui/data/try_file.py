"""The parts of the page that tries a file: choosing it, what each column would become, saving a layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from reporting.access.sign_in import Loading
from reporting.exhibits.exhibit import Head
from reporting.ui import layout
from reporting.ui.tables import table_html

if TYPE_CHECKING:
    from etl.upload.service import TrialOutcome, UploadService

TYPES = ["csv", "txt", "tsv", "xlsx", "zip"]
TRIED, FIRST, FILE, DONE = "try-tried", "try-first", "try-file-held", "try-done"
TAKEN = "try-taken"
NOT_READ = "not read"
ENCODED = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
MARKS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}
ASK = "Who looked it through"
SAVED = "{} is saved. Every load reads it from now on."
NOT_YOURS = "Only somebody who loads for every practice may save a layout: it counts for all loads."


def head() -> Head:
    """What the page is for, or how the last trial ended."""
    told: TrialOutcome | None = st.session_state.get(TRIED)
    if told is None:
        return Head(
            "Try a file before you load it",
            "You see how each column would be read, and which rows would come in. Nothing is stored, and no "
            "value is shown: only how values are written, letters as a and digits as 9.",
        )
    good = bool(told.trials) and not any(trial.refusal for trial in told.trials)
    return Head(
        "This file would come in" if good else "This file would be refused",
        "Nothing of it is stored." if good else "What it lacks is said below. Nothing of it is stored.",
    )


def choose(at: UploadService) -> None:
    """The file, and the button that tries it."""
    layout.section("1. Choose a file")
    chosen = st.file_uploader("An extract: CSV, TXT, TSV, XLSX or ZIP", TYPES, key="try-file")
    if st.button("Try it", type="primary", disabled=chosen is None, key="try-it") and chosen is not None:
        st.session_state[FILE] = chosen
        st.session_state.pop(DONE, None)
        st.session_state[TRIED] = st.session_state[FIRST] = at.try_file(chosen)
        st.rerun()


def found(at: UploadService, may: Loading) -> None:
    """How it would be read, and a layout for it."""
    told: TrialOutcome | None = st.session_state.get(TRIED)
    if told is None:
        return
    layout.section("2. How it would be read")
    if told.problem:
        layout.note(told.problem)
    for trial in told.trials:
        _one(trial)
    first: TrialOutcome = st.session_state[FIRST]  # by no layout of the page: all its columns are there
    if len(first.trials) == 1 and first.trials[0].columns:
        _layout(at, first.trials[0], may)


def _one(trial: Any) -> None:
    out, back = sum(trial.left_out.values()), sum(trial.kept_back.values())
    words = [trial.file]
    if trial.columns:
        written = (
            f"{ENCODED.get(trial.encoding, trial.encoding)}, {MARKS.get(trial.delimiter, trial.delimiter)}"
            if trial.encoding
            else "workbook"
        )
        words.append(f"{written}; header in line {trial.header_line}, {trial.above} lines above it")
    if trial.layout:
        basis = f", {trial.basis}" if trial.basis else ""
        words.append(f"read as {trial.entity.replace('_', ' ')} by the layout {trial.layout}{basis}")
        where = f"practice {trial.practice}" if trial.practice else "practice by row"
        words.append(f"{where}, period {trial.period or 'not known'}")
        words.append(f"{trial.rows_in:,} rows in, {out:,} left out, {back:,} kept back")
    st.html(f'<p class="source">{"<br>".join(map(escape, words))}</p>')
    if trial.refusal:
        layout.note(f"{trial.refusal[:1].upper()}{trial.refusal[1:]}")
    reasons = [("left out", reason, n) for reason, n in trial.left_out.items()]
    reasons += [("kept back", reason, n) for reason, n in trial.kept_back.items()]
    if reasons:
        st.html(
            table_html(pd.DataFrame(reasons, columns=["Rows", "Why", "How many"]), "Rows that do not come in")
        )
    if trial.columns:
        st.html(table_html(_columns(trial), "What each column becomes"))


def _columns(trial: Any) -> pd.DataFrame:
    rows = []
    for one in trial.columns:
        perhaps = f"perhaps {one.nearest}" if one.nearest else "not known"
        both = f"{one.both_ways} could be day/month or month/day" if one.both_ways else ""
        only = f"{one.only_us} can only be month/day" if one.only_us else ""
        becomes = (one.target or NOT_READ) if one.known else perhaps
        rows.append((one.heading, becomes, " · ".join(one.shapes), only or both))
    return pd.DataFrame(rows, columns=["Column", "Becomes", "Written as", "Dates"])


def _layout(at: UploadService, trial: Any, may: Loading) -> None:
    """A target for each column, tried with them, and saved."""
    layout.section("3. Make a layout for it", "Choose what each column holds. What is not read is not kept.")
    kinds = at.kinds()
    entity = st.selectbox(
        "Kind of extract",
        kinds,
        index=kinds.index(trial.entity) if trial.entity in kinds else 0,
        key="try-kind",
    )
    base = at.base(trial)
    offer = at.offer(trial, entity, base)
    chosen = {
        heading: _target(heading, target, offer, f"try-{entity}-{n}")
        for n, (heading, target) in enumerate(offer.suggested.items())
    }
    with st.expander("Words, repeated columns, rows to leave out"):
        choices = at.choices(
            entity, chosen, _groups(offer), _leave_out(chosen), _words(offer, entity, chosen)
        )
    name = st.text_input("Name of the layout", key="try-name", placeholder="north_issues")
    text = at.drafted(trial, name or "mine", choices, base)
    if st.button("Try with these", key="try-again"):
        st.session_state[TRIED] = at.try_file(st.session_state[FILE], text)
        st.rerun()
    st.download_button("Download the draft", text, f"{name or 'mine'}.toml", key="try-draft")
    if may.publishes:
        _save(at, text, name)
    else:
        layout.note(NOT_YOURS)


def _target(heading: str, target: str, offer: Any, key: str) -> str:
    """What a column holds: a column of the contract, nothing, or what the layout makes of it already."""
    targets = list(dict.fromkeys(["", target, *offer.columns]))

    def words(name: str) -> str:
        told = offer.columns.get(name, "")
        return f"{name}: {told}" if told else name or NOT_READ

    return st.selectbox(heading, targets, index=targets.index(target), format_func=words, key=key)


def _groups(offer: Any) -> tuple[str, ...]:
    """The headings that repeat side by side, where any comes more than once: at first those that are read."""
    if not offer.repeated:
        return ()
    asked = "Columns that repeat side by side, each time for another row"
    likely = [heading for heading in offer.repeated if offer.suggested[heading]]
    return tuple(st.multiselect(asked, offer.repeated, likely, key="try-groups"))


def _leave_out(headings: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """A column whose value leaves a row out, and these values."""
    by = st.selectbox("Rows to leave out, by a column", ["", *headings], key="try-out")
    words = st.text_input("Its values in such rows", placeholder="1, true", key="try-out-values")
    values = tuple(filter(None, (word.strip() for word in words.split(","))))
    return {by: values} if by and values else {}


def _words(offer: Any, entity: str, chosen: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """How the system writes values, for each column that has a fixed list of them."""
    found: dict[str, dict[str, str]] = {}
    for name, allowed in offer.allowed.items():
        if name in chosen.values():
            asked = f"Words for {name} ({', '.join(allowed)})"
            told = st.text_input(asked, placeholder=f"F = {allowed[0]}", key=f"try-words-{entity}-{name}")
            pairs = (pair.partition("=") for pair in told.split(","))
            words = {
                word.strip(): value.strip() for word, _, value in pairs if word.strip() and value.strip()
            }
            found |= {name: words} if words else {}
    return found


def _save(at: UploadService, text: str, name: str) -> None:
    by = st.text_input(ASK, key="try-by")
    if st.button("Save the layout", disabled=not (name and by), key="try-save"):
        st.session_state[DONE] = at.save_layout(text, name, by) or SAVED.format(name)
        st.rerun()
    if DONE in st.session_state:
        layout.note(st.session_state[DONE])


def saved(at: UploadService, may: Loading) -> None:
    """The layouts of the store, each as a file to share, and those of others to be taken over."""
    told, problem = at.layouts()
    if not (told or problem or may.publishes):
        return
    layout.section("Layouts of this store", "Each save is a version; the newest counts.")
    if problem:
        layout.note(problem)
    for one, data in told:
        words = f"{one.name}, version {one.version}, looked through by {one.reviewed_by} on {one.reviewed_on}"
        st.html(f'<p class="source">{escape(words)}</p>')
        st.download_button(f"Download {one.name}", data, f"{one.name}.toml", key=f"try-share-{one.name}")
    if may.publishes:
        _import_layout(at)


def _import_layout(at: UploadService) -> None:
    """A layout file another ICB shared, checked and saved under who looked it through here."""
    file = st.file_uploader("A layout file that another ICB shared (.toml)", ["toml"], key="try-import")
    name = st.text_input("Its name here (left empty: its own)", key="try-import-name")
    by = st.text_input(ASK, key="try-import-by")
    if st.button("Take it over", disabled=not (file and by), key="try-take-over") and file is not None:
        own, why_not = at.import_layout(file.getvalue(), name, by)
        st.session_state[TAKEN] = why_not or SAVED.format(own)
        st.rerun()
    if TAKEN in st.session_state:
        layout.note(st.session_state[TAKEN])
