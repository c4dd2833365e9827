"""The only reader of a published snapshot; every query takes a Scope and returns what was cleared for it."""

from reporting.queries.groups import measure_by_group, measures_together, traits
from reporting.queries.patients import courses, issues, people, segments, without_dose, working
from reporting.queries.programme import (
    cohort_steps,
    definitions,
    high_dose_moves,
    measure_by_month,
    measure_by_practice,
    people_by_definition,
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
    "cohort_steps",
    "courses",
    "current",
    "definitions",
    "high_dose_moves",
    "issues",
    "measure_by_group",
    "measure_by_month",
    "measure_by_practice",
    "measures_together",
    "people",
    "people_by_definition",
    "practices",
    "quality",
    "referral_stages",
    "segments",
    "taper_falls",
    "taper_flow",
    "taper_now",
    "traits",
    "without_dose",
    "working",
]
