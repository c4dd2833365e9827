"""What is in place for people of the cohort: each item of review and plan now, and a year before."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.kinds.year_before import (
    COLOURS,
    a_year_before,
    alt,
    judged_words,
    lowest,
    moved_words,
    narrow,
    rows,
    table,
)
from reporting.exhibits.kinds.yearly import YearApart
from reporting.exhibits.wording import counted, month, number, share

PEOPLE = {
    "reviewed_3_months": "Reviewed in 3 months",
    "reviewed_6_months": "Reviewed in 6 months",
    "reviewed_12_months": "Reviewed in 12 months",
    "indication_coded": "Indication coded",
    "other_medicines_documented": "Other medicines documented",
    "clinicians_named": "Named clinician and cover",
    "booking_note": "Booking note for staff",
    "home_alert": "Alert on the record",
    "pharmacy_asked": "Asked about one pharmacy",
}
HANDLING = {
    "dose_clear": "Dose clear in directions",
    "issues_on_interval": "Issued on the interval",
    "early_requests": "Early (fewer is better)",
    "issued_by_named": "Issued by named (neutral)",
    "issues_at_agreed_pharmacy": "Sent to agreed pharmacy (neutral)",
    "reviewed_by_named": "Reviewed by named or cover",
    "discussed_before_change": "Taper discussed beforehand",
    "letters_read_before_change": "Letters read before a step",
}
COUNTED = {
    "dose_clear": "issues",
    "issues_on_interval": "issues",
    "early_requests": "issues",
    "issued_by_named": "issues",
    "issues_at_agreed_pharmacy": "issues",
    "reviewed_by_named": "people",
    "discussed_before_change": "tapers",
    "letters_read_before_change": "steps",
}
NOT_WANTED_HIGH = ("early_requests", "issued_by_named", "issues_at_agreed_pharmacy")
PRACTICES_CURRENT = "practice_plan_current"
CACHED = 64


@lru_cache(maxsize=CACHED)
def by_month(snapshot: Snapshot, scope: Scope, selection: Selection) -> pd.DataFrame:
    """Every measure of the page by month in the selected area and period; one query. Not to be changed."""
    measures = [*PEOPLE, *HANDLING, PRACTICES_CURRENT]
    return figures.measure_by_month(snapshot, scope, selection, measures, [selection.threshold, 0]).frame


def years_apart(
    snapshot: Snapshot, scope: Scope, selection: Selection, measures: Mapping[str, str]
) -> dict[str, YearApart]:
    """Measure → now and a year before, of those with somebody or something to count in the latest month."""
    found = _apart(snapshot, scope, selection)
    return {measure: found[measure] for measure in measures if measure in found}


@lru_cache(maxsize=CACHED)
def _apart(snapshot: Snapshot, scope: Scope, selection: Selection) -> dict[str, YearApart]:
    return a_year_before(
        snapshot,
        scope,
        selection,
        by_month(snapshot, scope, selection),
        (*PEOPLE, *HANDLING, PRACTICES_CURRENT),
    )


def people(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """What is in place for people of the cohort: reviews, record and plan, as shares of the cohort."""
    frame = figures.measure_by_month(snapshot, scope, selection, [*PEOPLE], [selection.threshold]).frame
    found = a_year_before(snapshot, scope, selection, frame, PEOPLE)
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "plan-people", *PEOPLE)
    if not found:
        return Exhibit(**common, headline="Reviews and plans of the cohort", empty=covered.nothing())
    frame = rows(found, PEOPLE)
    cohort = max(one.now[1] for one in found.values())
    least = lowest({measure: one for measure, one in found.items() if "reviewed" not in measure} or found)
    return Exhibit(
        **common,
        headline=f"{PEOPLE[least]}: in place for {number(found[least].now[0])} of {number(cohort)} people"
        + moved_words(found, PEOPLE, least),
        subtitle=(
            f"Share of the cohort ({words} OME a day, or a high-dose gabapentinoid) with each item, "
            f"{month(snapshot.info.last_month)} (n = {counted(cohort, 'person', 'people')})"
        ),
        figure=interval_dots(frame),
        narrow=narrow(frame),
        caption=(
            f"{COLOURS} {judged_words(snapshot, scope, selection)} Only what the records hold is counted: "
            "an item that is missing may have been done. "
            f"{source_words(snapshot, covered)}"
        ),
        table=table(frame),
        alt=alt(frame),
    )


def handling(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Whether prescriptions, reviews and dose changes go as the plan says, each of what it is counted of."""
    found = years_apart(snapshot, scope, selection, HANDLING)
    covered = coverage(snapshot, scope, selection)
    common = frame_of(snapshot, "plan-handling", *HANDLING)
    if not found:
        return Exhibit(**common, headline="Prescriptions and dose changes", empty=covered.nothing())
    frame = rows(found, HANDLING, COUNTED)
    return Exhibit(
        **common,
        headline=handling_headline(found),
        subtitle=(
            "Share of issues, people, tapers and steps handled as the plan asks; issues of "
            f"{month(snapshot.info.last_month)}, the others of 12 months "
            f"(n = {_sizes(found)})"
        ),
        figure=interval_dots(frame),
        narrow=narrow(frame),
        caption=(
            f"{COLOURS} {judged_words(snapshot, scope, selection)} Issues within two days of the interval "
            "count as on it. Early requests are recorded "
            f"by few systems. {source_words(snapshot, covered)}"
        ),
        table=table(frame),
        alt=alt(frame),
    )


def _sizes(found: Mapping[str, YearApart]) -> str:
    """The largest number of each sort that is counted: “572 issues, 62 people”."""
    most: dict[str, float] = {}
    for measure, one in found.items():
        most[COUNTED[measure]] = max(most.get(COUNTED[measure], 0), one.now[1])
    return ", ".join(f"{number(n)} {words}" for words, n in most.items())


def handling_headline(found: Mapping[str, YearApart]) -> str:
    """The lowest share of what should be high, and what changed."""
    wanted = {measure: one for measure, one in found.items() if measure not in NOT_WANTED_HIGH}
    if not wanted:
        return f"Prescriptions and dose changes{moved_words(found, HANDLING)}"
    least = lowest(wanted)
    return f"{HANDLING[least]}: {share(*found[least].now)}{moved_words(found, HANDLING, least)}"
