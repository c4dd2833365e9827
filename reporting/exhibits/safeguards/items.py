"""Safeguards of best-interest reductions: their names, and what is said of them."""

from __future__ import annotations

from math import inf, isnan

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import coverage
from reporting.exhibits.kinds.shares import Found, moved_words
from reporting.exhibits.wording import HIDDEN, listed, month, number

NUMBER, COMPLETE, EACH = "best_interest_reductions", "safeguards_complete", "safeguard_done"
OFFERED, TAKEN, RED = "second_opinion_offered", "second_opinion_taken", "best_interest_red_speed"
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


def lacking(found: Found) -> dict[str, float]:
    """Safeguard → decisions of the latest month's year without it; most often missing first, and first of all
    those of which that is withheld: few decisions have them."""
    missing = {name: one.now[1] - one.now[0] for name, one in found.items()}
    return dict(sorted(missing.items(), key=lambda one: -inf if isnan(one[1]) else found[one[0]].now[0]))


def each(found: Found) -> str:
    """Which safeguards are missing most often, from how many decisions."""
    missing = lacking(found)
    first, most = next(iter(missing.items()))
    having, decisions = found[first].now
    if most == 0:
        return "No safeguard is missing"
    names = [
        SAFEGUARDS[name]
        for name in missing
        if found[name].now[0] == having or (isnan(having) and isnan(found[name].now[0]))
    ]
    how = (
        f"recorded for {HIDDEN} of {number(decisions)}"
        if isnan(having)
        else f"missing from {number(most)} of {number(decisions)}"
    )
    if len(names) == len(SAFEGUARDS):
        return f"Every safeguard is {how}"
    words = listed([names[0], *(name[0].lower() + name[1:] for name in names[1:])], 2)
    return f"{words}: {how}{' each' if len(names) > 1 else ''}"


def together(found: Found) -> str:
    """How many second opinions were offered and taken, and what changed."""
    offered, decisions = found[OFFERED].now
    return (
        f"Second opinion offered in {number(offered)} of {number(decisions)}, taken in "
        f"{number(found[TAKEN].now[0])}{moved_words(found, TOGETHER)}"
    )
