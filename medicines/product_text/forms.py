"""The form and the release of a product, from its words and its brand."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from medicines.product_text.ingredients import BRANDS, Brand
from medicines.spelling import Speller, without_one
from medicines.tables import rows


class Form(NamedTuple):
    """A form of the vocabulary; `swallowed` where taken by mouth as a tablet, liquid or powder."""

    name: str
    precedence: int
    swallowed: bool


WORDS = {
    r["word"]: Form(r["form"], int(r["precedence"]), r["swallowed"] == "yes")
    for r in rows("forms")
    if r["form"] not in ("neutral", "release", "stopped")
}
NEUTRAL = {word for r in rows("forms") if r["form"] == "neutral" for word in r["word"].split()}
STOPPED = {r["word"] for r in rows("forms") if r["form"] == "stopped"}
RELEASES = {word for r in rows("forms") if r["form"] == "release" for word in r["word"].split()}
PHRASED = {word for row in rows("forms") if " " in row["word"] for word in row["word"].split()}
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
NOT_IN_USE = re.compile(rf"\b(?:{_any_of(STOPPED)})\b")
ROUTE_OF_BRAND = {"sublingual", "buccal", "nasal", "oral_lyophilisate", "injection", "depot", "suppository"}
RELEASED = {"tablet", "capsule", "oral_solution", "linctus", "other", ""}
LIQUID = {"oral_solution", "linctus"}
OF_NAMES = {word for brand in BRANDS.values() for word in brand.name.split()[1:]} - {"suspension"}
SPELLED = (SINGLE | NEUTRAL | RELEASES) - OF_NAMES  # a slip in "plus" or "forte" may hide another brand
SPELLER = Speller(SPELLED, shortest=6, shortest_changed=7)
SHORT = {word for word in SPELLED if 3 < len(word) < 6}
DRUNK = {"liquid", "liq", "syrup", "elixir", "mixture"}
DRUNK |= {word for word in WORDS if re.match("oral (?:sol|sus|liq|dro)", word)}
SOLID = {"tablet", "capsule", "linctus"}
SIPPED = {"elixir", "syrup"}
VIALS, ORAL = {"vial", "vials", "vl", "vls"}, re.compile(r"\boral\b")
ROUTES = {"suppository", "sublingual", "buccal", "nasal", "patch"}


@lru_cache(maxsize=16384)
def spelt(word: str) -> str:
    """A word of the form as the table spells it, where it is one slip away; else the word itself."""
    if len(word) < 5:
        return word
    found = sorted(
        {*SPELLER.candidates(word), *(short for short in without_one(word) & SHORT if short[0] == word[0])}
    )
    return found[0] if len({_meaning(known) for known in found}) == 1 else word


def _meaning(word: str) -> str:
    """What two spellings share: "tablet" and "tablets" are one form, two salts change nothing."""
    if word in PHRASED:
        return word
    return WORDS[word].name if word in WORDS else "neutral" if word in NEUTRAL else word


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


def contradictory(words: str) -> bool:
    """Whether the words name two routes that no product has together: a linctus s/c, tablets in a patch.

    A film beside tablets was coated before a slip; a vial of tablets, of a syrup or oral is none to inject.
    """
    found = set(PATTERN.findall(words))
    if "film" in found and any(WORDS[word].name == "tablet" for word in found):
        return True
    solid = any(WORDS[word].name in ("tablet", "capsule", "linctus") for word in found)
    if (ORAL.search(words) or solid or not found.isdisjoint(SIPPED)) and not found.isdisjoint(VIALS):
        return True
    named = {WORDS[word] for word in found}
    routes = {form.name for form in named if form.name in ROUTES}
    routes |= {"injection" for form in named if form == WORDS["injection"]}
    swallowed = not found.isdisjoint(DRUNK) or any(form.name in SOLID for form in named)
    return (
        len(routes - {"buccal"}) > 1
        or (routes > {"buccal"} and "sublingual" not in routes)
        or (swallowed and not routes <= {"sublingual", "buccal"})
    )


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
