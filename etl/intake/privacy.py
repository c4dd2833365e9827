"""What must not come in: identifiers. Findings name column and row, never the value."""

from __future__ import annotations

import re

_TEN_DIGITS = re.compile(r"(?<!\d)(?:\d[ \u00a0.\-]?){9}\d(?!\d)")
_WITH_LETTERS = re.compile(r"[A-Za-z]{0,5}[ :_-]*([\d \u00a0.\-]+)[A-Za-z]{0,5}")
_HEX_DIGEST = re.compile(r"(?=[\d-]*[A-Fa-f])(?:[0-9A-Fa-f-]{20,}|[0-9A-Fa-f]{11,})")


def is_nhs_number(text: str) -> bool:
    """Whether a text holds a ten-digit number with a valid modulus-11 check digit, separators aside.

    Source: NHS Data Dictionary, NHS NUMBER.
    """
    return any(_valid(re.sub(r"\D", "", hit[0])) for hit in _TEN_DIGITS.finditer(text))


def key_is_nhs_number(key: str) -> bool:
    """Whether a pseudonym is, or carries, an NHS number. Ten digits inside a hexadecimal digest are not one:
    about 1 digest in 1,000 holds ten that pass the check digit by chance."""
    written = _WITH_LETTERS.fullmatch(key)
    return is_nhs_number(written[1] if written else _HEX_DIGEST.sub("x", key))


def _valid(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check = 11 - total % 11
    return check != 10 and int(digits[9]) == (0 if check == 11 else check)
