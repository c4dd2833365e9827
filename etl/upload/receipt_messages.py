"""Receipts in words for the person who loads: what came in, what did not and why, what to tell practices."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl.intake.landing.doubts import ASKED
from etl.intake.landing.pieces import UNTIL
from etl.intake.report.period import period_named
from etl.quarantine.guidance import asked_of_practice, next_step, what_to_do
from etl.store import Receipt

SMALLER = re.compile(r"^(\d+) rows would replace (\d+) of [^;]*$")
WITHHELD = "name withheld"
GIVES_AWAY = "Nothing of this file was kept"
NOT_THE_PRACTICES = (
    "no practice list is loaded",
    "the disk refused",
    "for all practices",
    "marked synthetic",
)
SEND_AGAIN = "Please put it right and send the whole file again."
INSTEAD = "Please send the whole file again then; it takes the place of this one."


@dataclass(frozen=True)
class QuarantinedRows:
    """So many rows, why they were kept back, and what is to be done about them."""

    rows: int
    reason: str
    what_to_do: str


@dataclass(frozen=True)
class ReceiptMessage:
    """What became of one file, or of one file of a ZIP. Never a value of it.

    outcome: accepted, partial, duplicate, refused, or smaller (refused until a person agrees). practice: a
    code, "all", "several" or "". entity and months may be "". message: for the practice; "" for none. notes:
    sentences to read though the file came in.
    """

    file: str
    outcome: str
    entity: str = ""
    practice: str = ""
    months: str = ""
    words: str = ""
    quarantined: tuple[QuarantinedRows, ...] = ()
    message: str = ""
    notes: tuple[str, ...] = ()


def receipt_message(receipt: Receipt) -> ReceiptMessage:
    """A receipt in words."""
    reason = next(iter(receipt.reasons), "")
    waits = receipt.outcome == "refused" and reason.endswith(ASKED)
    outcome = "smaller" if waits else receipt.outcome
    reason = reason.removesuffix(f". {ASKED}")
    return ReceiptMessage(
        receipt.file,
        outcome,
        receipt.entity.replace("_", " "),
        receipt.practice,
        months(receipt.period),
        _words(receipt, outcome, reason),
        tuple(_quarantined(receipt)) if outcome == "partial" else (),
        _message(receipt, outcome, reason),
        tuple(f"{_sentence(note)}." for note in (*receipt.known, *receipt.notes)),
    )


def not_loaded(file: str, words: str) -> ReceiptMessage:
    """What is said of a file that was not given to the intake at all."""
    return ReceiptMessage(file, "refused", words=words)


def months(period: str) -> str:
    """“Apr 2024 to Jun 2026” of “2024-04_2026-06”; nothing of nothing."""
    found = period_named(period)
    if found is None:
        return ""
    first, last = f"{found.first:%b %Y}", f"{found.last:%b %Y}"
    return first if first == last else f"{first} to {last}"


def _words(receipt: Receipt, outcome: str, reason: str) -> str:
    left_out = _left_out(receipt)
    if outcome == "accepted":
        told = f"{_rows(receipt.rows_loaded)} in, none kept back." if receipt.rows_loaded else NONE
        return f"{told}{left_out}"
    if outcome == "partial":
        kept_back = f"{receipt.rows_quarantined:,} kept back"
        return f"{receipt.rows_loaded:,} of {_rows(receipt.rows_read)} in, {kept_back}.{left_out}"
    if outcome == "duplicate":
        return "The same content is in already. Nothing was added."
    if (found := SMALLER.match(reason)) and outcome == "smaller":
        return (
            f"Its {_rows(int(found[1]))} would replace {int(found[2]):,}. Usually that is "
            "an export that was cut off. Ask the practice, or accept it if the smaller number is right."
        )
    if outcome == "smaller":
        return f"{_sentence(reason)}. Ask the practice, or accept it if that is right."
    return _sentence(reason)


def _left_out(receipt: Receipt) -> str:
    """“ Left out: 2 (a hospital's medicine).” of lines that are no rows of the extract; nothing of none."""
    told = ", ".join(f"{n:,} ({reason})" for reason, n in receipt.rows_left_out.items())
    return f" Left out: {told}." if told else ""


NONE = "In, with no row: it says that there was none."


def _quarantined(receipt: Receipt) -> list[QuarantinedRows]:
    """By reason, those of most rows first."""
    most = sorted(receipt.reasons.items(), key=lambda pair: -pair[1])
    return [QuarantinedRows(n, _sentence(reason), what_to_do(reason)) for reason, n in most]


def _message(receipt: Receipt, outcome: str, reason: str) -> str:
    waits = [
        f"Your file {receipt.file} is {note}. Please send what is missing."
        for note in receipt.notes
        if UNTIL in note
    ]
    return "\n\n".join(filter(None, [_about_file(receipt, outcome, reason), *waits]))


def _about_file(receipt: Receipt, outcome: str, reason: str) -> str:
    if outcome == "partial":
        return _about_rows(receipt)
    if outcome == "smaller":
        found = SMALLER.match(reason)
        if found is None:
            return (
                f"We have not taken in your file {receipt.file} yet: {reason}. Please check the search and "
                "the export. If something is missing, send the whole file again. If all is right, please "
                "tell us."
            )
        return (
            f"Your file {receipt.file} has {_rows(int(found[1]))} where we hold {int(found[2]):,} for the "
            "same months, so we have not taken it in. Was the export cut off? If so, please run it again and "
            "send the whole file. If the smaller number is right, please tell us."
        )
    if outcome != "refused" or any(words in reason for words in NOT_THE_PRACTICES):
        return ""
    why = reason if GIVES_AWAY in reason else f"{reason} Nothing of this file was kept."
    which = "one of your files" if receipt.file.startswith(WITHHELD) else f"your file {receipt.file}"
    parts = [f"We could not take in {which}: {why}", SEND_AGAIN]
    if GIVES_AWAY in reason:
        parts.append(
            "If an NHS number, a name or an address has left the practice, please also tell whoever is "
            "responsible for data protection with you."
        )
    return "\n\n".join(parts)


def _about_rows(receipt: Receipt) -> str:
    """What to tell the practice of rows kept back; nothing where they are only copies."""
    asked = [
        f"- {_rows(n)}: {reason}. {asked_of_practice(reason)}"
        for reason, n in receipt.reasons.items()
        if next_step(reason) != "nothing"
    ]
    if not asked:
        return ""
    return "\n\n".join(
        [
            f"From your file {receipt.file} we took in {receipt.rows_loaded:,} of "
            f"{_rows(receipt.rows_read)}. These we could not:",
            "\n".join(asked),
            INSTEAD,
        ]
    )


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}"
