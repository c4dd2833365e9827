"""Numbers that name a person: NHS, CHI and Health and Care numbers, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nhs_number

TEN = 10
NHS = "a valid NHS number"
CHI = "a valid CHI number"
HEALTH_AND_CARE = "a valid Health and Care number"
CALLED = "a number called a patient's"
PHONE = "a telephone number"
_GAP = r"(?:[ .,:;/\\|_(){}<>\[\]+*'\"~#=-]{1,4}|[ ,-]{0,2}\b(?:and|then|dot|dash|space|x)\b[ ,-]{0,2})"
_RUN = re.compile(rf"\d+(?:{_GAP}\d+)*", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_CALLED = re.compile(
    r"(?<![a-z])(?:nhs|chi|hcn|h ?& ?c|n h s)[ .:_#-]{0,3}(?:no|nr|num|number|id)?[ .:_#=-]{0,4}"
    r"(?:\d[ ._-]{0,2}){9}\d(?!\d)",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(
    r"(?<![a-z])(?:tel|telephone|phone|mob|mobile|fax|landline|ring|call)(?![a-z])[^0-9¶]{0,12}"
    r"(?:\d[ .-]{0,2}){6,11}",
    re.IGNORECASE,
)


def person_numbers(text: str) -> set[str]:
    """The kinds of ten-digit numbers in a plain text, whatever stands between their digits.

    Source of the check digit (modulus 11): NHS Data Dictionary, NHS NUMBER; by the package nhs-number.
    """
    found = {
        kind for groups in _runs(text) for digits, _ in _windows(groups, TEN) if (kind := kind_of(digits))
    }
    if not found and _CALLED.search(text):
        found.add(CALLED)
    return found


def kind_of(digits: str) -> str:
    """Whose number ten digits are, by their range; "" where the check digit is wrong."""
    if nhs_number.calculate_checksum(digits[:9]) != int(digits[9]) or set(digits) == {"0"}:
        return ""
    if nhs_number.REGION_NORTHERN_IRELAND.contains_number(digits):
        return HEALTH_AND_CARE
    dated = 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12
    return CHI if dated and nhs_number.REGION_SCOTLAND.contains_number(digits) else NHS


def has_phone(text: str) -> bool:
    """Whether a plain text holds a UK telephone number, or digits called a telephone."""
    if _TELEPHONE.search(text):
        return True
    return any(
        _dialled(digits, groups)
        for run in _runs(text)
        for length in (10, 11, 12, 13, 14, 15)
        for digits, groups in _windows(run, length)
    )


def _dialled(digits: str, groups: list[str]) -> bool:
    """Whether digits in these groups are dialled in the UK: 0 and nine or ten more, or 44 for the 0."""
    first = len(groups[0])
    if digits.startswith("0044"):
        return len(digits) >= 14 and first >= 2
    if digits.startswith("44") and len(digits) in (12, 13):
        return digits[2] in "01237" and (groups[0] == "44" or first >= 4 or len(groups) == len(digits))
    if not re.match(r"0[1-35789]", digits):
        return False
    if len(digits) == 11:
        return first >= 3 or len(groups) == 11 or groups[0] == "07"
    return len(digits) == 10 and digits[1] == "1" and first in (4, 5)


def _runs(text: str) -> Iterator[list[str]]:
    """The groups of digits of every stretch that holds at least ten."""
    for hit in _RUN.finditer(text):
        if len(hit[0]) >= TEN:
            yield _DIGITS.findall(hit[0])


def _windows(groups: list[str], length: int) -> Iterator[tuple[str, list[str]]]:
    """Neighbouring whole groups that together have this many digits."""
    for start in range(len(groups)):
        total = 0
        for end in range(start, min(start + length, len(groups))):
            total += len(groups[end])
            if total >= length:
                if total == length:
                    taken = groups[start : end + 1]
                    yield "".join(taken), taken
                break
