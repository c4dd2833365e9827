"""The form, and with it the route, of a product: stated, the brand's, or the only one that is possible."""

import re
from collections.abc import Sequence
from decimal import Decimal

from medicines.product_text import forms, word_check
from medicines.product_text.composition import Part
from medicines.product_text.forms import Form
from medicines.product_text.ingredients import BRANDS, INGREDIENTS, PARTNERS, Brand, Ingredient, Mention
from medicines.product_text.strengths import VOLUME

SUGAR_FREE = re.compile(r"\b(?:sugar free|sf)\b")
DRUNK = re.compile(r"\b(?:sugar free|sf|conc(?:entrate)?)\b")
FIVE_ML = Decimal(5)
SWALLOWED = {"tablet", "capsule", "oral_solution", "linctus"}
WITHOUT_VOLUME = {"tablet", "capsule", "patch", "sublingual", "suppository"}
VOLUME_BEFORE_FORM = re.compile(r"[0-9] (?:mls?|millilit\w+|%) .*\b(?:tab|cap|pat|ptch|supp)")
SUBLINGUAL = {brand.ingredient for brand in BRANDS.values() if "sublingual" in brand.forms}


def form(words: str, rest: Sequence[str], named: Sequence[Mention], chosen: Mention, part: Part) -> Form:
    """The form stated, the brand's, or the only one that such a strength can belong to; else none.

    The last is assumed only where every word of the rest is understood: another could name the route.
    """
    stated = forms.form_of(words, chosen.brand)
    drunk_brand = chosen.brand is not None and "oral_solution" in chosen.brand.forms
    plain_solution = stated.precedence == forms.SOLUTION
    if stated.name and (drunk_brand or not plain_solution):
        return stated
    if part.per == "hour":
        return forms.BY_NAME["patch"]
    if not word_check.all_words(rest):
        return forms.UNSTATED
    ingredient = INGREDIENTS[chosen.ingredient]
    if plain_solution:
        return stated if _not_injected(ingredient, words, part) else forms.UNSTATED
    liquid = part.ml is not None
    of_brand = forms.form_of_strength(chosen.brand, liquid)
    if of_brand.name:
        return of_brand
    if liquid and _drunk(ingredient, words, part):
        return forms.BY_NAME["oral_solution"]
    combined = chosen.brand is not None and bool(chosen.brand.partners)
    combined = combined or any(m.ingredient in PARTNERS and m.ingredient != chosen.ingredient for m in named)
    liquid = liquid or not VOLUME.keys().isdisjoint(rest)
    swallowed = not liquid and part.per == "" and (combined or forms.says_modified(words))
    return Form("", 0, swallowed)


def _drunk(ingredient: Ingredient, words: str, part: Part) -> bool:
    """Whether a strength per ml without a form is a liquid to drink: sugar free, or in 5 ml as only those."""
    if ingredient.class_ == "gabapentinoid":
        return True
    fits = ingredient.oral_when_per_5ml or ingredient.class_ != "opioid"
    return fits and (part.ml == FIVE_ML or SUGAR_FREE.search(words) is not None)


def _not_injected(ingredient: Ingredient, words: str, part: Part) -> bool:
    """Whether a plain solution is one to drink: sugar free, concentrated, or in 5 ml; not 10mg/1ml."""
    return ingredient.class_ != "opioid" or part.ml in (None, FIVE_ML) or DRUNK.search(words) is not None


def contradiction(
    words: str, form: str, release: str, ingredient: Ingredient, brand: Brand | None, partners: Sequence[str]
) -> str:
    """Why form and route cannot be as they are read, so that a slip is likely; "" where they can."""
    if forms.contradictory(words):
        return "two routes are named that do not go together"
    if form == "sublingual" and "sl" in words.split() and ingredient.name not in SUBLINGUAL:
        return f"{ingredient.name} is not made to be taken under the tongue"
    if brand and brand.forms and form in SWALLOWED and form not in brand.forms:
        return f"{brand.name} is not made as {form.replace('_', ' ')}"
    if form in WITHOUT_VOLUME and VOLUME_BEFORE_FORM.search(words):
        return f"a volume or a share does not belong to a {form}"
    if release != "modified":
        return ""
    if form in forms.LIQUID:
        return "a liquid to drink is not of modified release"
    if ingredient.class_ == "z_drug" or any(partner.startswith("paracetamol") for partner in partners):
        return "there is no such product of modified release"
    return ""
