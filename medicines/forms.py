"""The form and the release of a product, from its words and its brand."""

import re
from typing import NamedTuple

from medicines.ingredients import Brand
from medicines.tables import rows


class Form(NamedTuple):
    """A form of the vocabulary; `swallowed` where taken by mouth as a tablet, liquid or powder."""

    name: str
    precedence: int
    swallowed: bool


WORDS = {r["word"]: Form(r["form"], int(r["precedence"]), r["swallowed"] == "yes") for r in rows("forms")}
BY_NAME = {form.name: form for form in reversed(WORDS.values())}
UNSTATED = Form("", 99, False)
PATTERN = re.compile(r"\b(?:" + "|".join(sorted(WORDS, key=len, reverse=True)) + r")\b")
MODIFIED = re.compile(
    r"\b(?:sr|mr|xl|pr|cr|la|er|retard|continus|24hr"
    r"|(?:modified|prolonged|slow|sustained|extended|controlled) release)\b"
)
ROUTE_OF_BRAND = {"sublingual", "buccal", "nasal", "oral_lyophilisate", "injection", "depot", "suppository"}
RELEASED = {"tablet", "capsule", "oral_solution", "linctus", "other", ""}


def form_of(words: str, brand: Brand | None) -> Form:
    """The form named in the words; the brand's where none is named or where the brand fixes the route."""
    named = min(
        (WORDS[found] for found in PATTERN.findall(words)), key=lambda form: form.precedence, default=UNSTATED
    )
    own = BY_NAME.get(brand.form, UNSTATED) if brand else UNSTATED
    if own.name in ROUTE_OF_BRAND and (named.swallowed or named is UNSTATED):
        return own
    return own if named is UNSTATED else named


def release_of(words: str, form: Form, brand: Brand | None) -> str:
    """Release as "modified", "immediate", "patch" or "none" (routes other than swallowing)."""
    if form.name == "patch":
        return "patch"
    if form.name not in RELEASED or (form.name == "other" and not form.swallowed):
        return "none"
    if MODIFIED.search(words) or (brand and brand.release == "modified"):
        return "modified"
    return "immediate"
