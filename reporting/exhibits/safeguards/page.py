"""Best-interest reductions: what the page is made of, and its head."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from reporting import figures, people
from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.coverage import area_name, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.kinds.year_before import a_year_before
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import counted, in_unit, listed, month, number

NUMBER, COMPLETE, EACH = "best_interest_reductions", "safeguards_complete", "safeguard_done"
OFFERED, TAKEN, RED = "second_opinion_offered", "second_opinion_taken", "best_interest_red_speed"
MEASURES = (NUMBER, COMPLETE, EACH, OFFERED, TAKEN, RED)
SAFEGUARDS = {
    "evidence discussed": "Evidence discussed",
    "harms discussed": "Harms discussed",
    "dependence discussed": "Dependence discussed",
    "tapering discussed": "Tapering discussed",
    "biopsychosocial approach": "Biopsychosocial approach",
    "contact attempt": "Contact tried where needed",
    "person’s reasons": "Person’s reasons discussed",
    "reasons and options explained": "Reasons, options explained",
    "rationale recorded": "Rationale recorded",
    "referral": "Referral considered",
    "second opinion": "Second opinion offered",
}
TOGETHER = {
    COMPLETE: "Every safeguard",
    OFFERED: "Second opinion offered",
    TAKEN: "Second opinion taken",
}
NEVER_AN_AIM = "The number has no good direction: neither many nor few is good, and there is no aim."
CACHED = 64


@lru_cache(maxsize=CACHED)
def by_month(snapshot: Snapshot, scope: Scope, selection: Selection) -> pd.DataFrame:
    """Every measure of the page by month in the selected area and period; one query. Not to be changed."""
    thresholds = [selection.threshold, 0]
    return figures.measure_by_month(snapshot, scope, selection, MEASURES, thresholds).frame


def nobody(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """Why no decision is shown: data awaited, or none was made."""
    covered = coverage(snapshot, scope, selection)
    if covered.counted == 0:
        return covered.nothing()
    none = f"No best-interest reduction is recorded here in the {year_words(snapshot)}"
    if lacking := covered.without("best_interest"):
        return f"{none}, but records have not come for every month from {listed(lacking)}."
    return f"{none}. Nothing is due."


def year_words(snapshot: Snapshot) -> str:
    """“12 months to Sep 2026”."""
    return f"12 months to {month(snapshot.info.last_month)}"


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """The page's finding: how many decisions have every safeguard, and how many fell too fast."""
    frame = by_month(snapshot, scope, selection)
    found = a_year_before(snapshot, scope, selection, frame, [*TOGETHER, RED])
    if COMPLETE not in found:
        area = area_name(snapshot, scope, selection)
        return Head(f"No best-interest reduction in {area}", nobody(snapshot, scope, selection))
    complete, decisions = found[COMPLETE].now
    red = found[RED].now[0]
    lacking = decisions - complete
    fast = _fast(red, not_known(snapshot, scope, selection))
    all_of = counted(decisions, "best-interest reduction", "best-interest reductions")
    having = f"{number(complete).capitalize() if complete else 'None'} of {all_of}"
    finding = f"{having} {'has' if complete == 1 else 'have'} every safeguard"
    return Head(
        f"{finding}; {fast}",
        f"{_alert(lacking)} Decided in the {year_words(snapshot)}: "
        f"{number(decisions)}{_rate(snapshot, frame)}. {NEVER_AN_AIM} "
        f"Every safeguard: {found[COMPLETE].sentence()}. Too fast means a fall by more than "
        f"{taper_rule(snapshot, 'red_fall_percent')}% between 28-day means, not "
        "seen yet on the day of the decision, with a taper plan or without; stopped means abruptly.",
    )


def not_known(snapshot: Snapshot, scope: Scope, selection: Selection) -> int:
    """Decisions since which no fall or stop is known, and there may be one."""
    frame = people.decisions(snapshot, scope, selection).frame
    return int(
        (frame["red_kind"].isna() & (frame["unknown_since"].notna() | frame["not_seen"].notna())).sum()
    )


def _fast(red: float, unknown: int) -> str:
    """How many fell too fast; "none" only where that is known of all."""
    if red != 0:
        known = f"{number(red)} fell too fast or stopped"
    elif unknown == 0:
        return "none fell too fast or stopped"
    else:
        known = "no fast fall or stop seen"
    return f"{known}, {number(unknown)} not known" if unknown else known


def _alert(lacking: float) -> str:
    if lacking == 0:
        return "Nothing is missing from the records."
    each = (
        "The one without is a safety alert"
        if lacking == 1
        else f"Each of the {number(lacking)} without is a safety alert"
    )
    return f"{each}: ask the practice for what is missing before any further step."


def _rate(snapshot: Snapshot, frame: pd.DataFrame) -> str:
    latest = frame["month"] == pd.Timestamp(snapshot.info.last_month)
    last = frame[(frame["measure"] == NUMBER) & latest]
    if last.empty or not last["denominator"].iloc[0] > 0:
        return ""
    made, cohort = last[["numerator", "denominator"]].iloc[0]
    return f", or {in_unit(made / cohort * 100, 'per 100')} people in the cohort of {number(cohort)}"
