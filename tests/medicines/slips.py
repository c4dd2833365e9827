"""Every text that one slip of the finger makes of a text: the law of one slip is tried on all of them."""

import random
from collections.abc import Iterable
from string import ascii_lowercase

ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")  # a UK keyboard, each row half a key to the right
LOOKALIKES = ("0O", "0o", "1l", "1I", "1i", "2Z", "2z", "5S", "5s", "6G", "8B", "9g")


def _neighbours() -> dict[str, str]:
    """The letters beside each letter: left, right, above and below."""
    at = {key: (row, column) for row, keys in enumerate(ROWS) for column, key in enumerate(keys)}
    beside = {(0, -1), (0, 1), (-1, 0), (-1, 1), (1, 0), (1, -1)}
    return {
        key: "".join(
            other for other, (r, c) in at.items() if (r - row, c - column) in beside and other.isalpha()
        )
        for key, (row, column) in at.items()
        if key.isalpha()
    }


NEIGHBOURS = _neighbours()
SHIFTED = dict(zip("1234567890-/.,", '!"£$%^&*()_?><', strict=True))
FOR_SPACE = ".,-/bnvm"  # the keys beside the space bar
BELOW = ("op", "q", "qw", "we", "er", "rt", "ty", "yu", "ui", "io")  # the letters below each digit, from 0
LOOKS_LIKE: dict[str, str] = {}
for pair in LOOKALIKES:
    LOOKS_LIKE[pair[0]] = LOOKS_LIKE.get(pair[0], "") + pair[1]
    LOOKS_LIKE[pair[1]] = LOOKS_LIKE.get(pair[1], "") + pair[0]


def slips(text: str) -> Iterable[tuple[str, str]]:
    """Each slip with its kind, in the order of the text; a mutation equal to the text is left out."""
    for kind, mutated in _all(text):
        if mutated != text:
            yield kind, mutated


def _all(text: str) -> Iterable[tuple[str, str]]:
    for at, sign in enumerate(text):
        before, after = text[:at], text[at + 1 :]
        if sign.isalpha():
            yield "left out", before + after
            yield "doubled", before + sign + sign + after
            if after[:1].isalpha():
                yield "swapped", before + after[0] + sign + after[1:]
            for key in NEIGHBOURS.get(sign.lower(), ""):
                yield "neighbouring key", before + (key.upper() if sign.isupper() else key) + after
        elif sign == " ":
            yield "missing space", before + after
        for other in LOOKS_LIKE.get(sign, ""):
            yield "look-alike", before + other + after


def keys(text: str) -> Iterable[str]:
    """The text with a key beside or shifted in place of each digit, sign and space."""
    for at, sign in enumerate(text):
        before, after = text[:at], text[at + 1 :]
        if sign in SHIFTED:
            yield before + SHIFTED[sign] + after
        for key in BELOW[int(sign)] if sign in "0123456789" else FOR_SPACE if sign == " " else "":
            yield before + key + after
            if sign != " ":
                yield before + sign + key + after


def letters(text: str, chance: random.Random) -> Iterable[tuple[str, str]]:
    """The text with any other letter for each, any letter put in after it, and a space within words."""
    for at, sign in enumerate(text):
        if not sign.isalpha():
            continue
        before, after = text[:at], text[at + 1 :]
        other = chance.choice(ascii_lowercase.replace(sign.lower(), ""))
        yield "any letter", before + (other.upper() if sign.isupper() else other) + after
        yield "letter put in", before + sign + chance.choice(ascii_lowercase) + after
        if after[:1].isalpha():
            yield "space in a word", f"{before}{sign} {after}"
