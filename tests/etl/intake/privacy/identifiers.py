"""Ten kinds of identifiers in fifteen disguises, all invented, and texts that only look like them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

KINDS = {
    "NHS number": "943 476 5919",
    "CHI number": "030251 0028",
    "Health and Care number": "320 000 0198",
    "postcode": "LU10 2AB",
    "e-mail address": "jane.o.doe@example.co.uk",
    "telephone number": "01632 960 001",
    "date of birth": "DOB 03 02 1951",
    "National Insurance number": "AB 12 30 56 C",
    "title and name": "Mrs J Jones",
    "name called a patient's": "Patient name Joan Smith",
}


def joined(text: str) -> str:
    return text.replace(" ", "")


def spread(text: str) -> str:
    """Every digit apart; where there is none, every space doubled."""
    apart = re.sub(r"(?<=\d)(?=\d)", " ", text)
    return apart if apart != text else text.replace(" ", "  ")


def between(mark: str) -> Callable[[str], str]:
    return lambda text: text.replace(" ", mark)


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def broken(text: str) -> str:
    return text.replace(" ", "\n") if " " in text else text.replace("@", "\n@")


def letters(text: str) -> str:
    """O for nought and l for one; in a name, nought for o."""
    digits = re.sub(r"\d", lambda hit: {"0": "O", "1": "l"}.get(hit[0], hit[0]), text)
    return digits if digits != text else text.replace("o", "0")


DISGUISES: dict[str, Callable[[str], str]] = {
    "as written": str,
    "small letters": str.lower,
    "capitals": str.upper,
    "no separators": joined,
    "digits apart": spread,
    "no-break spaces": between("\u00a0"),
    "dots": between("."),
    "dashes": between("-"),
    "underscores": between("_"),
    "full width": full_width,
    "zero width": lambda text: "\u200b".join(text),
    "trailing .0": lambda text: f"{text}.0",
    "between words": lambda text: f"Take 1 twice a day (ref:{text}); then 28 more",
    "line break": broken,
    "letters for digits": letters,
}


@dataclass(frozen=True)
class Planted:
    kind: str
    disguise: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}, {self.disguise}"


def corpus() -> Iterator[Planted]:
    """The 150 of them."""
    for kind, written in KINDS.items():
        for disguise, put_on in DISGUISES.items():
            yield Planted(kind, disguise, put_on(written))


def traces(planted: Planted) -> set[bytes]:
    """What must be nowhere once a text was refused or withheld: as written, as disguised, digits, names."""
    written = KINDS[planted.kind]
    words = {word for word in re.findall(r"[A-Za-z]{5,}", written) if word not in ("Patient",)}
    texts = {written, joined(written), planted.text, re.sub(r"\D", "", written), *words}
    long = {text for text in texts if len(text) >= 5}
    return {text.encode() for text in long} | {text.encode("utf-16-le") for text in long}
