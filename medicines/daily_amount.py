"""How much of a product one line gives a day: by its directions, its patches, or quantity and days."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from medicines.direction_text.regimen.answer import (
    HOURS_A_DAY,
    MISFIT,
    MOST_A_DAY,
    MOST_PATCHES,
    NOT_STATED,
    NOTHING,
)
from medicines.directions import Direction
from medicines.product_text.forms import LIQUID as LIQUIDS
from medicines.products import Product
from medicines.tables import rows

LARGEST_QUANTITY = 20_000.0
LONGEST_SUPPLY = 366.0
LONG_SUPPLY = 84  # days: hardly any supply of an opioid is for longer
LEAST_LIQUID = 5.0  # ml: a smaller quantity of a liquid counts bottles
# A unit of these counts what somebody packed, not tablets or ml: its number is no quantity.
PACK_UNIT = r"pack|box|bottle|carton|strip|blister|tub|container|pot\b|bag|original|^\W*o\W?p\W*s?\W*$"
SOLIDS = ("tablet", "capsule")
MOST_PACKS = 2  # of tablets or capsules without regular directions: so few count packs
DISAGREEMENT = Fraction(1, 5)
CONFLICT_TIMES = 3  # directions and quantity by days this many times apart: not the same regimen
NEAR_WHOLE = Fraction(1, 5)  # patches worn at once, told by the quantity, are this near a whole number
LONGEST_NUMBER = 30
PLAIN_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
UNITS = [
    row["words"] for row in rows("direction_words") if row["kind"] in ("unit", "patch", "ml", "spoon", "mass")
]
UNIT = re.compile(rf"(?<![a-z])({'|'.join(map(re.escape, UNITS))})(?![a-z])")
FINEST = 10_000  # directions state thirds, sevenths, twelfths of a unit: no finer share than this
Amount = float | int | str | Decimal | None


@dataclass(frozen=True, slots=True)
class DailyAmount:
    """Units a day, what they rest on (directions, quantity, patch) and flags; None where none can be told."""

    units: Fraction | None = None
    basis: str = ""
    flags: tuple[str, ...] = ()


def checked(value: Amount, largest: float, flag: str) -> tuple[Fraction | None, str]:
    """The number given, exactly; None where none is given; a flag where it is no number above 0 and at most
    `largest`."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, ""
    written = str(value).strip()
    if isinstance(value, bool) or (isinstance(value, str) and not _plainly_written(written)):
        return None, flag
    try:
        possible = 0 < float(value) <= largest
    except (TypeError, ValueError, OverflowError):
        possible = False
    return (Fraction(written), "") if possible else (None, flag)


def counts_bottles(product: Product, amount: Fraction | None) -> bool:
    """Whether the quantity of a liquid is too small to be ml."""
    return amount is not None and product.form in LIQUIDS and amount < LEAST_LIQUID


def counts_packs(product: Product, amount: Fraction | None, units: Fraction | None) -> bool:
    """Whether a quantity of tablets or capsules is too small to count them: less than a day of regular
    directions (units a day), or one or two where there are none."""
    if amount is None or product.form not in SOLIDS:
        return False
    return amount < units if units is not None else amount <= MOST_PACKS


def nought(value: Amount) -> bool:
    """Whether the number given is 0, which exports write where nothing is recorded: as good as blank."""
    if value is None or isinstance(value, bool):
        return False
    written = str(value).strip()
    return _plainly_written(written) and Fraction(written) == 0


def _plainly_written(text: str) -> bool:
    return len(text) <= LONGEST_NUMBER and bool(PLAIN_NUMBER.fullmatch(text))


def judged(
    product: Product,
    direction: Direction,
    amount: Fraction | None,
    length: Fraction | None,
    impossible: bool,
) -> tuple[str, DailyAmount]:
    """A line's status, and what is taken where a dose is asked for and can be told.

    Nothing is taken where quantity or days are impossible.
    """
    if product.status == "unmapped":
        return "unclear", DailyAmount()
    if product.status == "not_converted" or (product.status == "none" and product.class_ != "gabapentinoid"):
        return product.status, DailyAmount()
    if impossible:
        taken = DailyAmount()
    elif product.form == "patch":
        taken = _of_patches(product, direction, amount, length)
    else:
        taken = _of_units(product, direction, amount, length)
    if product.status == "none":
        return "none", taken
    return "ok" if taken.units is not None and product.ome_per_unit is not None else "unclear", taken


def _of_units(
    product: Product, direction: Direction, amount: Fraction | None, length: Fraction | None
) -> DailyAmount:
    """Units a day of a tablet, capsule, sachet or liquid: regular directions, else quantity by days.

    Directions three times or more off what was supplied do not belong to it: then the quantity decides.
    """
    units = _regular(product, direction)
    flags: tuple[str, ...] = ()
    if counts_bottles(product, amount) or counts_packs(product, amount, units):
        amount, flags = None, ("bad_quantity",)
    if units is not None:
        flags = (*flags, *_disagreement(units, amount, length))
        if not _conflict(product, units, amount, length):
            return DailyAmount(units, "directions", flags)
    missing = (("no_quantity",) if amount is None else ()) + (("no_days",) if length is None else ())
    if amount is None or length is None:
        return DailyAmount(flags=flags or missing)
    if product.unit_dose:
        return DailyAmount(flags=("quantity_in_vials_or_ml",))
    supplied = amount / length
    if supplied > most_a_day(product):
        return DailyAmount(flags=(*flags, "beyond_a_day"))
    return DailyAmount(supplied, "quantity", flags)


def most_a_day(product: Product) -> float:
    """The most units or ml of a product that anybody takes in a day."""
    return MOST_A_DAY["ml" if product.form in LIQUIDS else "units"]


def _conflict(product: Product, units: Fraction, amount: Fraction | None, length: Fraction | None) -> bool:
    """Whether quantity by days is three times or more off what is directed; not where it may count vials."""
    if amount is None or length is None or product.unit_dose:
        return False
    return amount >= CONFLICT_TIMES * units * length or CONFLICT_TIMES * amount <= units * length


def _of_patches(
    product: Product, direction: Direction, amount: Fraction | None, length: Fraction | None
) -> DailyAmount:
    """Patches worn at once. Where the directions are clear the quantity changes nothing but a flag.

    Without an interval the product's own wear time is assumed; without a count too, the quantity and the
    days tell how many are worn at once, if that is nearly a whole number.
    """
    worn, hours = direction.patches_at_once, wear_hours(product, direction)
    assumed = () if direction.patch_interval_hours else ("wear_time_assumed",)
    if not hours:
        return DailyAmount(flags=("patches_worn_unclear",))
    if worn:
        used = worn * HOURS_A_DAY / exact(hours)
        return DailyAmount(Fraction(worn), "patch", (*assumed, *_disagreement(used, amount, length)))
    counted = None if amount is None or length is None else amount * exact(hours) / HOURS_A_DAY / length
    if (
        counted is None
        or abs(counted - round(counted)) > NEAR_WHOLE
        or not 1 <= round(counted) <= MOST_PATCHES
    ):
        return DailyAmount(flags=("patches_worn_unclear",))
    return DailyAmount(Fraction(round(counted)), "patch", assumed)


def wear_hours(product: Product, direction: Direction) -> float | None:
    """How long a patch is worn: as directed, else the product's own time where the directions leave it open.

    None where patches are optional, or the directions say something that cannot be read.
    """
    if direction.prn:
        return None
    if direction.parseable:
        return direction.patch_interval_hours
    left_open = bool(direction.patches_at_once) or direction.reason in (NOTHING, NOT_STATED)
    return float(product.wear_hours) if left_open and product.wear_hours else None


def exact(value: float) -> Fraction:
    """The share that a float of the direction reader stands for: 0.428571… is 3/7."""
    if value.is_integer():
        return Fraction(int(value))
    near = Fraction(value).limit_denominator(FINEST)
    return near if abs(float(near) - value) < 1e-9 else Fraction(repr(value))


def unit_mismatch(direction: Direction, text: str | None) -> bool:
    """Whether directions do not fit the form and name a unit: ml for a tablet, tablets for a liquid.

    Directions that name no unit ("1 bd" for a liquid) are unclear, not in a wrong unit.
    """
    return direction.reason == MISFIT and bool(UNIT.search((text or "").lower()))


def _regular(product: Product, direction: Direction) -> Fraction | None:
    """Units a day of regular directions; None where they are optional, a range, or cannot be read."""
    low, high = direction.units_per_day_min, direction.units_per_day_max
    if not direction.parseable or direction.prn or low is None or high is None or low != high:
        return None
    units = exact(low)
    if direction.unit != "mg":
        return units
    return units / Fraction(product.mg_per_unit) if product.mg_per_unit else None


def _disagreement(directed: Fraction, amount: Fraction | None, length: Fraction | None) -> tuple[str, ...]:
    """A flag where quantity by days is more than a fifth off what is directed; exactly a fifth is not."""
    if amount is None or length is None:
        return ()
    return ("disagrees",) if abs(amount / length - directed) > DISAGREEMENT * directed else ()
