"""Which practices to ring: one row each with every reason to ask, the newest harm first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.kinds.rates import SURELY
from reporting.exhibits.overview.reasons import SAFETY, Reason, reason, reasons
from reporting.exhibits.plans import practices
from reporting.exhibits.safeguards.ask_first import ask_first
from reporting.exhibits.wording import counted, listed
from reporting.once import once

NAMED_ITEMS = 3
CACHED = 64


@dataclass(frozen=True)
class ToRing:
    """One practice and its reasons: harm first, the newest before the others; then what else stands out."""

    name: str
    code: str
    pcn: str
    reasons: tuple[Reason, ...]

    @property
    def harmed_on(self) -> tuple[dt.date, ...]:
        """The latest day of each reason that is harm or may be, the newest first."""
        return tuple(sorted((one.on for one in self.reasons if one.on is not None), reverse=True))

    @property
    def is_concern(self) -> bool:
        """Whether there is a reason to ask, and not only one to share."""
        return any(one.kind == "concern" for one in self.reasons)


def to_ring(snapshot: Snapshot, scope: Scope, selection: Selection) -> tuple[ToRing, ...]:
    """Practices of the selected area with a reason in the latest month; of one practice its own alone."""
    every = [
        one for one in _every(snapshot, scope, selection.among()) if selection.practice in (None, one.code)
    ]
    codes = dict.fromkeys(one.code for one in every)
    found = [_practice([one for one in every if one.code == code]) for code in codes]
    found.sort(key=_order)  # stable: practices without harm stay in the order of their first reason
    return tuple(found)


def _order(one: ToRing) -> tuple[int, int]:
    return (not one.is_concern, -one.harmed_on[0].toordinal() if one.harmed_on else 0)


def _practice(reasons: list[Reason]) -> ToRing:
    first = reasons[0]
    return ToRing(first.practice, first.code, first.pcn, tuple(reasons))


@once(CACHED)
def _every(snapshot: Snapshot, scope: Scope, among: Selection) -> list[Reason]:
    """The reasons of all practices, whichever is chosen."""
    # Falls after a decision stand among those of everybody already.
    decided = [one for one in ask_first(snapshot, scope, among).shown if one.page != SAFETY]
    found = reasons(snapshot, scope, among).shown
    harm = [one for one in found if one.on is not None]
    rest = [one for one in found if one.on is None]
    return [*harm, *decided, *rest, *_plans(snapshot, scope, among)]


def _plans(snapshot: Snapshot, scope: Scope, selection: Selection) -> Iterator[Reason]:
    """Practices surely low on several items of review and plan, most items first."""
    for row, items in practices.behind(snapshot, scope, selection):
        yield reason(
            row,
            "concern",
            f"Reviews and plans: {counted(len(items), 'item', 'items')} low",
            listed([items[0], *(item[0].lower() + item[1:] for item in items[1:])], NAMED_ITEMS),
            f"{counted(int(row['cohort']), 'person', 'people')} on a high dose; {SURELY} of each",
            "Agree which item to begin with",
            "plans",
        )
