"""How numbers, months and lists read in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from reporting.charts.written import AMOUNT, HIDDEN, RATE, TENTHS, percent, written

MOST_RUNS = 3
ALONE = "one practice alone, and no other to compare it with"
FEWEST_FOR_PERCENT = 20  # of fewer the count says more than a share
SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(value: float) -> str:
    """A count with thousands separated: 150,560; “[c]” of one that may not be shown."""
    return HIDDEN if value != value else f"{int(value):,}"


def cells(counts: Iterable[float]) -> list[int | str]:
    """Counts for a table: whole numbers, “[c]” where they may not be shown."""
    return [HIDDEN if count != count else int(count) for count in counts]


def rate(value: float) -> str:
    """A rate per 1,000 with two decimals; “[c]” of people who may not be shown."""
    return written(value, RATE)


def in_unit(value: float, unit: str) -> str:
    """A value in the unit of its measure: “1.21 per 1,000”, “42%”, “3.4 per 100”, “12 days”, “7”."""
    if unit == "%":
        return percent(value / 100)
    told = written(value, AMOUNT if unit == "n" else RATE if "1,000" in unit else TENTHS)
    return told if unit == "n" else f"{told} {unit}"


def days(value: float) -> str:
    """A median or quartile of days: “12 days”, “12.5 days”."""
    return f"{written(value, TENTHS)} days"


def part(numerator: float, denominator: float) -> str:
    """“42%” of enough people for a percentage, else “9 of 12”; “[c]” where the count may not be shown."""
    if numerator == numerator and denominator < FEWEST_FOR_PERCENT:
        return f"{number(numerator)} of {number(denominator)}"
    return percent(numerator / denominator)


def of_all(numerator: float, denominator: float, them: str) -> str:
    """“71% of taper plans”, of few “9 of 12 taper plans”."""
    few = numerator == numerator and denominator < FEWEST_FOR_PERCENT
    return f"{part(numerator, denominator)} {them if few else f'of {them}'}"


def share(numerator: float, denominator: float) -> str:
    """“42% (70 of 165)”, of few people “9 of 12”; without a denominator “none of 0”."""
    if denominator == 0:
        return "none of 0"
    counts = f"{number(numerator)} of {number(denominator)}"
    if numerator != numerator or denominator < FEWEST_FOR_PERCENT:
        return counts
    return f"{percent(numerator / denominator)} ({counts})"


def beside(numerator: float, denominator: float) -> str:
    """“14%  31 of 226”, for the end of a row; “9 of 12” of few people, “[c] of 226” where the count may not
    be shown."""
    counts = f"{number(numerator)} of {number(denominator)}"
    if numerator != numerator or denominator < FEWEST_FOR_PERCENT:
        return counts
    return f"{percent(numerator / denominator)}  {counts}"


def counted(n: float, one: str, many: str) -> str:
    """“1 practice”, “3 practices”, “no practices”."""
    return f"{number(n) if n else 'no'} {one if n == 1 else many}"


def size(n: float, one: str, many: str) -> str:
    """“n = 45 people”; “n withheld” where it would tell of a suppressed part."""
    return "n withheld" if n != n else f"n = {counted(n, one, many)}"


def spelled(n: int, one: str, many: str) -> str:
    """As `counted`, with small numbers in words and a capital: “Two practices”."""
    word = SMALL_NUMBERS[n] if n < len(SMALL_NUMBERS) else number(n)
    return f"{word} {one if n == 1 else many}".capitalize() if n < len(SMALL_NUMBERS) else f"{word} {many}"


def month(day: Any) -> str:
    """“Sep 2026”."""
    return f"{day:%b %Y}"


def months_words(months: Sequence[dt.date]) -> str:
    """First days of months, in order: “Mar 2026”, “Nov 2025 to Jan 2026, Mar 2026”, and of many runs “Mar
    2025, May 2025 and 7 more months”."""
    runs: list[list[dt.date]] = []
    for one in months:
        if runs and (one.year * 12 + one.month) == (runs[-1][-1].year * 12 + runs[-1][-1].month) + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    shown = runs if len(runs) <= MOST_RUNS else runs[: MOST_RUNS - 1]
    words = ", ".join(_run(run[0], run[-1]) for run in shown)
    more = sum(len(run) for run in runs[len(shown) :])
    return f"{words} and {counted(more, 'more month', 'more months')}" if more else words


def _run(first: dt.date, last: dt.date) -> str:
    if first == last:
        return month(first)
    return f"{f'{first:%b}' if first.year == last.year else month(first)} to {month(last)}"


def day(value: dt.date) -> str:
    """“30 Sep 2026”."""
    return f"{value.day} {value:%b %Y}"


def listed(names: Sequence[str], at_most: int = 4) -> str:
    """“A, B and C”; beyond `at_most` names “A, B, C and 5 more”."""
    shown = list(names[:at_most])
    if len(names) > at_most:
        shown = [*names[: at_most - 1], f"{len(names) - at_most + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def practice_words(name: str, code: str) -> str:
    """How a practice is named where it is chosen: “Quayside (SYN21)”."""
    return f"{name} ({code})"


def code_in(words: str) -> str:
    """The code in how a practice is named: “SYN21” of “Quayside (SYN21)”."""
    return words.rpartition("(")[2].rstrip(")")
