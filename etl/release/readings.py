"""What the product and direction texts of a build mean, each distinct text read once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from medicines import dose
from medicines.agreement import UNUSUAL
from medicines.daily_amount import HOURS_A_DAY, most_a_day, wear_hours
from medicines.meaning import meaning
from medicines.overrides import NONE, Override, Overrides, direction_reading, product_reading, warnings

MICRO = 1_000_000


def product_readings(
    texts: Iterable[str], overrides: Overrides = NONE, factor_version: str | None = None
) -> pd.DataFrame:
    """One row per product text: what it was read as, with the OME of one unit in millionths of a mg.

    ValueError for a version of the factors that is not in medicines/tables/factors.csv; None is the newest.
    """
    rows = []
    for text in texts:
        read = product_reading(text, overrides, factor_version)
        rows.append(
            {
                "product": text,
                "class": read.class_,
                "ingredient": read.ingredient,
                "strength": read.strength,
                "strength_unit": read.strength_unit,
                "form": read.form,
                "release": read.release,
                "status": read.status,
                "ome_unit_micro": _scaled(read.ome_per_unit, MICRO) if read.class_ == "opioid" else None,
                "factor": None if read.factor is None else float(read.factor),
                "factor_source": read.factor_source,
                "reason": read.reason,
                "override": _number(overrides, overrides.product(text)),
            }
        )
    frame = pd.DataFrame(rows, columns=_PRODUCT)
    return frame.astype(
        {"ome_unit_micro": "Int64", "override": "Int64", "strength": "Float64", "factor": "Float64"}
    )


_PRODUCT = [
    "product", "class", "ingredient", "strength", "strength_unit", "form", "release", "status",
    "ome_unit_micro", "factor", "factor_source", "reason", "override",
]  # fmt: skip


def line_readings(
    pairs: Iterable[tuple[str, str]], overrides: Overrides = NONE, factor_version: str | None = None
) -> pd.DataFrame:
    """One row per product and directions: the regular dose a day, where there is one.

    `meaning` is equal where two texts ask for the same course. `units_per_day` is how much of the quantity a
    day uses up; `directed_*_milli` is the dose a day in thousandths, `rate_ome_milli` that of the patches
    worn at once. Where the quantity has to tell: `most_a_day` units are the most anybody takes, and
    `wear_hours` how long each patch is worn (None: no dose can be told from it). `counted` lines have a dose:
    converted opioids and gabapentinoids. `wear_assumed`: the wear time is the product's own. `unusual`: the
    flags of medicines.agreement that a reader should see, with ";" between.
    """
    frame = pd.DataFrame(
        [_line(product, text, overrides, factor_version) for product, text in pairs], columns=_LINE
    )
    whole = [c for c in _LINE if c.endswith(("_milli", "_micro"))]
    numbers = ["units_per_day", "most_a_day", "wear_hours"]
    flags = ["regular", "counted", "wear_assumed"]
    return frame.astype(
        {**dict.fromkeys(whole, "Int64"), **dict.fromkeys(numbers, "Float64"), **dict.fromkeys(flags, bool)}
    )


_LINE = [
    "product", "directions", "product_key", "meaning", "counted", "regular", "units_per_day", "most_a_day",
    "wear_hours", "wear_assumed", "unusual", "ome_unit_micro", "ddd_unit_micro", "directed_ome_milli",
    "directed_ddd_milli", "rate_ome_milli",
]  # fmt: skip


def _line(
    product_text: str, directions_text: str, overrides: Overrides, factor_version: str | None
) -> dict[str, Any]:
    line = dose.line(product_text, directions_text, None, None, overrides, factor_version)
    product, direction = line.product, line.direction
    regular = line.units_per_day is not None
    ome = product.ome_per_unit if product.class_ == "opioid" else None
    patch = product.form == "patch"
    wear = wear_hours(product, direction) if patch else None
    used = line.units_per_day
    if used is not None and wear:
        used *= HOURS_A_DAY / wear
    by_quantity = not patch and not product.unit_dose
    return {
        "product": product_text,
        "directions": directions_text,
        "product_key": "|".join(str(part) for part in product.identity),
        "meaning": meaning(line, directions_text),
        "counted": ome is not None or product.ddd_per_unit is not None,
        "regular": regular,
        "units_per_day": used,
        "most_a_day": most_a_day(product) if by_quantity else None,
        "wear_hours": wear,
        "wear_assumed": wear is not None and direction.patch_interval_hours is None,
        "unusual": ";".join(flag for flag in line.flags if flag in UNUSUAL),
        "ome_unit_micro": _scaled(ome, MICRO) if by_quantity else None,
        "ddd_unit_micro": _scaled(product.ddd_per_unit, MICRO) if by_quantity else None,
        "directed_ome_milli": _scaled(line.ome_mg_per_day, 1000) if regular and ome is not None else None,
        "directed_ddd_milli": _scaled(line.ddd_per_day, 1000) if regular else None,
        "rate_ome_milli": _scaled((ome or 0) * (direction.patches_at_once or 1), 1000),
    }


def direction_readings(pairs: Iterable[tuple[str, str]], overrides: Overrides = NONE) -> pd.DataFrame:
    """One row per direction text and form: whether one amount a day could be read, and from which words."""
    rows = []
    for text, form in pairs:
        read = direction_reading(text, form or None, overrides)
        rows.append(
            {
                "directions": text,
                "form": form,
                "units_per_day_min": read.units_per_day_min,
                "units_per_day_max": read.units_per_day_max,
                "unit": read.unit,
                "prn": read.prn,
                "patch_interval_hours": read.patch_interval_hours,
                "patches_at_once": read.patches_at_once,
                "parseable": read.parseable,
                "reason": read.reason,
                "words": " · ".join(read.words),
                "override": _number(overrides, overrides.directions(text)),
            }
        )
    columns = [
        "directions", "form", "units_per_day_min", "units_per_day_max", "unit", "prn",
        "patch_interval_hours", "patches_at_once", "parseable", "reason", "words", "override",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    numbers = ["units_per_day_min", "units_per_day_max", "patch_interval_hours", "patches_at_once"]
    return frame.astype(
        {**dict.fromkeys(numbers, "Float64"), "override": "Int64", "prn": bool, "parseable": bool}
    )


def override_rows(overrides: Overrides) -> pd.DataFrame:
    """One row per override in force: its number, what it says, and what is odd about it."""
    rows = [
        {
            "override": number,
            **{name: getattr(row, name) for name in _OVERRIDE},
            "warning": "; ".join(warnings(Overrides((row,)))),
        }
        for number, row in enumerate(overrides.rows, start=1)
    ]
    frame = pd.DataFrame(rows, columns=["override", *_OVERRIDE, "warning"])
    return frame.astype({"override": "Int64", "reviewed_on": "datetime64[s]"})


_OVERRIDE = ["kind", "text", "reading", "reviewed_by", "reviewed_on", "reason", "words"]


def _number(overrides: Overrides, acting: Override | None) -> int | None:
    return overrides.rows.index(acting) + 1 if acting else None


def _scaled(value: Any, by: int) -> int | None:
    return None if value is None or not math.isfinite(float(value)) else round(float(value) * by)
