"""One product has one reading, however a system writes its name."""

import pytest

from medicines import products
from tests.medicines.cases import shared
from tests.medicines.styles import STYLES

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
