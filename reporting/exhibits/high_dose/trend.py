"""High dose over time: by month in an area, by quarter with intervals at one practice."""

from __future__ import annotations

from functools import partial

from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.coverage import beyond, coverage, dose_words, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.kinds import trend as parts
from reporting.exhibits.kinds.series import Series, series
from reporting.exhibits.wording import HIDDEN, number, rate

MEASURE = "high_dose_prevalence"


def trend(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Adults beyond the threshold per 1,000 registered adults over time, and whether that has changed."""
    found = series(snapshot, scope, selection, MEASURE, selection.threshold)
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "high-dose-trend", MEASURE)
    if found is None:
        return Exhibit(**common, headline=f"High dose {words} by month", empty=covered.nothing())
    if parts.is_hidden(found):
        few = f"In no month are there people enough {words} a day to be shown."
        return Exhibit(**common, headline=trend_headline(found, words), empty=few)
    draw = parts.drawing(found, "{:.2f}")
    return Exhibit(
        **common,
        headline=trend_headline(found, words),
        subtitle=(
            f"Adults {words} OME a day per 1,000 registered adults, {parts.span(found)} "
            f"(n = {number(found.last['denominator'])} adults)"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            f"{parts.method(found)} {dose_words(snapshot, selection.threshold)} "
            f"{source_words(snapshot, covered)}"
        ),
        table=parts.table(found, "People", "Registered adults", "Per 1,000"),
        alt=parts.alt(found, lambda row: f"{rate(row['value'])} per 1,000"),
        icons=parts.icons(found),
    )


def trend_headline(found: Series, words: str) -> str:
    """The finding of a trend in one sentence; it speaks of change only where a signal or intervals do."""
    last = found.last
    start = f"{words[0].upper()}{words[1:]}: {rate(last['value'])} per 1,000 adults"
    if last["value"] != last["value"]:
        start = f"{words[0].upper()}{words[1:]}: {HIDDEN} of {number(last['denominator'])} adults"
        return f"{start}{found.joined}" if found.judged else start
    if found.quarters is not None:
        start = f"{start}, {number(last['numerator'])} of {number(last['denominator'])}"
    return f"{start}{found.joined}"
