"""Which safeguards best-interest reductions have, now and a year before."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

import pandas as pd

from reporting.access import Scope, Selection, Snapshot
from reporting.charts.dots import interval_dots
from reporting.disclosure import EXACT, judging, shown
from reporting.exhibits.coverage import coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import rule
from reporting.exhibits.safeguards import (
    EACH,
    OFFERED,
    SAFEGUARDS,
    TAKEN,
    TOGETHER,
    by_month,
    nobody,
    year_words,
)
from reporting.exhibits.wording import counted, listed, number
from reporting.exhibits.year_before import COLOURS, alt, apart, moved_words, narrow, rows, table, to_latest
from reporting.exhibits.yearly import YearApart


def each(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Each safeguard's share of the decisions of 12 months, and a year before."""
    frame = by_month(snapshot, scope, selection)
    frame = frame[frame["measure"] == EACH]
    judged = {name: to_latest(snapshot, frame[frame["category"] == name], "higher") for name in SAFEGUARDS}
    found = {name: one for name, one in judged.items() if one is not None}
    covered = coverage(snapshot, scope, selection)
    common = frame_of(snapshot, "safeguards-each", EACH)
    if not found:
        return Exhibit(**common, headline="Each safeguard", empty=nobody(snapshot, scope, selection))
    missing = lacking(snapshot, frame)
    made = _told_apart(rows(found, SAFEGUARDS), missing)
    return Exhibit(
        **common,
        headline=each_headline(found, missing),
        subtitle=(
            f"Share of best-interest reductions with each safeguard, {year_words(snapshot)} "
            f"(n = {counted(made['denominator'].max(), 'decision', 'decisions')})"
        ),
        figure=interval_dots(made),
        narrow=narrow(made),
        caption=(
            f"{COLOURS} An attempt that is recorded counts; so does a referral declined, or not suitable "
            f"with a reason. What is not recorded may have been said. {source_words(snapshot, covered)}"
        ),
        table=table(made),
        alt=alt(made),
    )


def lacking(snapshot: Snapshot, frame: pd.DataFrame) -> dict[str, float]:
    """Safeguard → decisions of the latest month's year without it, most first, as they may be shown: a
    difference of rounded counts would call nothing missing where something is. frame: rows of EACH."""
    exact = judging(frame[frame["month"] == pd.Timestamp(snapshot.info.last_month)])
    rows = exact[exact["denominator"] > 0]
    missing = dict(zip(rows["category"], rows["denominator"] - rows["numerator"], strict=True))
    ordered = sorted((name for name in SAFEGUARDS if name in missing), key=lambda name: -missing[name])
    protects = EXACT + "numerator" in frame
    return {
        name: shown(missing[name], rule(snapshot)) if protects else float(missing[name]) for name in ordered
    }


def _told_apart(made: pd.DataFrame, missing: Mapping[str, float]) -> pd.DataFrame:
    """The rows, with words in place of a share where rounding alone makes it seem that nothing is missing."""
    by_label = {SAFEGUARDS[name]: n for name, n in missing.items()}
    lacks = made["label"].map(by_label)
    seems_all = (made["numerator"] == made["denominator"]) & (lacks != 0)
    words = [f"all but {number(n)} of {number(of)}" for n, of in zip(lacks, made["denominator"], strict=True)]
    shares = {name: made[name].mask(seems_all) for name in ("value", "lower", "upper")}
    return made.assign(note=made["note"].mask(seems_all, pd.Series(words, index=made.index)), **shares)


def each_headline(found: Mapping[str, YearApart], missing: Mapping[str, float]) -> str:
    """Which safeguards are missing most often, from how many decisions. missing: most often first."""
    known = {name: n for name, n in missing.items() if name in found}
    most, decisions = next(iter(known.values())), max(one.now[1] for one in found.values())
    if most == 0:
        return "No safeguard is missing"
    names = [SAFEGUARDS[name] for name, n in known.items() if n == most or (isnan(n) and isnan(most))]
    if len(names) == len(SAFEGUARDS):
        return f"Every safeguard is missing from {number(most)} of {number(decisions)}"
    words = listed([names[0], *(name[0].lower() + name[1:] for name in names[1:])], 2)
    return f"{words}: missing from {number(most)} of {number(decisions)}{' each' if len(names) > 1 else ''}"


def together(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """All safeguards, second opinions offered and taken: shares of the decisions, and a year before."""
    found = apart(snapshot, scope, by_month(snapshot, scope, selection), TOGETHER)
    covered = coverage(snapshot, scope, selection)
    common = frame_of(snapshot, "safeguards-together", *TOGETHER)
    if not found:
        return Exhibit(**common, headline="Second opinions", empty=nobody(snapshot, scope, selection))
    made = rows(found, TOGETHER)
    decisions = int(made["denominator"].max())
    return Exhibit(
        **common,
        headline=(
            f"A second opinion was offered in {number(found[OFFERED].now[0])} of {number(decisions)} and "
            f"taken in {number(found[TAKEN].now[0])}{moved_words(found, TOGETHER)}"
        ),
        subtitle=(
            f"Share of best-interest reductions, {year_words(snapshot)} "
            f"(n = {counted(decisions, 'decision', 'decisions')})"
        ),
        figure=interval_dots(made),
        narrow=narrow(made),
        caption=(
            f"{COLOURS} Offering is the practice’s part and should reach everybody; taking it is the "
            f"person’s choice. An opinion of whoever decided does not count. "
            f"{source_words(snapshot, covered)}"
        ),
        table=table(made),
        alt=alt(made),
    )
