"""The strengths a product text states: amounts, and what each is per."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

GRAM = Decimal(1000)
MASS_MG = {
    **dict.fromkeys(("mg", "mgs", "mgm", "milligram", "milligrams"), Decimal(1)),
    **dict.fromkeys(("g", "gm", "gram", "grams"), GRAM),
    **dict.fromkeys(
        ("mcg", "mcgs", "microgram", "micrograms", "ug", "mcgram", "mcgrams", "mic"), Decimal("0.001")
    ),
}
VOLUME = {"ml": Decimal(1), "mls": Decimal(1), "millilitre": Decimal(1), "millilitres": Decimal(1)}
HOUR = {"h", "hr", "hrs", "hour", "hours", "hou"}
DAY = {"day", "days", "daily", "d", "week"}
DOSE = {"dose", "actuation", "spray", "metered"}
PER = {"/", "per", "in"}
JOIN = {"/", "+", "and", "&"}
LOOSE_JOIN = {"-", "to", "or"}


class Strength(NamedTuple):
    """One stated strength: amounts in mg in the order written, per volume in ml, per hour or per dose."""

    start: int
    end: int
    mg: tuple[Decimal, ...]
    ml: Decimal | None = None
    per: str = ""
    in_micrograms: bool = False
    unit_written: bool = True
    unclear: str = ""


def _number(token: str) -> Decimal | None:
    return Decimal(token) if token[0].isdigit() else None


def _unit(tokens: Sequence[str], at: int) -> str:
    return tokens[at] if at < len(tokens) and tokens[at] in MASS_MG else ""


def _next_amount(tokens: Sequence[str], at: int, unit: str) -> int | None:
    """Where the next amount of the same strength begins: after / or +, or loosely where both have a unit.

    "10 20mg", "10-20mg" and "10mg 20mg" are two amounts; "10mg - 56 capsules" is one.
    """
    if at < len(tokens) and tokens[at] in JOIN:
        return at + 1 if at + 1 < len(tokens) and _number(tokens[at + 1]) is not None else None
    after = at + 1 if at < len(tokens) and tokens[at] in LOOSE_JOIN else at
    if after >= len(tokens) or _number(tokens[after]) is None:
        return None
    return after if _unit(tokens, after + 1) or (after > at and not unit and tokens[at] == "-") else None


def _amounts(tokens: Sequence[str], at: int) -> tuple[list[Decimal], list[str], int]:
    """Numbers joined to one strength with the unit of each ("" where none is written), and where they end."""
    numbers: list[Decimal] = []
    units: list[str] = []
    while (number := _number(tokens[at])) is not None:
        unit = _unit(tokens, at + 1)
        if not unit and numbers and at + 1 < len(tokens) and tokens[at + 1] in (*VOLUME, *HOUR):
            return numbers, units, at - 1
        numbers.append(number)
        units.append(unit)
        at += 2 if unit else 1
        following = _next_amount(tokens, at, unit)
        if following is None:
            break
        at = following
    return numbers, units, at


def _per(tokens: Sequence[str], at: int) -> tuple[Decimal | None, str, int]:
    """What follows the amounts: a volume in ml, or hour, dose or sachet; and where it ends."""
    after = at + (at < len(tokens) and not tokens[at][0].isalnum() and tokens[at] not in PER)
    if after < len(tokens) and tokens[after] in ("day", "daily"):  # "25mcg day" lost its stroke
        return None, "hours", after + 1
    if at + 1 >= len(tokens) or tokens[at] not in PER:
        return None, "", at
    number = _number(tokens[at + 1])
    unit_at = at + (2 if number is not None else 1)
    unit = tokens[unit_at] if unit_at < len(tokens) else ""
    if unit in VOLUME:
        return (number if number is not None else Decimal(1)), "", unit_at + 1
    if unit in HOUR:
        return None, "hour" if number in (None, Decimal(1)) else "hours", unit_at + 1
    if unit in DAY:
        return None, "hours", unit_at + 1
    if unit in DOSE and number in (None, Decimal(1)):
        return None, "dose", unit_at + 1
    return None, "", at


def strengths(tokens: Sequence[str]) -> list[Strength]:
    """Every strength written with a unit of mass, and pairs such as 30/500 written without one."""
    found: list[Strength] = []
    at = 0
    while at < len(tokens):
        counted = at > 0 and tokens[at - 1] == "x" and not _unit(tokens, at + 1)
        if counted or not tokens[at][0].isdigit():
            at += 1
            continue
        numbers, units, end = _amounts(tokens, at)
        written = [unit for unit in units if unit]
        if written or len(numbers) > 1:
            found.append(_strength(tokens, at, end, numbers, units))
        at = max(found[-1].end if found else 0, end, at + 1)
    return found


def _strength(tokens: Sequence[str], at: int, end: int, numbers: list[Decimal], units: list[str]) -> Strength:
    last = next((unit for unit in reversed(units) if unit), "mg")
    mg = tuple(number * MASS_MG[unit or last] for number, unit in zip(numbers, units, strict=True))
    ml, per, after = _per(tokens, end)
    unclear = _unclear(tokens[at:end], mg, units)
    before, beyond = tokens[max(at - 2, 0) : at], tokens[after : after + 3]
    if len(before) == 2 and before[1] == "/" and (before[0] in VOLUME or before[0] == "%"):
        unclear = "a volume stands where a strength belongs"
    if after > end and len(beyond) == 3 and beyond[0] in PER and beyond[2] in VOLUME:
        unclear = "two volumes are stated for one strength"
    return Strength(at, after, mg, ml, per, MASS_MG[last] == Decimal("0.001"), any(units), unclear)


def _unclear(tokens: Sequence[str], mg: tuple[Decimal, ...], units: list[str]) -> str:
    """Why amounts that stand together are no strength: "100 30mg", "10-20mg", "40mcg/20mg"."""
    joined = sum(token in JOIN for token in tokens) == len(mg) - 1
    if "" in units and any(units) and not joined:
        return "a number without a unit stands beside the strength"
    if any(MASS_MG[unit] == GRAM and amount < GRAM for unit, amount in zip(units, mg, strict=True) if unit):
        return "less than a gram is written in mg"
    small = {MASS_MG[unit] for unit in units if unit}
    if len(small) > 1 and min(small) < 1 and mg[0] < max(mg):
        return "a pair of amounts in micrograms and mg is not a combination of these"
    return ""
