"""The law of one slip: a product name with one typing error reads the same, or is not understood."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable

from medicines import products
from tests.medicines.cases import shared, worked
from tests.medicines.slips import letters, slips

MOST = 0.0005  # share of all mutations that may read otherwise with confidence

GOLD = list(dict.fromkeys(case["name"] for case in worked("products")))
SHARED = [row["name"] for row in shared("cases/products.csv")] + [
    row["name"] for row in shared("products/names.csv")
]
EVERY = 29  # of the shared names, enough of each kind in little time

A_CLEAR_NAME = "the slip puts right a name that was not understood: what is read is what is written"
ANOTHER_FORM = "the brand has caplets and capsules of the same strength"
JUSTIFIED = {  # name, what the slip made of it: why it may be read
    ("Solpadol_Capl 30mg/500mg", "Solpadol_Cap 30mg/500mg"): ANOTHER_FORM,
    ("Morphine 1 0mg tablets", "Morphine 10mg tablets"): A_CLEAR_NAME,
    ("Oxycodone 1 5mg tablets", "Oxycodone 15mg tablets"): A_CLEAR_NAME,
    ("Morphine -10mg tablets", "Morphine-10mg tablets"): A_CLEAR_NAME,
    ("Morphine 10mcg tablets", "Morphine 10mg tablets"): A_CLEAR_NAME,
    (
        "Oxyargin 40mcg/20mg modified-release tablets",
        "Oxyargin 40mg/20mg modified-release tablets",
    ): A_CLEAR_NAME,
    ("Remedeine foret tablets", "Remedeine forte tablets"): A_CLEAR_NAME,
    ("Remedeine foret tablets", "Remedeineforet tablets"): A_CLEAR_NAME,
    (
        "Codasolve 8mtg/500mg/30mg effervescent tablets",
        "Codasolve 8mg/500mg/30mg effervescent tablets",
    ): A_CLEAR_NAME,
}


def reading(text: str) -> tuple[object, ...]:
    """All that a product text is read as, without its reason."""
    read = products.read(text)
    return (
        read.class_, read.ingredient, read.strength, read.strength_unit, read.form, read.release,
        read.status, read.ome_per_unit, read.partners, read.wear_hours,
    )  # fmt: skip


Mutator = Callable[[str], Iterable[tuple[str, str]]]


def read_otherwise(names: list[str], mutate: Mutator = slips) -> tuple[int, list[tuple[str, str]]]:
    """How many mutations the names have, and those read otherwise with confidence."""
    tried, otherwise = 0, []
    for name in names:
        right = reading(name)
        for mutated in {mutated.lower(): mutated for _, mutated in mutate(name)}.values():
            tried += 1
            mine = reading(mutated)
            if mine != right and products.read(mutated).status != "unmapped":
                otherwise.append((name, mutated))
    return tried, otherwise


def test_one_slip_in_a_gold_name_is_read_the_same_or_not_at_all() -> None:
    tried, otherwise = read_otherwise(GOLD)
    assert set(otherwise) == set(JUSTIFIED)
    assert tried > 20_000 and len(otherwise) <= MOST * tried


def test_one_slip_in_a_real_name_is_read_the_same_or_not_at_all() -> None:
    tried, otherwise = read_otherwise(SHARED[::EVERY])
    assert len(otherwise) <= MOST * tried, otherwise


NO_DOSE = "the unit or strength is lost of what gives no dose"
BY_LETTERS = {  # name, what another letter or a space made of it: why it may be read
    ("Zamadol_SR Cap 100mg", "Zamadol_IR Cap 100mg"): "the text says that it is of immediate release",
    ("Solpadol_Capl 30mg/500mg", "Solpadol_Caps 30mg/500mg"): ANOTHER_FORM,
    ("Morphine 2mg/ml PCA 50ml", "Morphine 2mg/vl PCA 50ml"): NO_DOSE,
}


def test_any_other_letter_or_a_space_in_a_gold_name_is_read_the_same_or_not_at_all() -> None:
    chance = random.Random(1)
    tried, otherwise = read_otherwise(GOLD, lambda name: letters(name, chance))
    assert set(otherwise) == set(BY_LETTERS)
    assert len(otherwise) <= MOST * tried


def test_any_other_letter_or_a_space_in_a_real_name_makes_no_other_dose() -> None:
    chance = random.Random(2)
    tried, otherwise = read_otherwise(SHARED[::EVERY], lambda name: letters(name, chance))
    assert len(otherwise) <= MOST * tried, otherwise
    assert [text for name, text in otherwise if reading(name)[7] != reading(text)[7]] == []


def test_no_gold_name_is_unmapped_for_the_law() -> None:
    wanted = {case["name"] for case in worked("products") if case["status"] != "unmapped"}
    assert [name for name in wanted if products.read(name).status == "unmapped"] == []


UNITS = re.compile(r"(?<=[0-9])(?:mg|g|micrograms?|mcg|ml)\b")


def test_another_unit_in_a_gold_name_is_never_another_dose() -> None:
    for case in worked("products"):
        if case["status"] != "converted":
            continue
        right = reading(case["name"])
        for found in UNITS.finditer(case["name"]):
            for unit in ("mg", "g", "gm", "micrograms", "mcg", "ng", "ml", "l", "%", "units"):
                text = case["name"][: found.start()] + unit + case["name"][found.end() :]
                read = products.read(text)
                assert read.status != "converted" or reading(text)[:8] == right[:8], text
