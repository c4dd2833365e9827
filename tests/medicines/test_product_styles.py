"""One product has one reading, however a system writes its name, and one slip never gives another dose."""

import re

import pytest

from medicines import products
from tests.medicines.cases import shared, worked
from tests.medicines.styles import STYLES

UNDERSTOOD = [case["name"] for case in worked("products") if case["status"] != "unmapped"]
PLAIN = [  # dm+d names of every kind, so that each style has something to change
    "Morphine 10mg modified-release tablets",
    "Morphine sulfate 10mg/5ml oral solution",
    "Zomorph 30mg modified-release capsules",
    "Oxycodone 10mg/1ml solution for injection ampoules",
    "Fentanyl 12micrograms/hour transdermal patches",
    "Buprenorphine 200microgram sublingual tablets sugar free",
    "Co-codamol 30mg/500mg effervescent tablets sugar free",
    "Oxycodone 10mg / Naloxone 5mg modified-release tablets",
    "Tramadol 50mg orodispersible tablets sugar free",
    "Codeine 15mg/5ml linctus sugar free",
    "Pregabalin 75mg capsules",
    "Zopiclone 7.5mg tablets",
]
NAMES = list(dict.fromkeys(PLAIN + [row["name"] for row in shared("products/names.csv")]))
WORD = re.compile(r"(?<![0-9])(?<![0-9] )\b[A-Za-z]{3,}")


def what_counts(text: str) -> tuple[object, ...]:
    """All of a reading that must not depend on style."""
    read = products.read(text)
    return (
        read.class_,
        read.ingredient,
        read.strength,
        read.strength_unit,
        read.form,
        read.release,
        read.status,
        read.ome_per_unit,
    )


@pytest.mark.parametrize("style", STYLES)
def test_a_name_means_the_same_in_every_style(style: str) -> None:
    rewritten = {name: STYLES[style](name) for name in NAMES}
    assert [text for name, text in rewritten.items() if what_counts(text) != what_counts(name)] == []


@pytest.mark.parametrize("style", STYLES)
def test_every_style_changes_how_a_name_is_written(style: str) -> None:
    assert any(STYLES[style](name) != name for name in PLAIN)


def slips(text: str) -> list[str]:
    """The text with each letter of each of its words (not of its units) left out, and each pair swapped."""
    at = [place for match in WORD.finditer(text) for place in range(*match.span())]
    without = [text[:i] + text[i + 1 :] for i in at]
    return without + [text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in at if i + 1 in at]


@pytest.mark.parametrize("name", UNDERSTOOD + PLAIN)
def test_one_slip_in_a_word_never_gives_another_dose(name: str) -> None:
    right = products.read(name).ome_per_unit
    for text in slips(name):
        read = products.read(text)
        assert read.status != "converted" or read.ome_per_unit == right, (text, read)
