"""Every exhibit of the pages that may leave of real data, and those that stay."""

from __future__ import annotations

from collections.abc import Callable

from reporting.exhibits.compare.similar import TEN
from reporting.exhibits.compare.strips import Strips
from reporting.exhibits.equity.measure import ByGroup
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.high_dose import page as high_dose
from reporting.exhibits.plans import page as plans
from reporting.exhibits.referrals import declined, stages, waits
from reporting.exhibits.referrals import practices as referrals
from reporting.exhibits.safeguards import best_interest
from reporting.exhibits.safeguards import page as safeguards
from reporting.exhibits.tapering import course, down, flow, now, outcomes, speed

OF_AREAS: tuple[Callable[..., Exhibit], ...] = (
    high_dose.TREND, high_dose.funnel, high_dose.bands,
    high_dose.found_and_excluded, high_dose.new_and_left, high_dose.PRACTICES,
    high_dose.GABAPENTINOIDS, high_dose.GABAPENTINOID_USE, high_dose.together,
    down.down, flow.flow, outcomes.outcomes, speed.speed, now.below_now,
    course.course, stages.stages, waits.waits, declined.declined,
    referrals.attended, plans.people, plans.handling, plans.trend, plans.practices,
    plans.headings, safeguards.each, safeguards.practices, safeguards.together,
    best_interest.reductions,
)  # fmt: skip
MAKERS: tuple[Callable[..., Exhibit], ...] = (
    *OF_AREAS,
    *(ByGroup(dimension, "on_taper_plan") for dimension in ("age_band", "sex", "imd_quintile")),
    Strips(TEN),
)
STAYS = {"plan-caseload", "patient-timeline", "falls-everybody"}  # few people by clinician, one, by fall
