"""The only reader of a published snapshot; every query takes a Scope and returns what was cleared for it."""

from reporting.queries.programme import (
    definitions,
    measure_by_month,
    measure_by_practice,
    practices,
    referral_stages,
    taper_falls,
    taper_flow,
    taper_now,
)
from reporting.queries.quality import QUALITY, quality
from reporting.queries.release import StoreError, current

__all__ = [
    "QUALITY",
    "StoreError",
    "current",
    "definitions",
    "measure_by_month",
    "measure_by_practice",
    "practices",
    "quality",
    "referral_stages",
    "taper_falls",
    "taper_flow",
    "taper_now",
]
