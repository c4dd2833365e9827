"""Which ingredients and brands a product text names, and where."""

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from medicines.spelling import Speller
from medicines.tables import listed, rows

TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*|[0-9]+(?:\.[0-9]+)?|[^\sa-z0-9]")
NOT_LETTERS = re.compile(r"[^a-z0-9]")
LONGEST_NAME = 5


class Ingredient(NamedTuple):
    """A row of ingredients.csv."""

    name: str
    class_: str
    max_mg: Decimal | None
    oral_when_per_5ml: bool
    note: str


class Partner(NamedTuple):
    """A row of partners.csv: what stands beside an opioid in a combination and how its figure compares."""

    name: str
    figure: str
    usual_mg: frozenset[Decimal]
    reason: str
    counts: bool


class Beside(NamedTuple):
    """A part of a brand beside its ingredient: its mg, or its share of the ingredient, where not stated."""

    name: str
    mg: Decimal | None = None
    share: Fraction | None = None


class Brand(NamedTuple):
    """A row of brands.csv."""

    name: str
    ingredient: str
    forms: tuple[str, ...]
    release: str
    partners: tuple[Beside, ...]
    mg: Decimal | None
    reason: str


class Mention(NamedTuple):
    """An ingredient, brand or partner named in tokens `start` to `end` (excluded)."""

    start: int
    end: int
    ingredient: str
    brand: Brand | None


def squashed(name: str) -> str:
    """Letters and digits only, so that co-codamol, co codamol and cocodamol are one name."""
    return NOT_LETTERS.sub("", name.lower())


def _decimal(cell: str) -> Decimal | None:
    return Decimal(cell) if cell else None


def _beside(text: str) -> Beside:
    """A partner of a brand: "paracetamol", "paracetamol 500" or "naloxone 1/2"."""
    name, _, amount = text.rpartition(" ")
    if not name:
        return Beside(amount)
    return Beside(name, share=Fraction(amount)) if "/" in amount else Beside(name, Decimal(amount))


INGREDIENTS = {
    r["ingredient"]: Ingredient(
        r["ingredient"],
        r["class"],
        _decimal(r["max_mg_per_unit"]),
        r["oral_when_per_5ml"] == "yes",
        r["note"],
    )
    for r in rows("ingredients")
}
PARTNERS = {
    r["partner"]: Partner(
        r["partner"],
        r["figure"],
        frozenset(map(Decimal, listed(r["usual_mg"]))),
        r["reason"],
        r["opioid_part"] == "counts",
    )
    for r in rows("partners")
}
BRANDS = {
    squashed(r["brand"]): Brand(
        r["brand"],
        r["ingredient"],
        listed(r["form"]),
        r["release"],
        tuple(map(_beside, listed(r["partner"]))),
        _decimal(r["mg_when_unstated"]),
        r["not_converted_because"],
    )
    for r in rows("brands")
}
GENERIC = {squashed(name): name for name in (*PARTNERS, *INGREDIENTS)} | {
    squashed(synonym): row["ingredient"] for row in rows("ingredients") for synonym in listed(row["synonyms"])
}
SPELLER = Speller(map(squashed, (*PARTNERS, *INGREDIENTS)), shortest=7, shortest_changed=8)
BRAND_SPELLER = Speller(BRANDS, shortest=8, shortest_changed=9)
ANY_NAME = Speller((*BRANDS, *GENERIC), shortest=7, shortest_changed=7, same_first=False)
PREFIXES = frozenset(key[:length] for key in (*BRANDS, *GENERIC) for length in range(1, len(key) + 1))


def tokens_of(text: str) -> list[str]:
    """Words, numbers and signs of a product text in the plain spelling."""
    return TOKEN.findall(text)


@lru_cache(maxsize=16384)
def _misspelt(word: str) -> tuple[str, Brand | None] | None:
    """The ingredient, or else the brand, that a word is one slip away from."""
    generic = SPELLER.correct(word)
    brand = None if generic else BRANDS.get(BRAND_SPELLER.correct(word) or "")
    ingredient = GENERIC[generic] if generic else brand.ingredient if brand else ""
    if not ingredient or any(_ingredient(other) != ingredient for other in ANY_NAME.candidates(word)):
        return None
    return ingredient, brand


def _ingredient(name: str) -> str:
    return GENERIC[name] if name in GENERIC else BRANDS[name].ingredient


def _named(tokens: list[str], at: int) -> Mention | None:
    """The longest brand or ingredient that begins at a token; signs within a name do not count."""
    key, longest = "", None
    if tokens[at] in PREFIXES or "'" in tokens[at]:
        for end in range(at + 1, min(at + LONGEST_NAME, len(tokens)) + 1):
            if not tokens[end - 1][0].isalnum():
                continue
            key += tokens[end - 1].replace("'", "")
            if key not in PREFIXES:
                break
            if key in BRANDS:
                longest = Mention(at, end, BRANDS[key].ingredient, BRANDS[key])
            elif key in GENERIC:
                longest = Mention(at, end, GENERIC[key], None)
    return longest or _with_a_slip(tokens, at)


def _with_a_slip(tokens: list[str], at: int) -> Mention | None:
    """The name one slip away from a token; in co-codamol and the like the slip is in what follows co."""
    word, end = tokens[at], at + 1
    if word == "co":
        following = (n for n in range(at + 1, min(at + 3, len(tokens))) if tokens[n].isalpha())
        end = next(following, at) + 1
        word += tokens[end - 1] if end > at + 1 else ""
    misspelt = _misspelt(word)
    return Mention(at, end, *misspelt) if misspelt else None


def mentions(tokens: list[str]) -> list[Mention]:
    """Every ingredient and brand named, in order; the longest name wins at each place."""
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        mention = _named(tokens, at) if tokens[at][0].isalpha() else None
        if mention:
            found.append(mention)
        at = mention.end if mention else at + 1
    return found
