"""The daily dose of one prescription line judged by itself."""

import math
from dataclasses import dataclass
from decimal import Decimal

from medicines import directions, factors, products
from medicines.directions import Direction
from medicines.products import Product

LARGEST_QUANTITY = 20_000.0
LONGEST_SUPPLY = 366.0
DISAGREEMENT = Decimal("0.2")
HOURS_A_DAY = Decimal(24)
COUNTED = {"oral_solution": "ml", "linctus": "ml"}
Amount = float | int | str | Decimal | None


@dataclass(frozen=True, slots=True)
class LineDose:
    """A line's dose: OME and mg in mg a day (Decimal), DDD a day, units a day, and what they rest on.

    Status: ok, unclear (no dose can be told), not_converted (an opioid that is flagged and never computed) or
    none (no oral morphine equivalent). Basis: directions, quantity (÷ days) or patch.
    """

    class_: str
    ingredient: str
    strength: float | None
    strength_unit: str | None
    form: str
    release: str
    status: str
    ome_per_unit: Decimal | None = None
    units_per_day: float | None = None
    ome_mg_per_day: Decimal | None = None
    mg_per_day: Decimal | None = None
    ddd_per_day: Decimal | None = None
    basis: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """Units taken a day, what that rests on, and flags; units None where it cannot be told."""

    units: Decimal | None = None
    basis: str = ""
    flags: tuple[str, ...] = ()


def line(product_text: str | None, directions_text: str | None, quantity: Amount, days: Amount) -> LineDose:
    """The dose of a line: regular directions where there are any, otherwise quantity divided by days.

    Optional doses, ranges and unreadable directions never give the label maximum. Quantity or days that are
    present but impossible (0, negative, no number, beyond 20,000 units or 366 days) leave it unclear.
    """
    product = products.read(product_text if isinstance(product_text, str) else None)
    amount, amount_flag = _checked(quantity, LARGEST_QUANTITY, "bad_quantity")
    length, length_flag = _checked(days, LONGEST_SUPPLY, "bad_days")
    flags = tuple(flag for flag in (amount_flag, length_flag) if flag)
    if product.status == "unmapped":
        return _line(product, "unclear", Taken(flags=("unmapped", *flags)))
    if product.status == "not_converted":
        return _line(product, "not_converted", Taken(flags=flags))
    if product.status == "none" and product.class_ != "gabapentinoid":
        return _line(product, "none", Taken(flags=flags))
    if flags:
        return _line(product, "none" if product.status == "none" else "unclear", Taken(flags=flags))
    text = directions_text if isinstance(directions_text, str) else None
    direction = directions.read(text, product.form or None)
    taken = (
        _patches(direction, amount, length)
        if product.form == "patch"
        else _taken(product, direction, amount, length)
    )
    return _computed(product, taken)


def _checked(value: Amount, largest: float, flag: str) -> tuple[Decimal | None, str]:
    """The number given; None where none is given; a flag where it is impossible."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, ""
    try:
        number = float(value) if not isinstance(value, str) or len(value) <= 30 else math.nan
        exact = Decimal(str(value).strip())
    except (TypeError, ValueError, ArithmeticError):
        return None, flag
    if isinstance(value, bool) or not math.isfinite(number) or not 0 < number <= largest:
        return None, flag
    return exact, ""


def _regular(product: Product, direction: Direction) -> Decimal | None:
    """Units a day of regular directions; None where they are optional, a range, or cannot be read."""
    low, high = direction.units_per_day_min, direction.units_per_day_max
    if not direction.parseable or direction.prn or low is None or high is None or low != high:
        return None
    units = Decimal(str(round(low, 9)))
    if direction.unit != "mg":
        return units
    return units / product.mg_per_unit if product.mg_per_unit else None


def _taken(product: Product, direction: Direction, amount: Decimal | None, length: Decimal | None) -> Taken:
    """Units a day of a tablet, capsule, sachet or liquid."""
    supplied = amount / length if amount is not None and length is not None else None
    units = _regular(product, direction)
    if units is not None:
        return Taken(units, "directions", _disagreement(units, supplied))
    if supplied is None:
        return Taken()
    if product.unit_dose:
        return Taken(flags=("quantity_in_vials_or_ml",))
    return Taken(supplied, "quantity")


def _patches(direction: Direction, amount: Decimal | None, length: Decimal | None) -> Taken:
    """Patches worn at once; the quantity changes nothing but a flag."""
    if (
        not direction.parseable
        or direction.prn
        or not direction.patches_at_once
        or not direction.patch_interval_hours
    ):
        return Taken()
    worn = Decimal(direction.patches_at_once)
    used = worn * HOURS_A_DAY / Decimal(str(direction.patch_interval_hours))
    supplied = amount / length if amount is not None and length is not None else None
    return Taken(worn, "patch", _disagreement(used, supplied))


def _disagreement(directed: Decimal, supplied: Decimal | None) -> tuple[str, ...]:
    if supplied is None:
        return ()
    return ("disagrees",) if abs(supplied - directed) > DISAGREEMENT * directed + Decimal("1e-9") else ()


def _computed(product: Product, taken: Taken) -> LineDose:
    status = "none" if product.status == "none" else "ok"
    if taken.units is None:
        return _line(product, "none" if status == "none" else "unclear", taken)
    return _line(product, status, taken)


def _line(product: Product, status: str, taken: Taken) -> LineDose:
    units = taken.units
    ome = Decimal(0) if status == "none" else None
    if status == "ok" and units is not None and product.ome_per_unit is not None:
        ome = units * product.ome_per_unit
    mg = units * product.mg_per_unit if units is not None and product.mg_per_unit is not None else None
    ddd = factors.ddd(product.ingredient)
    return LineDose(
        class_=product.class_,
        ingredient=product.ingredient,
        strength=product.strength,
        strength_unit=product.strength_unit,
        form=product.form,
        release=product.release,
        status=status,
        ome_per_unit=product.ome_per_unit,
        units_per_day=float(units) if units is not None else None,
        ome_mg_per_day=ome,
        mg_per_day=mg,
        ddd_per_day=mg / ddd if mg is not None and ddd is not None else None,
        basis=taken.basis if units is not None else "",
        flags=taken.flags,
    )
