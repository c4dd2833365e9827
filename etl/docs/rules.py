"""The words of docs/extracts.md that hold for every entity, with the numbers the intake goes by."""

from __future__ import annotations

from pathlib import Path

from etl.docs.table import table
from etl.intake.files.archive import MAX_MEMBERS, MAX_RATIO
from etl.intake.files.read import MAX_BYTES, MAX_UNPACKED
from etl.intake.landing.doubts import FEW, FEWER_ROWS, LESS_THAN_USUAL
from etl.intake.landing.people import MOST_UNKNOWN
from etl.intake.privacy.columns import MANY, MOST
from etl.intake.privacy.gate import FEWEST, SHARE
from etl.intake.privacy.text.disguises import LONGEST
from etl.intake.report.match import HEADER_WITHIN
from etl.intake.row import MAX_FIELD
from etl.intake.text_files.blocks import MAX_COLUMNS, MAX_LINE
from etl.intake.typed.values import LONGEST_TEXT, PLANS_AHEAD
from etl.intake.workbooks.parts import MAX_GRID, MAX_WORKBOOK
from etl.intake.workbooks.workbook import MAX_TEXT

NUMBERS = {
    "header_within": HEADER_WITHIN,
    "max_gb": MAX_BYTES // 10**9,
    "max_members": MAX_MEMBERS,
    "max_unpacked_mb": MAX_UNPACKED // 10**6,
    "max_ratio": MAX_RATIO,
    "max_workbook_mb": MAX_WORKBOOK // 10**6,
    "max_grid": MAX_GRID // 10**6,
    "max_field": f"{MAX_FIELD:,}",
    "max_text": MAX_TEXT // 10**6,
    "max_line": f"{MAX_LINE:,}",
    "max_columns": f"{MAX_COLUMNS:,}",
    "fewer_rows": f"{FEWER_ROWS:.0%}",
    "less_than_usual": f"{LESS_THAN_USUAL:.0%}",
    "few": FEW,
    "most_unknown": f"{MOST_UNKNOWN:.0%}",
    "fewest": FEWEST,
    "share": f"{SHARE:.0%}",
    "many": MANY,
    "most": f"{MOST:.0%}",
    "longest": LONGEST,
    "longest_kept": LONGEST_TEXT,
    "years_ahead": PLANS_AHEAD.days // 365,
}


KINDS = {
    "NHS, CHI, Health and Care number": "ten digits with a valid check digit (modulus 11); any ten called so",
    "Postcode": "a full one, of a postal area that exists; “B12 5mg” and “D3 5ml” are doses",
    "E-mail address": "with @, or with “at” and “dot” in words",
    "Telephone number": "UK numbers with 0, 44 or +44; six digits or more after tel, mobile, ring …",
    "Date of birth": "a date or a year near DOB, born, birth",
    "National Insurance number": "two letters, six digits, A to D",
    "Title and name": "Mr, Mrs, Ms, Miss, Dr, Nurse … with a name; “MR tablets”, “see Dr's letter” pass",
    "Name called a patient's": "after patient name, surname, initials, next of kin …",
}


def opening() -> str:
    """What holds for every extract, for the reader."""
    words = Path(__file__).with_name("extracts_opening.md").read_text(encoding="utf-8")
    found = table(["Kind", "What is found"], [[kind, what] for kind, what in KINDS.items()])
    guide = Path(__file__).with_name("extracts_guide.md").read_text(encoding="utf-8")
    return words.format(**NUMBERS, kinds=found, guide=guide)


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
