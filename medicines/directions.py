"""What a direction text means: how much a day, how often a patch is changed, and whether that can be told."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from medicines.direction_text.amount import with_amounts, with_numbers
from medicines.direction_text.ending import breaks_off
from medicines.direction_text.frequency import with_frequencies
from medicines.direction_text.regimen import Range, Regimen, optional, regimen_of
from medicines.direction_text.sentence import UNREADABLE, Sentence, Value
from medicines.direction_text.stated import Stated, disagree, stated
from medicines.direction_text.tokens import tokens_of
from medicines.direction_text.wording import (
    LEADING_SUPPLY,
    Worn,
    open_brackets,
    without_notes,
    without_other_items,
)
from medicines.writing import plain

LONGEST = 500
MOST_TOKENS = 120
FORM_UNITS = {"oral_solution": "ml", "linctus": "ml", "ml": "ml", "patch": "patch", "mg": "mg"}
FITTING = {
    "": ("units", "ml", "mg"),
    "units": ("units", "mg"),
    "ml": ("ml", "mg"),
    "mg": ("mg", "units"),
}
MOST_A_DAY = {"units": 100.0, "ml": 1000.0, "mg": 10000.0}
SHORTEST_WEAR, LONGEST_WEAR = 24.0, 336.0
MOST_PATCHES = 10
MANY_PATCHES = "patches"
SHARED = re.compile(r"n/")
NOTHING = "nothing is written"
NOT_TEXT = "the text is too long or cannot be read"
CHANGES = "the dose changes over time"
MISFIT = "a unit that does not fit the form"
TWO_WAYS = "it can be read in two ways"
NOT_STATED = "no amount or no frequency is stated"
NOT_A_WORD = "a word in it cannot be read"
AMOUNTS = "the amounts in it disagree"
PART = "a part of a unit that cannot be taken"
CUT_OFF = "the text breaks off"
MANY = "how many patches is not said"
BEYOND = "an amount beyond what is taken in a day"
REASONS = (NOTHING, NOT_TEXT, CHANGES, MISFIT, TWO_WAYS, NOT_STATED, BEYOND, NOT_A_WORD, AMOUNTS, PART, CUT_OFF, MANY)
HAS_AMOUNT, HAS_FREQUENCY = re.compile("[QCn=]"), re.compile("[ftCWDHAOyxo]")
OUT_OF_PLACE = re.compile(
    r"F[uxlgpHs]|[M~|e]F|~~|~[(ulsp]|(?<![nulgpsq=fotdhHyWwDVAkxKO)])~(?:n|q|=|[jiIea]*[tfoD])"
    r"|(?:^|[.,&|~])[.,&]*j(?=[ulp=&(~|]|n[gl])|jr|jI|(?:^|[.,&:|~])j(?=[tf])|(?:^|[^y])r[jea]*y|I(?=[.,&|)]|$)|&[Ni](?=[.,]|$)|i(?=[Ddhwfxup])|(?:^|[^nXx])x[Iare]*[dD]"
    r"|[ijIe]Z|[gl]~[fotD]|uyt|[nu]y(?![,&~\-ry])|y[,&]+[jiIea]*t|a(?=n[.,]*$)|Z(?=n[gl])|g(?=r[?#d])"
)
"""Small words where they cannot stand: "for times a day", "on 30mg tablet", "at might", "to 5ml spoonfuls"."""
COLON_AFTER_DOSE = re.compile(r"(?<=[fDd]):")
COLON = re.compile(r"[:c]")


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction text, read.

    Units a day (tablets, capsules, sachets; ml; or mg) from lowest to highest; lowest 0 where optional.
    Patches have an interval in hours and a number worn at once instead. Not `parseable`: no daily amount or
    interval can be read; then there are no numbers (save patches at once, where only the interval is missing)
    and `reason` is one of REASONS. `words` are those that
    a reading rests on; `amounts` are taken at each dose, in `unit`; `stated` are the mg written anywhere.
    """

    units_per_day_min: float | None = None
    units_per_day_max: float | None = None
    unit: str | None = None
    prn: bool = False
    patch_interval_hours: float | None = None
    patches_at_once: int | None = None
    parseable: bool = False
    words: tuple[str, ...] = ()
    reason: str = ""
    amounts: tuple[Range, ...] = ()
    stated: tuple[Stated, ...] = ()


def read(text: str | None, form: str | None = None) -> Direction:
    """What a direction text means for a product of a form (tablet, capsule, oral_solution, patch, mg …)."""
    readable = text is None or isinstance(text, str)
    return _read(text, form) if readable else Direction(reason=NOT_TEXT)


@lru_cache(maxsize=131072)
def _read(text: str | None, form: str | None) -> Direction:
    written = plain(text, LONGEST, line_end=" . ")
    if not written:
        return Direction(reason=NOT_TEXT if written is None else NOTHING)
    kinds, values, words = tokens_of(written)
    if len(kinds) > MOST_TOKENS:
        return Direction(reason=NOT_TEXT)
    direction, places = _of_tokens(kinds, values, form)
    if not places:
        return direction
    if breaks_off(written):
        return Direction(prn=direction.prn, reason=CUT_OFF)
    found = stated(kinds, values, words)
    if found and _contradicts(direction, found):
        return Direction(prn=direction.prn, reason=AMOUNTS)
    said = tuple([" ".join([words[at] for at in place]) for place in places])
    return Direction(
        direction.units_per_day_min,
        direction.units_per_day_max,
        direction.unit,
        direction.prn,
        direction.patch_interval_hours,
        direction.patches_at_once,
        direction.parseable,
        said,
        "",
        direction.amounts,
        found,
    )


def _contradicts(direction: Direction, found: tuple[Stated, ...]) -> bool:
    """Whether the amounts in mg of a text that counts units or ml cannot all be of one product."""
    low, high = direction.units_per_day_min, direction.units_per_day_max
    if direction.unit == "mg" or low is None or high is None:
        return False
    return disagree(found, direction.amounts, (low, high), direction.unit == "ml")


@lru_cache(maxsize=65536)
def _of_tokens(
    kinds: str, values: tuple[Value, ...], form: str | None
) -> tuple[Direction, tuple[tuple[int, ...], ...]]:
    """The direction of a row of tokens, and the places of the tokens it was read from."""
    sentence = Sentence(kinds, list(values), [(at,) for at in range(len(kinds))])
    if "T" in kinds:
        return Direction(prn=optional(sentence), reason=CHANGES), ()
    if UNREADABLE in kinds or OUT_OF_PLACE.search(kinds):
        return Direction(prn=optional(sentence), reason=NOT_A_WORD), ()
    worn = form == "patch" or (form is None and "p" in kinds)
    days = _reduced(sentence, worn)
    if "P" in kinds and "P" not in sentence.kinds and "J" not in kinds:
        return Direction(prn=True, reason=TWO_WAYS), ()
    many = any(kind == "p" and value[2] == MANY_PATCHES for kind, value in zip(sentence.kinds, sentence.values, strict=True))
    regimen = regimen_of(sentence)
    if worn:
        direction = _patches(regimen, days, many)
    else:
        direction = _units(regimen, FORM_UNITS.get(form or "", "" if form is None else "units"))
        direction = _shared(direction, kinds, values)
    return direction, regimen.places if direction.parseable else ()


def _reduced(sentence: Sentence, worn: bool) -> list[Worn]:
    """Reduce the tokens to amounts, frequencies and times of day; gives courses and wear times in days."""
    if "W" in sentence.kinds and not worn:
        sentence.drop(LEADING_SUPPLY)
    if "_" in sentence.kinds or "B" in sentence.kinds:
        without_other_items(sentence, worn)
    if ":" in sentence.kinds or "c" in sentence.kinds:
        sentence.become(COLON_AFTER_DOSE, ".")
        sentence.drop(COLON)
    if "(" in sentence.kinds or ")" in sentence.kinds:
        open_brackets(sentence)
    with_numbers(sentence)
    days = without_notes(sentence, worn)
    with_frequencies(sentence)
    with_amounts(sentence, worn)
    return days


def _why_not(regimen: Regimen, fits: bool) -> Direction:
    """No reading, with the reason that the rest of the sentence shows."""
    if not fits or "v" in regimen.kinds:
        reason = MISFIT
    elif HAS_AMOUNT.search(regimen.kinds) and HAS_FREQUENCY.search(regimen.kinds):
        reason = TWO_WAYS
    else:
        reason = NOT_STATED
    return Direction(prn=regimen.prn, reason=reason)


def _units(regimen: Regimen, counted: str) -> Direction:
    """A daily amount in the unit stated, or in what the form is counted in."""
    unit = regimen.unit or ("" if counted == "ml" else "units")
    fits = unit != "patch" and unit in FITTING[counted]
    if regimen.low is None or regimen.high is None or not fits:
        return _why_not(regimen, fits or (not regimen.unit and regimen.low is None))
    if not 0 < regimen.high <= MOST_A_DAY[unit]:
        return Direction(prn=regimen.prn, reason=BEYOND)
    low = 0.0 if regimen.prn else regimen.low
    return Direction(low, regimen.high, unit, regimen.prn, parseable=True, amounts=regimen.amounts)


def _shared(direction: Direction, kinds: str, values: tuple[Value, ...]) -> Direction:
    """The amount at each dose of a day's amount in so many divided doses."""
    match = SHARED.search(kinds)
    number = values[match.start()][0] if match else 0.0
    if not direction.amounts or number <= 0:
        return direction
    amounts = tuple((low / number, high / number) for low, high in direction.amounts)
    return replace(direction, amounts=amounts)


def _patches(regimen: Regimen, worn: list[Worn], many: bool) -> Direction:
    """A wear interval and the number of patches worn at once; the number alone where only that is said."""
    count, often = regimen.amount, regimen.often
    if regimen.understood and often is None and len({days for days, _ in worn}) == 1 and worn[0][0] > 0:
        often = (1 / worn[0][0], 1 / worn[0][0])
        regimen.places += (worn[0][1],)
    fits = regimen.unit in ("", "patch")
    if many and count is None and regimen.understood:
        return Direction(prn=regimen.prn, reason=MANY)
    if regimen.understood and fits and count and not worn and not HAS_FREQUENCY.search(regimen.kinds):
        least, most = count
        told = least == most == int(least) and 1 <= least <= MOST_PATCHES
        return Direction(prn=regimen.prn, patches_at_once=int(least) if told else None, reason=NOT_STATED)
    if not regimen.understood or often is None or often[0] != often[1] or not fits:
        return _why_not(regimen, fits)
    low, high = count or (1.0, 1.0)
    hours = round(24 / often[0], 4)
    if low != high or low != int(low):
        return _why_not(regimen, fits)
    if not 1 <= low <= MOST_PATCHES or not SHORTEST_WEAR <= hours <= LONGEST_WEAR:
        return Direction(prn=regimen.prn, reason=BEYOND)
    return Direction(
        prn=regimen.prn,
        patch_interval_hours=hours,
        patches_at_once=int(low),
        parseable=True,
    )
