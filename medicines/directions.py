"""What a direction text means: how much a day, how often a patch is changed, and whether that can be told."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from medicines.amount import with_amounts, with_numbers
from medicines.direction_tokens import tokens_of
from medicines.frequency import with_frequencies
from medicines.regimen import Regimen, optional, regimen_of
from medicines.sentence import Sentence, Value
from medicines.wording import open_brackets, without_notes
from medicines.writing import plain

LONGEST = 500
MOST_TOKENS = 120
FORM_UNITS = {"oral_solution": "ml", "linctus": "ml", "ml": "ml", "patch": "patch", "mg": "mg"}
MOST_A_DAY = {"units": 100.0, "ml": 1000.0, "mg": 10000.0}
SHORTEST_WEAR, LONGEST_WEAR = 24.0, 336.0
MOST_PATCHES = 10
COLON = re.compile(r"[:c]")


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction text, read.

    Units a day (tablets, capsules, sachets; ml; or mg) from lowest to highest; lowest 0 where optional.
    Patches have an interval in hours and a number worn at once instead. Not `parseable`: no daily amount or
    interval can be read, or it can be read in two ways; then there are no numbers.
    """

    units_per_day_min: float | None = None
    units_per_day_max: float | None = None
    unit: str | None = None
    prn: bool = False
    patch_interval_hours: float | None = None
    patches_at_once: int | None = None
    parseable: bool = False
    words: tuple[str, ...] = ()


@lru_cache(maxsize=131072)
def read(text: str | None, form: str | None = None) -> Direction:
    """What a direction text means for a product of a form (tablet, capsule, oral_solution, patch, mg …)."""
    written = plain(text, LONGEST, line_end=" . ")
    if not written:
        return Direction()
    kinds, values, words = tokens_of(written)
    if len(kinds) > MOST_TOKENS:
        return Direction()
    direction, places = _of_tokens(kinds, values, form)
    return (
        replace(direction, words=tuple(" ".join(words[at] for at in place) for place in places))
        if places
        else direction
    )


@lru_cache(maxsize=65536)
def _of_tokens(
    kinds: str, values: tuple[Value, ...], form: str | None
) -> tuple[Direction, tuple[tuple[int, ...], ...]]:
    """The direction of a row of tokens, and the places of the tokens it was read from."""
    sentence = Sentence(kinds, list(values), [(at,) for at in range(len(kinds))])
    if "T" in kinds:
        return Direction(prn=optional(sentence)), ()
    worn = form == "patch" or (form is None and "p" in kinds)
    days = _reduced(sentence, worn)
    regimen = regimen_of(sentence)
    if worn:
        direction = _patches(regimen, days)
    else:
        direction = _units(regimen, FORM_UNITS.get(form or "", "" if form is None else "units"))
    return direction, regimen.places if direction.parseable else ()


def _reduced(sentence: Sentence, worn: bool) -> list[float]:
    """Reduce the tokens to amounts, frequencies and times of day; gives courses and wear times in days."""
    if ":" in sentence.kinds or "c" in sentence.kinds:
        sentence.drop(COLON)
    if "(" in sentence.kinds or ")" in sentence.kinds:
        open_brackets(sentence)
    with_numbers(sentence)
    days = without_notes(sentence)
    with_frequencies(sentence)
    with_amounts(sentence, worn)
    return days


def _units(regimen: Regimen, counted: str) -> Direction:
    """A daily amount in the unit stated, or in what the form is counted in."""
    unreadable = Direction(prn=regimen.prn)
    if regimen.low is None or regimen.high is None:
        return unreadable
    unit = regimen.unit or ("" if counted == "ml" else "units")
    fits = {
        "": True,
        "units": unit in ("units", "mg"),
        "ml": unit in ("ml", "mg"),
        "mg": unit in ("mg", "units"),
    }
    if unit == "patch" or not unit or not fits[counted] or not 0 < regimen.high <= MOST_A_DAY[unit]:
        return unreadable
    low = 0.0 if regimen.prn else regimen.low
    return Direction(low, regimen.high, unit, regimen.prn, parseable=True)


def _patches(regimen: Regimen, days: list[float]) -> Direction:
    """A wear interval and the number of patches worn at once."""
    count, often = regimen.amount, regimen.often
    if regimen.understood and often is None and days and len(set(days)) == 1:
        often = (1 / days[0], 1 / days[0]) if days[0] > 0 else None
    readable = regimen.understood and often is not None and often[0] == often[1]
    if not readable or often is None or regimen.unit not in ("", "patch"):
        return Direction(prn=regimen.prn)
    low, high = count or (1.0, 1.0)
    hours = round(24 / often[0], 4)
    if (
        low != high
        or low != int(low)
        or not 1 <= low <= MOST_PATCHES
        or not SHORTEST_WEAR <= hours <= LONGEST_WEAR
    ):
        return Direction(prn=regimen.prn)
    return Direction(
        prn=regimen.prn,
        patch_interval_hours=hours,
        patches_at_once=int(low),
        parseable=True,
    )
