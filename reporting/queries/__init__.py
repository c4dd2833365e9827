"""The only reader of a published snapshot; every query takes a Scope and returns what was cleared for it."""

from reporting.queries.groups import measure_by_group, measures_together, traits
from reporting.queries.patients import courses, issues, people, segments, without_dose, working
from reporting.queries.programme import (
    caseloads,
    crossings_of_a_year,
    definitions,
    high_dose_moves,
    measure_by_month,
    measure_by_pcn,
    measure_by_practice,
    people_by_definition,
    people_excluded,
    people_in_scope,
    practices,
)
from reporting.queries.quality import QUALITY, gaps, quality, unknown_people, unlisted
from reporting.queries.referrals import declined_reasons, first_contacts, referral_stages, referral_waits
from reporting.queries.release import StoreError, current
from reporting.queries.tapers import (
    ended_falls,
    plans_not_known,
    taper_course,
    taper_falls,
    taper_flow,
    taper_now,
    taper_ways,
    taper_zones,
)
from reporting.queries.unlooked import WHY, decisions, practices_unlooked, unlooked
from reporting.queries.watched import questions, substitution

__all__ = [
    "QUALITY",
    "WHY",
    "StoreError",
    "caseloads",
    "courses",
    "crossings_of_a_year",
    "current",
    "decisions",
    "declined_reasons",
    "definitions",
    "ended_falls",
    "first_contacts",
    "gaps",
    "high_dose_moves",
    "issues",
    "measure_by_group",
    "measure_by_month",
    "measure_by_pcn",
    "measure_by_practice",
    "measures_together",
    "people",
    "people_by_definition",
    "people_excluded",
    "people_in_scope",
    "plans_not_known",
    "practices",
    "practices_unlooked",
    "quality",
    "questions",
    "referral_stages",
    "referral_waits",
    "segments",
    "substitution",
    "taper_course",
    "taper_falls",
    "taper_flow",
    "taper_now",
    "taper_ways",
    "taper_zones",
    "traits",
    "unknown_people",
    "unlisted",
    "unlooked",
    "without_dose",
    "working",
]
