"""The arithmetic of a line's dose as one plain sentence, or why there is no number."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from medicines import describe, factors
from medicines.direction_text.regimen.answer import BEYOND, MISFIT, NOT_TEXT, NOTHING, TWO_WAYS
from medicines.dose import LineDose

UNITS = {"oral_solution": "ml", "linctus": "ml", "tablet": "tablet", "capsule": "capsule", "sachet": "sachet"}
SHOWN = Decimal("0.001")
LARGEST_SHARE = 60
UNREAD = {
    NOTHING: "no directions are given",
    MISFIT: "the directions do not say how much in the unit of the product",
    TWO_WAYS: "the directions can be read in two ways",
    NOT_TEXT: "the directions are too long or cannot be read",
    BEYOND: "the directions ask for more than is taken in a day",
}
WHY_NOT = {
    "bad_quantity": "the quantity is not a number above 0 and up to 20,000, or not one of ml",
    "bad_days": "the days are not a number above 0 and up to 366",
    "beyond_a_day": "quantity by days is more than is taken in a day",
    "quantity_in_vials_or_ml": "the quantity may count vials or ml",
    "patches_worn_unclear": "how many patches are worn, and for how long each, cannot be read",
}
NO_QUANTITY = "the directions give no one amount a day, and the quantity is not known"


def arithmetic(line: LineDose) -> str:
    """How the dose came about: “2 tablets a day × 30 mg × 1 = 60 mg OME a day”."""
    if line.product.status == "unmapped":
        return f"No dose: the product is not understood{_because(line.reason)}."
    if line.status == "not_converted":
        return f"Not converted to OME{_because(line.reason)}."
    if line.class_ not in ("opioid", "gabapentinoid"):
        return "No oral morphine equivalent: counts as 0 mg."
    if line.units is None:
        return f"No dose: {_why_not(line)}."
    if line.basis == "patch":
        return _patch(line)
    return f"{_amount(line)}{_strength(line)}{_converted(line)}{_why_quantity(line)}"


def why_no_dose(flag: str | None) -> str:
    """Why a supply has no known dose, by the flag that it carries, in the words of one line's working."""
    return WHY_NOT.get(flag or "", NO_QUANTITY)


def amount(value: Fraction | Decimal | float, unit: str) -> str:
    """A number with its unit in the singular or plural: 1 tablet, 2 tablets, 7.5 ml, 90 mg."""
    number = _share(value) if isinstance(value, Fraction) else describe.number(value)
    return f"{number} {unit if number == '1' else _plural(unit)}"


def _share(value: Fraction) -> str:
    """A number, as 3/7 where decimals would not end."""
    number = _decimal(value)
    ends = Fraction(round(number, 4)) == value or value.denominator > LARGEST_SHARE
    return describe.number(number) if ends else f"{value.numerator}/{value.denominator}"


def shown(value: Decimal) -> str:
    """A dose to a thousandth: 90, 21.429."""
    return describe.number(value.quantize(SHOWN))


def _plural(unit: str) -> str:
    return unit if unit in ("ml", "mg") else "patches" if unit == "patch" else f"{unit}s"


def _amount(line: LineDose) -> str:
    unit = UNITS.get(line.form, "unit")
    if line.basis == "quantity":
        return f"{amount(line.quantity or 0, unit)} ÷ {amount(line.days or 0, 'day')}"
    if line.direction.unit == "mg":
        return f"{amount(line.direction.units_per_day_max or 0, 'mg')} a day"
    return f"{amount(line.units or 0, unit)} a day"


def _strength(line: LineDose) -> str:
    """“× 30 mg”, unless directions are in mg already."""
    if line.strength is None or (line.basis == "directions" and line.direction.unit == "mg"):
        return ""
    return f" × {describe.number(line.strength)} {line.strength_unit}"


def _converted(line: LineDose) -> str:
    if line.class_ == "gabapentinoid":
        ddd, share = factors.ddd(line.ingredient), line.ddd_per_day
        if line.mg_per_day is None or ddd is None or share is None:
            return "; the strength is not known, so there are no mg a day"
        mg = f"{_equals(line.mg_per_day)} mg a day"
        return f"{mg}; ÷ {describe.number(ddd)} mg{_equals(share)} DDD a day; no OME"
    factor = describe.number(line.factor if line.factor is not None else 0)
    return f" × {factor}{_equals(line.ome_mg_per_day or Decimal(0))} mg OME a day"


def _patch(line: LineDose) -> str:
    rate = f"{describe.number(line.strength or 0)} {line.strength_unit}"
    factor = describe.number(line.factor if line.factor is not None else 0)
    total = _equals(line.ome_mg_per_day or Decimal(0))
    worn = describe.number(_decimal(line.units or 0))
    return f"Patch: {rate} × {factor} × {worn} worn{total} mg OME a day{_assumed(line)}"


def _assumed(line: LineDose) -> str:
    """What the count and the wear time of patches rest on, where the directions leave them open."""
    if "wear_time_assumed" not in line.flags:
        return ""
    hours = f"{describe.number(line.product.wear_hours or 0)} hours each, as for the product"
    if line.direction.patches_at_once:
        return f" (worn for {hours})"
    return f" ({amount(line.quantity or 0, 'patch')} over {amount(line.days or 0, 'day')}, worn for {hours})"


def _why_quantity(line: LineDose) -> str:
    """Why the quantity decided; "" where the directions did."""
    if line.basis != "quantity":
        return ""
    return f" (by quantity: {_directions_say(line)})"


def _why_not(line: LineDose) -> str:
    if known := [WHY_NOT[flag] for flag in line.flags if flag in WHY_NOT]:
        return ", and ".join(known)
    missing = {"no_quantity": "quantity", "no_days": "days"}
    names = " and ".join(missing[flag] for flag in line.flags if flag in missing)
    return f"{_directions_say(line)}, and {names} {'are' if names != 'quantity' else 'is'} not given"


def _directions_say(line: LineDose) -> str:
    """Why the directions alone give no dose."""
    direction = line.direction
    if "disagrees" in line.flags:
        return "the directions are three times or more off it"
    if "unit_mismatch" in line.flags:
        return f"the directions count something other than {_plural(UNITS.get(line.form, 'unit'))}"
    if direction.prn:
        return "doses are optional"
    if not direction.parseable:
        return UNREAD.get(direction.reason, direction.reason) or "an override leaves it to the quantity"
    if direction.units_per_day_min != direction.units_per_day_max:
        return "the directions give a range"
    return "the directions are in mg and the strength is not known"


def _equals(value: Decimal) -> str:
    """“= 90”, or “≈ 10.714” where thousandths are not exact."""
    shown = value.quantize(SHOWN)
    return f" {'=' if shown == value else '≈'} {describe.number(shown)}"


def _because(reason: str) -> str:
    return f": {reason}" if reason else ""


def _decimal(value: Fraction | Decimal | float) -> Decimal:
    return (
        Decimal(value.numerator) / Decimal(value.denominator)
        if isinstance(value, Fraction)
        else Decimal(str(value))
    )
