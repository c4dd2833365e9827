"""From the letters of a direction text to tokens: known words, numbers, fractions and clock times."""

import re
from functools import lru_cache

from medicines.sentence import KIND, Value
from medicines.spelling import Speller
from medicines.tables import rows

NOTHING: Value = (0.0, 0.0, "")
DOTTED = re.compile(r"\b(?:[a-z]\.){2,4}(?![a-z])|\b(?:[a-z]\.){1,3}[a-z]\b\.?")
SLASHED = re.compile(r"\b(?:[botq]/d|[tq]/d/s|o/[mn]|p/r/n)\b")
MINUS = re.compile(r"(?:^|(?<=[a-z.,] ))-(?=[0-9])")
RAW = re.compile(
    r"(?P<word>[a-z]+(?:'[a-z]+)?)"
    r"|(?P<comma>[0-9]+,[0-9]+)"
    r"|(?P<clock>(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?![0-9]))"
    r"|(?P<fraction>[0-9]{1,3}/[0-9]{1,3}(?![0-9]|\.[0-9]))"
    r"|(?P<ordinal>[0-9]{1,2}(?:st|nd|rd|th)\b)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?|(?<![a-z0-9])\.[0-9]+)"
    r"|(?P<sign>[^\s])"
)
LABEL = {"m": "morning", "l": "noon", "t": "tea", "e": "evening", "d": "tea", "b": "night", "n": "night"}
HOURS_FOLLOW = re.compile(r" ?h(?:rs?|ours?)?\b")
LABELLED = re.compile(r" ?: ?[0-9]")
SIGNS = {
    ",": ",", ".": ".", ";": ".", "!": ".", "?": ".", "*": ".", "-": "-", ":": "", "(": "(", ")": ")",
    "[": "(", "]": ")", "/": "r", "&": "&", "+": "&", "@": "i", "=": "E", "<": "!", ">": "!", "~": "!",
    "%": "!", "^": "!"
}  # fmt: skip
SEVENTHS = {7: ("d", 1.0), 52: ("w", 7.0), 12: ("m", 0.0), 24: ("h", 0.0)}
CORRECTED = {
    "number", "tens", "fraction", "unit", "patch", "ml", "spoon", "times", "often", "once", "every",
    "day", "hour", "week", "hourly", "daily", "weekly", "alternate", "slot", "optional", "most",
    "changes",
}  # fmt: skip
GLUED = {
    "tablets",
    "tablet",
    "capsules",
    "capsule",
    "times",
    "time",
    "daily",
    "day",
    "take",
    "apply",
    "patch",
    "hours",
}

PHRASES: dict[str, list[tuple[tuple[str, ...], str, Value]]] = {}
KNOWN: set[str] = set()
for _row in rows("direction_words"):
    _words = tuple(_row["words"].split())
    _kind = KIND[_row["kind"]]
    _number = float(_row["value"]) if _row["value"].replace(".", "").isdigit() else 0.0
    _named: Value = (
        _number,
        _number,
        _row["value"] if _kind == "t" else _row["words"] if _kind == "V" else "",
    )
    PHRASES.setdefault(_words[0], []).append((_words, _kind, _named))
    KNOWN.update(_words)
for _phrases in PHRASES.values():
    _phrases.sort(key=lambda phrase: -len(phrase[0]))
SPELLER = Speller(
    (word for row in rows("direction_words") if row["kind"] in CORRECTED for word in row["words"].split()),
    shortest=5,
    shortest_changed=6,
)
SHORT = {
    w
    for row in rows("direction_words")
    if row["kind"] in CORRECTED
    for w in row["words"].split()
    if len(w) in (3, 4)
}


@lru_cache(maxsize=16384)
def known(word: str) -> tuple[str, ...]:
    """The known word or words that a written word stands for; the word itself where there are none."""
    if word in KNOWN:
        return (word,)
    for cut in range(2, len(word) - 2):
        first, second = word[:cut], word[cut:]
        if first in KNOWN and second in KNOWN and (first in GLUED or second in GLUED):
            return first, second
    return (_corrected(word) or word,)


def _corrected(word: str) -> str | None:
    corrected = SPELLER.correct(word)
    if corrected is None and len(word) in (3, 4):
        swaps = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)} & SHORT
        corrected = swaps.pop() if len(swaps) == 1 else None
    return corrected


def tokens_of(text: str) -> tuple[str, tuple[Value, ...], list[str]]:
    """Kinds, values and words of a direction text in the plain spelling (line ends as full stops)."""
    written = DOTTED.sub(lambda match: match[0].replace(".", ""), text.replace("(s)", ""))
    if "/" in written:
        written = SLASHED.sub(lambda match: match[0].replace("/", ""), written)
    if "-" in written:
        written = MINUS.sub("%", written)
    kinds: list[str] = []
    values: list[Value] = []
    words: list[str] = []

    def add(kind: str, value: Value, word: str) -> None:
        kinds.append(kind)
        values.append(value)
        words.append(word)

    run: list[str] = []
    for match in RAW.finditer(written):
        kind = match.lastgroup
        piece = match[0]
        if kind == "word" and not (
            len(piece) == 1 and piece in LABEL and LABELLED.match(written, match.end())
        ):
            run.extend(known(piece))
            continue
        if run:
            _add_words(run, add)
            run = []
        if kind == "word":
            add("t", (0.0, 0.0, LABEL[piece]), piece)
        else:
            if kind == "fraction" and HOURS_FOLLOW.match(written, match.end()):
                top, _, bottom = piece.partition("/")
                _add_other("number", top, add)
                add("r", NOTHING, "/")
                kind, piece = "number", bottom
            _add_other(kind or "", piece, add)
    if run:
        _add_words(run, add)
    return "".join(kinds), tuple(values), words


def _add_words(run, add) -> None:  # type: ignore[no-untyped-def]
    at = 0
    while at < len(run):
        for phrase, kind, value in PHRASES.get(run[at], ()):
            size = len(phrase)
            if size == 1 or tuple(run[at : at + size]) == phrase:
                if kind:
                    add(kind, value, " ".join(phrase))
                at += size
                break
        else:
            at += 1


def _add_other(kind: str, piece: str, add) -> None:  # type: ignore[no-untyped-def]
    if kind == "number":
        number = float(piece) if len(piece) <= 9 else -1.0
        add("n" if number >= 0 else "!", (number, number, ""), piece)
    elif kind == "fraction":
        top, bottom = map(int, piece.split("/"))
        if bottom in (2, 3, 4) and 0 < top < bottom:
            add("=", (top / bottom, top / bottom, ""), piece)
        elif bottom in SEVENTHS:
            add("n", (float(top), float(top), ""), piece)
            add(SEVENTHS[bottom][0], (SEVENTHS[bottom][1],) * 2 + ("",), piece)
        else:
            add("!", NOTHING, piece)
    elif kind == "ordinal":
        add("O", (float(piece[:-2]),) * 2 + ("",), piece)
    elif kind == "clock":
        add("t", (0.0, 0.0, f"{int(piece.split(':')[0]):02d}:00"), piece)
    elif kind == "comma":
        add("!", NOTHING, piece)
    elif SIGNS.get(piece, ""):
        add(SIGNS[piece], NOTHING, piece)
