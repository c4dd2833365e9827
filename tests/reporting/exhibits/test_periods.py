"""A reader's period changes what is drawn, never what is concluded."""

from __future__ import annotations

import pytest

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.editions import PUBLISHED
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.high_dose import page as high_dose
from reporting.exhibits.overview import cards, reasons
from reporting.exhibits.plans import page as plans
from reporting.exhibits.referrals import page as referrals
from reporting.exhibits.safeguards import page
from reporting.exhibits.tapering import page as tapering
from tests.reporting.makers import OF_AREAS

HEADS = (high_dose.head, plans.head, referrals.head, tapering.head, page.head)
PERIODS = (1, 2, 3, 5)
# What these say is a count of the period chosen, or of each month drawn, and no change.
OF_THE_PERIOD = {"high-dose-moves"}


def concluded(snapshot: Snapshot, selection: Selection) -> dict[str, object]:
    """Everything that headlines, cards and the list of whom to help say."""
    scope = Scope.icb()
    told: dict[str, object] = {made.__module__: made(snapshot, scope, selection) for made in HEADS}
    found = cards.overview(snapshot, scope, selection)
    told["overview"] = found.head
    told["cards"] = [(card.title, card.value, card.kind, card.words) for card in found.cards]
    shown: list[Exhibit] = [made(snapshot, scope, selection) for made in OF_AREAS]
    told |= {one.key: one.headline for one in shown if one.key not in OF_THE_PERIOD}
    return {**told, "reasons": reasons.reasons(snapshot, scope, selection)}


@pytest.mark.parametrize(
    "area", [{}, {"place": "North"}, {"pcn": "Southdown"}, {"practice": "SYN01"}, {"practice": "SYN06"}]
)
def test_no_period_changes_a_conclusion(snapshot: Snapshot, area: dict[str, str]) -> None:
    shortest, longest = (concluded(snapshot, Selection(120, n, **area)) for n in (1, 5))
    assert shortest == longest


def test_no_period_changes_what_is_published(snapshot: Snapshot) -> None:
    scope = Scope.icb().of("published")
    for maker in PUBLISHED.values():
        one, other = (maker(snapshot, scope, Selection(120, n)).headline for n in (1, 5))
        assert one == other


def test_no_period_changes_a_conclusion_of_the_sample(sample: Snapshot) -> None:
    told = [concluded(sample, Selection(120, years)) for years in PERIODS]
    for other in told[1:]:
        assert other == told[0]
