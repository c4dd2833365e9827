"""The daily dose of one prescription line judged by itself."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from medicines import factors
from medicines.agreement import agreed
from medicines.daily_amount import (
    LARGEST_QUANTITY,
    LONGEST_SUPPLY,
    Amount,
    checked,
    judged,
    nought,
    unit_mismatch,
)
from medicines.directions import Direction
from medicines.overrides import NONE, Override, Overrides, direction_reading, product_reading
from medicines.products import Product

PLACES = 9

__all__ = ["LARGEST_QUANTITY", "LONGEST_SUPPLY", "Amount", "LineDose", "line"]


@dataclass(frozen=True, slots=True)
class LineDose:
    """A line's dose: OME and mg in mg a day (Decimal), DDD a day, units a day, and what they rest on.

    Status: ok, unclear (no dose can be told), not_converted (an opioid that is flagged and never computed) or
    none (no oral morphine equivalent). Basis: directions, quantity (÷ days) or patch. `words` are those of
    the directions it was read from, `overrides` those that acted; `units`, `quantity`, `days` are exact.
    """

    product: Product
    direction: Direction
    status: str
    units: Fraction | None = None
    quantity: Fraction | None = None
    days: Fraction | None = None
    ome_mg_per_day: Decimal | None = None
    mg_per_day: Decimal | None = None
    ddd_per_day: Decimal | None = None
    basis: str = ""
    flags: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def class_(self) -> str:
        return self.product.class_

    @property
    def ingredient(self) -> str:
        return self.product.ingredient

    @property
    def strength(self) -> float | None:
        return self.product.strength

    @property
    def strength_unit(self) -> str | None:
        return self.product.strength_unit

    @property
    def form(self) -> str:
        return self.product.form

    @property
    def release(self) -> str:
        return self.product.release

    @property
    def ome_per_unit(self) -> Decimal | None:
        return self.product.ome_per_unit

    @property
    def factor(self) -> Decimal | None:
        """Mg OME per mg, or a day per microgram/h of one patch; None where nothing is converted."""
        return self.product.factor

    @property
    def factor_source(self) -> str | None:
        return self.product.factor_source

    @property
    def reason(self) -> str:
        """Why the product has no OME or could not be read."""
        return self.product.reason

    @property
    def units_per_day(self) -> float | None:
        return None if self.units is None else float(self.units)

    @property
    def words(self) -> tuple[str, ...]:
        return self.direction.words

    @property
    def prn(self) -> bool:
        return self.direction.prn


def line(
    product_text: str | None,
    directions_text: str | None,
    quantity: Amount,
    days: Amount,
    overrides: Overrides = NONE,
    factor_version: str | None = None,
) -> LineDose:
    """The dose of a line: regular directions where there are any, otherwise quantity divided by days.

    Optional doses, ranges and unreadable directions never give the label maximum. Quantity or days that are
    present but impossible (negative, no number, beyond 20,000 units or 366 days) leave it unclear; 0 is
    flagged too and otherwise as good as blank. Directions three times or more off quantity by days give way.
    Directions in a unit the product does not come in are flagged, and quantity decides. `factor_version` is
    one of medicines/tables/factors.csv, the newest when None; ValueError for another.
    """
    product_text = product_text if isinstance(product_text, str) else None
    text = directions_text if isinstance(directions_text, str) else None
    product = product_reading(product_text, overrides, factor_version)
    form = product.form or None
    direction = direction_reading(text, form, overrides)
    direction, doubts = agreed(product, direction)
    changed = overrides.directions(text)
    amount, amount_flag = checked(quantity, LARGEST_QUANTITY, "bad_quantity")
    length, length_flag = checked(days, LONGEST_SUPPLY, "bad_days")
    impossible = bool(amount_flag and not nought(quantity)) or bool(length_flag and not nought(days))
    status, taken = judged(product, direction, amount, length, impossible)
    mismatch = unit_mismatch(direction, changed.reading if changed else text)
    unmapped = product.status == "unmapped"
    flags = ("unmapped" * unmapped, "unit_mismatch" if mismatch else "", amount_flag, length_flag, *doubts)
    return LineDose(
        product,
        direction,
        status,
        taken.units,
        amount,
        length,
        *_a_day(product, status, taken.units),
        basis=taken.basis,
        flags=(*(flag for flag in flags if flag), *taken.flags),
        overrides=tuple(found for found in (overrides.product(product_text), changed) if found),
    )


def _a_day(
    product: Product, status: str, units: Fraction | None
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """OME, mg and share of the defined daily dose a day, each None where it cannot be told."""
    ome = Decimal(0) if status == "none" else None
    if units is None:
        return ome, None, None
    if status == "ok" and product.ome_per_unit is not None:
        ome = _decimal(units * Fraction(product.ome_per_unit))
    if product.mg_per_unit is None:
        return ome, None, None
    mg, ddd = units * Fraction(product.mg_per_unit), factors.ddd(product.ingredient)
    return ome, _decimal(mg), _decimal(mg / Fraction(ddd)) if ddd is not None else None


def _decimal(value: Fraction) -> Decimal:
    """Exactly, where the value ends; else to 9 places, so that 90 is 90 and a third is no 90.000…01."""
    if value.denominator == 1:
        return Decimal(value.numerator)
    number = Decimal(value.numerator) / Decimal(value.denominator)
    return number if Fraction(number) == value else round(number, PLACES)
