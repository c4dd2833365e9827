"""One reading of a row of amounts (Q), frequencies (f), times of day (t) and day totals (C)."""

import re
from typing import NamedTuple

from medicines.direction_text.regimen.frequency import AT_SLOT
from medicines.direction_text.sentence import Made, Sentence

Range = tuple[float, float]

DAILY: Range = (1.0, 1.0)
LIMIT_WORDS = re.compile(r"U+M+|M+U*|U+(?=M)")
LIMIT = re.compile(r"M[.,&]*(?:Qf|Qt|Q|f)")
LIMIT_SIGN = re.compile("[UM]")
LIMIT_OF_TIMES = re.compile(r"(?<=f)[,&]*Uf")
ALSO_AT = re.compile(r"Qf[.]*[,&][.,&]*(?:Qt[.,&]*)+")
OVER_DAY = re.compile(r"(?:Qt)+|(?:tQ)+")
CLOCK_CLASSES = (
    (4, "night"),
    (11, "morning"),
    (14, "noon"),
    (17, "afternoon"),
    (21, "evening"),
    (25, "night"),
)


def slot_class(name: str) -> str:
    """The part of the day of a named slot or of a clock time such as 08:00."""
    if not name[:1].isdigit():
        return name
    hour = int(name[:2])
    return next(part for before, part in CLOCK_CLASSES if hour < before)


class Reading(NamedTuple):
    """An amount at each dose, the doses a day, and their product; total None where either is not stated.

    `slots` counts the times of day where each has an amount.
    """

    amount: Range | None
    often: Range | None
    total: Range | None
    slots: float = 0.0

    def same_as(self, other: "Reading") -> bool:
        """Whether both state the same: equal amounts equally often, or one the day's total of the other."""
        if self.total is None or other.total is None:
            return self.total is other.total and self.often is not None and _equal(self.often, other.often)
        if not _equal(self.total, other.total):
            return False
        if _equal(self.often, other.often):
            return self.often is None or _equal(self.amount, other.amount)
        return DAILY in (self.often, other.often) or self.spreads(other) or other.spreads(self)

    def spreads(self, other: "Reading") -> bool:
        """Whether this names as many times of day as the other has doses a day."""
        return self.slots > 0 and other.often == (self.slots, self.slots)


def _equal(mine: Range | None, theirs: Range | None) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return all(abs(a - b) < 1e-6 for a, b in zip(mine, theirs, strict=True))


class Limits(NamedTuple):
    """Stated maxima: an amount a day, doses a day, an amount without period; `optional` after "up to".

    `regimen` is the day's amount where the maximum is itself a regimen: max 2 tds, max 2 at night.
    """

    amount: Range | None = None
    often: float | None = None
    bare: float | None = None
    unit: str = ""
    optional: bool = False
    regimen: float | None = None

    @staticmethod
    def taken_from(sentence: Sentence) -> "Limits":
        """The maxima in the sentence, which are taken out of it; the lowest of each kind counts."""
        limits = Limits()
        if "U" not in sentence.kinds and "M" not in sentence.kinds:
            return limits

        def limit(found: Sentence, start: int, end: int) -> Made:
            nonlocal limits
            limits = limits.lowered(found, start, end)
            return None

        sentence.become(LIMIT_WORDS, "M")
        sentence.reduce(LIMIT, limit)
        sentence.reduce(LIMIT_OF_TIMES, limit)
        if LIMIT_SIGN.search(sentence.kinds) or limits.optional:
            limits = limits._replace(optional=True)
        sentence.drop(LIMIT_SIGN)
        return limits

    def lowered(self, found: Sentence, start: int, end: int) -> "Limits":
        """These maxima with the one matched added."""
        kinds = found.kinds[start:end]
        last = found.values[end - 1]
        if "Q" not in kinds:
            often = last[1] if self.often is None else min(self.often, last[1])
            return self._replace(often=often, optional=self.optional or "U" in kinds)
        amount = found.values[start + kinds.index("Q")]
        if kinds[-1] == "f":
            most = amount[1] * last[1]
            regimen = most if last[0] > 1 else self.regimen
            most = most if self.amount is None else min(most, self.amount[0])
            return self._replace(amount=(most, most), unit=amount[2] or self.unit, regimen=regimen)
        bare = amount[1] if self.bare is None else min(self.bare, amount[1])
        regimen = amount[1] if kinds[-1] == "t" else self.regimen
        return self._replace(bare=bare, unit=amount[2] or self.unit, regimen=regimen)


def reading_of(sentence: Sentence, start: int, end: int) -> Reading | None:
    """The reading of the tokens from start to end; None where they do not make one, or allow two."""
    kinds = sentence.kinds[start:end]
    tokens = [
        (kind, value) for kind, value in zip(kinds, sentence.values[start:end], strict=True) if kind in "QftC"
    ]
    tokens = _frequencies_once(tokens)
    shape = "".join(kind for kind, _ in tokens)
    values = [value for _, value in tokens]
    if shape == "fQf" and values[0] == values[2]:
        return _times(values[1], values[0])
    if shape == "C":
        return Reading(None, None, (values[0][0], values[0][1]))
    if shape in ("Q", "f"):
        amount = values[0][:2] if shape == "Q" else None
        return Reading(amount, None if amount else values[0][:2], None)
    if shape in ("Qf", "fQ"):
        return _times(values[shape.index("Q")], values[shape.index("f")])
    if shape in ("Qft", "Qtf", "tQf", "fQt"):
        return _at_times(values, shape)
    if OVER_DAY.fullmatch(shape):
        return _sum_over_day(values, shape)
    if ALSO_AT.fullmatch(kinds.strip(".,&")):
        first, rest = _times(values[0], values[1]), _sum_over_day(values[2:], shape[2:])
        restated = "&" not in kinds and values[0][:2] == values[2][:2]
        return _added(first, rest) if rest and not restated else None
    return None


def _frequencies_once(
    tokens: list[tuple[str, tuple[float, float, str]]],
) -> list[tuple[str, tuple[float, float, str]]]:
    """Tokens with a frequency that is stated twice in a row kept once."""
    kept: list[tuple[str, tuple[float, float, str]]] = []
    for token in tokens:
        same = (
            kept
            and token[0] == kept[-1][0] == "f"
            and _equal(token[1][:2], kept[-1][1][:2])
            and (not token[1][2] or not kept[-1][1][2] or token[1][2] == kept[-1][1][2])
        )
        if not same:
            kept.append(token)
    return kept


def _times(amount: tuple[float, float, str], often: tuple[float, float, str]) -> Reading:
    total = amount[0] * often[0], amount[1] * often[1]
    return Reading(amount[:2], often[:2], total)


def _count(slot: tuple[float, float, str]) -> float:
    return slot[0] or 1.0


def _at_times(values: list[tuple[float, float, str]], shape: str) -> Reading | None:
    """An amount with both a frequency and times of day: they must agree, or the frequency names the days."""
    amount, often, slot = (values[shape.index(kind)] for kind in "Qft")
    count = _count(slot)
    if often[0] != often[1] or (often[2].startswith(AT_SLOT) and often[2] != AT_SLOT + slot[2]):
        return None
    if often[0] == count or (count == 1 and often[0] <= 1):
        return _times(amount, often)
    return _times(amount, (count, count, "")) if often[0] == 1 else None


def _sum_over_day(values: list[tuple[float, float, str]], shape: str) -> Reading | None:
    """Amounts at different times of the day, added; None where a time of day is named twice."""
    amounts = [value for value, kind in zip(values, shape, strict=True) if kind == "Q"]
    slots = [value for value, kind in zip(values, shape, strict=True) if kind == "t"]
    names = [name for slot in slots for name in slot[2].split("+")]
    if len(set(names)) != len(names):
        return None
    low = sum(amount[0] * _count(slot) for amount, slot in zip(amounts, slots, strict=True))
    high = sum(amount[1] * _count(slot) for amount, slot in zip(amounts, slots, strict=True))
    once = len(amounts) == 1
    return Reading(amounts[0][:2] if once else None, None, (low, high), sum(map(_count, slots)))


def _added(first: Reading, second: Reading) -> Reading | None:
    if first.total is None or second.total is None:
        return None
    return Reading(None, None, (first.total[0] + second.total[0], first.total[1] + second.total[1]))
