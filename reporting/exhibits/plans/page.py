"""Management plans: the head of the page, and what it is made of."""

from __future__ import annotations

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.people.caseload import caseload_bars
from reporting.exhibits.coverage import area_name, beyond, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.kinds import rates
from reporting.exhibits.kinds.also_measured import AlsoMeasured
from reporting.exhibits.kinds.chart import Chart
from reporting.exhibits.kinds.grid import Grid
from reporting.exhibits.kinds.series import Series, judged
from reporting.exhibits.kinds.shares import Shares
from reporting.exhibits.kinds.trend import Trend
from reporting.exhibits.matrix import GAP, UNKNOWN
from reporting.exhibits.plans import caseload as named
from reporting.exhibits.plans import headings as own
from reporting.exhibits.plans import items
from reporting.exhibits.plans import practices as low
from reporting.exhibits.wording import FEWEST_FOR_PERCENT, counted, month, number

REVIEWED = "reviewed_12_months"
# Whose coming and going can be shown, the first unless another is chosen.
STATES = (*items.NAMES, "on_taper_plan")
NOBODY = "change not judged: nobody is on a high dose in any month"

headings = Grid(
    key="plan-headings",
    measures=(own.HEADING, own.CURRENT),
    title="Practice plans by heading",
    read=own.read,
    headline=own.headline,
    subtitle="Headings of a practice’s own plan, {month}",
    note=(
        "Where the plan asks to consider something, either choice is dealt with: a choice against is no gap. "
        "A gap is not considered, overdue or left out of the record. A practice whose record has not come "
        "is not counted."
    ),
    marks=(
        (GAP, "gap"),
        (own.DEALT_WITH, "dealt with"),
        (own.AGAINST, "chose not to"),
        (UNKNOWN, "not sent"),
    ),
    counted="practices with a gap",
    total="Gaps",
    clear="No gaps",
    extract="practice_plans",
    opens="plans",
)


def _high_dose(snapshot: Snapshot, threshold: int) -> str:
    return (
        f"On a high dose: adults {beyond(snapshot, threshold)} OME a day, or on a high-dose gabapentinoid, "
        "reviewed in the last 3 months or not."
    )


trend = Trend(
    key="plan-trend",
    measure="reviewed_3_months",
    them="reviewed in 3 months",
    plotted="% of people on a high dose",
    of=("person", "people"),
    columns=("Reviewed", "On a high dose", "%"),
    counted=_high_dose,
    unit_format="{:.0f}%",
    per="",
)
practices = Grid(
    key="plan-practices",
    measures=tuple(items.NAMES),
    title="Reviews and plans by practice",
    read=low.read,
    headline=low.headline,
    subtitle="People on a high dose with each item, %, {month}",
    note=(
        f"Shares; counts of fewer than {FEWEST_FOR_PERCENT} people. {rates.SHARES_WORDS} Not adjusted for "
        "age, sex or deprivation: it is due to everybody alike. Orange frame: lower; "
        f"blue: higher; plain: {rates.UNSURE}. Practices without anybody on a high dose are left out."
    ),
    marks=((GAP, f"low ({rates.SURELY})"), (low.HIGH, "high"), (UNKNOWN, "not sent")),
    counted="practices low",
    total="Low",
    clear="",
    extract="plans",
    opens="plans",
)
people = Shares(
    key="plan-people",
    items=items.PEOPLE,
    title="Reviews and plans of people on a high dose",
    headline=items.people,
    subtitle="People on a high dose with each, {month}; tick: a year before ({n})",
    note="Only what the records hold is counted: an item that is missing may have been done.",
)
handling = Shares(
    key="plan-handling",
    items=items.HANDLING,
    title="Prescriptions and dose changes",
    headline=items.handling,
    subtitle="Handled as the plan asks, {month}; tick: a year before ({n})",
    note=(
        "Issues are those of the month, the others of 12 months. Issues within two days of the interval "
        "count as on it. Early requests are recorded by few systems."
    ),
)
caseload = Chart(
    key="plan-caseload",
    measures=(named.MEASURE,),
    title="Caseload by clinician",
    read=named.read,
    headline=named.caseload_headline,
    draw=caseload_bars,
    subtitle="People on a high dose by the clinician named in their plan, {month} (n = {n})",
    note=(
        "High dose: {dose} OME a day, or a high-dose gabapentinoid. Practices with most people without a "
        "clinician first. Each blue piece: one clinician’s people; hollow: nobody is named. Codes are the "
        "practice’s own pseudonyms. A large caseload is no fault: it shows who may need help. {left_out}"
    ),
    among=True,
)
FIRST = (headings, trend, people, practices)
MORE = (handling, caseload)
ALSO = AlsoMeasured(("severe_pain", "headings_complete", "resources_in_use"))
IN_MORE = "prescriptions, clinicians, new and left, other measures"


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """How many were reviewed in a year and whether that changed, what is least in place and what to do."""
    found = people.found(snapshot, scope, selection)
    if REVIEWED not in found:
        area = area_name(snapshot, scope, selection)
        covered = coverage(snapshot, scope, selection)
        none = "Reviews are not known" if covered.without("reviews") else "Nobody on a high dose to review"
        return Head(f"{none} in {area}", covered.nothing())
    frame = figures.measure_by_month(snapshot, scope, selection, [REVIEWED], [selection.threshold]).frame
    change = judged(snapshot, scope, selection, frame, REVIEWED, selection.threshold)
    n, of = found[REVIEWED].now
    least = items.least(found)
    held = found[least].now[0]
    return Head(
        f"{number(n)} of {counted(of, 'person', 'people')} on a high dose {'was' if n == 1 else 'were'} "
        f"reviewed in a year; {number(held) if held else 'none'} "
        f"{'has' if held == 1 else 'have'} {items.HAVING[least]}",
        f"Reviewed in a year: {_changed(change)}. "
        f"{_current(snapshot, scope, selection)}{_next_step(scope, least)}",
    )


def _next_step(scope: Scope, least: str) -> str:
    """What to do about the item least in place: the practice itself, or whoever asks it to."""
    step = items.NEXT_STEPS[least]
    return f"{step[0].upper()}{step[1:]}." if scope.role == "practice" else f"Ask practices to {step}."


def _changed(found: Series | None) -> str:
    """“really fell since Sep 2025”, or why that is not judged."""
    if found is None:
        return NOBODY
    change = found.change
    if change is None or not found.judged:
        return found.words
    return f"{change.verdict[0].lower()}{change.verdict[1:]} since {month(change.since)}"


def _current(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    frame = figures.measure_by_month(snapshot, scope, selection, [own.CURRENT], [0]).frame
    latest = frame[(frame["month"] == pd.Timestamp(snapshot.info.last_month)) & (frame["denominator"] != 0)]
    if latest.empty:
        return ""
    n, practices = latest[["numerator", "denominator"]].iloc[0]
    if practices == 1:
        todo = "bring it up to date" if scope.role == "practice" else "ask for it"
        return f"The practice’s own plan is {'current' if n else 'not current: ' + todo}. "
    return f"{number(n)} of {number(practices)} practices have a current plan. "
