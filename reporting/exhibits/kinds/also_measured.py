"""Measures that no chart of a page shows, as rows of a table at its foot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.coverage import area_name, beyond, coverage
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.exhibit import Definition, definition
from reporting.exhibits.wording import HIDDEN, in_unit, month, number, part

HIGH_DOSE = (
    "early_warning", "high_dose_3_months", "high_dose_6_months", "long_term_opioids", "high_dose_share",
    "ome_burden", "gabapentinoid_ddd",
)  # fmt: skip
PLANS = ("severe_pain", "headings_complete", "resources_in_use")
TAPERING = (
    "escalated",
    "amber_speed",
    "abrupt_stops",
    "steps_in_range",
    "sustained",
    "sustained_after_fall",
    "on_template",
    "both_coming_down",
)
REFERRALS = (
    "referral_made_of_cohort", "referral_accepted_of_cohort", "referral_completed_of_cohort",
    "referral_made", "referral_accepted", "referral_attended", "referral_completed",
    "msk_without_indication",
)  # fmt: skip
REJECTED = "rejected_reasons"
OPENS = {"early_warning": "early warning"}  # measure → the reason of Patients that lists those it counts
YEAR = 12


def listing(*measures: str) -> Callable[[Snapshot, Scope, Selection], Listing]:
    """Makes the table of these measures in the selected area: a row each, now and a year before."""

    def made(snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
        frame = figures.measure_by_month(snapshot, scope, selection, measures, [0, selection.threshold]).frame
        frame = frame[frame["category"] == ""]
        rows = [
            _row(definition(snapshot, scope, m), frame[frame["measure"] == m], snapshot) for m in measures
        ]
        words = (
            f"{area_name(snapshot, scope, selection)}, {month(snapshot.info.last_month)}; high dose is "
            f"{beyond(snapshot, selection.threshold)} a day. What each counts: see the page Definitions."
        )
        opens = tuple(
            OPENS.get(m, "") if row["Counted"] not in ("", "0") else ""
            for m, row in zip(measures, rows, strict=True)
        )
        return Listing("Also measured", words, pd.DataFrame(rows), "Nothing is counted here yet.", opens)

    return made


high_dose = listing(*HIGH_DOSE)
plans = listing(*PLANS)
tapering = listing(*TAPERING)
referrals = listing(*REFERRALS)


def rejected(snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
    """Why services rejected referrals in the last 12 months, commonest reason first."""
    frame = figures.measure_by_month(snapshot, scope, selection, [REJECTED], [selection.threshold]).frame
    latest = frame[frame["month"] == pd.Timestamp(snapshot.info.last_month)]
    latest = latest[latest["numerator"] != 0].sort_values(["numerator", "category"], ascending=[False, True])
    reasons = [str(reason)[:1].upper() + str(reason)[1:] for reason in latest["category"]]
    table = pd.DataFrame(
        {
            "Reason": reasons,
            "Referrals": [number(n) for n in latest["numerator"]],
            "Of": [number(n) for n in latest["denominator"]],
        }
    )
    words = (
        "Referrals of the cohort that a service rejected, of those offered in the last 12 months. "
        "What the next letter must hold."
    )
    covered = coverage(snapshot, scope, replace(selection, years=1))
    none = covered.nothing() if covered.without("referrals") else "No referral was rejected."
    return Listing("Why services rejected referrals", words, table, none)


def _row(about: Definition, frame: pd.DataFrame, snapshot: Snapshot) -> dict[str, Any]:
    now, before = (_at(frame, snapshot.info.month(back)) for back in (0, YEAR))
    return {
        "Measure": about.name,
        "Now": _written(about, now),
        "Counted": "" if now is None else number(now["numerator"]),
        "Out of": "" if now is None else number(now["denominator"]),
        "A year before": _written(about, before),
        "Better": {"lower": "lower", "higher": "higher", "neither": "neither"}[about.better],
    }


def _at(frame: pd.DataFrame, when: Any) -> Any:
    found = frame[frame["month"] == pd.Timestamp(when)]
    return None if found.empty else found.iloc[0]


def _written(about: Definition, row: Any) -> str:
    """The figure in the measure's unit; a dash where there is nothing to count it of."""
    if row is None or row["denominator"] == 0:
        return "–"
    if row["numerator"] != row["numerator"] or row["denominator"] != row["denominator"]:
        return HIDDEN
    if about.unit == "n":
        return number(row["numerator"])
    value = row["numerator"] / row["denominator"]
    if about.unit == "%":
        return part(row["numerator"], row["denominator"])
    return in_unit(value * about.multiplier, about.unit)
