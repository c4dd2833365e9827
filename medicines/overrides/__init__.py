"""Readings that a person has put right: config/medicine_overrides.csv, applied before any text is read."""

from medicines.overrides.file import PATH, load
from medicines.overrides.gold import warnings
from medicines.overrides.override import (
    NONE,
    Override,
    OverrideError,
    Overrides,
    direction_reading,
    product_reading,
)

__all__ = [
    "NONE",
    "PATH",
    "Override",
    "OverrideError",
    "Overrides",
    "direction_reading",
    "load",
    "product_reading",
    "warnings",
]
