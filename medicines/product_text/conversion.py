"""The oral morphine equivalent of one unit of an ingredient, form and strength, or why there is none."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from medicines import factors
from medicines.product_text import marketed_strengths
from medicines.product_text.composition import Part
from medicines.product_text.ingredients import PARTNERS, Brand, Ingredient, Mention
from medicines.product_text.marketed_strengths import Spans

LIQUID = {"oral_solution", "linctus"}
SOLID = {"tablet", "capsule", ""}
THICKEST_INJECTED = Decimal(100)
NOTHING = Decimal(0)
STRONGEST_DEPOT = Decimal(400)  # mg, or mg in a ml
THOUSAND = Decimal(1000)
LEAST_IN_ONE = Decimal("0.03")  # mg: less in one tablet or ampoule is likelier a slip in the unit
THINNEST = {  # mg in a ml of an oral liquid in dm+d
    "opioid": Decimal("0.05"),
    "gabapentinoid": Decimal(1),
    "benzodiazepine": Decimal("0.004"),
    "z_drug": Decimal("0.004"),
}
THICKEST = Decimal(200)
ANY = Decimal("Infinity")


class Measured(NamedTuple):
    """A strength in the unit of its form; value None with a reason where it is not known."""

    value: Decimal | None = None
    unit: str | None = None
    reason: str = ""
    impossible: bool = False


class Outcome(NamedTuple):
    """Class, status and OME of one unit."""

    class_: str
    status: str
    ome: Decimal | None = None
    factor: Decimal | None = None
    source: str | None = None
    reason: str = ""
    ddd: Decimal | None = None


def measured(ingredient: Ingredient, brand: Brand | None, form: str, swallowed: bool, part: Part) -> Measured:
    """The strength as mg, mg/ml or microgram/h, whichever the form is measured in."""
    if part.mg is None:
        return Measured(reason=part.reason, impossible=part.impossible)
    of_brand = brand.name if brand else ""
    if form == "patch":
        return _rate(ingredient, of_brand, part)
    if part.per in ("hour", "hours"):
        return Measured(reason="a strength per hour belongs to a patch", impossible=True)
    if part.ml is None:
        if form in LIQUID:
            return Measured(reason="the strength per ml is not stated")
        solid = form in SOLID or form == "other"
        made = marketed_strengths.made(marketed_strengths.SOLID, ingredient.name, of_brand) if solid else ()
        most = STRONGEST_DEPOT if form == "depot" else ingredient.max_mg
        return _within(ingredient, part.mg, "mg", made or ((LEAST_IN_ONE, most or ANY),))
    if (form in SOLID and form) or (form == "other" and swallowed) or part.ml == 0:
        return Measured(reason="a strength per ml does not fit the form")
    made = (
        marketed_strengths.made(marketed_strengths.LIQUID, ingredient.name, of_brand)
        if form in LIQUID
        else ()
    )
    return _within(ingredient, part.mg / part.ml, "mg/ml", made or (_of_any_liquid(ingredient, form),))


def _of_any_liquid(ingredient: Ingredient, form: str) -> tuple[Decimal, Decimal]:
    """From the thinnest to the thickest liquid of an ingredient whose liquids are not listed."""
    if form == "depot":
        return NOTHING, STRONGEST_DEPOT
    thickest = THICKEST if form in LIQUID else THICKEST_INJECTED
    thinnest = THINNEST.get(ingredient.class_, NOTHING) if form in LIQUID else NOTHING
    return thinnest, thickest if ingredient.max_mg is None else min(thickest, ingredient.max_mg)


def _rate(ingredient: Ingredient, brand: str, part: Part) -> Measured:
    if part.per not in ("hour", "") or part.ml is not None or not part.in_micrograms or part.mg is None:
        return Measured(reason="the microgram/h of the patch is not stated")
    made = marketed_strengths.made(marketed_strengths.PATCH, ingredient.name, brand) or ((NOTHING, ANY),)
    return _within(ingredient, part.mg * THOUSAND, "microgram/h", made)


def _within(ingredient: Ingredient, mg: Decimal, unit: str, made: Spans) -> Measured:
    """The strength, where one is made that is so strong."""
    if mg > 0 and any(least <= mg <= most for least, most in made):
        return Measured(mg, unit)
    why = "not a" if made[0][0] < mg < made[-1][1] else "below any" if 0 < mg < made[0][0] else "beyond any"
    return Measured(
        reason=f"{_written(mg)} {unit} is {why} marketed strength of {ingredient.name}", impossible=True
    )


def _written(number: Decimal) -> str:
    digits = f"{number.normalize():f}"
    return digits if len(digits) <= 12 else "such an amount in"


def outcome(
    ingredient: Ingredient,
    form: str,
    swallowed: bool,
    named: Sequence[Mention],
    chosen: Mention,
    strength: Measured,
    version: str | None = None,
) -> Outcome:
    """Class, status, factor and OME of one unit; sources: Faculty of Pain Medicine, OpenPrescribing."""
    if strength.impossible:
        return Outcome(ingredient.class_, "unmapped", reason=strength.reason)
    if ingredient.class_ != "opioid":
        ddd = factors.ddd(ingredient.name)
        known = strength.value is not None and strength.unit in ("mg", "mg/ml")
        share = strength.value / ddd if ddd and known and strength.value is not None else None
        return Outcome(
            ingredient.class_, "none", Decimal(0), ddd=share, reason=strength.reason if ddd else ""
        )
    if ingredient.name == "codeine" and form == "linctus":
        return Outcome("not_opioid_analgesic", "none", Decimal(0))
    reason = _why_not(ingredient, form, swallowed, named, chosen, version)
    if reason:
        return Outcome("opioid", "not_converted", reason=reason)
    if strength.value is None or not (form or swallowed):
        bulk = form == "other" and strength.reason == "no strength is stated"
        why = strength.reason or "the form is not stated, so the route is not known"
        return Outcome(
            "opioid",
            "not_converted" if bulk else "unmapped",
            reason="powder without a strength" if bulk else why,
        )
    return _with_factor(ingredient, form, strength.value, version)


def _with_factor(ingredient: Ingredient, form: str, value: Decimal, version: str | None) -> Outcome:
    name = ingredient.name
    factor = factors.patch(name, value, version) if form == "patch" else factors.oral(name, version)
    if factor is None:
        return Outcome(
            "opioid",
            "unmapped",
            reason=f"no {ingredient.name} patch of {value.normalize():f} microgram/h is known",
        )
    return Outcome("opioid", "converted", value * factor.value, factor.value, factor.source)


def _why_not(
    ingredient: Ingredient,
    form: str,
    swallowed: bool,
    named: Sequence[Mention],
    chosen: Mention,
    version: str | None,
) -> str:
    """Why an opioid product is flagged and never computed; "" where a factor applies."""
    if chosen.brand and chosen.brand.reason:
        return chosen.brand.reason
    for mention in named:
        beside = mention.brand.partners if mention.brand else ()
        for name in (mention.ingredient, *(partner.name for partner in beside)):
            if name in PARTNERS and not PARTNERS[name].counts:
                return PARTNERS[name].reason
    patched = ingredient.name in ("fentanyl", "buprenorphine")
    if form == "patch":
        return "" if patched else "no factor for this patch"
    if form and not swallowed:
        return (
            f"no factor for {form.replace('_', ' ')} products"
            if form != "other"
            else "no factor for this route"
        )
    if factors.oral(ingredient.name, version) or (patched and not form):
        return ""
    return ingredient.note or f"no oral factor for {ingredient.name}"
