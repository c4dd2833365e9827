"""What a board pack is made of: its slides in order, each with its exhibit and where its words come from."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits import editions
from reporting.exhibits.board.pages import data_quality, the_quarter
from reporting.exhibits.coverage import dose_words
from reporting.exhibits.equity import page as equity
from reporting.exhibits.exhibit import Exhibit, Head
from reporting.exhibits.high_dose import page as high_dose
from reporting.exhibits.overview import cards
from reporting.exhibits.plans import page as plans
from reporting.exhibits.referrals import page as referrals
from reporting.exhibits.safeguards import page as safeguards
from reporting.exhibits.tapering import page as tapering

ASKS = Path(__file__).with_name("asks.toml")
Maker = Callable[[Snapshot, Scope, Selection], Exhibit]
HeadMaker = Callable[[Snapshot, Scope, Selection], Head]
Changed = Callable[[Snapshot, Scope, Selection], str]


def _headline(head: HeadMaker) -> Changed:
    return lambda *asked: f"{head(*asked).headline}."


def _introduction(head: HeadMaker) -> Changed:
    return lambda *asked: head(*asked).introduction


def _counted(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    return dose_words(snapshot, selection.threshold)


@dataclass(frozen=True)
class Content:
    """One slide's key, its name in lists, its exhibit, and its first note: words of a page's head,
    None where the exhibit's own do, under the title `says`. changed_is_published: whether those words hold no
    figure. safety: the situations it shows."""

    key: str
    name: str
    exhibit: Maker
    changed: Changed | None = None
    says: str = "What changed"
    changed_is_published: bool = False
    safety: tuple[str, ...] = ()


CONTENTS = (
    Content(
        "the-quarter",
        "The quarter in one page",
        the_quarter,
        _introduction(cards.head),
        safety=("fall", "stop"),
    ),
    Content("high-dose-trend", "High dose over time", high_dose.TREND, _introduction(high_dose.head)),
    Content("high-dose-funnel", "Practices beside each other", high_dose.FUNNEL),
    Content("high-dose-bands", "Dose bands", high_dose.BANDS),
    Content(
        "taper-outcomes",
        "Taper outcomes",
        tapering.OUTCOMES,
        _introduction(tapering.head),
        safety=("taper", "stop"),
    ),
    Content("taper-speed", "Taper safety", tapering.SPEED, safety=("fall", "stop")),
    Content("referral-stages", "Referral stages by service", referrals.STAGES, _introduction(referrals.head)),
    Content("plan-people", "Management plans", plans.people, _headline(plans.head)),
    Content(
        "safeguards-each",
        "Best-interest safeguards",
        safeguards.each,
        _introduction(safeguards.head),
        safety=("fall", "taper"),
    ),
    Content(
        "equity-deprivation",
        "Equity of offers",
        editions.OFFERS,
        _headline(equity.head),
    ),
    Content(
        "data-quality",
        "Data quality and definitions",
        data_quality,
        _counted,
        "Who is counted",
        changed_is_published=True,
    ),
)
KEYS = tuple(content.key for content in CONTENTS)


@cache
def usual_asks() -> dict[str, str]:
    """Slide key → what it asks of the board unless other words are kept for the quarter."""
    asks: dict[str, str] = tomllib.loads(ASKS.read_text(encoding="utf-8"))
    return asks
