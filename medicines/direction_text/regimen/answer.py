"""What a regimen comes to: a daily amount, or a wear interval of patches; or why there is neither."""

import re
from dataclasses import dataclass

from medicines.direction_text.regimen.amount import LEAST_MG
from medicines.direction_text.regimen.daily_regimen import Range, Regimen
from medicines.direction_text.regimen.side_notes import Worn
from medicines.direction_text.regimen.stated_amounts import Stated

FITTING = {
    "": ("units", "ml", "mg"),
    "units": ("units", "mg"),
    "ml": ("ml", "mg"),
    "mg": ("mg", "units"),
}
MOST_A_DAY = {"units": 100.0, "ml": 1000.0, "mg": 5000.0}
SHORTEST_WEAR, LONGEST_WEAR = 24.0, 336.0
MOST_PATCHES = 8
HOURS_A_DAY = 24
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
MORE = "it says more than can be understood"
REASONS = (
    NOTHING, NOT_TEXT, CHANGES, MISFIT, TWO_WAYS, NOT_STATED, BEYOND, NOT_A_WORD, AMOUNTS, PART, CUT_OFF,
    MANY, MORE,
)  # fmt: skip
HAS_AMOUNT, HAS_FREQUENCY = re.compile("[QCn=]"), re.compile("[ftCWDHAOyxo]")


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction text, read.

    Units a day (tablets, capsules, sachets; ml; or mg) from lowest to highest; lowest 0 where optional.
    Patches have an interval in hours and a number worn at once instead. Not `parseable`: no daily amount or
    interval can be read; then there are no numbers, save patches at once where only the interval is missing,
    and `reason` is one of REASONS. `words` are those that a reading rests on; `amounts` are taken at each
    dose, in `unit`; `stated` are the amounts in mg written anywhere; `named` the medicines it is about;
    `to_reduce`: a reduction is planned, without an amount or a day.
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
    named: tuple[str, ...] = ()
    to_reduce: bool = False


def _why_not(regimen: Regimen, fits: bool) -> Direction:
    """No reading, with the reason that the rest of the sentence shows."""
    if not fits or "v" in regimen.kinds:
        reason = MISFIT
    elif HAS_AMOUNT.search(regimen.kinds) and HAS_FREQUENCY.search(regimen.kinds):
        reason = TWO_WAYS
    else:
        reason = NOT_STATED
    return Direction(prn=regimen.prn, reason=reason)


def units(regimen: Regimen, counted: str) -> Direction:
    """A daily amount in the unit stated, or in what the form is counted in."""
    unit = regimen.unit or ("" if counted == "ml" else "units")
    fits = unit != "patch" and unit in FITTING[counted]
    if regimen.low is None or regimen.high is None or not fits:
        return _why_not(regimen, fits or (not regimen.unit and regimen.low is None))
    if not 0 < regimen.high <= MOST_A_DAY[unit]:
        return Direction(prn=regimen.prn, reason=BEYOND)
    if unit == "units" and regimen.bare >= LEAST_MG:
        return Direction(prn=regimen.prn, reason=TWO_WAYS)
    low = 0.0 if regimen.prn else regimen.low
    return Direction(low, regimen.high, unit, regimen.prn, parseable=True, amounts=regimen.amounts)


def patches(regimen: Regimen, worn: list[Worn], several: bool, misfit: bool) -> Direction:
    """A wear interval and the number of patches worn at once; the number alone where only that is said.

    `several`: patches in the plural stand without a number. `misfit`: tablets or ml are named.
    """
    count, often = regimen.amount, regimen.often
    empty = not regimen.kinds.strip(".,&")
    if (
        (regimen.understood or empty)
        and often is None
        and len({days for days, _ in worn}) == 1
        and worn[0][0] > 0
    ):
        often = (1 / worn[0][0], 1 / worn[0][0])
        regimen.places += (worn[0][1],)
        regimen.understood = True
    fits = regimen.unit in ("", "patch") and not misfit
    if several and count is None and regimen.understood and fits:
        return Direction(prn=regimen.prn, reason=MANY)
    if regimen.understood and fits and count and not worn and not HAS_FREQUENCY.search(regimen.kinds):
        least, most = count
        if least != most:
            return Direction(prn=regimen.prn, reason=TWO_WAYS)
        if least != int(least) or not 1 <= least <= MOST_PATCHES:
            return Direction(prn=regimen.prn, reason=PART if least % 1 else BEYOND)
        return Direction(prn=regimen.prn, patches_at_once=int(least), reason=NOT_STATED)
    if not regimen.understood or often is None or often[0] != often[1] or not fits:
        return _why_not(regimen, fits)
    low, high = count or (1.0, 1.0)
    hours = round(HOURS_A_DAY / often[0], 4)
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


def one_interval(read: Direction, periods: list[float]) -> Direction:
    """The reading of patches, unless another period beside it may be how long one is worn: 72 hours (7 days).

    A period longer than any patch is worn is a supply or a course.
    """
    hours = {round(HOURS_A_DAY * days, 4) for days in periods}
    other = any(length != read.patch_interval_hours and 0 < length <= LONGEST_WEAR for length in hours)
    return Direction(prn=read.prn, reason=TWO_WAYS) if read.parseable and other else read
