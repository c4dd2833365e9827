"""What several lines add up to, and on which side of the thresholds that lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from medicines.dose import LineDose
from medicines.line_arithmetic import shown
from reporting.exhibits.coverage import OPERATOR_WORDS
from reporting.exhibits.wording import counted, listed

MILLI = Decimal("0.001")
WHY = {"unclear": "no dose can be told", "not_converted": "not converted to OME"}
Named = tuple[str, LineDose]


@dataclass(frozen=True)
class Total:
    """The sum in words, how it stands to each threshold, gabapentinoids apart, and the lines left out.

    `partial`: some opioid has no number, so the sum is a least one.
    """

    headline: str
    value: str
    comparisons: tuple[str, ...]
    gabapentinoids: tuple[str, ...]
    left_out: tuple[str, ...]
    partial: bool


def total(lines: Sequence[Named], thresholds: Sequence[int], operator: str) -> Total:
    """The sum of the lines' OME, to a thousandth of a mg, by the policy's operator (">" or ">=")."""
    left_out = tuple(f"{name} ({WHY[line.status]})" for name, line in lines if line.status in WHY)
    counting = [line.ome_mg_per_day for _, line in lines if line.status == "ok" and line.ome_mg_per_day]
    ome = sum(counting, Decimal(0)).quantize(MILLI)
    none = not counting
    at_least = "at least " * bool(left_out)
    sides = () if none else tuple(compared(ome, at, operator, bool(left_out)) for at in sorted(thresholds))
    value = "" if none else f"{at_least}{shown(ome)} mg".capitalize()
    return Total(
        _headline(lines, value, sides, len(left_out)),
        value,
        sides,
        _gabapentinoids([line for _, line in lines]),
        left_out,
        bool(left_out),
    )


def compared(ome: Decimal, threshold: int, operator: str, partial: bool) -> str:
    """On which side of a threshold a dose lies: “above 90 mg”, “exactly 90 mg is not above 90 mg”."""
    beyond, side = ome > threshold or (operator == ">=" and ome == threshold), OPERATOR_WORDS[operator]
    if ome == threshold and not partial:
        return f"exactly {threshold} mg is {'' if beyond else 'not '}{side} {threshold} mg"
    if beyond:
        return f"{side} {threshold} mg"
    if partial:
        return f"not known to be {side} {threshold} mg: what is left out may take it there"
    return f"not {side} {threshold} mg" if operator == ">" else f"below {threshold} mg"


def _headline(lines: Sequence[Named], value: str, sides: Sequence[str], left_out: int) -> str:
    if not lines:
        return "What do these medicines come to in oral morphine equivalent?"
    if not value:
        return (
            f"No dose can be told: {counted(left_out, 'line is', 'lines are')} left out"
            if left_out
            else "No oral morphine equivalent: none of these counts as an opioid"
        )
    if left_out:
        beyond = [f", {side}" for side in sides if not side.startswith("not")][-1:]
        return f"{value} OME a day{''.join(beyond)}: {counted(left_out, 'line is', 'lines are')} left out"
    return f"{value} OME a day: {_nearest(sides)}"


def _nearest(sides: Sequence[str]) -> str:
    """The comparisons that place a dose: the last it is beyond or exactly at, and the next one."""
    placed = max((at for at, side in enumerate(sides) if not side.startswith(("not", "below"))), default=-1)
    if placed < 0:
        return sides[0]
    exactly = sides[placed].startswith("exactly")
    return sides[placed] if exactly else listed(sides[placed : placed + 2])


def _gabapentinoids(lines: Sequence[LineDose]) -> tuple[str, ...]:
    """One sentence for each gabapentinoid; they have no OME, so they stand apart."""
    found = []
    for name in sorted({line.ingredient for line in lines if line.class_ == "gabapentinoid"}):
        mine = [line for line in lines if line.ingredient == name]
        known = [line for line in mine if line.mg_per_day is not None and line.ddd_per_day is not None]
        if not known:
            found.append(f"{name}: no dose can be told")
            continue
        mg = sum((line.mg_per_day or Decimal(0) for line in known), Decimal(0))
        ddd = sum((line.ddd_per_day or Decimal(0) for line in known), Decimal(0))
        least = "at least " * (len(known) < len(mine))
        found.append(f"{name}: {least}{shown(mg)} mg a day, {shown(ddd)} defined daily doses (DDD)")
    return tuple(found)
