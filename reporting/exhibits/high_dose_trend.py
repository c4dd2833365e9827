"""High dose by month, judged by XmR rules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.spc import FEWEST_POINTS
from reporting.analysis.words import assurance_words, change_words
from reporting.charts.icons import assurance_icon, variation_icon
from reporting.charts.xmr import xmr_chart
from reporting.exhibits.coverage import beyond, coverage, dose_words, source_words
from reporting.exhibits.exhibit import Exhibit, Icon, frame_of
from reporting.exhibits.series import BASELINE_MONTHS, Series, series
from reporting.exhibits.wording import month, number, rate

MEASURE = "high_dose_prevalence"
XMR_WORDS = (
    "XmR chart, lower is better; blue: improvement, orange: concern, grey: no significant change. "
    "Neighbouring "
    "months share two thirds of their 90 days, so runs come more easily than between separate months."
)


def trend(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Adults beyond the threshold per 1,000 registered adults by month, with XmR limits and signals."""
    found = series(snapshot, scope, selection, MEASURE, selection.threshold)
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "high-dose-trend", MEASURE)
    if found is None:
        return Exhibit(**common, headline=f"High dose {words} by month", empty=covered.nothing())
    draw = partial(
        xmr_chart,
        found.xmr.frame,
        "{:.2f}",
        found.target,
        found.rebases,
        provisional=found.xmr.provisional,
    )
    first, last = found.frame.iloc[0], found.last
    return Exhibit(
        **common,
        headline=trend_headline(found, words),
        subtitle=(
            f"Adults {words} OME a day per 1,000 registered adults, monthly, {month(first['month'])} to "
            f"{month(last['month'])} (n = {number(last['denominator'])} adults)"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=" ".join(
            [
                XMR_WORDS,
                limits_words(found),
                dose_words(snapshot, selection.threshold),
                source_words(snapshot, covered),
            ]
        ),
        table=trend_table(found, "People", "Registered adults", "Per 1,000"),
        alt=(
            f"Line of {len(found.frame)} months: {rate(first['value'])} per 1,000 in "
            f"{month(first['month'])}, "
            f"{rate(last['value'])} in {month(last['month'])}; {change_words(found.xmr, found.better)}."
        ),
        icons=icons(found),
    )


def trend_headline(found: Series, words: str) -> str:
    """The finding of a trend in one sentence; it speaks of change only where an XmR signal does."""
    last, mean = found.last, found.xmr.frame["mean"].iloc[-1]
    start = f"{words[0].upper()}{words[1:]}: {rate(last['value'])} per 1,000 adults"
    if found.xmr.provisional:
        return f"{start}; with fewer than {FEWEST_POINTS} months it is too early to judge change"
    judged = change_words(found.xmr, found.better)
    if found.xmr.variation == "common":
        return f"{start}, {judged}"
    if found.xmr.frame["signal"].iloc[-1] == "trend":
        way = "falling" if found.xmr.variation == "improvement" else "rising"
        return f"{start} and {way}: {judged}"
    side = "below" if last["value"] < mean else "above"
    return f"{start}, {side} the mean of {rate(mean)}: {judged}"


def icons(found: Series) -> tuple[Icon, ...]:
    """Variation and, with a target, assurance; none while there are too few points."""
    if found.xmr.provisional:
        return ()
    shown = [Icon(variation_icon(found.xmr.variation, found.better), change_words(found.xmr, found.better))]
    if found.xmr.assurance is not None:
        shown.append(Icon(assurance_icon(found.xmr.assurance), assurance_words(found.xmr) or ""))
    return tuple(shown)


def limits_words(found: Series) -> str:
    """What the limits of a series are worked out from."""
    return " ".join([*_limits(found), *found.decisions])


def _limits(found: Series) -> Iterator[str]:
    if found.xmr.provisional:
        judged = found.xmr.frame.dropna(subset=["value"])
        since = int((judged["segment"] == judged["segment"].iloc[-1]).sum())
        yield f"{since} of {FEWEST_POINTS} months: limits are provisional, no icon yet."
    elif not found.rebases:
        yield f"Limits from {f'the first {BASELINE_MONTHS}' if found.baseline else 'all'} months."


def trend_table(found: Series, numerator: str, denominator: str, value: str) -> pd.DataFrame:
    """The months of a series with their limits and signals; the first columns under the names given."""
    judged = found.xmr.frame
    return pd.DataFrame(
        {
            "Month": [month(day) for day in found.frame["month"]],
            numerator: found.frame["numerator"],
            denominator: found.frame["denominator"],
            value: found.frame["value"].round(2),
            "Mean": judged["mean"].round(2),
            "Lower limit": judged["lower"].round(2),
            "Upper limit": judged["upper"].round(2),
            "Signal": judged["signal"].fillna("").str.replace("_", " "),
            "Practices": found.frame["practices"],
        }
    )
