"""Which safeguards best-interest reductions have, now and a year before."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

import pandas as pd

from reporting.access import Scope, Selection, Snapshot
from reporting.charts.dots import interval_dots
from reporting.disclosure import remainder
from reporting.exhibits.coverage import coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import rounding
from reporting.exhibits.safeguards import (
    EACH,
    OFFERED,
    SAFEGUARDS,
    TAKEN,
    TOGETHER,
    both_rounded,
    by_month,
    nobody,
    seems_all,
    year_words,
)
from reporting.exhibits.wording import HIDDEN, listed, number, size
from reporting.exhibits.year_before import (
    COLOURS,
    alt,
    apart,
    judged_words,
    moved_words,
    narrow,
    rows,
    table,
    to_latest,
)
from reporting.exhibits.yearly import YearApart


def each(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Each safeguard's share of the decisions of 12 months, and a year before."""
    frame = by_month(snapshot, scope, selection)
    frame = frame[frame["measure"] == EACH]
    judged = {
        name: to_latest(snapshot, scope, selection, frame[frame["category"] == name]) for name in SAFEGUARDS
    }
    found = {name: one for name, one in judged.items() if one is not None}
    covered = coverage(snapshot, scope, selection)
    common = frame_of(snapshot, "safeguards-each", EACH)
    if not found:
        return Exhibit(**common, headline="Each safeguard", empty=nobody(snapshot, scope, selection))
    missing = lacking(found, scope.protects)
    made = _told_apart(
        rows(found, SAFEGUARDS, rounding(snapshot, scope)), missing, SAFEGUARDS, scope.protects
    )
    return Exhibit(
        **common,
        headline=each_headline(found, missing),
        subtitle=(
            f"Share of best-interest reductions with each safeguard, {year_words(snapshot)} "
            f"({size(made['denominator'].max(), 'decision', 'decisions')})"
        ),
        figure=interval_dots(made),
        narrow=narrow(made),
        caption=(
            f"{COLOURS} {judged_words(snapshot, scope, selection)} An attempt that is recorded counts; so "
            "does a referral declined, or not suitable "
            f"with a reason. What is not recorded may have been said. {source_words(snapshot, covered)}"
        ),
        table=table(made),
        alt=alt(made),
    )


def lacking(found: Mapping[str, YearApart], rounded: bool) -> dict[str, float]:
    """Safeguard → decisions of the latest month's year without it, as may be said; most often missing first,
    and first of all those that few decisions have."""
    ordered = sorted(found, key=lambda name: -1 if isnan(found[name].now[0]) else found[name].now[0])
    return {name: remainder(*found[name].now, rounded) for name in ordered}


def _told_apart(
    made: pd.DataFrame, missing: Mapping[str, float], names: Mapping[str, str], rounded: bool
) -> pd.DataFrame:
    """The rows, with words in place of a share where rounding alone makes it seem that nothing is missing,
    and without such a share of a year before."""
    lacks = made["label"].map({names[name]: n for name, n in missing.items()})
    seems = lacks.isna() & (made["numerator"] == made["denominator"])
    words = made["denominator"].map(both_rounded)
    shares = {name: made[name].mask(seems) for name in ("value", "lower", "upper")}
    before = made["before"].mask(made["before"] == 1) if rounded else made["before"]
    return made.assign(note=made["note"].mask(seems, words), before=before, **shares)


def each_headline(found: Mapping[str, YearApart], missing: Mapping[str, float]) -> str:
    """Which safeguards are missing most often, from how many decisions. missing: most often first."""
    first, most = next(iter(missing.items()))
    having, decisions = found[first].now
    if isnan(decisions):
        return "Safeguards: how many reductions have each may not be shown"
    if most == 0:
        return "No safeguard is missing"
    if seems_all(having, decisions, most):
        return f"Safeguards: how many of {number(decisions)} reductions lack any may not be shown"
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


def together(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """All safeguards, second opinions offered and taken: shares of the decisions, and a year before."""
    found = apart(snapshot, scope, selection, by_month(snapshot, scope, selection), TOGETHER)
    covered = coverage(snapshot, scope, selection)
    common = frame_of(snapshot, "safeguards-together", *TOGETHER)
    if not found:
        return Exhibit(**common, headline="Second opinions", empty=nobody(snapshot, scope, selection))
    missing = lacking(found, scope.protects)
    made = _told_apart(rows(found, TOGETHER, rounding(snapshot, scope)), missing, TOGETHER, scope.protects)
    decisions = made["denominator"].max()
    return Exhibit(
        **common,
        headline=together_headline(found, missing),
        subtitle=(
            f"Share of best-interest reductions, {year_words(snapshot)} "
            f"({size(decisions, 'decision', 'decisions')})"
        ),
        figure=interval_dots(made),
        narrow=narrow(made),
        caption=(
            f"{COLOURS} {judged_words(snapshot, scope, selection)} Offering is the practice’s part and "
            "should reach everybody; taking it is the "
            f"person’s choice. An opinion of whoever decided does not count. "
            f"{source_words(snapshot, covered)}"
        ),
        table=table(made),
        alt=alt(made),
    )


def together_headline(found: Mapping[str, YearApart], missing: Mapping[str, float]) -> str:
    """How many second opinions were offered and taken, and what changed."""
    offered, decisions = found[OFFERED].now
    if isnan(offered):
        return "Second opinions: how many were offered may not be shown"
    return (
        f"A second opinion was offered in {_in_how_many(offered, decisions, missing[OFFERED])} and "
        f"taken in {number(found[TAKEN].now[0])}{moved_words(found, TOGETHER)}"
    )


def _in_how_many(offered: float, decisions: float, lacking: float) -> str:
    if seems_all(offered, decisions, lacking):
        return both_rounded(decisions)
    return f"{number(offered)} of {number(decisions)}"
