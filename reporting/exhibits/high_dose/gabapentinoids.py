"""Gabapentinoids: how many adults take a high dose, how much the list takes, and what opioids go with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.labels import value
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.kinds import trend as parts
from reporting.exhibits.kinds.series import Series, series
from reporting.exhibits.kinds.year_before import (
    COLOURS,
    a_year_before,
    alt,
    judged_words,
    narrow,
    rows,
    table,
)
from reporting.exhibits.kinds.yearly import YearApart
from reporting.exhibits.policy import policy_of
from reporting.exhibits.wording import listed, month, number, share, size

HIGH, USE = "high_dose_gabapentinoid", "gabapentinoid_ddd"
WITH = "opioid_with_gabapentinoid"
TOGETHER = {
    WITH: "Opioid and gabapentinoid",
    "opioid_with_sedative": "Opioid and benzodiazepine or z-drug",
    "triple_combination": "All three",
    "two_opioids": "Two opioids",
    "naloxone_supplied": "Naloxone supplied",
    "both_coming_down": "Both down at once (neutral)",
}
COUNTED = {
    **dict.fromkeys(TOGETHER, "people on opioids"),
    "naloxone_supplied": "people offered it",
    "both_coming_down": "taper plans",
}
DDD_WORDS = (
    "A defined daily dose is a unit of counting (pregabalin 300 mg, gabapentin 1,800 mg), not a dose to aim "
    "for."
)


@dataclass(frozen=True)
class Course:
    """How a rate per 1,000 by month is shown. headline: with {} for the latest value, as `written` formats
    it; plotted: the start of the subtitle; of: who the n are; columns: numerator and denominator of the
    table; method: how change is judged; counted: who is counted."""

    measure: str
    title: str
    headline: str
    plotted: str
    of: tuple[str, str]
    columns: tuple[str, str]
    written: str
    method: str
    counted: str


def trend(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Adults on a high-dose gabapentinoid per 1,000 registered adults over time."""
    cut_off = float(policy_of(snapshot).get("gabapentinoid", {}).get("high_dose_ddd", 2.0))
    return _by_month(
        snapshot,
        scope,
        selection,
        frame_of(snapshot, "gabapentinoid-trend", HIGH),
        Course(
            measure=HIGH,
            title="High-dose gabapentinoid by month",
            headline="High-dose gabapentinoid: {} per 1,000 adults",
            plotted=(
                f"Adults above {cut_off:g} defined daily doses ({cut_off * 300:,.0f} mg pregabalin or "
                f"{cut_off * 1800:,.0f} mg gabapentin a day) per 1,000 registered adults"
            ),
            of=("adult", "adults"),
            columns=("People", "Registered adults"),
            written="{:.2f}",
            method="",
            counted=(
                f"Mean of {snapshot.info.window_days} days; people with an epilepsy code and people excluded "
                "are left out."
            ),
        ),
    )


def use(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Defined daily doses of gabapentinoids a month per 1,000 registered people over time."""
    common = frame_of(snapshot, "gabapentinoid-use", USE)
    course = Course(
        measure=USE,
        title="Gabapentinoid use by month",
        headline="Gabapentinoid use: {} daily doses per 1,000 people a month",
        plotted="Defined daily doses of the month per 1,000 registered people",
        of=("person", "people"),
        columns=("Daily doses", "Registered people"),
        written="{:,.0f}",
        method=DDD_WORDS,
        counted="Everybody counts, excluded or not.",
    )
    if selection.practice is not None:  # an amount, which no interval of people judges
        there = "The amount of one practice stands in the table below; choose an area for the months."
        return Exhibit(**common, headline=course.title, empty=there)
    return _by_month(snapshot, scope, selection, common, course)


def _by_month(
    snapshot: Snapshot, scope: Scope, selection: Selection, common: dict[str, Any], course: Course
) -> Exhibit:
    found = series(snapshot, scope, selection, course.measure, 0)
    if found is None:
        return Exhibit(**common, headline=course.title, empty=_nothing(snapshot, scope, selection))
    draw = parts.drawing(found, course.written)
    return Exhibit(
        **common,
        headline=_headline(found, course),
        subtitle=f"{course.plotted}, {parts.span(found)} ({size(found.last['denominator'], *course.of)})",
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            f"{parts.method(found, course.method)} {course.counted} {_source(snapshot, scope, selection)}"
        ),
        table=parts.table(found, *course.columns, "Per 1,000"),
        alt=parts.alt(found, lambda row: f"{value(row['value'], course.written)} per 1,000"),
        icons=parts.icons(found),
    )


def together(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """What people on opioids take with them that also slows breathing, now and a year before."""
    frame = figures.measure_by_month(snapshot, scope, selection, [*TOGETHER], [0, selection.threshold]).frame
    counted = [measure for measure in TOGETHER if (frame["measure"] == measure).any()]
    found = a_year_before(snapshot, scope, selection, frame, counted)
    common = frame_of(snapshot, "opioid-together", *counted)
    if not found:
        nothing = _nothing(snapshot, scope, selection)
        return Exhibit(**common, headline="Opioids with other medicines", empty=nothing)
    shown = rows(found, TOGETHER, COUNTED)
    return Exhibit(
        **common,
        headline=together_headline(found),
        subtitle=(
            "Share of people on opioids who take each with them, "
            f"{month(snapshot.info.last_month)} ({_sizes(found)})"
        ),
        figure=interval_dots(shown),
        narrow=narrow(shown),
        caption=(
            f"{COLOURS} {judged_words(snapshot, scope, selection)} Together: on one day of the last "
            f"{snapshot.info.window_days} at least. Together they "
            "may sedate and slow breathing: review both, and tell the person and carers the signs. "
            f"{_source(snapshot, scope, selection)}"
        ),
        table=table(shown),
        alt=alt(shown),
    )


def together_headline(found: dict[str, YearApart]) -> str:
    """How many take an opioid with a gabapentinoid, and what changed in a year."""
    first = found.get(WITH)
    moved = [
        f"{TOGETHER[m].split(' (')[0].lower()} {one.moved}"
        for m, one in found.items()
        if one.kind != "common"
    ]
    start = (
        f"Opioid and gabapentinoid together: {share(*first.now)}" if first else "Opioids with other medicines"
    )
    return f"{start}; {listed(moved, 3)} in a year" if moved else start


def _headline(found: Series, course: Course) -> str:
    start = course.headline.format(value(found.last["value"], course.written))
    return f"{start}{'; ' if found.same_people else ', '}{found.words}"


def _sizes(found: dict[str, YearApart]) -> str:
    most: dict[str, float] = {}
    for measure, one in found.items():
        most[COUNTED[measure]] = max(most.get(COUNTED[measure], 0), one.now[1])
    return "n = " + ", ".join(f"{number(n)} {words}" for words, n in most.items())


def _source(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    return source_words(snapshot, coverage(snapshot, scope, selection))


def _nothing(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    return coverage(snapshot, scope, selection).nothing()
