"""Exhibits in two editions: as they are inside, and the few that may be published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.written import HIDDEN
from reporting.disclosure import NotPublishedError
from reporting.exhibits.board import pages
from reporting.exhibits.equity.measure import ByGroup
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.high_dose import page
from reporting.exhibits.plans import page as plans
from reporting.exhibits.tapering import page as tapering

Maker = Callable[[Snapshot, Scope, Selection], Exhibit]
OFFERS = ByGroup("imd_quintile", "referral_offered")
# Internal exhibit → how it may be published. Any other has no published form: no picture, no file.
PUBLISHED: Mapping[Maker, Maker] = {
    pages.the_quarter: pages.the_quarter,
    page.TREND: page.TREND,
    page.BANDS: page.BANDS,
    tapering.OUTCOMES: tapering.OUTCOMES,
    plans.people: plans.people,
    OFFERS: OFFERS,
    pages.data_quality: pages.data_quality,
}
NO_FORM = "It has no published form: what it shows is not among what is published."
OF_A_PRACTICE = "Figures of one practice are not published. Choose the ICB, a place or a PCN."
NO_FINDING = "Too little of it may be published to say what was found."


def exhibit(maker: Maker, snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """What a maker shows in the edition of the scope.

    Raises NotPublishedError, with the reason, where an exhibit has no published form, and where too little
    of it may be published for a finding.
    """
    if scope.edition == "internal":
        return maker(snapshot, scope, selection)
    if maker not in PUBLISHED:
        raise NotPublishedError(NO_FORM)
    if selection.practice is not None:
        raise NotPublishedError(OF_A_PRACTICE)
    made = PUBLISHED[maker](snapshot, scope, selection)
    if not is_drawn(made):
        raise NotPublishedError(made.empty or NO_FINDING)
    if HIDDEN in made.headline or "withheld" in made.headline:
        raise NotPublishedError(NO_FINDING)
    return made


@dataclass(frozen=True)
class InEdition:
    """Makes an exhibit in the edition of the scope; raises as `exhibit` does."""

    maker: Maker

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
        return exhibit(self.maker, snapshot, scope, selection)


def is_drawn(made: Exhibit) -> bool:
    """Whether there is anything to draw; else `empty` says why not."""
    return made.figure is not None or made.slide is not None
