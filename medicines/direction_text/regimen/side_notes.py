"""What stands beside the dose in a direction and is no part of it: brackets, supply notes, courses."""

import re

from medicines.direction_text.regimen.amount import LEAST_MG
from medicines.direction_text.sentence import BAD, KEEP, Made, Sentence, Steps

BRACKET = re.compile(r"\([^()]*\)")
STRENGTH_BEFORE = re.compile(r"^[.,]*ng(?:[.,u]+(?=[n=](?![xXhHdwDg]))|(?=[n=](?:[~|\-]n)?u?[fot]))")
STRENGTH_AFTER = re.compile(r"(?<=[fDtd])[.,]*ngu?(?=[.,]*$)")
BESIDE_STRENGTH = re.compile(r"[B_](?:nX?)?ng[^.,&!()]*")
TOTAL = re.compile(r"E[^.,!()B_]*")
COUNTED_TOTAL = re.compile(r"E+[|Zf]?(?=n[ul]?(?![gul]))")
AMOUNT_AFTER_STRENGTH = re.compile(r"ng.*(?:n(?![gl])|[q=K])")
BESIDE_PATCH = re.compile(r"[B_](?:nX?)?ng(?:rh)?p?")
LEADING_SUPPLY = re.compile(r"^o?W[.:\-]+(?=[^.]*[n=][^.]*[fDxoVtH])")
COUNTED_UNIT = re.compile(r"n[ulp]$")
WRITTEN_NUMBER = re.compile(r"n|K(?:-?n)?")
WITH = re.compile("_")
CONCENTRATION, RATE = re.compile(r"ngrn?l"), re.compile(r"ng(?:rh)?")
BOTH_PARTS = re.compile("ngrng")
EACH, MG = re.compile("nXngu?"), re.compile("ng")
MG_FOR_ML = re.compile(r"ng(?=\(nl\))")
IN_MG = re.compile(r"ng[ufDarxoe]*")
COUNTED = re.compile(r"nX?ng$")
QUANTITY = re.compile(r"n[ulp]?")
SMALLEST_QUANTITY = {"": 14.0, "u": 14.0, "l": 50.0, "p": 4.0}
MG_A_DAY = re.compile(r"ng(?:[ra]d|D|[rI]nh)")
VOLUME = re.compile(r"(?:(?P<count>n)[Xa]?(?=nls))?(?P<size>n)ls?")
VOLUME_AT_END = re.compile(rf"{VOLUME.pattern}$")
ANNOTATION = re.compile(r"n[gulp]?(?:rh)?u?")
NEGATED = re.compile(r"N[^.,]*$")
BARE_PERIOD = re.compile(r"n[dhw]")
PERIOD = re.compile(r"F?n?n[dhw]")
MATTERS = re.compile(r"[nKq=ftDWHxoyPJMUZT!OAV]")
HAS_FREQUENCY = re.compile(r"[ftDWHxoyAOV]|e[^.]?h")
OPTION_OR_MOST = re.compile("[PZMU]")
DOSE_OR_OPTION = re.compile(rf"{HAS_FREQUENCY.pattern}|[PZMU]")
ANOTHER_REGIMEN = re.compile(r"[nq=]u?[iIae]*(?:[ftoeHWj]|nx)")
ANOTHER_DOSE = re.compile(r"[nq=Q][^.]*[ftDVxoeWH]")
HAS_REGIMEN = re.compile(rf"{HAS_FREQUENCY.pattern}|n[\-&]n[\-&]n|[nu=]j")
SUPPLY_BEFORE = re.compile(r"(?:(?<=[fDtHP])nW|o?(?:W|[are]w)|[are]?n[dw]|D)S+(?:[je]*y(?:[,&]*y)*)?")
SUPPLY_AFTER = re.compile(
    r"S+(?:(?:o?(?:W|[are]w|D|[are]d))?(?:[je]*y(?:[,&]*y)*)|o?(?:W|[are]w|D|[are]d)|e?n[dwm](?:ia)?)"
)
SUPPLY_SEGMENT = re.compile(r"(?:(?<=[.\-])|^)S[^.,(ftDHC!]*(?=[.,]|$)")
SUPPLY_QUANTITY = re.compile(r"S+Xn?[ulp]?(?=[.,]|$)|S+n[ulp]?(?=[.,]|$)")
SUPPLY = re.compile(r"S+")
COURSE = re.compile(r"F[UL]?[na][dwm]|Xn[dwm]|[b@F]n[dh](?![b@])")
GAP = re.compile(r"(?<!e)L?n[hk][b@]|[b@]L?n[hk]")
DAYS = {"d": 1.0, "h": 1 / 24}

Worn = tuple[float, tuple[int, ...]]
"""A course or wear time in days, and the places of its words."""


def _unless_dose(sentence: Sentence, start: int, end: int) -> Made:
    """Nothing, or a sign that the text is not understood where a dose stands in the note."""
    return BAD if DOSE_OR_OPTION.search(sentence.kinds, start, end) else None


def _unless_option(sentence: Sentence, start: int, end: int) -> Made:
    """Nothing; not understood where "when required", a most or an amount may belong to either item."""
    kinds = sentence.kinds[start:end]
    return BAD if OPTION_OR_MOST.search(kinds) or AMOUNT_AFTER_STRENGTH.search(kinds) else None


def _unless_regimen(sentence: Sentence, start: int, end: int) -> Made:
    """Nothing after "=" where a day's total or an amount in mg or ml stands; another regimen is unclear."""
    kinds = sentence.kinds[start:end]
    return BAD if ANOTHER_REGIMEN.search(kinds) and not re.search("[gl]", kinds) else None


def _counted_total(sentence: Sentence, start: int, end: int) -> Made:
    """A stop before a total that counts units or ml: it says the same once more, or disagrees."""
    another = ANOTHER_REGIMEN.match(sentence.kinds, end)
    return KEEP if another or not _counts_units(sentence, end) else (".", (0.0, 0.0, ""))


def _counts_units(sentence: Sentence, at: int) -> bool:
    """Whether a number counts units or ml; a larger one without either may be in mg."""
    return sentence.kinds[at + 1 : at + 2] in ("u", "l") or sentence.values[at][1] < LEAST_MG


def _nothing(sentence: Sentence, start: int, end: int) -> Made:
    return None


def _quantity(sentence: Sentence, start: int, end: int) -> Made:
    """A number of items after a cross at the end is the quantity supplied where it is large enough."""
    return None if max(sentence.values[start:end])[0] >= SMALLEST_QUANTITY[""] else BAD


def _either(sentence: Sentence, start: int, end: int) -> Made:
    """Two amounts with a stroke between, before how often: 30mg/60mg bd."""
    return BAD


def between_doses(sentence: Sentence, start: int, end: int) -> bool:
    """Whether a dose stands before and another after a course: then it is not the course of both."""
    before, after = sentence.kinds[:start], sentence.kinds[end:]
    return HAS_FREQUENCY.search(before) is not None and ANOTHER_DOSE.search(after) is not None


NOTES: Steps = [
    ("X", re.compile(r"(?<=[fDtd])[.,]*Xn(?=[.]*$)"), _quantity),
    ("z", re.compile(r"[na=]?l?z+"), _nothing),
    ("/", re.compile(r"In?/|/"), _nothing),
    ("%", re.compile(r"M+[.,]*n[ulgp]?%|%"), _nothing),
    ("O", re.compile(r"O~(?!O)"), _nothing),
    ("g", re.compile(r"(?<=n)grng(?=u?[IiarjeoV]*[ftDWHxT])|nr(?=ng)"), _either),
    ("g", re.compile(r"(?<=g)rng"), _nothing),
    ("g", re.compile(r"ngrn?l"), _nothing),
    ("g", re.compile(r"(?<=nl)ng(?=[ftDHWxoe])"), _nothing),
    ("X", re.compile(r"(?<![nX])ngX(?=nf)|^ngX(?=nf)"), _nothing),
    ("g", re.compile(r"(?:^|(?<=[.,]))ng(?=nls?[ftDHWxoe])"), _nothing),
    ("g", re.compile(r"(?<=[n=]u)ng(?![~\-|])"), _nothing),
    ("g", STRENGTH_BEFORE, _nothing),
    ("m", re.compile(r"Mnu?[are]m"), _nothing),
    ("b", re.compile(r"\|b"), _nothing),
    ("B", re.compile(r"B[^.,!]*"), _unless_dose),
    ("E", re.compile(r"(?<=[lu])E+ng"), _nothing),
    ("E", re.compile(r"ngE+(?=n(?:ls?|nls|u))"), _nothing),
    ("E", COUNTED_TOTAL, _counted_total),
    ("E", re.compile(r"E+[^.,!]*"), _unless_regimen),
    ("R", re.compile(r"R(?:[^.,ftn!]|n(?=[dwmhk~.,n\-]|$))*"), _nothing),
]


def without_notes(sentence: Sentence, worn: bool = False) -> list[Worn]:
    """Leave out the notes; gives the courses and wear times stated."""
    if "S" in sentence.kinds:
        for pattern in (SUPPLY_SEGMENT, SUPPLY_BEFORE, SUPPLY_AFTER, SUPPLY_QUANTITY, SUPPLY):
            sentence.drop(pattern)
    if sentence.kinds.count("g") == 1:
        sentence.drop(STRENGTH_AFTER)
    sentence.run(NOTES)
    days: list[Worn] = []

    def course(found: Sentence, start: int, end: int) -> Made:
        unit = found.kinds[end - 1]
        if unit in DAYS and not NEGATED.search(found.kinds, 0, start):  # "avoid that site for 7 days"
            words = tuple(at for place in found.words[start:end] for at in place)
            days.append((found.values[end - 2][0] * DAYS[unit], words))
        return BAD if not worn and between_doses(found, start, end) else None

    if "n" in sentence.kinds:
        sentence.reduce(COURSE, course)
        sentence.drop(GAP)
    return days


def without_other_items(sentence: Sentence, worn: bool) -> None:
    """Leave out another item named by its strength: with a 5mg tablet at night.

    Where the dose itself is in mg the two cannot be told apart.
    """
    beside = BESIDE_PATCH if worn else BESIDE_STRENGTH
    match = beside.search(sentence.kinds)
    if match and not worn and "g" in TOTAL.sub("", sentence.kinds[: match.start()]):
        sentence.become(beside, "!")
    elif match:
        sentence.reduce(beside, _unless_option)
    sentence.drop(WITH)


def open_brackets(sentence: Sentence, worn: bool = False) -> list[float]:
    """Brackets that only restate or annotate are left out; the content of others stays, set off by stops.

    Gives the periods left out, in days.
    """
    sentence.drop(MG_FOR_ML)
    periods: list[float] = []
    kinds = sentence.kinds
    brackets = [(match.span(), _bracket(sentence, *match.span(), worn)) for match in BRACKET.finditer(kinds)]
    for (start, end), around in reversed(brackets):
        if around is None:
            periods += periods_in(sentence, start + 1, end - 1)
            sentence.cut(start, end)
        elif not around:
            sentence.cut(end - 1, end)
            sentence.cut(start, start + 1)
        else:
            inner = sentence.kinds[start + 1 : end - 1]
            sentence.kinds = f"{sentence.kinds[:start]}{around}{inner}{around}{sentence.kinds[end:]}"
    sentence.kinds = sentence.kinds.replace("(", ".").replace(")", ".")
    return periods


def periods_in(sentence: Sentence, start: int = 0, end: int | None = None) -> list[float]:
    """The bare periods of hours, days or weeks among tokens, in days."""
    last = len(sentence.kinds) if end is None else end
    return [
        sentence.values[match.start()][0] * DAYS.get(match[0][1], sentence.values[match.end() - 1][0])
        for match in BARE_PERIOD.finditer(sentence.kinds, start, last)
    ]


def _ml(sentence: Sentence, found: re.Match[str], start: int) -> float:
    """The ml of a volume: 5ml, one 5ml spoonful, 2 x 5ml spoonfuls."""
    count = sentence.values[start + found.start("count")][0] if found["count"] else 1.0
    return count * sentence.values[start + found.start("size")][0]


def _bracket(sentence: Sentence, start: int, end: int, worn: bool) -> str | None:
    """What a pair of brackets becomes: a stop, nothing (""), or None where its content goes as well."""
    inner = sentence.kinds[start + 1 : end - 1]
    before = sentence.kinds[:start][-1:]
    if before == "n" and WRITTEN_NUMBER.fullmatch(inner):
        stated = sum(value[0] for value in sentence.values[start + 1 : end - 1])
        return None if stated == sentence.values[start - 1][0] else "!"
    outside = sentence.kinds[:start] + sentence.kinds[end:]
    total = COUNTED_TOTAL.search(sentence.kinds, start, end)
    if total and _counts_units(sentence, total.end()):
        return "."
    if before and before in "nu" and BOTH_PARTS.fullmatch(inner):
        return None
    noted = ("S" in inner or "E" in inner) and "!" not in inner
    if noted or CONCENTRATION.fullmatch(inner) or (worn and RATE.fullmatch(inner)):
        return None
    if EACH.fullmatch(inner) and (amount := MG.search(sentence.kinds, 0, start)):
        each = sentence.values[start + 1][0] * sentence.values[start + 3][0]
        return None if each == sentence.values[amount.start()][0] else "!"
    if "g" not in outside and re.search("[n=a]", outside) and IN_MG.fullmatch(inner):
        return None
    if inner == "n" and before == "o":
        return None if sentence.values[start + 1] == sentence.values[start - 1] else "!"
    if QUANTITY.fullmatch(inner) and HAS_REGIMEN.search(sentence.kinds, 0, start):
        least = SMALLEST_QUANTITY[inner[1:]]
        return None if sentence.values[start + 1][0] >= least else "!"
    counted = WRITTEN_NUMBER.fullmatch(inner) and COUNTED_UNIT.search(sentence.kinds, 0, start)
    if counted and sentence.values[start - 2] == sentence.values[start + 1]:
        return None
    if inner == "n" and sentence.kinds[end : end + 1] == "n":
        return None if sentence.values[start + 1] == sentence.values[end] else "!"
    if inner == "n":
        return ""
    here, before_it = VOLUME.fullmatch(inner), VOLUME_AT_END.search(sentence.kinds, 0, start)
    if here and before_it:
        return None if _ml(sentence, before_it, 0) == _ml(sentence, here, start + 1) else "!"
    if (
        len(inner) > 1
        and inner[1] == before
        and before in "ulg"
        and not COUNTED.search(sentence.kinds, 0, start)
    ):
        return None if sentence.values[start + 1][0] == sentence.values[start - 2][0] else "!"
    if before and before in "nuplsgq=" and ANNOTATION.fullmatch(inner):
        return None
    if MG_A_DAY.fullmatch(inner) or PERIOD.fullmatch(inner) or not MATTERS.search(inner):
        return None
    return "."
