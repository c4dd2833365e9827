"""What a day's dose is made of: supplies with their lines, readings, arithmetic and flags, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from medicines import describe
from medicines.agreement import HALVED, LONGER, SHORTER, TO_REDUCE
from medicines.directions import Direction
from medicines.line_arithmetic import why_no_dose
from medicines.products import Product

LASTS = {
    "directions": "by quantity and directions",
    "days supply": "by the days’ supply recorded",
    "time to next issue": "by the time to the next issue",
    "median interval": "by the usual interval between issues",
    "default": "assumed, as nothing says how long it lasts",
}
ENDS = {
    "own end": "",
    "next issue": "the next issue was late, so the supply is spread up to it",
    "switch": "it ends early: another strength takes over",
    "carry limit": "stock carried too long is cut off",
    "left": "it ends as the person left",
}
FLAGS = {
    "over_supply": "issued well before the supply in hand ran out",
    "disagrees": "the quantity is used, as by the days recorded it is three times or more off the directions",
    "bad_quantity": "the quantity is impossible and is not used",
    "bad_days": "the days’ supply is impossible and is not used",
}
UNUSUAL = {
    LONGER: "the directions say to wear a patch longer than its product is meant to be worn",
    SHORTER: "the directions say to change a patch sooner than its product is meant to be changed",
    HALVED: "the directions ask for half of a modified-release tablet",
    TO_REDUCE: "the directions say that a reduction is planned, not by how much or when",
}
DAY = dt.timedelta(days=1)
MILLI, MICRO = Decimal(1000), Decimal(1_000_000)


@dataclass(frozen=True)
class Line:
    """One text of product and directions of a supply: what each was read as, and who put a reading right."""

    product: str
    product_read: str
    directions: str
    directions_read: str
    words: str
    overrides: tuple[str, ...]


@dataclass(frozen=True)
class SupplyExplanation:
    """One supply that covers a day: `dose` in mg OME a day (of a gabapentinoid in DDD), None where not known.

    known: whether that is the whole dose, and not the least of one of which a part is not known. From the
    first to the last day covered. `arithmetic` says how the dose came about, `lasts` how its length
    is known; `notes` are what is unusual about it.
    """

    class_: str
    ingredient: str
    lines: tuple[Line, ...]
    issued_on: dt.date
    quantity: Decimal | None
    first: dt.date
    last: dt.date
    dose: Decimal | None
    known: bool
    arithmetic: str
    lasts: str
    factor: str
    source: str
    notes: tuple[str, ...]


def supplies(rows: Iterable[Mapping[str, Any]]) -> tuple[SupplyExplanation, ...]:
    """The supplies in rows of the view `dose_explanation` (None: nothing is known), most opioid first."""
    ordered = sorted(rows, key=lambda row: (row["issued_on"], row["product_key"], row["line"]))
    groups = groupby(ordered, key=lambda row: (row["issued_on"], row["product_key"]))
    found = [_explanation(list(group)) for _, group in groups]
    return tuple(sorted(found, key=lambda one: (one.class_ != "opioid", -(one.dose or 0), one.issued_on)))


def _explanation(rows: list[Mapping[str, Any]]) -> SupplyExplanation:
    row = rows[0]
    dose = _dose(row)
    return SupplyExplanation(
        class_=row["class"],
        ingredient=row["ingredient"],
        lines=tuple(_line(one) for one in rows),
        issued_on=row["issued_on"],
        quantity=None if row["quantity"] is None else Decimal(str(row["quantity"])),
        first=row["from_day"],
        last=row["to_day"] - DAY,
        dose=dose,
        known=row["no_dose"] is None,
        arithmetic=_arithmetic(rows, dose),
        lasts=f"{describe.number((row['to_day'] - row['from_day']).days)} days {_lasts(row)}",
        factor="" if row["factor"] is None else describe.number(row["factor"]),
        source=row["factor_source"] or "",
        notes=(*_notes(row, any(one["wear_assumed"] for one in rows)), *_unusual(rows)),
    )


def _lasts(row: Mapping[str, Any]) -> str:
    """How the length is known, and why not by quantity and directions where other issues have to tell it."""
    words = LASTS[row["basis"]]
    if row["basis"] not in ("time to next issue", "median interval"):
        return words
    unknown = row["dose_basis"] == "directions"
    return f"{words}, as {'the quantity is not known' if unknown else 'no one amount a day can be told'}"


def _dose(row: Mapping[str, Any]) -> Decimal | None:
    milli = row["ome_milli"] if row["class"] == "opioid" else row["ddd_milli"]
    return None if milli is None else Decimal(int(milli)) / MILLI


def _notes(row: Mapping[str, Any], wear_assumed: bool) -> tuple[str, ...]:
    notes = [ENDS[row["ended_by"]], *(words for flag, words in FLAGS.items() if row[flag])]
    if row["no_dose"] and row["ome_milli"] is not None:
        notes.append(f"only a part of its dose is known: {why_no_dose(row['no_dose'])}")
    if wear_assumed and row["ome_milli"] is not None:
        notes.append(
            "the directions leave open how long a patch is worn: the product’s own wear time is assumed"
        )
    if row["surplus_days"]:
        notes.append(f"{describe.number(row['surplus_days'])} days of stock are surplus and count in no dose")
    return tuple(note for note in notes if note)


def _unusual(rows: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """What is read and yet not how the product is meant to be used, each once."""
    said = {flag for row in rows for flag in (row["unusual"] or "").split(";")}
    return tuple(words for flag, words in UNUSUAL.items() if flag in said)


def _line(row: Mapping[str, Any]) -> Line:
    product = Product(
        row["class"],
        row["ingredient"],
        row["strength"],
        row["strength_unit"],
        row["form"],
        row["release"],
        "converted",
    )
    direction = Direction(
        row["units_per_day_min"],
        row["units_per_day_max"],
        row["direction_unit"],
        bool(row["prn"]),
        row["patch_interval_hours"],
        None if row["patches_at_once"] is None else int(row["patches_at_once"]),
        bool(row["parseable"]),
    )
    reason = "" if row["parseable"] else row["direction_reason"] or ""
    overrides = (row["product_override"], row["directions_override"])
    return Line(
        product=row["product"],
        product_read=describe.product(product),
        directions=row["directions"],
        directions_read=describe.direction(direction) + (f": {reason}" if reason else ""),
        words=row["words"] or "",
        overrides=tuple(words for words in overrides if words),
    )


def without_dose(row: Mapping[str, Any], day: Callable[[dt.date], str] = str) -> str:
    """An issue that is in no dose, when, and why, from a row of the view `undosed_issue`. `day`: how a
    date is written."""
    first, last = row["issued_on"], row["last_on"]
    on = day(first) if first == last else f"some day from {day(first)} to {day(last)}"
    return f"{row['product'] or 'a product that cannot be read'}, issued {on}: {_why_without(row)}"


def _why_without(row: Mapping[str, Any]) -> str:
    if row["status"] == "unclear":
        return why_no_dose(row["no_dose"])
    if row["status"] == "kept back":
        return "its row is kept back, see Rows kept out"
    return row["reason"] or ("not converted to OME" if row["status"] == "not_converted" else "not understood")


def _arithmetic(rows: list[Mapping[str, Any]], dose: Decimal | None) -> str:
    """How the dose a day came about, from what each line directs or from the quantity."""
    row = rows[0]
    unit = "mg OME" if row["class"] == "opioid" else "DDD"
    if dose is None:
        return f"no dose: {why_no_dose(row['no_dose'])}"
    total = f"{describe.number(dose)} {unit} a day"
    if row["dose_basis"] == "quantity":
        each = Decimal(int(row["ome_unit_micro"] or 0)) / MICRO
        by = f" of {describe.number(each)} mg OME each" if row["class"] == "opioid" else ""
        return f"{describe.number(_quantity(row))} units{by} over the days they last: {total}"
    if row["dose_basis"] == "patches":
        issued = describe.number(_quantity(row))
        return f"by the rate of the patches worn at once, counted from the {issued} issued: {total}"
    if row["ended_by"] == "next issue":
        return f"{_directed(rows, unit)} as directed, spread over the days to the next issue: {total}"
    return _directed(rows, unit)


def _quantity(row: Mapping[str, Any]) -> Decimal:
    return Decimal(str(row["quantity"] or 0))


def _directed(rows: list[Mapping[str, Any]], unit: str) -> str:
    column = "directed_ome_milli" if unit == "mg OME" else "directed_ddd_milli"
    courses = {row["course"]: row for row in reversed(rows) if row[column] is not None}  # one amount a course
    parts = [Decimal(int(row[column])) / MILLI for row in reversed(courses.values())]
    if len(parts) == 1 and rows[0]["class"] == "opioid":
        return _one_directed(next(iter(courses.values())), parts[0])
    shown = " + ".join(describe.number(part) for part in parts)
    total = f" = {describe.number(sum(parts))}" if len(parts) > 1 else ""
    return f"{shown}{total} {unit} a day"


def _one_directed(row: Mapping[str, Any], dose: Decimal) -> str:
    """“2 a day × 30 mg × 1 = 60 mg OME a day”; patches by their rate."""
    strength = f"{describe.number(row['strength'])} {row['strength_unit']}"
    factor, result = describe.number(row["factor"] or 0), f"{describe.number(dose)} mg OME a day"
    if row["release"] == "patch":
        return f"{strength} × {factor} × {int(row['patches_at_once'] or 1)} worn = {result}"
    if row["direction_unit"] == "mg":
        return f"{describe.number(row['units_per_day_max'])} mg a day × {factor} = {result}"
    return f"{describe.number(row['units_per_day'])} a day × {strength} × {factor} = {result}"
