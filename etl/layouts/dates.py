"""Dates as a layout writes them. As `strptime` reads them, but with English months whatever the computer's
language, and several times faster: that compiles its patterns again where more than five forms are in use."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache, lru_cache

DATE_CELL = "date:%Y-%m-%d"  # a real date of a workbook, as etl.intake.workbooks.workbook writes it
_SHORT = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
         "november", "december")  # fmt: skip
_PARTS = {
    "%d": r"(?P<d>3[01]|[12][0-9]|0[1-9]|[1-9])",
    "%m": r"(?P<m>1[0-2]|0[1-9]|[1-9])",
    "%b": rf"(?P<b>{'|'.join(_SHORT)})",
    "%B": rf"(?P<B>{'|'.join(_LONG)})",
    "%Y": r"(?P<Y>[0-9]{4})",
    "%y": r"(?P<y>[0-9]{2})",
    "%H": r"(?:2[0-3]|[01][0-9]|[0-9])",
    "%M": r"(?:[0-5][0-9]|[0-9])",
    "%S": r"(?:6[01]|[0-5][0-9]|[0-9])",
    "%%": "%",
}
_TIME = re.compile(
    r"(?:[T ]\s*|,\s+)\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:\s?[AaPp][Mm])?"
    r"(?:Z|\s?(?:GMT|BST|UTC)|\s?[+-]0[01]:?00)?$"
)
LATER = dt.timedelta(days=3 * 366)  # "05-Oct-26" in a report of September is no day of 1926


def dated(text: str, forms: tuple[str, ...], latest: dt.date) -> dt.date | None:
    """The date that a text writes in one of these forms, with or without a time of day; years of two digits
    in the past, unless they lie so shortly after `latest` that the report was run then. None where it writes
    none."""
    day, is_short = _told(text, forms)
    if day is None or not is_short or day - latest < LATER:
        return day
    try:
        return day.replace(year=day.year - 100)
    except ValueError:  # 29 February 1900 was none
        return None


@lru_cache(maxsize=262_144)
def _told(text: str, forms: tuple[str, ...]) -> tuple[dt.date | None, bool]:
    """The date of a text, and whether its year has two digits."""
    bare = _TIME.sub("", text)
    for form in forms:
        if (day := read_day(text if "%H" in form else bare, form)) is not None:
            return day, "%y" in form
    return None, False


def read_day(text: str, form: str) -> dt.date | None:
    """The day that a text writes in exactly this form; the first of its month where the form has no day."""
    hit = _pattern(form).fullmatch(text)
    if hit is None:
        return None
    told = hit.groupdict()
    try:
        return dt.date(_year(told), _month(told), int(told.get("d") or 1))
    except ValueError:
        return None


def _year(told: dict[str, str]) -> int:
    if year := told.get("Y"):
        return int(year)
    short = int(told.get("y") or 0)
    return short + (2000 if short <= 68 else 1900) if "y" in told else 1900


def _month(told: dict[str, str]) -> int:
    if month := told.get("m"):
        return int(month)
    if name := told.get("b"):
        return _SHORT.index(name.lower()) + 1
    return _LONG.index(told["B"].lower()) + 1 if told.get("B") else 1


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """What texts of a form look like. Raises ValueError for a part that no date has."""
    parts = re.split(r"(%.|\s+)", form)
    if unknown := [part for part in parts if part.startswith("%") and part not in _PARTS]:
        raise ValueError(f"{unknown[0]} is no part of a date")
    written = [_PARTS.get(part) or (r"\s+" if part.isspace() else re.escape(part)) for part in parts if part]
    return re.compile("".join(written), re.IGNORECASE)
