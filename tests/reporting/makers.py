"""Every exhibit of the pages that may leave of real data, and those that stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from reporting.exhibits.compare.similar import TEN
from reporting.exhibits.compare.strips import Strips
from reporting.exhibits.equity.measure import ByGroup
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.high_dose import page as high_dose
from reporting.exhibits.kinds.come_and_gone import ComeAndGone
from reporting.exhibits.plans import page as plans
from reporting.exhibits.referrals import page as referrals
from reporting.exhibits.safeguards import page as safeguards
from reporting.exhibits.tapering import page as tapering

PAGES = (high_dose, tapering, referrals, plans, safeguards)
FEW_PEOPLE = {plans.caseload, tapering.EVERYBODY}  # by clinician, and by fall


def flat(declared: Any) -> Iterator[Callable[..., Exhibit]]:
    """The makers of a page, one after the other, whether they stand in rows or not."""
    for one in declared:
        yield from flat(one) if isinstance(one, tuple) else (one,)


OF_AREAS: tuple[Callable[..., Exhibit], ...] = tuple(
    maker
    for page in PAGES
    for maker in flat((page.FIRST, page.MORE))
    if maker not in FEW_PEOPLE and not isinstance(maker, ComeAndGone)
)
MAKERS: tuple[Callable[..., Exhibit], ...] = (
    *OF_AREAS,
    *(ByGroup(dimension, "on_taper_plan") for dimension in ("age_band", "sex", "imd_quintile")),
    Strips(TEN),
)
STAYS = {"plan-caseload", "patient-timeline", "falls-everybody"}  # few people by clinician, one, by fall
