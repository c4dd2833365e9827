"""Months and the extract periods that cut them. Days are proleptic ordinals (`date.toordinal`)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

MONTHLY_EXTRACTS = 3


def month_start(month: str) -> int:
    """First day of a month given as YYYY-MM."""
    return date.fromisoformat(f"{month}-01").toordinal()


def month_end(month: str) -> int:
    """Last day of a month given as YYYY-MM."""
    year, number = (int(part) for part in month.split("-"))
    return date(year, number, monthrange(year, number)[1]).toordinal()


def months_to(end: str, count: int) -> list[str]:
    """The count months up to and including end, each YYYY-MM, oldest first. Raises ValueError below 1."""
    if count < 1:
        raise ValueError(f"A sample needs at least one month, not {count}. Give --months 1 or more.")
    year, number = (int(part) for part in end.split("-"))
    last = year * 12 + number - 1
    return [f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(last - count + 1, last + 1)]


@dataclass(frozen=True)
class Period:
    """The months one extract covers."""

    first: str
    last: str

    @property
    def name(self) -> str:
        """As written in file names: 2026-09, or 2024-04_2026-06 for several months."""
        return self.last if self.first == self.last else f"{self.first}_{self.last}"

    @property
    def start(self) -> int:
        """First day."""
        return month_start(self.first)

    @property
    def end(self) -> int:
        """Last day."""
        return month_end(self.last)


def extract_periods(months: list[str]) -> list[Period]:
    """One back-load for all but the last three months, then one extract a month."""
    early = months[:-MONTHLY_EXTRACTS]
    back_load = [Period(early[0], early[-1])] if early else []
    return back_load + [Period(month, month) for month in months[-MONTHLY_EXTRACTS:]]
