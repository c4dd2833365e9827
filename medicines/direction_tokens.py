"""From the letters of a direction text to tokens: known words, numbers, fractions and clock times."""

import re

from medicines.asides import ASIDE, DATES, UNKNOWN, without_asides
from medicines.sentence import Value
from medicines.vocabulary import PHRASES, known

NOTHING: Value = (0.0, 0.0, "")
DOTTED = re.compile(r"\b(?:[a-z]\.){2,4}(?![a-z])|\b(?:[a-z]\.){1,3}[a-z]\b\.?")
SLASHED = re.compile(r"\b(?:[botq]/d|[tq]/d/s|o/[mn]|p/r/n|b/fast)\b")
MINUS = re.compile(r"(?:^|(?<=[a-z.,] ))-(?=[0-9])")
HOURS_AFTER = r"(?: ?h(?:rs?|ours?)?\b)?"
CLOCK = (
    r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?![0-9])"
    rf"|(?<![0-9.])0[0-9][0-5][0-9](?![0-9]| ?m){HOURS_AFTER}"
    rf"|(?:(?<=at )|(?<=and )|(?<=& )|(?<=, ))(?:1[0-9]|2[0-3])[0-5][0-9](?![0-9]| ?m){HOURS_AFTER}"
)
RAW = re.compile(
    r"(?P<label>\b[mltedbn](?= ?: ?[0-9]))"
    rf"|(?P<aside>{ASIDE})|(?P<date>{DATES})"
    r"|(?P<word>[a-z]+(?:'[a-z]+)?)"
    r"|(?P<comma>[0-9]+,[0-9]+)"
    rf"|(?P<clock>{CLOCK})"
    r"|(?P<hours>[0-9]{1,3}/[0-9]{1,3}(?= ?h(?:rs?|ours?)?\b))"
    r"|(?P<fraction>[0-9]{1,3}/[0-9]{1,3}(?![0-9]|\.[0-9]))"
    r"|(?P<ordinal>[0-9]{1,2}(?:st|nd|rd|th)\b)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|(?<![a-z0-9.])\.[0-9]+)"
    r"|(?P<sign>[^\s])"
)
LABEL = {"m": "morning", "l": "noon", "t": "tea", "e": "evening", "d": "tea", "b": "night", "n": "night"}
SIGNS = {
    ",": ",", ".": ".", ":": ":", ";": ".", "!": ".", "?": "6", "*": ".", "-": "-", "(": "(", ")": ")",
    "[": "(", "]": ")", "/": "r", "&": "&", "+": "&", "@": "i", "=": "E", "<": "!", ">": "!", "~": "!",
    "%": "!", "^": "!",
}  # fmt: skip
LABELLED = re.compile(r"(?:take )?((?:[0-9]+ ?[mlnteb](?![a-z])[ ,+&]*){2,5})\.?")
LABELLED_FIRST = re.compile(r"(?:take )?((?:\b[mlnteb] ?[0-9]+(?![0-9.])[ ,+&]*){2,5})\.?")
LABELLED_ONE = re.compile(r"([0-9]+) ?([mlnteb])|([mlnteb]) ?([0-9]+)")
PERIODS: dict[int, tuple[str, float]] = {7: ("d", 1.0), 52: ("w", 7.0), 12: ("m", 0.0), 24: ("h", 0.0)}
SUPPLY_DAYS = {28, 30, 56, 84}
SMALLEST_SUPPLY = 14
LONGEST_LABELLED = 40
UNKNOWN_FOR_A_DOSE = re.compile(r"\?(?=[are]?[dwDW]|[&,][tVjfD](?!h))|(?<=[tV]&)\?")


class Tokens:
    """Kinds, values and words of a direction text under construction."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.values: list[Value] = []
        self.words: list[str] = []
        self.run: list[str] = []

    def add(self, kind: str, word: str, number: float = 0.0, name: str = "") -> None:
        """One more token."""
        self.kinds.append(kind)
        self.values.append((number, number, name))
        self.words.append(word)

    def add_run(self) -> None:
        """The run of neighbouring words as phrases, the longest first; unknown words keep a place."""
        run, at = self.run, 0
        while at < len(run):
            for phrase, kind, value in PHRASES.get(run[at], ()):
                size = len(phrase)
                if size == 1 or tuple(run[at : at + size]) == phrase:
                    if kind:
                        self.add(kind, " ".join(phrase), value[0], value[2])
                    at += size
                    break
            else:
                self.add(UNKNOWN, run[at])
                at += 1
        run.clear()

    def add_number(self, piece: str) -> None:
        """A number of at most nine characters; a longer one is no dose."""
        self.add("n", piece, float(piece)) if len(piece) <= 9 else self.add("!", piece)

    def add_fraction(self, piece: str) -> None:
        """A half, third or quarter; or the shorthand for days (5/7), weeks (2/52), months or hours."""
        top, bottom = map(int, piece.split("/"))
        if bottom in (2, 3, 4) and 0 < top < bottom:
            self.add("=", piece, top / bottom)
        elif bottom in SUPPLY_DAYS and top >= SMALLEST_SUPPLY:
            self.add(".", piece)
        elif bottom in PERIODS:
            self.add("n", piece, float(top))
            self.add(PERIODS[bottom][0], "", PERIODS[bottom][1])
        else:
            self.add("!", piece)

    def add_other(self, kind: str, piece: str) -> None:
        """A piece that is no word."""
        if kind == "number":
            self.add_number(piece)
        elif kind == "fraction":
            self.add_fraction(piece)
        elif kind == "hours":
            top, _, bottom = piece.partition("/")
            self.add_number(top)
            self.add("r", "/")
            self.add_number(bottom)
        elif kind == "label":
            self.add("t", piece, name=LABEL[piece])
        elif kind == "date":
            self.add("5", piece)
        elif kind == "ordinal":
            self.add("O", piece, float(piece[:-2]))
        elif kind == "clock":
            self.add("t", piece, name=f"{int(piece[:-3] if ':' in piece else piece[:2]):02d}:00")
        elif kind == "comma" or piece in SIGNS:
            self.add(SIGNS.get(piece, "!"), piece)


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
    written = DOTTED.sub(lambda match: match[0].replace(".", ""), _labels_spelt_out(text).replace("(s)", ""))
    if "&" in written:
        written = written.replace("as & when", "as and when")
    if "/" in written:
        written = SLASHED.sub(lambda match: match[0].replace("/", ""), written)
    if "-" in written:
        written = MINUS.sub("%", written)
    tokens = Tokens()
    for match in RAW.finditer(written):
        if match.lastgroup == "word":
            tokens.run.extend(known(match[0]))
            continue
        if tokens.run:
            tokens.add_run()
        tokens.add_other(match.lastgroup or "", match[0])
    if tokens.run:
        tokens.add_run()
    return _without_unknown(tokens)


def _without_unknown(tokens: Tokens) -> tuple[str, tuple[Value, ...], list[str]]:
    """Unknown words left out, save where they stand for how often or when: there nothing can be told."""
    kinds = without_asides(tokens.kinds, tokens.words)
    if UNKNOWN not in kinds:
        return kinds, tuple(tokens.values), tokens.words
    kinds = UNKNOWN_FOR_A_DOSE.sub("!", kinds)
    kept = [at for at, kind in enumerate(kinds) if kind != UNKNOWN]
    return (
        "".join(kinds[at] for at in kept),
        tuple(tokens.values[at] for at in kept),
        [tokens.words[at] for at in kept],
    )
