"""What stands beside the dose in a direction and is no part of it: brackets, supply notes, courses."""

import re

from medicines.sentence import BAD, Made, Sentence, Steps

BRACKET = re.compile(r"\([^()]*\)")
MG_A_DAY = re.compile(r"ng(?:[ra]d|D)")
ANNOTATION = re.compile(r"n[gulp]?(?:rh)?u?")
PERIOD = re.compile(r"[ndhwreF]*[dhw]")
MATTERS = re.compile(r"[nKq=ftDWHxoyPJMUZT!]")
HAS_FREQUENCY = re.compile(r"[ftDWHxoyAOV]")
SUPPLY_BEFORE = re.compile(r"(?:o?(?:W|[are]w)|[are]?n[dw]|D)S+")
SUPPLY_AFTER = re.compile(r"S+(?:o?(?:W|[are]w|D|[are]d)|e?n[dwm](?:ia)?)")
SUPPLY_SEGMENT = re.compile(r"(?:(?<=[.\-])|^)S[^.,(ftDHC]*(?=[.,]|$)")
SUPPLY_QUANTITY = re.compile(r"S+Xn?[ulp]?(?=[.,]|$)|S+n[ulp]?(?=[.,]|$)")
SUPPLY = re.compile(r"S+")
COURSE = re.compile(r"FU?n[dwm]|Xn[dwm]|[bF]n[dh](?!b)")
GAP = re.compile(r"L?n[hk]b|bL?n[hk]")
DAYS = {"d": 1.0, "h": 1 / 24}


def _unless_dose(sentence: Sentence, start: int, end: int) -> Made:
    """Nothing, or a sign that the text is not understood where a dose stands in the note."""
    return BAD if HAS_FREQUENCY.search(sentence.kinds, start, end) else None


def _nothing(sentence: Sentence, start: int, end: int) -> Made:
    return None


NOTES: Steps = [
    ("m", re.compile(r"Mnu?[are]m"), _nothing),
    ("b", re.compile(r"\|b"), _nothing),
    ("B", re.compile(r"B[^.,]*"), _unless_dose),
    ("E", re.compile(r"E+[^.,]*"), _nothing),
    ("R", re.compile(r"R[^.,ft]*"), _nothing),
]


def without_notes(sentence: Sentence) -> list[float]:
    """Leave out the notes; gives the courses and wear times stated, in days."""
    if "S" in sentence.kinds:
        for pattern in (SUPPLY_SEGMENT, SUPPLY_BEFORE, SUPPLY_AFTER, SUPPLY_QUANTITY, SUPPLY):
            sentence.drop(pattern)
    sentence.run(NOTES)
    days: list[float] = []

    def course(found: Sentence, start: int, end: int) -> Made:
        unit = found.kinds[end - 1]
        if unit in DAYS:
            days.append(found.values[end - 2][0] * DAYS[unit])
        return None

    if "n" in sentence.kinds:
        sentence.reduce(COURSE, course)
        sentence.drop(GAP)
    return days


def open_brackets(sentence: Sentence) -> None:
    """Brackets that only restate or annotate are left out; the content of others stays, set off by stops."""
    kinds = list(sentence.kinds)
    for match in BRACKET.finditer(sentence.kinds):
        start, end = match.span()
        around = _bracket(sentence, start, end)
        if around is None:
            kinds[start:end] = [""] * (end - start)
        else:
            kinds[start] = kinds[end - 1] = around
    kept = [at for at, kind in enumerate(kinds) if kind]
    sentence.kinds = "".join("." if kinds[at] in "()" else kinds[at] for at in kept)
    sentence.values = [sentence.values[at] for at in kept]
    sentence.words = [sentence.words[at] for at in kept]


def _bracket(sentence: Sentence, start: int, end: int) -> str | None:
    """What a pair of brackets becomes: a stop, nothing (""), or None where its content goes as well."""
    inner = sentence.kinds[start + 1 : end - 1]
    before = sentence.kinds[:start][-1:]
    if "S" in inner or "E" in inner:
        return None
    if inner == "n" and before == "n":
        return None if sentence.values[start + 1] == sentence.values[start - 1] else "!"
    if inner == "n":
        return ""
    if before and before in "nuplsgq=" and ANNOTATION.fullmatch(inner):
        return None
    if MG_A_DAY.fullmatch(inner) or PERIOD.fullmatch(inner) or not MATTERS.search(inner):
        return None
    return "."
