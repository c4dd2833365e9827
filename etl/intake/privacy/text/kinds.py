"""What a text gives away: the kinds of identifiers in it, never the identifiers."""

from __future__ import annotations

import re
from functools import lru_cache

from etl.intake.privacy.text.disguises import plain, undated, with_digits
from etl.intake.privacy.text.numbers import PHONE, has_phone, person_numbers
from etl.intake.privacy.text.titled_names import LABELLED, TITLED, has_labelled_name, has_titled_name
from etl.intake.privacy.text.written_forms import (
    BIRTH,
    EMAIL,
    INSURANCE,
    POSTCODE,
    has_birth_date,
    has_email,
    has_insurance_number,
    has_postcode,
)

SHORTEST = 5  # characters of any identifier
CACHED = 1000  # characters; longer texts are not kept in memory
FEWEST_DIGITS = 4  # of a number, some of its others written as letters
_SOME_DIGIT = re.compile(r"\d")
_WORDED = re.compile(
    r"(?<![a-z])(?:m(?:rs?|s|iss|x|ister|issus)|dr|doctor|prof|professor|nurse|sister|rev)(?![a-z])"
    r"|(?-i:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)(?=[A-Z]))|name|initials|patient|pt|nok|kin|husband|wife|mother|father|son|daughter|carer",
    re.IGNORECASE,
)


def kinds(text: str) -> frozenset[str]:
    """The kinds of identifiers in a text, in words fit for a message."""
    if len(text) < SHORTEST:
        return frozenset()
    return _cached_kinds(text) if len(text) <= CACHED else _kinds(text)


def _kinds(text: str) -> frozenset[str]:
    shown = plain(text)
    found: set[str] = set()
    if _SOME_DIGIT.search(shown):
        found |= _numbered(shown)
    if (
        "@" in shown or " at " in shown.lower() or "at)" in shown.lower() or "at]" in shown.lower()
    ) and has_email(shown):
        found.add(EMAIL)
    if _WORDED.search(shown):
        found |= {TITLED} if has_titled_name(shown) else set()
        found |= {LABELLED} if has_labelled_name(shown) else set()
    return frozenset(found)


def _numbered(shown: str) -> set[str]:
    """The kinds that hold digits."""
    found: set[str] = set()
    if has_postcode(shown):
        found.add(POSTCODE)
    if has_birth_date(shown):
        found.add(BIRTH)
    if sum(map(shown.count, "0123456789")) < FEWEST_DIGITS:
        return found
    for text in {shown, with_digits(shown)}:
        bare = undated(text)
        found |= person_numbers(bare)
        found |= {PHONE} if has_phone(bare) else set()
        found |= {INSURANCE} if has_insurance_number(text) else set()
    return found


_cached_kinds = lru_cache(maxsize=65536)(_kinds)
