"""Which safeguards best-interest reductions have, now and a year before."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isnan

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.kinds.year_before import (
    COLOURS,
    a_year_before,
    alt,
    judged_words,
    moved_words,
    narrow,
    rows,
    table,
    to_latest,
)
from reporting.exhibits.kinds.yearly import YearApart
from reporting.exhibits.safeguards.page import (
    EACH,
    OFFERED,
    SAFEGUARDS,
    TAKEN,
    TOGETHER,
    by_month,
    nobody,
    year_words,
)
from reporting.exhibits.wording import HIDDEN, listed, number, size


def each(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Each safeguard's share of the decisions of 12 months, and a year before."""
    frame = figures.measure_by_month(snapshot, scope, selection, [EACH], [0]).frame
    judged = {
        name: to_latest(snapshot, scope, selection, frame[frame["category"] == name]) for name in SAFEGUARDS
    }
    found = {name: one for name, one in judged.items() if one is not None}
    covered = coverage(snapshot, scope, selection)
    common = frame_of(snapshot, "safeguards-each", EACH)
    if not found:
        return Exhibit(**common, headline="Each safeguard", empty=nobody(snapshot, scope, selection))
    missing, made = lacking(found), rows(found, SAFEGUARDS)
    if isnan(made["denominator"].max()):
        few = "How many reductions there are is withheld. Choose a wider area."
        return Exhibit(**common, headline="Each safeguard", empty=few)
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


def lacking(found: Mapping[str, YearApart]) -> dict[str, float]:
    """Safeguard → decisions of the latest month's year without it; most often missing first, and first of all
    those of which that is withheld: few decisions have them."""
    missing = {name: one.now[1] - one.now[0] for name, one in found.items()}
    return dict(sorted(missing.items(), key=lambda one: -inf if isnan(one[1]) else found[one[0]].now[0]))


def each_headline(found: Mapping[str, YearApart], missing: Mapping[str, float]) -> str:
    """Which safeguards are missing most often, from how many decisions. missing: most often first."""
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


def together(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """All safeguards, second opinions offered and taken: shares of the decisions, and a year before."""
    found = a_year_before(snapshot, scope, selection, by_month(snapshot, scope, selection), TOGETHER)
    covered = coverage(snapshot, scope, selection)
    common = frame_of(snapshot, "safeguards-together", *TOGETHER)
    if not found:
        return Exhibit(**common, headline="Second opinions", empty=nobody(snapshot, scope, selection))
    made = rows(found, TOGETHER)
    decisions = made["denominator"].max()
    return Exhibit(
        **common,
        headline=together_headline(found),
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


def together_headline(found: Mapping[str, YearApart]) -> str:
    """How many second opinions were offered and taken, and what changed."""
    offered, decisions = found[OFFERED].now
    return (
        f"A second opinion was offered in {number(offered)} of {number(decisions)} and taken in "
        f"{number(found[TAKEN].now[0])}{moved_words(found, TOGETHER)}"
    )
