"""Whole months: what a file says of them in its name, and in the lines above its header."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from etl.intake.files.source import Source
from etl.intake.refusal import RefusedError
from etl.layouts.dates import read_day

_MONTH = r"(20\d\d)-(0[1-9]|1[0-2])"
_DAY = r"-(0[1-9]|[12]\d|3[01])"
_NAMED = re.compile(rf"(?<!\d){_MONTH}(?:{_DAY})?(?:_{_MONTH}(?:{_DAY})?)?(?!\d|-\d\d(?!\d))")
_WRITTEN = r"\d{1,2}[ /.-](?:\d{1,2}|[A-Za-z]{3,9})[ /.-](?:\d{4}|\d\d)|\d{4}-\d\d-\d\d"
_TIME = r"(?:[ T,]+\d{1,2}:\d\d(?::\d\d)?)?"
_SPAN = re.compile(
    rf"(?<!\d)({_WRITTEN}){_TIME}\s*(?:to|until|till|and|-|–|—)\s*({_WRITTEN})(?!\d)", re.IGNORECASE
)
_FORMS = ("%d/%m/%Y", "%d-%b-%Y", "%d-%B-%Y", "%d/%m/%y", "%d-%b-%y", "%Y/%m/%d")


@dataclass(frozen=True)
class Period:
    """Whole months, first and last included."""

    first: dt.date
    last: dt.date  # first day of the last month

    @property
    def end(self) -> dt.date:
        return (self.last.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)

    def months(self) -> list[str]:
        """Each month, as "2026-09"."""
        first, last = (day.year * 12 + day.month - 1 for day in (self.first, self.last))
        return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(first, last + 1)]

    def __str__(self) -> str:
        first, last = f"{self.first:%Y-%m}", f"{self.last:%Y-%m}"
        return first if first == last else f"{first}_{last}"


def whole_months(first: dt.date, last: dt.date) -> Period:
    """The months from one day to another. Raises RefusedError where they are not whole."""
    if first.day != 1 or (last + dt.timedelta(days=1)).day != 1 or last < first:
        raise RefusedError(
            f"the period {first} to {last} is not whole months. Run the report for whole months."
        )
    return Period(first, last.replace(day=1))


def period_named(name: str) -> Period | None:
    """The period in a file's name, "2026-09" or "2024-04_2026-06"; None where there is none, or two. A day
    such as 2026-10-02 is when a report was run, and no period; two days are one if they are whole months."""
    found = periods_named(name)
    return next(iter(found)) if len(found) == 1 else None


def periods_named(name: str) -> set[Period]:
    """All the periods in a file's name."""
    return {period for hit in _NAMED.finditer(name) if (period := _named(hit))}


def _named(hit: re.Match[str]) -> Period | None:
    first_year, first_month, first_day, last_year, last_month, last_day = hit.groups()
    if bool(first_day) != bool(last_day if last_year else None):
        return None
    first = dt.date(int(first_year), int(first_month), 1)
    last = dt.date(int(last_year), int(last_month), 1) if last_year else first
    found = Period(first, last)
    whole = not first_day or (int(first_day) == 1 and int(last_day) == found.end.day)
    return found if whole and first <= last else None


def spans_in(text: str) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last day of what lines above a header say, such as "01/08/2026 to 31/08/2026"."""
    for hit in _SPAN.finditer(text):
        first, last = (_day(words) for words in hit.groups())
        if first and last and first < last:
            yield first, last


def period_of(source: Source, stated: Period | None, above: str) -> Period:
    """The months of a file: from above its header (`stated`) or its name, which must agree; else from its
    folder, or the only span of days in the lines `above` the header. Raises RefusedError where they do not
    agree, or say none."""
    named, folder = _said(PurePosixPath(source.name).name) or _said(source.name), _said(source.folder)
    spans = sorted(set(spans_in(above)))
    if stated and named and stated != named:
        raise _contradiction(str(stated), named)
    period = stated or named or folder
    if period is None and len(spans) == 1:
        return whole_months(*spans[0])
    if period is None:
        raise RefusedError("no period: put its months in the file's name, such as issues_2026-09.csv.")
    if spans and not any(first <= period.first and period.end <= last for first, last in spans):
        raise _contradiction(" and ".join(f"{first} to {last}" for first, last in spans), period)
    return period


def _said(name: str) -> Period | None:
    """The period in a name or folder. Raises RefusedError where it says two."""
    if len(told := sorted(map(str, periods_named(name)))) > 1:
        raise RefusedError(f"its name or folder says two periods, {told[0]} and {told[1]}. Keep one.")
    return period_named(name)


def _contradiction(above: str, named: Period) -> RefusedError:
    return RefusedError(
        f"the lines above the header say {above}, but the file's name says {named}. Correct whichever is "
        "wrong."
    )


def _day(words: str) -> dt.date | None:
    parts = re.split(r"[ /.-]", words)
    mark = "-" if parts[1].isalpha() else "/"
    return next((day for form in _FORMS if (day := read_day(mark.join(parts), form))), None)
