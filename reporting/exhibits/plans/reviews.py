"""Management plans: the head of the page, and whether reviewing goes up or down."""

from __future__ import annotations

from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.coverage import area_name, beyond, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.kinds.series import judged
from reporting.exhibits.kinds.trend import Trend
from reporting.exhibits.kinds.year_before import lowest
from reporting.exhibits.plans.items import PEOPLE, PRACTICES_CURRENT, by_month, years_apart
from reporting.exhibits.wording import counted, month, number, part

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


def _cohort_words(snapshot: Snapshot, threshold: int) -> str:
    return (
        f"The cohort: adults {beyond(snapshot, threshold)} OME a day, or on a high-dose gabapentinoid, "
        "reviewed in the last 3 months or not."
    )


trend = Trend(
    key="plan-trend",
    measure=RECENT,
    them="reviewed in 3 months",
    plotted="% of the cohort",
    of=("person", "people"),
    columns=("Reviewed", "Cohort", "%"),
    counted=_cohort_words,
    unit_format="{:.0f}%",
    per="",
)
