"""How much: numbers, fractions and ranges of a direction, and what they count."""

import re
from itertools import pairwise

from medicines.direction_text.sentence import BAD, KEEP, Made, Sentence, Steps

MOST_UNEVEN = 8
LEAST_MG = 5.0  # a bare number from here on may be mg
SPOONS = {1.25, 2.5, 5.0, 10.0, 15.0}


def _unclear(sentence: Sentence, start: int, end: int) -> Made:
    return BAD


def _at_night(sentence: Sentence, start: int, end: int) -> Made:
    return "t", (0.0, 0.0, "night")


def _sum(sentence: Sentence, start: int, end: int) -> Made:
    total = sum(value[0] for value in sentence.values[start:end])
    return "n", (total, total, "")


def _tens(sentence: Sentence, start: int, end: int) -> Made:
    return _sum(sentence, start, end) if sentence.values[end - 1][0] < 10 else BAD


def _as_number(sentence: Sentence, start: int, end: int) -> Made:
    return "n", sentence.values[start]


def _range(sentence: Sentence, start: int, end: int) -> Made:
    numbers = [sentence.values[at] for at in range(start, end) if sentence.kinds[at] == "n"]
    low, high = numbers[0], numbers[-1]
    if low[0] != low[1] or high[0] != high[1] or low[0] >= high[0]:
        return BAD
    return "n", (low[0], high[0], "")


def _range_with_unit(sentence: Sentence, start: int, end: int) -> Made:
    """A range whose unit stands twice: 5ml to 10ml."""
    first, last = sentence.values[start + 1], sentence.values[end - 1]
    made = _range(sentence, start, end)
    if made == BAD or made is None or first[0] != last[0]:
        return BAD
    factor = last[0] or 1.0
    unit = {"u": "units", "p": "patch", "l": "ml", "g": "mg"}[sentence.kinds[end - 1]]
    return "Q", (made[1][0] * factor, made[1][1] * factor, unit)


def _chain(sentence: Sentence, start: int, end: int) -> Made:
    """Amounts at morning, noon, (tea) and night: 1-1-0-2; but 1-2-3 is a choice, or steps."""
    numbers = [sentence.values[at][0] for at in range(start, end) if sentence.kinds[at] == "n"]
    if max(numbers) >= LEAST_MG:
        return BAD
    climbing = numbers[0] > 0 and all(after - before == 1 for before, after in pairwise(numbers))
    if climbing or max(numbers) > MOST_UNEVEN * min((number for number in numbers if number), default=1.0):
        return BAD
    return "C", (sum(numbers), sum(numbers), "")


def _spoons(sentence: Sentence, start: int, end: int) -> Made:
    count, each = (sentence.values[at] for at in range(start, end) if sentence.kinds[at] == "n")
    if each[0] not in SPOONS:
        return BAD
    return "Q", (count[0] * each[0], count[1] * each[1], "ml")


def _spoonful(sentence: Sentence, start: int, end: int) -> Made:
    """One spoonful of the size stated: 5ml spoonful."""
    return _amount(sentence, start, end) if sentence.values[start][0] in SPOONS else BAD


def _count(sentence: Sentence, start: int, end: int) -> Made:
    """A count whose strength stands beside it: 3 x 30mg tablets."""
    unit = "patch" if sentence.kinds[end - 1] == "p" else "units" if sentence.kinds[end - 1] == "u" else ""
    return "Q", (sentence.values[start][0], sentence.values[start][1], unit)


def _amount(sentence: Sentence, start: int, end: int) -> Made:
    low, high, _ = sentence.values[start]
    kind = next((kind for kind in sentence.kinds[start + 1 : end] if kind in "gulp"), "")
    if kind == "g":
        factor = sentence.values[start + 1][0]
        return "Q", (low * factor, high * factor, "mg")
    return "Q", (low, high, {"u": "units", "p": "patch", "l": "ml", "": ""}[kind])


def _unless_bare(sentence: Sentence, start: int, end: int) -> Made:
    """An amount with its unit; a bare number beside spoonfuls may count spoons or ml."""
    return KEEP if sentence.values[start][2] else BAD


def _one(sentence: Sentence, start: int, end: int) -> Made:
    return "Q", (1.0, 1.0, "patch" if sentence.kinds[end - 1] == "p" else "units")


def _one_patch(sentence: Sentence, start: int, end: int) -> Made:
    return "p", (0.0, 0.0, "")


NOT_COUNTED = "(?![dwmh])"
NUMBERS: Steps = [
    (letter, re.compile(pattern), made)
    for letter, pattern, made in (
        ("j", r"(?<=[nu=qlg])j(?=$|[.,&nPJMUFXSRE)(\-])", _at_night),
        ("j", r"(?<=[tV][&,])j(?=$|[.,PJM)])", _at_night),
        ("=", r"=a(?=[nups])", _as_number),
        ("K", r"K-?n", _tens),
        ("K", r"K", _as_number),
        ("&", r"n&[q=]", _sum),
        ("=", r"n=", _sum),
        ("q", r"nq", _unclear),
        ("q", r"q", _as_number),
        ("=", r"=", _as_number),
        ("-", rf"(?<!n-)n-n-n{NOT_COUNTED}(?:-n{NOT_COUNTED})?(?!-n{NOT_COUNTED})", _chain),
        ("&", r"n&n&n(?:&n)?(?![&ulgp])", _chain),
        ("~", r"n([ulgp])~+n\1", _range_with_unit),
        ("-", r"(?<!r)n([ulgp])-n\1", _range_with_unit),
        ("|", r"n([ulgp])\|n\1", _range_with_unit),
        ("~", r"n~n", _range),
        ("-", r"n-n", _range),
        ("|", r"n\|n", _range),
    )
]
AMOUNTS: Steps = [
    (letter, re.compile(pattern), made)
    for letter, pattern, made in (
        ("s", r"n[Xa]?nls", _spoons),
        ("X", r"nXnl", _spoons),
        ("g", r"nX?ng(?:rh)?[up]", _count),
        ("g", r"nXng", _count),
        ("g", r"nng", _unclear),
        ("s", r"nls", _spoonful),
        ("l", r"nl(?=u)", _unclear),
        ("l", r"nl", _amount),
        ("g", r"ngu?", _amount),
        ("u", r"nX?u", _amount),
        ("p", r"nX?p", _amount),
        ("a", r"a[up]", _one),
        ("n", r"n(?![dwmhkHxXVOvs])", _amount),
    )
]
AMOUNT = re.compile("Q")
PATCH_RATE = re.compile(
    r"(?<![n])ng(?:rh)?p|(?<=[nX])ng(?:rh)?p?(?=p|f|e|$|[.,&])|(?:^|(?<=[.,]))ng(?:rh)?(?=[.,]*f[.,]*$)"
)


def with_numbers(sentence: Sentence) -> None:
    """Reduce every written number, fraction and range to one token "n"; the word "on" for a night to "t"."""
    sentence.run(NUMBERS)


def with_amounts(sentence: Sentence, patches: bool) -> None:
    """Reduce every number with what it counts to one token "Q", in units, ml, mg or patches."""
    spoons = "s" in sentence.kinds
    if patches:
        sentence.reduce(PATCH_RATE, _one_patch)
    sentence.run(AMOUNTS)
    if spoons:
        sentence.reduce(AMOUNT, _unless_bare)
