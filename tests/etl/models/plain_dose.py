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
from itertools import pairwise
from typing import Any

from etl.readings import line_readings, product_readings
from measures.policy import Dose

EPOCH = dt.date(2000, 1, 1)


@dataclass
class Supply:
    product: str
    same: tuple[str, str]  # ingredient and release
    issued: int
    days_milli: int
    held: float  # thousandths of a mg OME (of a DDD), whole supply
    dose: float  # a day, if lasting as long as expected
    regular: bool
    start: int = 0
    end: int = 0
    spread: bool = False

    @property
    def milli(self) -> int:
        return _round(self.held / (self.end - self.start)) if self.spread else _round(self.dose)


def daily_doses(
    issues: list[dict[str, Any]], rules: Dose, left: dt.date | None = None
) -> dict[str, dict[int, int]]:
    """Class → day (from 1 January 2000) → dose in thousandths, for one patient's issues."""
    products: dict[str, Any] = {
        r["product"]: r for r in product_readings({i["product"] for i in issues}).to_dict("records")
    }
    pairs = {(i["product"], i["directions"] or "") for i in issues}
    lines: dict[Any, Any] = {
        (r["product"], r["directions"]): r for r in line_readings(pairs).to_dict("records")
    }
    courses: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in issues:
        read = {**products[one["product"]], **lines[one["product"], one["directions"] or ""]}
        if read["counted"]:
            courses[read["class"], read["product_key"]].append({**one, **read})
    made = {key: _supplies(course, rules) for key, course in courses.items()}
    doses: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (kind, _), supplies in made.items():
        others = [s for (k, _), s in made.items() if k == kind and s is not supplies]
        stop = _stop(supplies, others, rules, left)
        for supply in supplies:
            for one_day in range(supply.start, min(supply.end, stop)):
                doses[kind][one_day] += supply.milli
    return {kind: dict(days) for kind, days in doses.items()}


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
    regular = all(line["regular"] and (line["quantity"] or 0) > 0 for line in lines)
    written: dict[str, list[dict[str, Any]]] = defaultdict(list)  # the same directions follow each other
    for line in lines:
        written[line["directions"] or ""].append(line)
    firsts = [alike[0] for alike in written.values()]
    recorded = max(
        sum(_round(line["days_supply"] * 1000) for line in alike if (line.get("days_supply") or 0) > 0)
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
        held = sum(_round(line["quantity"] * line[f"{kind}_unit_micro"] / 1000) for line in lines)
        dose = held * 1000 / length
    same = (lines[0]["ingredient"], lines[0]["release"])
    return Supply(lines[0]["product_key"], same, day, length, held, dose, regular)


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
