"""The words of docs/extracts.md that hold for every entity, with the numbers the intake goes by."""

from __future__ import annotations

from pathlib import Path

from etl.intake.conform import LONGEST_TEXT, PLANS_AHEAD
from etl.intake.land import FEWER_ROWS
from etl.intake.match import HEADER_WITHIN
from etl.intake.read import MAX_BYTES, MAX_MEMBERS, MAX_RATIO, MAX_UNPACKED

NUMBERS = {
    "header_within": HEADER_WITHIN,
    "max_gb": MAX_BYTES // 10**9,
    "max_members": MAX_MEMBERS,
    "max_unpacked_mb": MAX_UNPACKED // 10**6,
    "max_ratio": MAX_RATIO,
    "fewer_rows": f"{FEWER_ROWS:.0%}",
    "years_ahead": PLANS_AHEAD.days // 365,
}


def opening() -> str:
    """What holds for every extract, for the reader."""
    words = Path(__file__).with_name("extracts_opening.md").read_text(encoding="utf-8")
    return words.format(**NUMBERS)


TYPES = {
    "text": f"up to {LONGEST_TEXT:,} characters",
    "code": "up to 40 letters, digits, spaces and `. _ / -`, beginning with a letter or digit",
    "identifier": "5 to 18 digits; one that a spreadsheet has rounded (9.56E+15) is quarantined",
    "key": "a pseudonym: 6 to 64 letters, digits, `-` and `_`",
    "date": "exactly the layout's form; a real date cell in a workbook",
    "month": "`yyyy-mm`, or a date of that month",
    "integer": "a whole number",
    "number": "a number with a decimal point, without thousands separators",
    "boolean": "the layout's words for yes and no, in capitals or not",
    "choice": "one of the allowed values, in capitals or not",
}
