"""From amounts, frequencies and times of day to one daily regimen, or none where they allow two readings."""

import re
from dataclasses import dataclass, field

from medicines.direction_text.regimen.reading import DAILY, Limits, Range, Reading, reading_of, slot_class
from medicines.direction_text.regimen.side_notes import between_doses
from medicines.direction_text.sentence import BAD, KEEP, Made, Sentence, Steps

THREE_AND_NIGHT = re.compile(r"(?<=Q)f&t(?=[.,PZJ]|$)")
NEGATED_OPTION = re.compile("J")
OPTION_WORDS = re.compile("[JPZ]")
NOT_BEFORE_DOSE = re.compile(r"N[^.,]*[QftC]")
LEFT_OVER = re.compile(r"[!TnKq=vlsgxXohHkmAOyVL|N@]|[ft]~+Q|t~+t")
BESIDE_AND = re.compile(r"[Qf][^QftC.]*&[^QftC.,]*t|[Qt][^QftC.]*&[^QftC.,]*f|Q[^QftC.]*b,[^QftC.,]*t")
"""What "and" adds to is no time of day: "one after meals and at night", "1 mane and every other night"."""
PARTLY_OPTIONAL = re.compile(r"&[PZ]|f[.,&]+Q[bijIea]*t[.,]*[PZ]")
COURSE = re.compile(r"n[dwm]")
BESIDE_ITEMS = re.compile(r"[^QftCUM,&.]")
QUANTITY_AT_END = re.compile(r"[ft][.,&]*(?P<quantity>Q)\.*$")
LAST = re.compile(r"Q\.*$")
MG_FIRST = re.compile(r"^[.,]*(?P<mg>Q)(?P<often>f)[.,]+(?=Qf[.,]*$)")
MG_AT_END = re.compile(r"(?<=f)[.,]*(?P<mg>Q)(?P<often>f)\.*$")
SMALLEST_QUANTITY = {"units": 14.0, "ml": 50.0, "patch": 4.0, "": 28.0}
LARGEST_QUANTITY = 1000.0
LIKE_SIZE = 2  # "2 tabs mane, 3 nocte": the second number counts tablets too
SLOT_RUN = re.compile(r"t(?:[,&]*t)+")
DASH = re.compile(r"-+")
CHOICE_OF_NOTES = re.compile(r"(?:(?<=[.,])|^|N)[^Qft.,]*\|[^Qft.,]*(?=[.,]|$)")
NEGATION = re.compile("N")
OPTION = re.compile("[PZ]")
SEGMENT = re.compile(r"[^.]+")
BESIDE_OPTION, OPTION_DENIED = re.compile("[QnftC]"), re.compile(r"N[^.]*Z")
DOSE, ONE_AMOUNT = re.compile("[QftC]"), re.compile(r"[.,&]*Q?[.,&]*")


@dataclass
class Regimen:
    """A regimen under assembly: the daily range, and for patches the amount and frequency it came from.

    `kinds` is what the sentence was reduced to; `unit` is "?" where amounts count different things.
    """

    prn: bool = False
    understood: bool = False
    low: float | None = None
    high: float | None = None
    unit: str = ""
    amount: Range | None = None
    often: Range | None = None
    kinds: str = ""
    places: tuple[tuple[int, ...], ...] = field(default=())
    amounts: tuple[Range, ...] = ()
    bare: float = 0.0


def _course(sentence: Sentence, start: int, end: int) -> Made:
    inside = sentence.kinds[end : end + 1] in ("t", "x")
    return BAD if inside or between_doses(sentence, start, end) else None


def _stop(sentence: Sentence, start: int, end: int) -> Made:
    return ".", (0.0, 0.0, "")


def _four_times(sentence: Sentence, start: int, end: int) -> Made:
    """Three times a day and at night; of other frequencies the night may be one of the times."""
    often, slot = sentence.values[start], sentence.values[end - 1]
    return ("f", (4.0, 4.0, "")) if often == (3.0, 3.0, "") and slot[2] == "night" else KEEP


def _nothing(sentence: Sentence, start: int, end: int) -> Made:
    return None


COURSES_AND_CHOICES: Steps = [
    ("n", COURSE, _course),
    ("-", DASH, _stop),
    ("|", CHOICE_OF_NOTES, _nothing),
]


def regimen_of(sentence: Sentence) -> Regimen:
    """The one regimen a reduced sentence states; not `understood` where it states none, or more than one."""
    sentence.reduce(THREE_AND_NIGHT, _four_times)
    partly = PARTLY_OPTIONAL.search(sentence.kinds) is not None
    regimen = Regimen(prn=optional(sentence), kinds=sentence.kinds)
    if partly:
        return regimen
    sentence.run(COURSES_AND_CHOICES)
    if NOT_BEFORE_DOSE.search(sentence.kinds):
        return regimen
    if "N" in sentence.kinds:
        sentence.drop(NEGATION)
    if LEFT_OVER.search(sentence.kinds) or BESIDE_AND.search(sentence.kinds):
        return regimen
    sentence.drop(BESIDE_ITEMS)
    return _assembled(sentence, regimen)


def optional(sentence: Sentence) -> bool:
    """Whether doses are optional; takes the words that say so out of the sentence."""
    if not OPTION_WORDS.search(sentence.kinds):
        return False
    negated = NEGATED_OPTION.search(sentence.kinds) is not None
    sentence.drop(NEGATED_OPTION)
    weak = any(
        "Z" in segment and BESIDE_OPTION.search(segment) and not OPTION_DENIED.search(segment)
        for segment in SEGMENT.findall(sentence.kinds)
    )
    strong = "P" in sentence.kinds
    sentence.drop(OPTION)
    return (strong or weak) and not (negated and not strong)


def _assembled(sentence: Sentence, regimen: Regimen) -> Regimen:
    regimen.places = tuple(
        [word for word, kind in zip(sentence.words, sentence.kinds, strict=True) if kind not in ".,&"]
    )
    limits = Limits.taken_from(sentence)
    if limits.optional:
        regimen.prn = True
    _without_restated_mg(sentence)
    if not _slots_counted(sentence) or not _units_agree(sentence, regimen, limits):
        return regimen
    _without_quantity_note(sentence)
    whole = reading_of(sentence, 0, len(sentence.kinds))
    reading = whole or _same_in_all_segments(sentence)
    if reading is None:
        return _only_a_limit(sentence, regimen, limits)
    regimen.understood = True
    regimen.amounts = _amounts(sentence)
    regimen.bare = _bare(sentence, whole is not None)
    regimen.amount, regimen.often = reading.amount, reading.often
    if reading.total:
        _limited(regimen, reading, limits)
        return regimen
    return _only_a_limit(sentence, regimen, limits)


def _amounts(sentence: Sentence) -> tuple[Range, ...]:
    """What is taken at each dose, each amount once."""
    taken = [value[:2] for kind, value in zip(sentence.kinds, sentence.values, strict=True) if kind in "QC"]
    return tuple(dict.fromkeys(taken))


def _bare(sentence: Sentence, whole: bool) -> float:
    """The largest number at a dose without a unit, none beside a unit of like size.

    Where a regimen is stated more than once, its least: two qds (8 daily).
    """
    spans = (
        [(0, len(sentence.kinds))] if whole else [match.span() for match in SEGMENT.finditer(sentence.kinds)]
    )
    found = []
    for start, end in spans:
        amounts = [sentence.values[at] for at in range(start, end) if sentence.kinds[at] == "Q"]
        counted = max((high for _, high, unit in amounts if unit), default=0.0)
        without = max((high for _, high, unit in amounts if not unit), default=0.0)
        if amounts:
            found.append(without if without > LIKE_SIZE * counted else 0.0)
    return min(found, default=0.0)


def _units_agree(sentence: Sentence, regimen: Regimen, limits: Limits) -> bool:
    """Whether all amounts count the same thing; a bare number may follow units or ml, never mg."""
    stated = [value[2] for kind, value in zip(sentence.kinds, sentence.values, strict=True) if kind == "Q"]
    stated += [limits.unit] if limits.unit else []
    units = {unit for unit in stated if unit}
    if len(units) > 1 or (units == {"mg"} and "" in stated):
        return False
    regimen.unit = next(iter(units), "")
    return True


def _without_restated_mg(sentence: Sentence) -> None:
    """Leave out a count's amount in mg: two tds - 600mg tds, two tds - 1800mg daily, 600mg tds (two tds).

    Whether it agrees is checked against the product.
    """
    first = MG_FIRST.search(sentence.kinds)
    if first:
        (mg, often), (count, again) = (
            sentence.values[at : at + 2] for at in (first.start("mg"), first.end())
        )
        if mg[2] == "mg" and count[2] not in ("mg", "") and often == again:
            sentence.cut(0, first.end())
    match = MG_AT_END.search(sentence.kinds)
    if not match:
        return
    mg, often = sentence.values[match.start("mg")], sentence.values[match.start("often")]
    earlier = sentence.values[sentence.kinds.index("f")]
    counted = all(
        value[2] != "mg"
        for kind, value in zip(sentence.kinds[: match.start()], sentence.values, strict=False)
        if kind == "Q"
    )
    if mg[2] == "mg" and counted and often[:2] in (earlier[:2], DAILY):
        sentence.cut(match.start(), len(sentence.kinds))


def _without_quantity_note(sentence: Sentence) -> None:
    """Leave out a closing number of tablets that is the quantity supplied: 1 nocte fifty six tablets."""
    match = QUANTITY_AT_END.search(sentence.kinds)
    last = sentence.values[match.start("quantity")] if match else (0.0, 0.0, "")
    if match and SMALLEST_QUANTITY.get(last[2], 1000.0) <= last[0] == last[1] < LARGEST_QUANTITY:
        sentence.drop(LAST)


def _same_in_all_segments(sentence: Sentence) -> Reading | None:
    """The reading that every segment gives, where a regimen is stated twice."""
    readings = [
        reading_of(sentence, match.start(), match.end())
        for match in SEGMENT.finditer(sentence.kinds)
        if DOSE.search(match[0])
    ]
    first = next((reading for reading in readings if reading and reading.total), None)
    first = first or (readings[0] if readings else None)
    if first is None or any(other is None or not _restates(other, first) for other in readings):
        return None
    return first


def _restates(mine: Reading, first: Reading) -> bool:
    """Whether a segment says the same again, or only how often: apply weekly, one patch every 7 days."""
    often_alone = mine.amount is None and mine.total is None and mine.often is not None
    return mine is first or first.same_as(mine) or (often_alone and mine.often == first.often)


def _only_a_limit(sentence: Sentence, regimen: Regimen, limits: Limits) -> Regimen:
    """Optional doses without a frequency but with a daily maximum: from none up to that."""
    if regimen.prn and limits.amount and ONE_AMOUNT.fullmatch(sentence.kinds):
        regimen.understood, regimen.low, regimen.high = True, 0.0, limits.amount[0]
    elif regimen.prn and limits.often and regimen.amount and regimen.often is None:
        regimen.understood, regimen.low, regimen.high = True, 0.0, regimen.amount[1] * limits.often
    return regimen


def _limited(regimen: Regimen, reading: Reading, limits: Limits) -> None:
    """The daily range under the stated maximum; none where regular doses exceed it."""
    low, high = reading.total or (0.0, 0.0)
    cap = limits.amount[0] if limits.amount else None
    if limits.often is not None and reading.often and limits.often > reading.often[1] + 1e-9:
        return
    if limits.often is not None:
        most = (reading.amount or (high, high))[1] * limits.often
        cap = most if cap is None else min(cap, most)
    if limits.regimen and limits.regimen > high + 1e-9:
        return
    if limits.bare is not None and limits.bare < high:
        return
    if cap is not None and cap < low - 1e-9 and not regimen.prn:
        return
    if cap is not None and low < high and cap <= low + 1e-9 and not regimen.prn:
        return  # a range that the most cuts down to one number: a most is no dose
    regimen.low, regimen.high = low, high if cap is None else min(high, cap)


def _slots_counted(sentence: Sentence) -> bool:
    """Join neighbouring times of day into one token that counts them; False where that is not certain."""
    certain = True

    def joined(found: Sentence, start: int, end: int) -> Made:
        nonlocal certain
        count, previous, apart = 1, slot_class(found.values[start][2]), ""
        names = {found.values[start][2]}
        for at in range(start + 1, end):
            if found.kinds[at] != "t":
                apart += found.kinds[at]
                continue
            name, here = found.values[at][2], slot_class(found.values[at][2])
            clocks = name[:1].isdigit() and found.values[at - 1][2][:1].isdigit()
            if clocks or (apart and (here != previous or "&" in apart or name[:1].isdigit())):
                count += 1
                certain = certain and name not in names and (name[:1].isdigit() or here != previous)
            elif here != previous:
                count += 1
                certain = certain and {here, previous} != {"evening", "night"} and not name[:1].isdigit()
            names.add(name)
            previous, apart = here, ""
        return "t", (float(count), float(count), "+".join(sorted(names)))

    if "t" in sentence.kinds:
        sentence.reduce(SLOT_RUN, joined)
    return certain
