"""The dose method a second time, in plain Python, one patient and one day after another.

Written from the rules in docs/glossary.md, not from the SQL: stock is carried by walking through the
issues, and a day's dose is a sum over the supplies that hold the day.
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from etl.readings import line_readings, product_readings
from measures.policy import Dose
from medicines.dose import LARGEST_QUANTITY, LONGEST_SUPPLY

EPOCH = dt.date(2000, 1, 1)


@dataclass
class Supply:
    product: str
    same: tuple[str, str]  # ingredient and release
    issued: int
    days_milli: int
    held: float | None  # thousandths of a mg OME (of a DDD), whole supply
    dose: float | None  # a day, if lasting as long as expected
    issued_days: int
    issued_dose: float | None  # a day, over the days recorded or expected
    start: int = 0
    end: int = 0
    spread: bool = False

    @property
    def milli(self) -> int:
        assert self.held is not None and self.dose is not None
        return _round(self.held / (self.end - self.start)) if self.spread else _round(self.dose)


def daily_doses(
    issues: list[dict[str, Any]], rules: Dose, left: dt.date | None = None
) -> dict[str, dict[int, int]]:
    """Class → day (from 1 January 2000) → dose in thousandths, for one patient's issues."""
    made = _courses(issues, rules)
    doses: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (kind, _), supplies in made.items():
        others = [s for (k, _), s in made.items() if k == kind and s is not supplies]
        stop = _stop(supplies, others, rules, left)
        for supply in (s for s in supplies if s.held is not None):
            for one_day in range(supply.start, min(supply.end, stop)):
                doses[kind][one_day] += supply.milli
    return {kind: dict(days) for kind, days in doses.items()}


def published_definitions(issues: list[dict[str, Any]], rules: Dose, month_end: dt.date) -> dict[str, int]:
    """The four definitions of Dasgupta 2021 over the window to a month's end, in thousandths of a mg."""
    last = (month_end - EPOCH).days
    window = range(last - rules.window_days + 1, last + 1)
    totals, supply_days = dict.fromkeys(window, 0), dict.fromkeys(window, 0)
    for (kind, _), supplies in _courses(issues, rules).items():
        for supply in supplies:
            if kind != "opioid" or supply.issued_dose is None:
                continue
            for one_day in set(window) & set(range(supply.issued, supply.issued + supply.issued_days)):
                totals[one_day] += _round(supply.issued_dose)
                supply_days[one_day] += 1
    total, covered = sum(totals.values()), sum(1 for n in supply_days.values() if n)
    return {
        "sum_of_days_supply_milli": _round(total / sum(supply_days.values())) if covered else 0,
        "unique_days_milli": _round(total / covered) if covered else 0,
        "fixed_window_milli": _round(total / rules.window_days),
        "peak_day_milli": max(totals.values()),
    }


def _courses(issues: list[dict[str, Any]], rules: Dose) -> dict[tuple[str, str], list[Supply]]:
    """The supplies of each product, in order."""
    courses: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in issues:
        read = {**_product(one["product"]), **_line(one["product"], one["directions"] or "")}
        if read["counted"]:
            known = {
                "quantity": _within(one["quantity"], LARGEST_QUANTITY),
                "days_supply": _within(one.get("days_supply"), LONGEST_SUPPLY),
            }
            courses[read["class"], read["product_key"]].append({**one, **read, **known})
    return {key: _supplies(course, rules) for key, course in courses.items()}


@cache
def _product(text: str) -> dict[Any, Any]:
    return product_readings([text]).to_dict("records")[0]


@cache
def _line(product: str, directions: str) -> dict[Any, Any]:
    return line_readings([(product, directions)]).to_dict("records")[0]


def _within(number: float | None, most: float) -> float | None:
    return number if number is not None and 0 < number <= most else None


def _supplies(course: list[dict[str, Any]], rules: Dose) -> list[Supply]:
    by_day: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in course:
        by_day[(one["issued_on"] - EPOCH).days].append(one)
    days = sorted(by_day)
    gaps = [b - a for a, b in pairwise(days)]
    usual = statistics.median([g for g in gaps if g <= rules.stopped_days] or [rules.default_days])
    supplies = []
    stock_ends = -math.inf
    for n, day in enumerate(days):
        gap = gaps[n] if n < len(gaps) else None
        supply = _one_supply(by_day[day], day, gap, usual, rules)
        begins = max(day * 1000, stock_ends)
        stock_ends = begins + supply.days_milli
        supply.start, supply.end = (math.floor((x + 500) / 1000) for x in (begins, stock_ends))
        supplies.append(supply)
    for supply, after in pairwise(supplies):
        if 1 <= after.start - supply.end <= rules.late_days:
            supply.end, supply.spread = after.start, True
    return supplies


def _one_supply(lines: list[dict[str, Any]], day: int, gap: int | None, usual: float, rules: Dose) -> Supply:
    ddd = lines[0]["class"] == "gabapentinoid"
    kind = "ddd" if ddd else "ome"
    regular = all(line["regular"] and line["quantity"] is not None for line in lines)
    written: dict[str, list[dict[str, Any]]] = defaultdict(list)  # the same directions follow each other
    for line in lines:
        written[line["directions"] or ""].append(line)
    firsts = [alike[0] for alike in written.values()]
    recorded = max(
        sum(_round(line["days_supply"] * 1000) for line in alike if line["days_supply"] is not None)
        for alike in written.values()
    )
    if regular:
        used = sum(line["units_per_day"] for line in firsts)
        length = _round(sum(line["quantity"] for line in lines) * 1000 / used)
    elif recorded:
        length = recorded
    elif gap is not None and gap <= rules.stopped_days:
        length = gap * 1000
    else:
        length = _round(usual * 1000)
    if regular:
        dose = sum(line[f"directed_{kind}_milli"] for line in firsts)
        held = dose * length / 1000
    elif lines[0]["release"] == "patch":
        dose = max(line["rate_ome_milli"] for line in lines)
        held = dose * length / 1000
    else:
        held = _of_quantity(lines, kind)
        dose = None if held is None else held * 1000 / length
    same = (lines[0]["ingredient"], lines[0]["release"])
    issued_days = max(1, _round((recorded or length) / 1000))
    if lines[0]["release"] == "patch":
        issued = max(line["rate_ome_milli"] for line in lines)
    else:
        amount = _of_quantity(lines, kind)
        issued = None if amount is None else amount / issued_days
    return Supply(lines[0]["product_key"], same, day, length, held, dose, issued_days, issued)


def _of_quantity(lines: list[dict[str, Any]], kind: str) -> int | None:
    known = [line for line in lines if line["quantity"] is not None]
    if not known:
        return None
    return sum(_round(line["quantity"] * line[f"{kind}_unit_micro"] / 1000) for line in known)


def _stop(supplies: list[Supply], others: list[list[Supply]], rules: Dose, left: dt.date | None) -> int:
    """The day from which a product that is not issued again stops counting."""
    last = supplies[-1]
    stop = last.issued + math.ceil(last.days_milli / 1000) + rules.carry_days
    for course in others:
        for n, other in enumerate(course):
            new_run = n == 0 or course[n - 1].end < other.issued
            if other.same == last.same and new_run and last.issued < other.issued < last.end:
                stop = min(stop, other.issued)
    return min(stop, (left - EPOCH).days) if left else stop


def _round(value: float) -> int:
    """Half away from zero, as SQL rounds."""
    return math.floor(value + 0.5)
