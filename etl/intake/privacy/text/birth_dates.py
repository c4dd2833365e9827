"""Dates of birth in pseudonyms: one that is a date, and one with a date before, after or inside it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

CACHED = 65_536  # pseudonyms: they come again in every file of a practice
MOST = 0.5  # the share of a column that has its usual length
FEWEST = 3  # pseudonyms that can show a usual length
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_GAP = "[-_/. ]"
_GAPPED = re.compile(rf"{_GAP}.{{1,9}}{_GAP}")
_YEAR_FIRST = rf"\d{{4}}{_GAP}(?:\d\d?|{_MONTH}){_GAP}\d\d?"
_DAY_FIRST = rf"\d\d?{_GAP}(?:\d\d?|{_MONTH}){_GAP}\d{{4}}"
# A date with something between its parts. No group of a GUID has two digits, so chance does not make one.
# More digits beside it may be a running number: "2012-05-1234".
_APART = re.compile(rf"(?=({_YEAR_FIRST}|(?<!\d){_DAY_FIRST})(?!\d))", re.IGNORECASE)
_WHOLE = re.compile(rf"[A-Za-z]{{0,3}}{_GAP}?(\d{{6}}|\d{{8}})")
_MARKED = re.compile(r"(\d{8})[G-Zg-z].{5,}")  # after the date a letter that begins a pseudonym
_EIGHT = (re.compile(r"(\d{8}).{6,}"), re.compile(r".{6,}(\d{8})"))
_SHORT = rf"\d\d?{_GAP}\d\d?{_GAP}\d\d|\d\d?{_GAP}?{_MONTH}{_GAP}?(?:\d\d){{1,2}}"
_AT_END = rf"\d{{8}}|\d{{6}}|{_YEAR_FIRST}|{_DAY_FIRST}|{_SHORT}"
_NUMBERED, _NAMED = (
    ("%Y%m%d", "%d%m%Y", "%d%m%y", "%y%m%d"),
    ("%d%b%Y", "%d%B%Y", "%Y%b%d", "%Y%B%d", "%d%b%y"),
)


def dated(values: Sequence[str]) -> tuple[set[str], set[str]]:
    """The pseudonyms of a column with a date in them: those that chance cannot explain, and those it may.

    Chance cannot explain a date with its parts apart, nor one beside a pseudonym of the length that most of
    the column have. `values`: the distinct ones.
    """
    usual = _usual_length(values)
    certain = {
        value
        for value in values
        if _is_apart(value) or (len(value) != usual and _is_longer_by_date(value, usual))
    }
    return certain, {value for value in values if _may_be(value)}


def _usual_length(values: Sequence[str]) -> int:
    """The length of at least half of the pseudonyms; 0 where there is none."""
    length, times = Counter(map(len, values)).most_common(1)[0] if values else (0, 0)
    return length if times >= max(FEWEST, MOST * len(values)) else 0


@lru_cache(maxsize=CACHED)
def _is_apart(key: str) -> bool:
    marked = _MARKED.fullmatch(key)
    if marked and _is_date(marked[1]):
        return True
    return bool(_GAPPED.search(key)) and any(_is_date(hit[1]) for hit in _APART.finditer(key))


def _is_longer_by_date(key: str, usual: int) -> bool:
    """Whether a pseudonym is one of the usual length with a date before or after it."""
    return 0 < usual < len(key) and any(_is_date(date) for date in _beyond(key, usual))


def _beyond(key: str, usual: int) -> Iterator[str]:
    """What stands beyond the usual length, at either end, where it is written as a date."""
    for text in (key[usual:], key[:-usual]):
        if written := re.fullmatch(rf"{_GAP}?({_AT_END}){_GAP}?", text, re.IGNORECASE):
            yield written[1]


@lru_cache(maxsize=CACHED)
def _may_be(key: str) -> bool:
    """Whether a pseudonym is a date, or begins or ends with eight digits that are one."""
    return any(
        _is_date(hit[1]) for pattern in (_WHOLE, *_EIGHT) if (hit := pattern.fullmatch(key)) is not None
    )


def _is_date(text: str) -> bool:
    """Whether a text is a day on which somebody now living may have been born."""
    bare = "".join(part.zfill(2) for part in re.split(_GAP, text))
    for form in _NUMBERED if bare.isdigit() else _NAMED:
        if bare.isdigit() and len(bare) != (6 if "%y" in form else 8):
            continue
        try:
            day = dt.datetime.strptime(bare, form).date()
        except ValueError:
            continue
        if day.year >= 1900 and (day <= dt.date.today() or "%y" in form):  # "60" is 1960, not 2060
            return True
    return False
