"""What the product and direction texts of a build mean, each distinct text read once."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from medicines import directions, dose, products

MICRO = 1_000_000


def product_readings(texts: Iterable[str]) -> pd.DataFrame:
    """One row per product text: what it was read as, with the OME of one unit in millionths of a mg."""
    rows = []
    for text in texts:
        read = products.read(text)
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
            }
        )
    frame = pd.DataFrame(rows, columns=_PRODUCT)
    return frame.astype({"ome_unit_micro": "Int64", "strength": "Float64", "factor": "Float64"})


_PRODUCT = [
    "product", "class", "ingredient", "strength", "strength_unit", "form", "release", "status",
    "ome_unit_micro", "factor", "factor_source", "reason",
]  # fmt: skip


def line_readings(pairs: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """One row per product and directions: the regular dose a day, where there is one.

    `units_per_day` is how much of the quantity a day uses up; `directed_*_milli` is the dose a day in
    thousandths, `rate_ome_milli` that of the patches worn at once. `counted` lines have a dose: converted
    opioids and gabapentinoids.
    """
    frame = pd.DataFrame([_line(product, text) for product, text in pairs], columns=_LINE)
    whole = [c for c in _LINE if c.endswith(("_milli", "_micro"))]
    return frame.astype(
        {**dict.fromkeys(whole, "Int64"), "units_per_day": "Float64", "regular": bool, "counted": bool}
    )


_LINE = [
    "product", "directions", "product_key", "counted", "regular", "units_per_day", "ome_unit_micro",
    "ddd_unit_micro", "directed_ome_milli", "directed_ddd_milli", "rate_ome_milli",
]  # fmt: skip


def _line(product_text: str, directions_text: str) -> dict[str, Any]:
    product = products.read(product_text)
    line = dose.line(product_text, directions_text, None, None)
    direction = directions.read(directions_text, product.form)
    regular = line.units_per_day is not None
    ome = product.ome_per_unit if product.class_ == "opioid" else None
    used = line.units_per_day
    if used is not None and direction.patch_interval_hours:
        used *= 24 / direction.patch_interval_hours
    by_quantity = product.form != "patch" and not product.unit_dose
    same = (product.ingredient, product.strength, product.strength_unit, product.form, product.release)
    return {
        "product": product_text,
        "directions": directions_text,
        "product_key": "|".join(str(part) for part in same),
        "counted": ome is not None or product.ddd_per_unit is not None,
        "regular": regular,
        "units_per_day": used,
        "ome_unit_micro": _scaled(ome, MICRO) if by_quantity else None,
        "ddd_unit_micro": _scaled(product.ddd_per_unit, MICRO) if by_quantity else None,
        "directed_ome_milli": _scaled(line.ome_mg_per_day, 1000) if regular and ome is not None else None,
        "directed_ddd_milli": _scaled(line.ddd_per_day, 1000) if regular else None,
        "rate_ome_milli": _scaled((ome or 0) * (direction.patches_at_once or 1), 1000),
    }


def direction_readings(pairs: Iterable[tuple[str, str]]) -> pd.DataFrame:
    """One row per direction text and form: whether one amount a day could be read, and from which words."""
    rows = []
    for text, form in pairs:
        read = directions.read(text, form)
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
                "words": " · ".join(read.words),
            }
        )
    columns = [
        "directions", "form", "units_per_day_min", "units_per_day_max", "unit", "prn",
        "patch_interval_hours", "patches_at_once", "parseable", "words",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    numbers = ["units_per_day_min", "units_per_day_max", "patch_interval_hours", "patches_at_once"]
    return frame.astype({**dict.fromkeys(numbers, "Float64"), "prn": bool, "parseable": bool})


def _scaled(value: Any, by: int) -> int | None:
    return None if value is None or not math.isfinite(float(value)) else round(float(value) * by)
