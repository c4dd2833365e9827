"""Receipts of files taken in, on the page: those that need somebody first, each with a message to copy."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from reporting.exhibits.wording import counted

if TYPE_CHECKING:
    from etl.upload.service import ReceiptMessage, UploadOutcome

MARKS = {
    "smaller": "Waits for you",
    "refused": "Not taken in",
    "partial": "In, with rows kept back",
    "accepted": "In",
    "duplicate": "In before",
}
LISTED = 12  # files that need nothing, shown without a click
NOTES = 3  # shown without a click
NEED_SOMEBODY = ("smaller", "refused", "partial")


def needing(files: Sequence[UploadOutcome]) -> int:
    """How many receipts need somebody: refused, waiting, or with rows kept back that are not mere copies."""
    return sum(_needs(receipt) for taken in files for receipt in taken.receipts)


def counted_in(files: Sequence[UploadOutcome]) -> tuple[int, int]:
    """How many files are in, now or before, and how many there were; each file of a ZIP counts."""
    outcomes = [receipt.outcome for taken in files for receipt in taken.receipts]
    return sum(outcome in ("accepted", "partial", "duplicate") for outcome in outcomes), len(outcomes)


def receipts(files: Sequence[UploadOutcome], names: dict[str, str], may_accept: bool) -> int | None:
    """Every receipt: those that need somebody one by one, the others as a list. The place among these files
    of the one whose fewer rows have just been accepted; may_accept: whether that is possible now."""
    accepted = None
    told = [(at, receipt) for at, taken in enumerate(files) for receipt in taken.receipts]
    told.sort(key=lambda pair: list(MARKS).index(pair[1].outcome))
    for number, (at, receipt) in enumerate(told):
        if _needs(receipt):
            accepted = at if _card(receipt, names, number, may_accept) else accepted
    if fine := [receipt for _, receipt in told if not _needs(receipt)]:
        st.html(_list(fine, names))
    return accepted


def _needs(receipt: ReceiptMessage) -> bool:
    return receipt.outcome in NEED_SOMEBODY and (receipt.outcome != "partial" or bool(receipt.message))


def _card(receipt: ReceiptMessage, names: dict[str, str], number: int, may_accept: bool) -> bool:
    """A receipt with its message; whether its fewer rows have just been accepted."""
    accepted = False
    with st.container(border=True, key=f"card-receipt-{number}"):
        st.html(
            f'<div class="receipt {escape(receipt.outcome)}"><p class="outcome">{MARKS[receipt.outcome]}</p>'
            f"<h3>{escape(receipt.file)}</h3><p>{escape(_about(receipt, names))}</p>"
            f"<p>{escape(receipt.words)}</p>{_kept_back(receipt)}{_notes(receipt)}</div>"
        )
        if receipt.outcome == "smaller":
            label = "Accept it as it is"
            accepted = st.button(label, key=f"upload-accept-{number}", disabled=not may_accept)
        if receipt.message:
            with st.expander("Message to the practice"):
                st.code(receipt.message, language=None, wrap_lines=True)
    return accepted


def _kept_back(receipt: ReceiptMessage) -> str:
    rows = "".join(
        f"<dt>{kept.rows:,}</dt><dd><strong>{escape(kept.reason)}</strong>{escape(kept.what_to_do)}</dd>"
        for kept in receipt.quarantined
    )
    return f"<dl>{rows}</dl>" if rows else ""


def _notes(receipt: ReceiptMessage) -> str:
    """What is to be read though the file came in: closed where it is long."""
    if not receipt.notes:
        return ""
    lines = "".join(f"<li>{escape(note)}</li>" for note in receipt.notes)
    title = counted(len(receipt.notes), "thing to know", "things to know")
    is_open = " open" if len(receipt.notes) <= NOTES else ""
    return f'<details class="notes"{is_open}><summary>{title}</summary><ul>{lines}</ul></details>'


def _list(told: list[ReceiptMessage], names: dict[str, str]) -> str:
    """The files that need nothing, a line each; closed where they are many."""
    lines = "".join(
        f"<li><strong>{escape(_about(receipt, names) or receipt.file)}</strong>"
        f"<span>{escape(_became(receipt))}</span><small>{escape(receipt.file)}</small>{_notes(receipt)}</li>"
        for receipt in told
    )
    title = f"{counted(len(told), 'file needs', 'files need')} nothing"
    is_open = " open" if len(told) <= LISTED else ""
    return f'<details class="fine"{is_open}><summary>{title}</summary><ul>{lines}</ul></details>'


def _became(receipt: ReceiptMessage) -> str:
    copies = " ".join(f"{kept.reason}: {kept.what_to_do}" for kept in receipt.quarantined)
    return f"{receipt.words} {copies}".strip()


def _about(receipt: ReceiptMessage, names: dict[str, str]) -> str:
    """“Quayside (SYN01), issues, Sep 2026”, as far as it is known."""
    code = receipt.practice
    whose = {"all": "All practices", "several": "Several practices"}.get(code) or (
        f"{names[code]} ({code})" if code in names else code
    )
    return ", ".join(part for part in (whose, receipt.entity, receipt.months) if part)
