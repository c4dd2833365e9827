"""Pseudonyms as they are compared: hexadecimal ones without regard to letter case."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from etl.intake.encoded import holds, matched

# Eight hexadecimal digits or more, perhaps in the groups of a GUID, or with one other letter before them.
# Base64 and the like are told apart by their other letters: there case matters.
DIGITS = "[0-9A-Fa-f]{8,}(?:-[0-9A-Fa-f]{2,})*"
BARE = f"^{DIGITS}$"
MARKED = f"^[G-Zg-z][_-]?{DIGITS}$"
SYSTEM_NUMBER = (
    "^[0-9 ._-]{1,15}$"  # how a system numbers its patients: no pseudonym, whoever else may know it
)
_LETTERS = re.compile(r"[A-Za-z]+(?:[-_][A-Za-z]+)*")
LONGEST_NAME = 20  # letters; longer words of letters alone are made by an encoding
_BRACE = re.compile(rb"\{")
_BRACED = r"^\{([0-9A-Fa-f-]+)\}$"
# The same for rows that were landed before this was done, in SQL.
IN_SQL = (
    f"CASE WHEN regexp_matches(patient_key, '{BARE}') THEN lower(patient_key) "
    f"WHEN regexp_matches(patient_key, '{MARKED}') THEN upper(patient_key) ELSE patient_key END"
)


def is_letters(key: str, form: str) -> bool:
    """Whether a key is letters alone, which may be a name, and not of the form that the layout declares."""
    bare = key.strip()
    named = len(bare) <= LONGEST_NAME and _LETTERS.fullmatch(bare) and not re.fullmatch(DIGITS, bare)
    return bool(named) and not (form and re.fullmatch(form, bare))


def is_system_number(key: str, form: str) -> bool:
    """Whether a key is digits alone, and not of the form that the layout declares for pseudonyms, if any."""
    return bool(re.fullmatch(SYSTEM_NUMBER, key.strip())) and not (form and re.fullmatch(form, key.strip()))


def as_compared(keys: pa.Array) -> pa.Array:
    """Pseudonyms in one case where they are hexadecimal: small letters, or capitals where another letter
    marks them; a GUID without its braces. Others, and nulls, stay as they are."""
    bare = pc.replace_substring_regex(keys, _BRACED, r"\1") if holds(keys, _BRACE) else keys
    made, small = matched(bare, MARKED), matched(bare, BARE)
    if small.true_count:
        bare = pc.if_else(small, pc.utf8_lower(bare), bare)
    return pc.if_else(made, pc.utf8_upper(bare), bare) if made.true_count else bare
