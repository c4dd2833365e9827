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

import pandas as pd

from etl.release.readings import line_readings, product_readings
from measures.policy import Dose
from medicines.daily_amount import MOST_PATCHES
from medicines.dose import LARGEST_QUANTITY, LONGEST_SUPPLY

EPOCH = dt.date(2000, 1, 1)


@dataclass
class Supply:
    product: str
    same: tuple[str, str]  # ingredient and release
    issued: int
    days_milli: int
    held: float | None  # thousandths of a mg OME (of a DDD), whole supply; None: not known
    dose: float | None  # a day, if lasting as long as expected
    known: bool  # whether that is the whole dose
    issued_days: int
    issued_dose: float | None  # a day, over the days recorded or expected
    start: int = 0
    end: int = 0
    spread: bool = False

    @property
    def milli(self) -> int:
        assert self.held is not None and self.dose is not None
        return rounded(self.held / (self.end - self.start)) if self.spread else rounded(self.dose)


def daily_doses(
    issues: list[dict[str, Any]], rules: Dose, left: dt.date | None = None
) -> dict[str, dict[int, int]]:
    """Class → day (from 1 January 2000) → dose in thousandths, for one patient's issues."""
    doses: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for kind, supply, end in supplied_days(issues, rules, left):
        if supply.held is not None:
            for one_day in range(supply.start, end):
                doses[kind][one_day] += supply.milli
    return {kind: dict(days) for kind, days in doses.items()}


def supplied_days(
    issues: list[dict[str, Any]], rules: Dose, left: dt.date | None = None
) -> list[tuple[str, Supply, int]]:
    """Every supply with its class and the day from which it stops counting, of known dose or not."""
    made = _courses(issues, rules)
    found = []
    for (kind, _), supplies in made.items():
        others = [s for (k, _), s in made.items() if k == kind and s is not supplies]
        stop = _stop(supplies, others, rules, left)
        found += [(kind, supply, min(supply.end, max(stop, supply.start))) for supply in supplies]
    return found


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
                totals[one_day] += rounded(supply.issued_dose)
                supply_days[one_day] += 1
    total, covered = sum(totals.values()), sum(1 for n in supply_days.values() if n)
    return {
        "sum_of_days_supply_milli": rounded(total / sum(supply_days.values())) if covered else 0,
        "unique_days_milli": rounded(total / covered) if covered else 0,
        "fixed_window_milli": rounded(total / rules.window_days),
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
                "beyond": (one["quantity"] or 0) > LARGEST_QUANTITY
                or (one.get("days_supply") or 0) > LONGEST_SUPPLY,
            }
            if read["form"] in ("tablet", "capsule") and known["quantity"] is not None:
                least = read["units_per_day"] if read["regular"] else 2.5  # one or two count packs
                known["quantity"] = known["quantity"] if known["quantity"] >= least else None
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
    rhythm = [g for g in gaps if g <= rules.stopped_days]
    usual = statistics.median(rhythm) if rhythm else None
    common = statistics.median([g for g in rhythm if g <= 84] or [rules.default_days])
    supplies = []
    stock_ends = -math.inf
    for n, day in enumerate(days):
        gap = gaps[n] if n < len(gaps) else None
        supply = _one_supply(by_day[day], day, gap, usual, common, rules)
        begins = max(day * 1000, stock_ends)
        stock_ends = begins + supply.days_milli
        supply.start, supply.end = (math.floor((x + 500) / 1000) for x in (begins, stock_ends))
        supplies.append(supply)
    for supply, after in pairwise(supplies):
        if 1 <= after.start - supply.end <= rules.late_days:
            supply.end, supply.spread = after.start, True
    return supplies


def _one_supply(
    lines: list[dict[str, Any]],
    day: int,
    gap: int | None,
    usual: float | None,
    common: float,
    rules: Dose,
) -> Supply:
    """What the lines of one day come to: each course once, one course after another's end never assumed."""
    kind = "ddd" if lines[0]["class"] == "gabapentinoid" else "ome"
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        asked[line["meaning"]].append(line)
    courses = list(asked.values())
    told = [course for course in courses if all(line["regular"] and not line["beyond"] for line in course)]
    counted = [course for course in courses if all(line["quantity"] is not None for line in course)]
    apart = any(_apart(course) for course in told if course in counted)
    by_directions = len(told) == len(courses) and not apart
    recorded = max((_recorded(course) for course in courses), default=0)
    used = sum(course[0]["units_per_day"] for course in counted) if by_directions else 0
    regular_only = all(line["regular"] and not line["beyond"] for line in lines) and len(counted) < len(
        courses
    )
    if used:
        length = rounded(sum(line["quantity"] for course in counted for line in course) * 1000 / used)
    elif recorded:
        length = rounded(recorded * 1000)
    elif regular_only and gap is not None and gap > common + rules.late_days:
        length = rounded(common * 1000)  # a break may lie in it
    elif gap is not None and gap <= rules.stopped_days:
        length = gap * 1000
    else:
        length = rounded(((common if regular_only and usual else usual) or rules.default_days) * 1000)
    assumed = not used and not recorded and (gap is None or gap > rules.stopped_days) and usual is None
    dose: float | None = None
    if told and not apart:
        dose = sum(course[0][f"directed_{kind}_milli"] for course in told)
    held = None if dose is None else dose * length / 1000
    known = by_directions
    if not by_directions and len(counted) == len(courses):
        patch = lines[0]["release"] == "patch"
        found = _by_patches(lines, length, assumed) if patch else _by_quantity(lines, length, kind)
        if found is not None:
            dose, known = found, True
            held = dose * length / 1000 if patch else _of_quantity(lines, kind)
    issued_days = max(1, rounded(recorded or length / 1000))
    issued = dose
    if dose is not None and lines[0]["release"] != "patch":
        whole = len(counted) == len(courses) and known and not any(line["beyond"] for line in lines)
        amount = _of_quantity(lines, kind) if whole else held
        issued = None if amount is None else amount / issued_days
    same = (lines[0]["ingredient"], lines[0]["release"])
    return Supply(lines[0]["product_key"], same, day, length, held, dose, known, issued_days, issued)


def _apart(course: list[dict[str, Any]]) -> bool:
    """Whether quantity by the days recorded is three times or more off regular directions; not of patches."""
    days = _recorded(course)
    if not days or course[0]["release"] == "patch":
        return False
    quantity, wanted = sum(line["quantity"] for line in course), course[0]["units_per_day"] * days
    near = 1e-9 * wanted
    return bool(quantity >= 3 * wanted - near or quantity * 3 <= wanted + near)


def _recorded(course: list[dict[str, Any]]) -> float:
    """The days recorded of a course, one line after the other; nought unless all are known."""
    days = [line["days_supply"] for line in course]
    return 0 if None in days else sum(days)


def _by_patches(lines: list[dict[str, Any]], length: int, assumed: bool) -> float | None:
    """The rate of the patches worn at once, if quantity, wear time and days make it nearly a whole number."""
    if assumed or any(line["beyond"] or math.isnan(_number(line["wear_hours"])) for line in lines):
        return None
    hours = min(line["wear_hours"] for line in lines)
    worn = sum(line["quantity"] for line in lines) * hours / 24 / (length / 1000)
    near = rounded(worn)
    if not 1 <= near <= MOST_PATCHES or abs(worn - near) > 0.2 + 1e-9:
        return None
    return float(near * max(line["rate_ome_milli"] for line in lines))


def _by_quantity(lines: list[dict[str, Any]], length: int, kind: str) -> float | None:
    """Quantity by days, unless some line's quantity cannot tell or nobody takes as much in a day."""
    most = [_number(line["most_a_day"]) for line in lines]
    if any(line["beyond"] for line in lines) or any(math.isnan(one) for one in most):
        return None
    if sum(line["quantity"] for line in lines) * 1000 > min(most) * length:
        return None
    return _of_quantity(lines, kind) * 1000 / length


def _number(value: Any) -> float:
    """A number of a frame as a float, not a number where it is missing."""
    return math.nan if value is None or pd.isna(value) else float(value)


def _of_quantity(lines: list[dict[str, Any]], kind: str) -> int:
    return sum(rounded(line["quantity"] * line[f"{kind}_unit_micro"] / 1000) for line in lines)


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


def rounded(value: float) -> int:
    """Half away from zero, as SQL rounds."""
    return math.floor(value + 0.5)
