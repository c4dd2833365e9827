"""Management plans: the head of the page, and whether reviewing goes up or down."""

from __future__ import annotations

from functools import partial

import pandas as pd

from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.coverage import area_name, beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, Head, frame_of
from reporting.exhibits.kinds import trend as parts
from reporting.exhibits.kinds.series import Series, judged
from reporting.exhibits.kinds.year_before import lowest
from reporting.exhibits.plans.items import PEOPLE, PRACTICES_CURRENT, by_month, years_apart
from reporting.exhibits.wording import counted, month, number, part, share, size

NOBODY = "change not judged: there is no cohort in any month"
REVIEWED = "reviewed_12_months"
RECENT = "reviewed_3_months"
NEXT_STEPS = {
    "indication_coded": "ask practices to code at the next review what each prescription is for",
    "other_medicines_documented": "ask practices to record bought and herbal medicines at the next review",
    "clinicians_named": "ask practices to agree a named clinician and a different cover for each person",
    "home_alert": "ask practices to put an alert on the record of each person with a plan",
    "pharmacy_asked": "ask practices to raise one pharmacy at the next review and to record the answer",
    "booking_note": "ask practices to add a note so that staff book with the named clinician",
}

FINDINGS = {
    "indication_coded": "a coded indication",
    "other_medicines_documented": "other medicines documented",
    "clinicians_named": "a named clinician and cover",
    "home_alert": "an alert on the record",
    "pharmacy_asked": "been asked about one pharmacy",
    "booking_note": "a booking note",
}

# Whose coming and going can be shown, the first unless another is chosen.
STATES = (
    "reviewed_3_months", "reviewed_6_months", "reviewed_12_months", "indication_coded",
    "other_medicines_documented", "clinicians_named", "booking_note", "home_alert", "pharmacy_asked",
    "on_taper_plan",
)  # fmt: skip


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """The page's finding: how many were reviewed in a year, what is least in place and what to do."""
    found = years_apart(snapshot, scope, selection, PEOPLE)
    if REVIEWED not in found:
        area = area_name(snapshot, scope, selection)
        covered = coverage(snapshot, scope, selection)
        none = "Reviews are not known" if covered.without("reviews") else "No cohort to review"
        return Head(f"{none} in {area}", covered.nothing())
    frame = by_month(snapshot, scope, selection)
    reviewed = judged(snapshot, scope, selection, frame, REVIEWED, selection.threshold)
    n, cohort = found[REVIEWED].now
    least = lowest({measure: found[measure] for measure in NEXT_STEPS if measure in found})
    held = found[least].now[0]
    return Head(
        f"{number(n)} of {counted(cohort, 'person', 'people')} in the cohort "
        f"{'was' if n == 1 else 'were'} reviewed in 12 months; {number(held) if held else 'none'} "
        f"{'has' if held == 1 else 'have'} {FINDINGS[least]}",
        f"Reviewed on the template in the 12 months to {month(snapshot.info.last_month)}: "
        f"{part(n, cohort)}, {reviewed.words if reviewed else NOBODY}. "
        f"{_current(snapshot, scope, selection)}"
        f"Next step: {NEXT_STEPS[least]}; the practices to begin with are named below.",
    )


def _current(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    found = years_apart(snapshot, scope, selection, {PRACTICES_CURRENT: ""}).get(PRACTICES_CURRENT)
    if found is None:
        return ""
    n, practices = found.now
    if practices == 1:
        return f"The practice’s own plan is {'current' if n else 'not current: ask for it'}. "
    return f"{number(n)} of {number(practices)} practices have a current plan of their own. "


def trend(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """People of the cohort reviewed in the last 3 months over time, and whether that has changed."""
    frame = by_month(snapshot, scope, selection)
    found = judged(snapshot, scope, selection, frame, RECENT, selection.threshold)
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "plan-trend", RECENT)
    if found is None:
        return Exhibit(**common, headline="Reviews by month", empty=covered.nothing())
    draw = parts.drawing(found, "{:.0f}%")
    return Exhibit(
        **common,
        headline=trend_headline(found),
        subtitle=(
            f"People of the cohort ({words} OME a day, or a high-dose gabapentinoid) with a review in the "
            f"last 3 months, %, {parts.span(found)} "
            f"({size(found.last['denominator'], 'person', 'people')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(f"{parts.method(found)} {source_words(snapshot, covered)}"),
        table=parts.table(found, "Reviewed", "Cohort", "%"),
        alt=parts.alt(found, _written),
        icons=parts.icons(found),
    )


def trend_headline(found: Series) -> str:
    """How many were reviewed lately, and whether that has changed or it is too early to say."""
    return f"Reviewed in 3 months: {_written(found.last)}, {found.words}"


def _written(row: pd.Series) -> str:
    return share(row["numerator"], row["denominator"])
