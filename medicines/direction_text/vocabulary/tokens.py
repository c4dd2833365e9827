"""From the letters of a direction text to tokens: known words, numbers, fractions and clock times."""

import re
from functools import lru_cache

from medicines.direction_text.sentence import MEDICINE, UNKNOWN, UNREADABLE, Value
from medicines.direction_text.vocabulary.asides import DATE_MARK, asides_marked, without_asides
from medicines.direction_text.vocabulary.known_words import known, tokens_of_words
from medicines.direction_text.vocabulary.typing_slips import LONE_DOT, UNREADABLE_MARK, unreadable_marked

DOTTED = re.compile(r"\b(?:[a-z]\.){2,4}(?![a-z])|\b(?:[a-z]\.){1,3}[a-z]\b\.?")
SLASHED = re.compile(r"\b(?:[botq]/d|[tq]/d/s|o/[mn]|p/r/n|b/fast)\b")
SHORTENED = re.compile(r"(?<=\b(?:tab|cap|alt))\.(?= )")
CROSSED = re.compile(r"(?<=[0-9])x(?=d(?:ay|aily)?\b)")
HYPHENATED = re.compile(r"(?:(?<=\bnon)|(?<=\bco)|(?<=\bmid)|(?<=\bbreak))-(?=[a-z])|(?<=[a-z])-(?=through)")
MINUS = re.compile(r"(?:^|(?<=[a-z.,] ))-(?=[0-9])")
HOURS_AFTER = r"(?: ?h(?:rs?|ours?)?\b)?"
CLOCK = (
    r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?![0-9])"
    rf"|(?<![0-9.])0[0-9][0-5][0-9](?![0-9]| ?m){HOURS_AFTER}"
    rf"|(?:(?<=at )|(?<=and )|(?<=& )|(?<=, ))(?:1[0-9]|2[0-3])[0-5][0-9](?![0-9]| ?m){HOURS_AFTER}"
)
WORD = r"(?![mltedbn] ?: ?[0-9])[a-z]+(?:'[a-z]+)?"
RAW = re.compile(
    rf"(?P<words>{WORD}(?: {WORD})*)"
    r"|(?P<label>\b[mltedbn](?= ?: ?[0-9]))"
    r"|(?P<comma>[0-9]+,[0-9]+)"
    rf"|(?P<clock>{CLOCK})"
    r"|(?P<unsaid>(?<!every )(?<!each )[0-9]{1,3}/24(?![0-9]|\.[0-9]| ?h(?:rs?|ours?)?\b))"
    r"|(?P<hours>[0-9]{1,3}/[0-9]{1,3}(?= ?h(?:rs?|ours?)?\b))"
    r"|(?P<pair>(?:5|10|20|40|80)(?: ?mg)?/(?:2\.5|5|10|20|40)(?: ?mg)?(?![0-9/]|\.[0-9]| ?ml))"
    r"|(?P<fraction>[0-9]{1,3}/[0-9]{1,3}(?![0-9]|\.[0-9]))"
    r"|(?P<ordinal>[0-9]{1,2}(?:st|nd|rd|th)\b)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|(?<![a-z0-9.])\.[0-9]+)"
    r"|(?P<sign>[^\s])"
)
LABEL = {"m": "morning", "l": "noon", "t": "tea", "e": "evening", "d": "tea", "b": "night", "n": "night"}
SIGNS = {
    ",": ",", ".": ".", ":": ":", ";": ".", "!": ".", "?": "6", "*": ".", "-": "-", "(": "(", ")": ")",
    "[": "(", "]": ")", "/": "r", "&": "&", "+": "&", "@": "i", "=": "E", "<": "!", ">": "!", "~": "!",
    "%": "!", "^": "!", "•": ".", DATE_MARK: "5",
    UNREADABLE_MARK: UNREADABLE,
}  # fmt: skip
TEASPOON = re.compile(
    r"(?:\b5 ?mls? )?(?<!heaped )(?<!large )(?<!big )(?<!small )(?<!level )"
    r"\b(?:tea ?spoon(?:s|ful|fuls|sful|full)?|tsps?)\b"
)
QUOTES = "“”«»"
LABELLED = re.compile(r"(?:take )?((?:[0-9]+ ?[mlnteb](?![a-z])[ ,+&]*){2,5})\.?")
LABELLED_FIRST = re.compile(r"(?:take )?((?:\b[mlnteb] ?[0-9]+(?![0-9]|\.[0-9])[ ,+&]*){2,5})\.?")
LABELLED_ONE = re.compile(r"([0-9]+) ?([mlnteb])|([mlnteb]) ?([0-9]+)")
PERIODS: dict[int, tuple[str, float]] = {7: ("d", 1.0), 52: ("w", 7.0), 12: ("m", 0.0), 24: ("h", 0.0)}
PARTNER_MG, OPIOID_MG = 500, {8, 10, 15, 20, 30}
SUPPLY_DAYS = {28, 30, 56, 84}
SMALLEST_SUPPLY = 14
LONGEST_LABELLED, LONGEST_NUMBER = 40, 9
POINT_LOST = re.compile(r"0[0-9]{1,2}")
APART = re.compile(r"\b(as|when|if|where) ?[.:*()\-,;][ .:*()\-,;]*(?=in pain\b|([a-z']{3,}))")
REQUIRED = {"require", "required", "needed", "necessary", "reqd", "req'd", "req", "indicated", "requird"}
UNREAD = re.compile(r"(?<=\(R)n(?=\))|(?<=R)n(?=[.,]|$)")
UNKNOWN_FOR_A_DOSE = re.compile(r"\?(?=[are]?[dwDW]|[&,][tVjfD](?!h))|(?<=[tV]&)\?")

UNKNOWN_ITEM = re.compile(r"(?<=[B_])\?|(?<=&)\?(?=[nq=K])")
"""A word nobody knows after "with", or after "and" and before a number: another medicine."""

NOUGHT: Value = (0.0, 0.0, "")

Tokens = tuple[tuple[str, ...], tuple[Value, ...], tuple[str, ...]]
"""Kinds, values and words."""


def _token(kind: str, word: str, number: float = 0.0, name: str = "") -> Tokens:
    return (kind,), ((number, number, name),), (word,)


def _number(piece: str) -> Tokens:
    """A number of at most nine characters; a longer one is no dose, and 05 may be 0.5."""
    if len(piece) > LONGEST_NUMBER or POINT_LOST.fullmatch(piece):
        return _token("!", piece)
    return _token("n", piece, float(piece))


def _fraction(piece: str) -> Tokens:
    """A half, third or quarter; the shorthand for days (5/7), weeks (2/52), months or hours; a supply."""
    top, bottom = map(int, piece.split("/"))
    if bottom == PARTNER_MG and top in OPIOID_MG:
        return ("n", "g"), ((float(top), float(top), ""), (1.0, 1.0, "")), (piece, "")
    if bottom in (2, 3, 4) and 0 < top < bottom:
        return _token("=", piece, top / bottom)
    if bottom in SUPPLY_DAYS and top >= SMALLEST_SUPPLY:
        return _token(".", piece)
    if bottom in PERIODS:
        kind, days = PERIODS[bottom]
        return ("n", kind), ((float(top), float(top), ""), (days, days, "")), (piece, "")
    return _token("!", piece)


def _pair(piece: str) -> Tokens:
    """The strength of oxycodone with half as much naloxone: 10/5, 10mg/5mg."""
    top, bottom = (float(part) for part in piece.replace("mg", "").split("/"))
    if top != 2 * bottom:
        return _token("!", piece)
    return ("n", "g"), ((top, top, ""), (1.0, 1.0, "")), (f"{top:g}/{bottom:g}", "")


def _hours(piece: str) -> Tokens:
    """An amount in so many hours: 8/24hrs."""
    top, bottom = map(float, piece.split("/"))
    return (
        ("n", "r", "n"),
        ((top, top, ""), (0.0, 0.0, ""), (bottom, bottom, "")),
        tuple(piece.partition("/")),
    )


@lru_cache(maxsize=65536)
def _tokens_of_piece(kind: str, piece: str) -> Tokens:
    """The tokens of what RAW finds."""
    if kind == "words":
        return tokens_of_words(piece)
    if kind == "number":
        return _number(piece)
    if kind == "pair":
        return _pair(piece)
    if kind == "fraction":
        return _fraction(piece)
    if kind == "hours":
        return _hours(piece)
    if kind == "label":
        return _token("t", piece, name=LABEL[piece])
    if kind == "ordinal":
        return _token("O", piece, float(piece[:-2]))
    if kind == "clock":
        return _token("t", piece, name=f"{int(piece[:-3] if ':' in piece else piece[:2]):02d}:00")
    if kind == "unsaid":  # 12/24: twelve in a day, or every twelve hours
        return _token("!", piece)
    if kind == "comma" or piece in SIGNS:
        return _token(SIGNS.get(piece, "!"), piece)
    if not piece.isascii() and not piece.isalnum() and piece not in QUOTES:
        return _token("!", piece)
    return (), (), ()


def _together(match: re.Match[str]) -> str:
    """As, when or if beside the word that follows the signs between them, where that is "required"."""
    word = match[2]
    return f"{match[1]} " if word is None or not REQUIRED.isdisjoint((word, *known(word))) else match[0]


def _labels_spelt_out(text: str) -> str:
    """A text of nothing but amounts and initials of times of day with the times in words: 1m 1l 2n."""
    if len(text) > LONGEST_LABELLED:
        return text
    match = LABELLED.fullmatch(text) or LABELLED_FIRST.fullmatch(text)
    if not match:
        return text
    parts = [(one[1] or one[4], one[2] or one[3]) for one in LABELLED_ONE.finditer(match[1])]
    slots = [LABEL[letter] for _, letter in parts]
    slots[0] = "morning" if parts[0][1] == "b" else slots[0]
    return ", ".join(f"{amount} {slot}" for (amount, _), slot in zip(parts, slots, strict=True))


def tokens_of(text: str) -> tuple[str, tuple[Value, ...], list[str]]:
    """Kinds, values and words of a direction text in the plain spelling (line ends as full stops)."""
    written = _labels_spelt_out(text).replace("(s)", "")
    if "." in written:
        written = LONE_DOT.sub(UNREADABLE_MARK, written)
        written = SHORTENED.sub("", written)
        written = DOTTED.sub(lambda match: match[0].replace(".", ""), written)
    written = APART.sub(_together, written)
    if "+/-" in written:
        written = written.replace("+/-", "~")
    if "-" in written:
        written = HYPHENATED.sub(" ", written)
    if "&" in written:
        written = written.replace("as & when", "as and when")
    if "/" in written:
        written = SLASHED.sub(lambda match: match[0].replace("/", ""), written)
    if "spoon" in written or "tsp" in written:
        written = TEASPOON.sub("5ml spoonful", written)
    if "xd" in written:
        written = CROSSED.sub(" x ", written)
    if "-" in written:
        written = MINUS.sub("%", written)
    kinds: list[str] = []
    values: list[Value] = []
    words: list[str] = []
    for match in RAW.finditer(unreadable_marked(asides_marked(written), known)):
        found = _tokens_of_piece(match.lastgroup or "", match[0])
        kinds += found[0]
        values += found[1]
        words += found[2]
    line = "".join(kinds) if UNREADABLE in kinds else without_asides(kinds, words)
    return _for_reading(line, values, words)


def _for_reading(
    kinds: str, values: list[Value], words: list[str]
) -> tuple[str, tuple[Value, ...], list[str]]:
    """Unknown words left out, save where they stand for how often or when: there nothing can be told.

    The number of a review, which no rule reads, is nought: texts that differ in it alone are read once.
    """
    if UNKNOWN in kinds:
        kinds = UNKNOWN_FOR_A_DOSE.sub("!", UNKNOWN_ITEM.sub(MEDICINE, kinds))
        kept = [at for at, kind in enumerate(kinds) if kind != UNKNOWN]
        kinds = "".join([kinds[at] for at in kept])
        values, words = [values[at] for at in kept], [words[at] for at in kept]
    if "Rn" in kinds:
        for match in UNREAD.finditer(kinds):
            values[match.start()] = NOUGHT
    return kinds, tuple(values), words
