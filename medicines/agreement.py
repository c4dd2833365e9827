"""Whether what a direction text says agrees with its product, before its reading may give a dose."""

import re
from dataclasses import replace
from fractions import Fraction

from medicines import products
from medicines.direction_text.regimen.answer import AMOUNTS, MISFIT, PART
from medicines.direction_text.regimen.stated_amounts import SAME, Stated, alike
from medicines.directions import Direction
from medicines.product_text import marketed_strengths
from medicines.product_text.forms import LIQUID as LIQUIDS
from medicines.product_text.marketed_strengths import Made
from medicines.product_text.wear_time import as_usual
from medicines.products import Product

MICROGRAMS = 1000
LONGER, SHORTER, HALVED = "worn_longer", "worn_shorter", "half_of_modified_release"
TO_REDUCE = "reduction_planned"
UNUSUAL = (LONGER, SHORTER, HALVED, TO_REDUCE)
"""Flags of what is read, though it is not how the product is meant to be used, or not for long."""
WORD = re.compile("[a-z]+")
IN_MG = re.compile(r" ([0-9.]+) mg$")
WHOLE = {"capsule", "sachet"}
MISFITTING = {"mg": ("ml",), "mg/ml": ("units",), "microgram/h": ("ml", "units", "mg")}
"""What directions cannot count of a product by the unit of its strength, where it has no form."""
LEAST_ML, MOST_ML = 0.1, 30.0  # at one dose, six spoonfuls: "50ml" is likelier 5.0 ml (our convention)
MOST_ML_OF_METHADONE = 100.0  # and of what else is never converted
FINEST_ML = (4, 10)  # shares of a ml that are measured: "2.55ml" is likelier 2.5-5 ml
FINEST_BELOW_ONE = 20
MOST_LIQUID_OME = 200  # mg at one dose: more is likelier ml of a weaker liquid (our convention)
MOST_ML_ALONE_OME = 60  # mg at one dose where only ml are stated: a stronger liquid may be meant
ROUNDING = 1  # micrograms an hour: 37 stands for 12.5 and 25
MOST_OF_PARTNER = 1000.0  # mg of paracetamol at one dose
MOST_AT_ONCE = 20  # tablets or capsules at one dose
MOST_COUNTED = 10  # where no mg are stated: "12 tablets" is likelier 1-2 (our convention)
LEAST_ODD = 5  # "10 tablets" of 10 mg are likelier 10 mg
ROUNDED_RATE = 60  # 12, 37 and 52 stand for 12.5, 37.5 and 52.5 micrograms an hour


def agreed(product: Product, direction: Direction) -> tuple[Direction, tuple[str, ...]]:
    """The direction as it holds for the product, with flags; not parseable where the two disagree.

    Flags: `half_of_modified_release`, `worn_longer`, `worn_shorter` (than the product's own wear time),
    `reduction_planned`.
    """
    read, flags = _agreed(product, direction)
    return read, (*flags, *(TO_REDUCE,) * (read.parseable and read.to_reduce))


def _agreed(product: Product, direction: Direction) -> tuple[Direction, tuple[str, ...]]:
    if product.strength is None:
        return direction, ()
    if not direction.parseable:
        agrees = all(_fits(product, direction, one) for one in direction.stated)
        return (direction if agrees else _without(direction, AMOUNTS)), ()
    if direction.unit in MISFITTING.get(product.strength_unit or "", ()):
        return _without(direction, MISFIT), ()
    direction = _of_partner(product, direction)
    if not all(_same_medicine(product, name) for name in direction.named):
        return _without(direction, AMOUNTS), ()
    if not all(_fits(product, direction, one) for one in direction.stated):
        return _without(direction, AMOUNTS), ()
    if product.form == "patch":
        return direction, _worn(product, direction)
    parts = _parts(product, direction)
    if not parts:
        return direction, ()
    if product.form in LIQUIDS:
        fits = all(_drunk(product, direction, part) for part in parts)
        return (direction if fits else _without(direction, AMOUNTS)), ()
    return _whole(product, direction, parts)


def _drunk(product: Product, direction: Direction, part: Fraction) -> bool:
    """Whether so many ml are measured and drunk at a dose; many mg only where they are stated as well."""
    mg = part * Fraction(product.ome_per_unit or 0)
    if not LEAST_ML <= part <= (MOST_ML_OF_METHADONE if product.status == "not_converted" else MOST_ML):
        return False
    if _in_mg(product, direction, part):
        return mg <= MOST_LIQUID_OME
    shares = FINEST_ML if part > 1 else (*FINEST_ML, FINEST_BELOW_ONE)
    measured = any((part * share).denominator == 1 for share in shares)
    return measured and mg <= MOST_ML_ALONE_OME


def _in_mg(product: Product, direction: Direction, part: Fraction) -> bool:
    """Whether what is taken at a dose is stated in mg, by itself or beside a number of units or ml."""
    mg = float(part) * float(product.mg_per_unit or 0)
    return direction.unit == "mg" or any(
        alike(one.mg[1], mg) for one in direction.stated if not (one.bare or one.item)
    )


def _same_medicine(product: Product, name: str) -> bool:
    """Whether a name in the directions is the product's medicine, a brand of it, or a part of it."""
    parts = [set(WORD.findall(part)) for part in (product.ingredient, *product.partners)]
    said = set(WORD.findall(name))
    return any(said <= part for part in parts) or products.read(name).ingredient == product.ingredient


def _without(direction: Direction, reason: str) -> Direction:
    return Direction(prn=direction.prn, reason=reason, stated=direction.stated)


def _fits(product: Product, direction: Direction, one: Stated) -> bool:
    """Whether one amount agrees with the strength, or is itself what is taken."""
    if one.bare:
        return _counted(product, direction, one)
    if one.item:
        own, mg = float(product.strength or 0), one.mg[0]
        patch = product.form == "patch" and (_same_rate(own, mg * MICROGRAMS) or _same_rate(own, mg))
        return not (patch or alike(own, mg))
    if one.total:
        return _holds(product, direction, one)
    beside = _beside(product)
    if one.beside and one.beside not in beside:
        return False
    if any(alike(mg * count, one.mg[0]) for mg in beside for count in one.counts):
        return True
    if direction.unit == "mg" and one.times and direction.units_per_day_max:
        return one.mg in direction.amounts or alike(one.mg[1] * one.times[1], direction.units_per_day_max)
    if direction.unit == "mg" and not one.each and not one.counts and _is_directed(direction, one):
        return True
    if product.form == "patch":
        return any(_same_rate(product.strength or 0, mg * MICROGRAMS) for mg in _strengths(direction, one))
    own = float(product.strength or 0)
    if direction.unit == "mg" and one.counts and not one.each:
        return any(alike(own * count, one.mg[0]) for count in one.counts)
    return any(alike(own, mg) for mg in _strengths(direction, one, product.form in LIQUIDS))


def _counted(product: Product, direction: Direction, one: Stated) -> bool:
    """Whether a total without a unit is what is taken at a dose or in a day, counted or in mg."""
    own = float(product.strength or 0) if product.form == "patch" else float(product.mg_per_unit or 0)
    if direction.patches_at_once:
        worn = direction.patches_at_once
        return alike(worn, one.mg[1]) or _same_rate(own * worn, one.mg[1])
    if direction.unit == "mg" and own:
        own = 1 / own
    taken = [direction.units_per_day_max or 0.0]
    taken += [] if one.daily else [high for _, high in direction.amounts]
    return any(alike(amount * each, one.mg[1]) for amount in taken for each in (1.0, own))


def _beside(product: Product) -> list[float]:
    """The mg of each other part of a combination: 500 of co-codamol 30/500."""
    return [float(found[1]) for part in product.partners if (found := IN_MG.search(part))]


def _of_partner(product: Product, direction: Direction) -> Direction:
    """Directions in mg of the larger part of a combination, in units: 1 g of co-codamol 30/500 is two.

    Only where they cannot be mg of the opioid as well.
    """
    larger = [mg for mg in _beside(product) if mg > float(product.mg_per_unit or mg)]
    if direction.unit != "mg" or len(larger) != 1 or not direction.parseable or not direction.amounts:
        return direction
    if any(products.read(name).ingredient != product.ingredient for name in direction.named):
        return direction
    taken, (mg,) = [most for _, most in direction.amounts], larger
    own = [Fraction(repr(amount)) / Fraction(product.mg_per_unit or 1) for amount in taken]
    if any(part <= MOST_AT_ONCE and (part * 4).denominator == 1 for part in own):
        return direction
    if any(amount > MOST_OF_PARTNER or amount % mg for amount in taken):
        return direction
    low, high = direction.units_per_day_min or 0.0, direction.units_per_day_max or 0.0
    return replace(
        direction,
        unit="units",
        units_per_day_min=low / mg,
        units_per_day_max=high / mg,
        amounts=tuple([(least / mg, most / mg) for least, most in direction.amounts]),
        stated=tuple([one for one in direction.stated if one.each or not _is_directed(direction, one)]),
    )


def _holds(product: Product, direction: Direction, one: Stated) -> bool:
    """Whether a total is what is taken of this product, or that and another strength (a named one alone)."""
    own = float(product.strength or 0) if product.form == "patch" else float(product.mg_per_unit or 0)
    each = 1.0 if direction.unit == "mg" else own
    items = [item.mg[0] for item in direction.stated if item.item]
    if direction.patches_at_once:
        rest = one.mg[1] * MICROGRAMS - own * direction.patches_at_once
        if len(items) == 1:
            return _so_many(rest, items[0] * MICROGRAMS, ROUNDING)
        return abs(rest) <= ROUNDING or _made_up(marketed_strengths.PATCH, product, rest, ROUNDING)
    taken = min((low for low, _ in direction.amounts), default=0.0)
    if one.daily:
        taken = max(taken, direction.units_per_day_min or 0.0)
    rest = one.mg[1] - taken * each
    if len(items) == 1:
        return _so_many(rest, items[0], SAME)
    return alike(one.mg[1], taken * each) or _made_up(marketed_strengths.SOLID, product, rest, SAME)


def _made_up(table: Made, product: Product, rest: float, within: float) -> bool:
    """Whether an amount is so many tablets, capsules or patches of one strength of the medicine."""
    return any(
        _so_many(rest, mg, within) for mg in marketed_strengths.of_any_brand(table, product.ingredient)
    )


def _so_many(rest: float, mg: float, within: float) -> bool:
    """Whether an amount is so many of one strength."""
    count = round(rest / mg) if mg > 0 else 0
    return 0 < count <= MOST_AT_ONCE and abs(count * mg - rest) <= within


def _is_directed(direction: Direction, one: Stated) -> bool:
    """Whether an amount is what directions in mg say to take, at a dose or in a day."""
    a_day = (direction.units_per_day_min, direction.units_per_day_max)
    return one.mg in direction.amounts or (one.daily and one.mg == a_day)


def _same_rate(own: float, stated: float) -> bool:
    return alike(own, stated) or (own < ROUNDED_RATE and int(own) == int(stated))


def _strengths(direction: Direction, one: Stated, liquid: bool = False) -> tuple[float, ...]:
    """The strengths with which an amount agrees, by the counts beside it or the amounts taken."""
    if direction.patches_at_once:
        worn = float(direction.patches_at_once)
        return one.strengths(((worn, worn),), None, False)
    counted = direction.unit != "mg"
    low, high = direction.units_per_day_min, direction.units_per_day_max
    daily = (low, high) if counted and low is not None and high is not None else None
    return one.strengths(direction.amounts if counted else (), daily, liquid)


def _parts(product: Product, direction: Direction) -> list[Fraction]:
    """What is taken at a dose, in tablets, capsules, sachets or ml."""
    amounts = {amount for pair in direction.amounts for amount in pair if amount > 0}
    if direction.unit != "mg":
        return [Fraction(amount).limit_denominator(1000) for amount in amounts]
    own = product.mg_per_unit
    return [Fraction(repr(amount)) / Fraction(own) for amount in amounts] if own else []


def _whole(
    product: Product, direction: Direction, parts: list[Fraction]
) -> tuple[Direction, tuple[str, ...]]:
    """Only whole, half or quarter tablets; whole capsules and sachets; half of a modified-release tablet."""
    modified = product.release == "modified"
    undivided = product.form in WHOLE or (modified and product.form != "tablet")
    finest = 1 if undivided else 2 if modified else 4
    if any((part * finest).denominator != 1 for part in parts):
        return _without(direction, PART), ()
    own = product.strength or 0
    most = max(parts)
    if most > (MOST_AT_ONCE if _in_mg(product, direction, most) else MOST_COUNTED):
        return _without(direction, AMOUNTS), ()
    if any(part >= LEAST_ODD and part == own for part in parts):
        return _without(direction, AMOUNTS), ()
    halved = modified and any(part.denominator == 2 for part in parts)
    return direction, (HALVED,) * halved


def _worn(product: Product, direction: Direction) -> tuple[str, ...]:
    own, told = product.wear_hours, direction.patch_interval_hours
    if own is None or told is None or as_usual(told, own):
        return ()
    return (LONGER,) if told > own else (SHORTER,)
