"""Measures of sedatives, kits, pain, early warnings and pharmacies a second time, in plain Python."""

from __future__ import annotations

import calendar
import datetime as dt

from tests.etl.models.plain.plain_care import baseline_of, dose_at
from tests.etl.models.plain.plain_dose import EPOCH, rounded
from tests.etl.models.plain.plain_measures import Found, Place, with_gaps
from tests.etl.models.plain.plain_person import Person, is_open, month_end, months_before
from tests.etl.models.random_watch import KITS


def watch(at: Place) -> Found:
    adults = [p for p in at.here() if p.adult and not p.excluded(at.end)]
    on_opioid = [p for p in adults if p.on_opioid(at.end)]
    ends = [month_end(months_before(at.month, i)) for i in range(6)]
    high = [[at.beyond(p.before(end)) for end in ends] for p in adults]
    cohort = [p for p in at.here() if p.in_cohort(at.end, at.threshold)]
    offered = [p for p in cohort if _slows_breathing(p, at.end)]
    notes = [bool((p.plan(at.end) or {}).get("booking_note")) for p in cohort]
    return {
        ("opioid_with_sedative", ""): (
            sum(_together(p, at.end, "sedative") for p in on_opioid),
            len(on_opioid),
        ),
        ("early_warning", ""): (sum(all(months[:3]) and not all(months) for months in high), at.adults),
        ("naloxone_supplied", ""): (sum(_has_kit(p, at.end) for p in offered), len(offered)),
        ("booking_note", ""): (sum(notes), len(notes)),
        **_pain(at),
        **_pharmacy(at, cohort),
        **_both(at),
    }


def _together(p: Person, on: dt.date, other: str) -> bool:
    """Whether an opioid and the other cover one day of the window."""
    last = (on - EPOCH).days
    window = set(range(last - p.rules.dose.window_days + 1, last + 1))
    opioids = [days for drug, days in p.days_on.items() if drug not in ("gabapentinoid", "sedative")]
    return any(days & p.days_on.get(other, set()) & window for days in opioids)


def _slows_breathing(p: Person, on: dt.date) -> bool:
    both = _together(p, on, "gabapentinoid") or _together(p, on, "sedative")
    return both and p.on_opioid(on)


def _has_kit(p: Person, on: dt.date) -> bool:
    year, day = on.year - 1, on.day
    since = on.replace(year=year, day=min(day, calendar.monthrange(year, on.month)[1]))
    return any(KITS.get(one["product"]) and since < one["issued_on"] <= on for one in p.issues)


def _pain(at: Place) -> Found:
    by_key = {p.patient["patient_key"]: p for p in at.people}
    scores = [
        r["pain_score"]
        for r in at.rows["reviews"]
        if at.within(r["reviewed_on"], 12)
        and r["pain_score"] is not None
        and at.beyond(by_key[r["patient_key"]].dose(month_end(r["reviewed_on"])))
    ]
    return {("severe_pain", ""): (sum(score >= 7 for score in scores), len(scores))}


def _pharmacy(at: Place, cohort: list[Person]) -> Found:
    sent = []
    for p in cohort:
        plan = p.plan(at.end) or {}
        agreed = plan.get("nominated_pharmacy") if plan.get("pharmacy_consent") == "given" else None
        sent += [
            one["pharmacy"] == agreed
            for one, _ in with_gaps(p.issues)
            if at.within(one["issued_on"], 1) and agreed and one["pharmacy"]
        ]
    return {("issues_at_agreed_pharmacy", ""): (sum(sent), len(sent))}


def _both(at: Place) -> Found:
    judged = []
    for p in at.people:
        for plan in p.plans:
            start, left = plan["taper_start_on"], p.patient.get("registered_to")
            if not is_open(plan, at.end) or (at.end - start).days < 60 or (left and left <= at.end):
                continue
            baseline, now = baseline_of(p, start), dose_at(p, at.end)
            if baseline and at.beyond(baseline) and not p.coded(at.end):
                first, last = (start - EPOCH).days, (at.end - EPOCH).days
                before = _gabapentinoid(p, first - 365, first)
                after = _gabapentinoid(p, last - 59, last + 1)
                down = now is not None and now / baseline <= 0.85
                judged.append(down and 0 < after * 100 <= before * 85)
    return {("both_coming_down", ""): (sum(judged), len(judged))}


def _gabapentinoid(p: Person, first: int, end: int) -> int:
    doses = [dose for day, dose in p.doses["gabapentinoid"].items() if first <= day < end]
    return rounded(sum(doses) / len(doses)) if doses else 0
