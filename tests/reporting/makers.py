"""Every exhibit of the pages that may leave of real data, and those that stay."""

from __future__ import annotations

from collections.abc import Callable

from reporting.exhibits import (
    best_interest,
    cohort_waterfall,
    gabapentinoids,
    high_dose,
    high_dose_bands,
    high_dose_crossings,
    high_dose_funnel,
    high_dose_trend,
    plan_headings,
    plan_items,
    plan_practices,
    plans,
    referral_declined,
    referral_stages,
    referral_waits,
    referrals,
    safeguard_items,
    safeguard_practices,
    tapering,
    tapering_course,
    tapering_flow,
    tapering_now,
    tapering_speed,
)
from reporting.exhibits.compare_standing import StandingExhibit
from reporting.exhibits.equity_measure import ByGroup
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.likeness import TEN

OF_AREAS: tuple[Callable[..., Exhibit], ...] = (
    high_dose_trend.trend, high_dose_funnel.funnel, high_dose_bands.bands,
    cohort_waterfall.found_and_excluded, high_dose_crossings.new_and_left, high_dose.practices,
    gabapentinoids.trend, gabapentinoids.use, gabapentinoids.together,
    tapering_flow.flow, tapering.outcomes, tapering_speed.speed, tapering_now.below_now,
    tapering_course.course, referral_stages.stages, referral_waits.waits, referral_declined.declined,
    referrals.attended, plan_items.people, plan_items.handling, plans.trend, plan_practices.practices,
    plan_headings.headings, safeguard_items.each, safeguard_practices.practices, safeguard_items.together,
    best_interest.reductions,
)  # fmt: skip
MAKERS: tuple[Callable[..., Exhibit], ...] = (
    *OF_AREAS,
    *(ByGroup(dimension, "on_taper_plan") for dimension in ("age_band", "sex", "imd_quintile")),
    StandingExhibit(TEN),
)
STAYS = {"plan-caseload", "patient-timeline", "falls-everybody"}  # few people by clinician, one, by fall
