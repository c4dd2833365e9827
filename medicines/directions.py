"""What a direction text means: how much a day, how often a patch is changed, and whether that can be told."""

import re
from dataclasses import replace
from functools import lru_cache

from medicines.direction_text.doubts.circumstance import by_circumstance, well_spelt
from medicines.direction_text.doubts.cut_off import breaks_off
from medicines.direction_text.doubts.exceptions import against
from medicines.direction_text.doubts.left_open import left_open, on_some_days, otherwise, several_places
from medicines.direction_text.medicines import subjects, without_medicines
from medicines.direction_text.regimen.amount import with_amounts, with_numbers
from medicines.direction_text.regimen.answer import (
    AMOUNTS,
    CHANGES,
    CUT_OFF,
    MISFIT,
    MORE,
    NOT_A_WORD,
    NOT_STATED,
    NOT_TEXT,
    NOTHING,
    TWO_WAYS,
    Direction,
    one_interval,
    patches,
    units,
)
from medicines.direction_text.regimen.daily_regimen import DAILY, optional, regimen_of
from medicines.direction_text.regimen.frequency import one_of_two_frequencies, unevenly, with_frequencies
from medicines.direction_text.regimen.side_notes import (
    LEADING_SUPPLY,
    Worn,
    open_brackets,
    periods_in,
    without_notes,
    without_other_items,
)
from medicines.direction_text.regimen.stated_amounts import Stated, disagree, stated
from medicines.direction_text.sentence import UNREADABLE, Sentence, Value
from medicines.direction_text.vocabulary.asides import PLANNED
from medicines.direction_text.vocabulary.misplaced_words import OUT_OF_PLACE
from medicines.direction_text.vocabulary.tokens import tokens_of
from medicines.plain_text import plain

LONGEST = 500
MOST_TOKENS = 120
FORM_UNITS = {"oral_solution": "ml", "linctus": "ml", "ml": "ml", "patch": "patch", "mg": "mg"}
SWALLOWED = {"tablet", "capsule", "sachet", "oral_solution", "linctus"}
NOT_SWALLOWED = ("suppositor", "ampoule")
SOLID = ("tab", "cap", "cpa", "pill", "lozenge")
BESIDE_ITEM = re.compile(r"[B_$][^.,ft]*$")
A_UNIT = re.compile("(?<![n=q])au")
HALF_OFTEN = re.compile(r"f(?!W)|[noer]*[xhH]")
LINE_BREAK = re.compile(r"[\r\n]+")
SIGN_FOR_SPACE = re.compile(
    r"(?<=[a-z]{2})(?:[.,;:]|[/\-](?!(?:d|days?|daily|h|hrs?|hours?|wk|weeks?|[bo]d|bds|tds|tid|qds|qid|on|mls?)\b))"
    r"(?=[a-z]{2})",
    re.IGNORECASE,
)
SAYS_NO_DOSE = (NOTHING, NOT_STATED)
SHARED = re.compile(r"n/")
MANY_PATCHES = "patches"
COLON_AFTER_DOSE = re.compile(r"(?<=[fDd]):")
COLON = re.compile(r"(?<=c)&c|[:c]")
FREQUENCY, TIME_OF_DAY = re.compile("f"), re.compile("t")

__all__ = ["LONGEST", "Direction", "read"]


def read(text: str | None, form: str | None = None) -> Direction:
    """What a direction text means for a product of a form (tablet, capsule, oral_solution, patch, mg …)."""
    if text is not None and not isinstance(text, str):
        return Direction(reason=NOT_TEXT)
    if text and len(text) <= LONGEST and LINE_BREAK.search(text.strip()):
        return _over_lines(text.strip(), form)
    read = _read(text, form)
    if text and read.parseable and SIGN_FOR_SPACE.search(text):
        return _either_way(read, _read(SIGN_FOR_SPACE.sub(" ", text), form))
    return read


def _either_way(read: Direction, spaced: Direction) -> Direction:
    """A sign between two words may be a slip for a space ("pain.only"), so both have to say the same."""
    return read if _dose(read) == _dose(spaced) else Direction(prn=read.prn or spaced.prn, reason=TWO_WAYS)


def _over_lines(text: str, form: str | None) -> Direction:
    """A text over several lines: a line ends a sentence or only wraps, so both have to say the same."""
    apart, joined = _read(text, form), _read(LINE_BREAK.sub(" ", text), form)
    if not apart.parseable:
        return replace(apart, prn=apart.prn or joined.prn)
    lines = [_read(line, form) for line in LINE_BREAK.split(text)] if not joined.parseable else [joined]
    alone = [line for line in lines if line.parseable]
    others = all(line.parseable or line.reason in SAYS_NO_DOSE for line in lines)
    if others and alone and all(_dose(line) == _dose(apart) for line in alone):
        return apart
    return Direction(prn=apart.prn or joined.prn, reason=TWO_WAYS)


def _dose(read: Direction) -> Direction:
    return replace(read, words=(), named=(), stated=(), to_reduce=False)


@lru_cache(maxsize=131072)
def _read(text: str | None, form: str | None) -> Direction:
    written = plain(text, LONGEST, line_end=" . ")
    if not written:
        return Direction(reason=NOT_TEXT if written is None else NOTHING)
    spelt = well_spelt(written)
    kinds, values, words = tokens_of(f"{written} . when required" if by_circumstance(spelt) else written)
    if len(kinds) > MOST_TOKENS:
        return Direction(reason=NOT_TEXT)
    direction, places = _of_tokens(kinds, values, form)
    worn = _worn(kinds, form)
    if (places or (worn and direction.reason == NOT_STATED)) and breaks_off(written):
        return Direction(prn=direction.prn, reason=CUT_OFF)
    if (worn and several_places(spelt)) or (
        places and (otherwise(written) or on_some_days(spelt) or (not direction.prn and against(spelt)))
    ):
        return Direction(prn=direction.prn, reason=TWO_WAYS)
    if "1/2" in words and "½" not in (text or "") and _one_or_two(kinds, words):
        return Direction(prn=direction.prn, reason=TWO_WAYS)
    if "au" in kinds and _one_or_more(kinds, words):
        return Direction(prn=direction.prn, reason=TWO_WAYS)
    if _misplaced_unit(kinds, words, form):
        return Direction(prn=direction.prn, reason=MISFIT)
    if not places and not worn:
        return direction
    found = stated(kinds, values, words)
    if not places:
        return _left_open(direction, written, found)
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
        subjects(kinds, words),
        not PLANNED.isdisjoint(words),
    )


def _misplaced_unit(kinds: str, words: list[str], form: str | None) -> bool:
    """Whether what is counted cannot be of the form: tablets of a liquid, a tablet to apply."""
    if form is None or form not in SWALLOWED:
        return False
    if words and words[0] in ("apply", "applied"):
        return True
    if "u" not in kinds:
        return False
    liquid = FORM_UNITS.get(form) == "ml"
    return any(
        kind == "u" and words[at].startswith(NOT_SWALLOWED + (SOLID if liquid else ()))
        for at, kind in enumerate(kinds)
        if not BESIDE_ITEM.search(kinds, 0, at)
    )


def _one_or_two(kinds: str, words: list[str]) -> bool:
    """Whether 1/2 may mean one or two: before a plural, or bare and more than once a day."""
    for at, word in enumerate(words):
        if word == "1/2" and kinds[at] == "=" and kinds[at - 1 : at] != "n":
            after = kinds[at + 1 : at + 2]
            if (after == "u" and words[at + 1].endswith("s")) or HALF_OFTEN.match(kinds, at + 1):
                return True
    return False


def _one_or_more(kinds: str, words: list[str]) -> bool:
    """Whether "a" stands before a plural: a number may be lost."""
    return any(words[found.end() - 1].endswith("s") for found in A_UNIT.finditer(kinds))


def _worn(kinds: str, form: str | None) -> bool:
    return form == "patch" or (form is None and "p" in kinds)


def _left_open(direction: Direction, text: str, found: tuple[Stated, ...]) -> Direction:
    """Patches without an interval: as read where the text leaves it open, else not understood."""
    if direction.reason != NOT_STATED:
        return direction
    if not left_open(text):
        return Direction(prn=direction.prn, reason=MORE)
    return replace(direction, stated=found)


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
    worn = _worn(kinds, form)
    days, periods = _reduced(sentence, worn)
    if "P" in kinds and "P" not in sentence.kinds and "J" not in kinds:
        return Direction(prn=True, reason=TWO_WAYS), ()
    several = ("p", MANY_PATCHES) in [(k, v[2]) for k, v in zip(sentence.kinds, sentence.values, strict=True)]
    misfit = "u" in sentence.kinds or "l" in sentence.kinds
    regimen = regimen_of(sentence)
    if worn:
        direction = one_interval(patches(regimen, days, several, misfit), [*periods, *(d for d, _ in days)])
    else:
        direction = units(regimen, FORM_UNITS.get(form or "", "" if form is None else "units"))
        direction = _shared(direction, kinds, values)
        if "/" in kinds and regimen.often not in (None, DAILY):
            direction = Direction(prn=direction.prn, reason=TWO_WAYS)
    return direction, regimen.places if direction.parseable else ()


def _shared(direction: Direction, kinds: str, values: tuple[Value, ...]) -> Direction:
    """The amount at each dose of a day's amount in so many divided doses."""
    match = SHARED.search(kinds)
    number = values[match.start()][0] if match else 0.0
    if not direction.amounts or number <= 0:
        return direction
    amounts = tuple((low / number, high / number) for low, high in direction.amounts)
    return replace(direction, amounts=amounts)


def _reduced(sentence: Sentence, worn: bool) -> tuple[list[Worn], list[float]]:
    """Reduce the tokens to amounts, frequencies and times of day.

    Gives courses and wear times in days, with their words; and the lengths of other periods in days.
    """
    periods: list[float] = []
    if "W" in sentence.kinds and not worn:
        sentence.drop(LEADING_SUPPLY)
    if "$" in sentence.kinds:
        without_medicines(sentence)
    if "_" in sentence.kinds or "B" in sentence.kinds:
        without_other_items(sentence, worn)
    if ":" in sentence.kinds or "c" in sentence.kinds:
        sentence.become(COLON_AFTER_DOSE, ".")
        sentence.drop(COLON)
    if "(" in sentence.kinds or ")" in sentence.kinds:
        periods += open_brackets(sentence, worn)
    with_numbers(sentence)
    days = without_notes(sentence, worn)
    with_frequencies(sentence)
    if worn and sentence.kinds.count("f") > 1:
        one_of_two_frequencies(sentence)
    if worn and "f" in sentence.kinds:
        if unevenly(sentence):
            sentence.become(FREQUENCY, "!")
        sentence.drop(TIME_OF_DAY)
    with_amounts(sentence, worn)
    return days, periods + periods_in(sentence)
