"""What must not come in: identifiers. Findings name column and row, never the value."""

from __future__ import annotations

import re

_TEN_DIGITS = re.compile(r"(?<!\d)(?:\d[ \u00a0.\-]?){9}\d(?!\d)")


def is_nhs_number(text: str) -> bool:
    """Whether a text holds a ten-digit number with a valid modulus-11 check digit, separators aside.

    Source: NHS Data Dictionary, NHS NUMBER.
    """
    return any(_valid(re.sub(r"\D", "", hit[0])) for hit in _TEN_DIGITS.finditer(text))


def _valid(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check = 11 - total % 11
    return check != 10 and int(digits[9]) == (0 if check == 11 else check)
