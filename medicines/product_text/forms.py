"""The form and the release of a product, from its words and its brand."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from medicines.product_text.ingredients import Brand
from medicines.spelling import Speller
from medicines.tables import rows


class Form(NamedTuple):
    """A form of the vocabulary; `swallowed` where taken by mouth as a tablet, liquid or powder."""

    name: str
    precedence: int
    swallowed: bool


WORDS = {
    r["word"]: Form(r["form"], int(r["precedence"]), r["swallowed"] == "yes")
    for r in rows("forms")
    if r["form"] not in ("neutral", "release")
}
NEUTRAL = {word for r in rows("forms") if r["form"] == "neutral" for word in r["word"].split()}
RELEASES = {word for r in rows("forms") if r["form"] == "release" for word in r["word"].split()}
SINGLE = {word for phrase in WORDS for word in phrase.split()}
BY_NAME = {form.name: form for form in reversed(WORDS.values())}
SOLUTION = WORDS["solution"].precedence  # to drink or to inject
UNSTATED = Form("", 999, False)


def _any_of(phrases: Iterable[str]) -> str:
    """A pattern of the phrases, longest first and sorted by first letter, which is what makes it fast."""
    tails: dict[str, list[str]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        tails.setdefault(phrase[0], []).append(phrase[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in tails.items())


PATTERN = re.compile(rf"\b(?:{_any_of(WORDS)})\b")
MODIFIED = re.compile(
    r"(?<!not )(?<!non )\b(?:"
    + _any_of(r["word"].replace(" ", " ?") for r in rows("forms") if r["form"] == "release")
    + r")\b"
)
ROUTE_OF_BRAND = {"sublingual", "buccal", "nasal", "oral_lyophilisate", "injection", "depot", "suppository"}
RELEASED = {"tablet", "capsule", "oral_solution", "linctus", "other", ""}
LIQUID = {"oral_solution", "linctus"}
SPELLER = Speller(
    {word for phrase in WORDS for word in phrase.split() if len(word) > 5}, shortest=6, shortest_changed=7
)


@lru_cache(maxsize=16384)
def spelt(word: str) -> str:
    """A word of the form as the table spells it, where it is one slip away; else the word itself."""
    return (SPELLER.correct(word) or word) if len(word) > 4 else word


def form_of(words: str, brand: Brand | None) -> Form:
    """The form named in the words; the brand's where none is named or where the brand fixes the route."""
    named = min(
        (WORDS[found] for found in PATTERN.findall(words)), key=lambda form: form.precedence, default=UNSTATED
    )
    own = BY_NAME.get(brand.forms[0], UNSTATED) if brand and len(brand.forms) == 1 else UNSTATED
    if own.name in ROUTE_OF_BRAND and (named.swallowed or named is UNSTATED):
        return own
    if own.name == "depot" and named.name == "injection":
        return own
    if own.swallowed and named.name == "injection" and named.precedence > own.precedence:
        return own  # a vial or syringe of a brand to drink
    return own if named is UNSTATED else named


def form_of_strength(brand: Brand | None, liquid: bool) -> Form:
    """The one form of a brand that its strength fits: per ml for a liquid, by the unit for the others."""
    forms = [name for name in brand.forms if (name in LIQUID) == liquid] if brand else []
    return BY_NAME[forms[0]] if len(forms) == 1 else UNSTATED


def says_modified(words: str) -> bool:
    """Whether the words state a modified release."""
    return bool(MODIFIED.search(words))


def release_of(words: str, form: Form, brand: Brand | None) -> str:
    """Release as "modified", "immediate", "patch" or "none" (routes other than swallowing)."""
    if form.name == "patch":
        return "patch"
    if form.name not in RELEASED or (form.name == "other" and not form.swallowed):
        return "none"
    if says_modified(words) or (brand and brand.release == "modified"):
        return "modified"
    return "immediate"
