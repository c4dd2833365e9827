"""A reading in the words a pharmacist would use."""

from decimal import Decimal

from medicines.directions import Direction
from medicines.products import Product

CLASSES = {
    "opioid": "opioid",
    "gabapentinoid": "gabapentinoid",
    "benzodiazepine": "benzodiazepine",
    "z_drug": "z-drug",
    "not_opioid_analgesic": "no opioid analgesic",
    "unmapped": "not understood",
}
RELEASES = {"modified": "modified release", "immediate": "immediate release", "patch": "patch", "none": ""}
UNITS = {"units": "", "ml": " ml", "mg": " mg"}


def number(value: Decimal | float | int) -> str:
    """A number without trailing noughts and never in powers of ten, at most 4 decimals."""
    exact = Decimal(str(value)) if not isinstance(value, Decimal) else value
    written = f"{exact:,.4f}"
    return written.rstrip("0").rstrip(".")


def product(read: Product) -> str:
    """Ingredient, strength, form and release; or the class, or why it is not understood."""
    if read.status == "unmapped":
        return f"not understood ({read.reason})" if read.reason else "not understood"
    if not read.ingredient:
        return CLASSES.get(read.class_, read.class_)
    strength = "" if read.strength is None else f"{number(read.strength)} {read.strength_unit}"
    release = RELEASES.get(read.release, read.release)
    release = "" if release == read.form else release
    parts = (read.ingredient, strength, read.form.replace("_", " "), release)
    return ", ".join(part for part in parts if part)


def direction(read: Direction) -> str:
    """How much a day, or how often how many patches; "unclear" where no one amount can be told."""
    if not read.parseable:
        return "unclear"
    if read.patch_interval_hours is not None:
        count = read.patches_at_once or 1
        patches = "one patch" if count == 1 else f"{count} patches"
        return f"{patches} every {number(read.patch_interval_hours)} hours{', when required' * read.prn}"
    low, high = read.units_per_day_min or 0, read.units_per_day_max or 0
    amount = number(high) if low == high else f"{number(low)} to {number(high)}"
    return f"{amount}{UNITS.get(read.unit or '', '')} a day{', when required' * read.prn}"
