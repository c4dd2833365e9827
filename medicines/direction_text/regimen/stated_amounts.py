"""The amounts in mg that a direction text states, and the strengths of a product that agree with each.

They are read from the tokens as written, before notes and brackets are left out.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from medicines.direction_text.regimen.amount import LEAST_MG, with_numbers
from medicines.direction_text.regimen.frequency import with_frequencies
from medicines.direction_text.sentence import MEDICINE, Sentence, Value

OTHER_ITEM = re.compile(r"[B_][ae&$]*(?:nX?)?[up]?$")
MOST = re.compile(r"[MU][MU.,&]*$")
COUNTED_TOTAL, ITEM = re.compile(r"n[ulp]?\(?[.,]?E+$"), re.compile(r"[B_]")
COUNTED_AMOUNT = re.compile(r"n[ulp]\(?$")
"""A total right after a count is of that count, unless another item is named: 2 tablets (total 20mg)."""

WITH_ITEM = re.compile(r"[B_][^.,!()]*E+$")
TOTAL_BEFORE, TOTAL_AFTER = re.compile(r"E[^.,!()]*$"), re.compile(r"(?:rh)?[up]?E")
PARTNER, CONCENTRATION = re.compile(r"gr$"), re.compile(r"[rI](n?)l")
COUNT_BEFORE, COUNT_AFTER = re.compile(r"n[uplX]*(?:\(|[.,]|E+)?$"), re.compile(r"(?:\(?[.,]?|E+)n[upl]")
EACH_BEFORE = re.compile(r"nX?$")
CLAUSE = re.compile(r"[^.,!()&]+")
OWN_TIMES = re.compile(r"ng-?(?P<often>[ft])")
BARE_TOTAL = re.compile(r"E[^.,!()nQ]*(?P<number>n)(?![gulpXxwmk.]|[xX]?n)")
A_DAY = re.compile(r"u?(?:[ra]d|D|[rI](n)h)")
NAMED_TOTAL = re.compile(r"total|mak|give|giving|combined")
DAY = re.compile(r"daily|day|24")
PAIR = re.compile(r"[0-9]+/([0-9]+(?:\.5)?)")
SAME = 0.005
HOURS_A_DAY = 24

Range = tuple[float, float]


class Stated(NamedTuple):
    """An amount in mg: lowest and highest, and how many units (or ml) it is said to be; () where any.

    `each` where it can only be the strength of one; `daily` where it may be the amount of a whole day;
    `total` where it may hold other items too; `beside` the mg of the other part of a combination;
    `equals` where "=" or its own time of day stands beside it, so that it cannot be the strength of one;
    `times` how often a day it is said to be taken itself; `bare` where no unit stands: it may count units;
    `item` where it is another strength that is taken beside the product.
    """

    mg: Range
    counts: tuple[float, ...] = ()
    each: bool = False
    daily: bool = False
    total: bool = False
    beside: float = 0.0
    equals: bool = False
    times: Range | None = None
    bare: bool = False
    item: bool = False

    def strengths(self, amounts: Sequence[Range], daily: Range | None, liquid: bool) -> tuple[float, ...]:
        """Strengths in mg (a unit or ml) with which it agrees, beside the amounts at a dose and a day."""
        if self.times and daily and daily[0] > 0:
            a_day = [mg * times / taken for mg, times, taken in zip(self.mg, self.times, daily, strict=True)]
            return (a_day[0],) if alike(*a_day) else ()
        counts: list[Range] = [] if self.each else [(count, count) for count in self.counts]
        if not self.counts and not self.each:
            counts += amounts
        if daily and self.daily:
            counts.append(daily)
        if (not liquid or self.each) and not self.equals:
            counts.append((1.0, 1.0))
        found = [(self.mg[0] / low, self.mg[1] / high) for low, high in counts if low > 0]
        return tuple(low for low, high in found if alike(low, high))


def alike(mine: float, other: float) -> bool:
    """Whether two amounts are the same but for rounding."""
    return abs(mine - other) <= SAME * max(mine, other)


def stated(kinds: str, values: Sequence[Value], words: Sequence[str]) -> tuple[Stated, ...]:
    """Each amount in mg, save a most and the strength of another medicine."""
    if "g" not in kinds and "E" not in kinds:
        return ()
    sentence = Sentence(kinds, list(values), [(at,) for at in range(len(kinds))])
    with_numbers(sentence)
    found = [_bare(sentence, match.start("number")) for match in BARE_TOTAL.finditer(sentence.kinds)]
    found = [one for one in found if one.mg[1] >= LEAST_MG]  # a lesser one is read as what it counts
    for at, kind in enumerate(sentence.kinds):
        one = _ranged(sentence, at) if kind == "Q" else _single(sentence, at, words) if kind == "n" else None
        if one:
            found.append(one)
    return tuple(found)


def _bare(sentence: Sentence, at: int) -> Stated:
    """A total without a unit: "total 6 a day" may count tablets, or be in mg."""
    low, high, _ = sentence.values[at]
    return Stated((low, high), daily=_a_day(sentence, at - 1), bare=True)


def _ranged(sentence: Sentence, at: int) -> Stated | None:
    low, high, unit = sentence.values[at]
    return Stated((low, high)) if unit == "mg" else None


def _single(sentence: Sentence, at: int, words: Sequence[str]) -> Stated | None:
    kinds = sentence.kinds
    if kinds[at + 1 : at + 2] != "g" or PARTNER.search(kinds, 0, at):
        return None
    if MOST.search(kinds, 0, at):
        return None
    factor = sentence.values[at + 1][0]
    low, high = sentence.values[at][0] * factor, sentence.values[at][1] * factor
    item = OTHER_ITEM.search(kinds, 0, at)
    if item:
        return None if MEDICINE in item[0] else Stated((low, high), item=True)
    after = kinds[at + 2 :]
    pair = PAIR.fullmatch(words[sentence.words[at][0]])
    if pair:
        return Stated((low, high), each=True, beside=float(pair[1]))
    said = _total_words(sentence, at, words)
    if any(NAMED_TOTAL.search(word) for word in said) or (said and WITH_ITEM.search(kinds, 0, at)):
        a_day = _a_day(sentence, at) or any(DAY.search(word) for word in said)
        counted = (COUNTED_TOTAL if TOTAL_BEFORE.search(kinds, 0, at) else COUNTED_AMOUNT).search(
            kinds, 0, at
        )
        if counted and not ITEM.search(kinds):
            return Stated((low, high), (sentence.values[counted.start()][0],), daily=True, equals=True)
        return Stated((low, high), daily=a_day, total=True)
    per_ml = CONCENTRATION.match(after)
    if per_ml:
        volume = sentence.values[at + 3][0] if per_ml[1] else 1.0
        return Stated((low / volume, high / volume), each=True) if volume else None
    crossed, numbered = kinds[at - 1 : at] == "X", EACH_BEFORE.search(kinds, 0, at) is not None
    each = after[:1] == "u" or after[:3] == "Xnf" or crossed or (numbered and after[:1] in ("p", "f", "t"))
    counts = _counts(sentence, at)
    equals = _beside_equals(sentence, at) if counts else _equals(sentence, at)
    daily = _a_day(sentence, at) or (not counts and equals)
    often, times = ("", None) if each or counts else _own_times(sentence, at)
    return Stated((low, high), counts, each, daily, equals=equals or often == "t", times=times)


def _own_times(sentence: Sentence, at: int) -> tuple[str, Range | None]:
    """How often stands right after the amount: its kind, and times a day."""
    clause = CLAUSE.match(sentence.kinds, at)
    kept = [place for place in range(*clause.span()) if sentence.kinds[place] != "$"] if clause else []
    own = Sentence(
        "".join([sentence.kinds[place] for place in kept]),
        [sentence.values[place] for place in kept],
        [(place,) for place in kept],
    )
    with_frequencies(own)
    found = OWN_TIMES.match(own.kinds)
    if found is None:
        return "", None
    return found["often"], own.values[found.end() - 1][:2] if found["often"] == "f" else None


def _a_day(sentence: Sentence, at: int) -> bool:
    """Whether "a day" or "in 24 hours" stands after the amount, a number and its unit."""
    found = A_DAY.match(sentence.kinds, at + 2)
    return found is not None and (not found[1] or sentence.values[found.start(1)][0] == HOURS_A_DAY)


def _counts(sentence: Sentence, at: int) -> tuple[float, ...]:
    """The number of units or ml that stands before or after the amount."""
    kinds = sentence.kinds
    before, after = COUNT_BEFORE.search(kinds, 0, at), COUNT_AFTER.match(kinds, at + 2)
    places = [before.start()] if before else []
    places += [after.end() - 2] if after else []
    return tuple(sentence.values[place][0] for place in places)


def _beside_equals(sentence: Sentence, at: int) -> bool:
    return "E" in (sentence.kinds[at - 1 : at], sentence.kinds[at + 2 : at + 3])


def _equals(sentence: Sentence, at: int) -> bool:
    return TOTAL_BEFORE.search(sentence.kinds, 0, at) is not None


def _total_words(sentence: Sentence, at: int, words: Sequence[str]) -> list[str]:
    """The words beside an amount that name it a total."""
    kinds = sentence.kinds
    before, after = TOTAL_BEFORE.search(kinds, 0, at), TOTAL_AFTER.match(kinds, at + 2)
    places = [place for place in range(before.start(), at) if kinds[place] == "E"] if before else []
    places += [after.end() - 1] if after else []
    return [words[token] for place in places for token in sentence.words[place]]


def disagree(found: Sequence[Stated], amounts: Sequence[Range], daily: Range | None, liquid: bool) -> bool:
    """Whether no one strength agrees with all amounts stated."""
    strengths = [
        one.strengths(amounts, daily, liquid) for one in found if not (one.total or one.bare or one.item)
    ]
    return bool(strengths) and not any(
        all(any(alike(mg, other) for other in others) for others in strengths) for mg in strengths[0]
    )
