"""Quarters of the year: how they are named, when they end, and a release as it stood at the end of one."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace

from reporting.access.scope import Release, Snapshot

WRITTEN = re.compile(r"(20\d\d)Q([1-4])", re.IGNORECASE)
APRIL = 4


class QuarterError(ValueError):
    """A quarter that cannot be shown; the text says why and which can."""


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of the calendar year: 2026, 3 is July to September 2026."""

    year: int
    number: int

    @staticmethod
    def read(text: str) -> Quarter:
        """“2026Q3”. Raises QuarterError for anything else."""
        found = WRITTEN.fullmatch(text.strip())
        if found is None:
            raise QuarterError(f"“{text[:20]}” is no quarter. Write year, Q and 1 to 4, such as 2026Q3.")
        return Quarter(int(found[1]), int(found[2]))

    @staticmethod
    def of(day: dt.date) -> Quarter:
        """The quarter a day lies in."""
        return Quarter(day.year, (day.month - 1) // 3 + 1)

    @property
    def last_day(self) -> dt.date:
        month = self.number * 3
        return dt.date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def words(self) -> str:
        """With the financial year, which begins in April: “July to September 2026 (Q2 2026/27)”."""
        first, last = self.number * 3 - 2, self.number * 3
        starts = self.year if first >= APRIL else self.year - 1
        financial = (self.number + 2) % 4 + 1
        months = f"{calendar.month_name[first]} to {calendar.month_name[last]} {self.year}"
        return f"{months} (Q{financial} {starts}/{(starts + 1) % 100:02d})"

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


def quarters(info: Release) -> tuple[Quarter, ...]:
    """The quarters a release can show, latest first: ended by its last day, and far enough into the data
    for a dose of one whole window to be known."""
    found = []
    quarter = Quarter.of(info.data_to)
    earliest = info.data_from + dt.timedelta(days=info.window_days)
    while quarter.last_day >= earliest:
        if quarter.last_day <= info.data_to:
            found.append(quarter)
        quarter = quarter.before
    return tuple(found)


def at_end_of(snapshot: Snapshot, quarter: Quarter) -> Snapshot:
    """The release with its last day set to the quarter's, so that every exhibit speaks of that quarter.

    Raises QuarterError for a quarter that the data do not cover to its end.
    """
    known = quarters(snapshot.info)
    if quarter not in known:
        which = f"Choose {known[-1]} to {known[0]}." if known else "Load extracts of a whole quarter first."
        raise QuarterError(f"The release has no complete data for {quarter.words}. {which}")
    return replace(snapshot, info=replace(snapshot.info, data_to=quarter.last_day))
