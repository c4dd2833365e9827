"""Where to help first, of everything the programme looks at: safety, then doses and help, then plans."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from reporting import people
from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.kinds.rates import SURELY
from reporting.exhibits.overview.signals import CALL, EACH_AT_MOST, NOT_SEEN, SAFETY, Signal, Signals, signals
from reporting.exhibits.plans import practices
from reporting.exhibits.safeguards import signals as safeguard_signals
from reporting.exhibits.wording import counted, listed

NAMED_ITEMS = 3
NEWEST = 8  # falls, stops and unknown doses; Patients lists all
CACHED = 64


def first(snapshot: Snapshot, scope: Scope, selection: Selection) -> Signals:
    """Signals of the latest month in the selected area, the newest of safety and at most two of each other
    sort, each with the page where its numbers are. The same whichever practice is selected."""
    return _among(snapshot, scope, selection.among())


@lru_cache(maxsize=CACHED)
def _among(snapshot: Snapshot, scope: Scope, selection: Selection) -> Signals:
    found = signals(snapshot, scope, selection)
    # Falls after a decision stand among those of everybody already.
    decided = [
        one for one in safeguard_signals.signals(snapshot, scope, selection).shown if one.page != SAFETY
    ]
    plans = list(_plans(snapshot, scope, selection))
    safe = [one for one in found.shown if one.next_step == CALL]
    rest = [one for one in found.shown if one.next_step != CALL]
    shown = (*safe[:NEWEST], *decided, *rest, *plans[:EACH_AT_MOST])
    more = found.more + len(plans[EACH_AT_MOST:])
    waiting = people.people_because(snapshot, scope, selection, NOT_SEEN).frame
    return Signals(shown, more, len(safe[NEWEST:]), len(waiting), found.nothing)


def _plans(snapshot: Snapshot, scope: Scope, selection: Selection) -> Iterator[Signal]:
    """Practices surely low on several items of review and plan, most items first."""
    for row, items in practices.behind(snapshot, scope, selection):
        yield Signal(
            practice=row["name"],
            code=row["practice_code"],
            pcn=row["pcn"],
            kind="concern",
            finding=f"Reviews and plans: {counted(len(items), 'item', 'items')} low",
            detail=listed([items[0], *(item[0].lower() + item[1:] for item in items[1:])], NAMED_ITEMS),
            why=f"{counted(int(row['cohort']), 'person', 'people')} in the cohort; {SURELY} of each",
            next_step="Agree which item to begin with",
            page="plans",
        )
