"""Which comparisons are corrected together: all changes of people in a state, all other changes in a year.

A family is of one area, one month and every threshold, whatever page, period, threshold or edition is being
read, so that one change has one verdict on every page and slide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.change import chance
from reporting.analysis.contrast import Contrast, between
from reporting.analysis.correction import Correction, correction
from reporting.analysis.quarters import a_year_apart
from reporting.exhibits.wording import counted
from reporting.once import once

STATES = (
    "high_dose_prevalence", "high_dose_gabapentinoid", "opioid_with_gabapentinoid", "opioid_with_sedative",
    "triple_combination", "two_opioids", "naloxone_supplied",
    "reviewed_3_months", "reviewed_6_months", "reviewed_12_months", "indication_coded",
    "other_medicines_documented", "clinicians_named", "booking_note", "home_alert", "pharmacy_asked",
    "referral_offered", "referral_attended_of_cohort",
)  # fmt: skip
EVENTS = (
    "tapering", "both_coming_down", "dose_clear", "issues_on_interval", "early_requests", "issued_by_named",
    "issues_at_agreed_pharmacy",
    "reviewed_by_named", "discussed_before_change", "letters_read_before_change", "practice_plan_current",
    "safeguards_complete", "second_opinion_offered", "second_opinion_taken", "best_interest_red_speed",
    "safeguard_done", "falls_of_everybody", "stops_of_everybody", "falls_not_known",
)  # fmt: skip
SPANS = ("programme", "year", "start")  # what a state is judged over: the first that is there
IN_A_YEAR = ("year",)
YEAR = 12
CACHED = 64


def of_states(
    snapshot: Snapshot, scope: Scope, selection: Selection, spans: tuple[str, ...] = SPANS
) -> Correction:
    """The correction of who came and who went: every state whose change is drawn, at every threshold."""
    return _told(
        _of_states(snapshot, scope.internal(), replace(selection, years=1, threshold=0), spans), scope
    )


def of_years(snapshot: Snapshot, scope: Scope, selection: Selection) -> Correction:
    """The correction of what is counted now and a year before: events, states of plans, and states where
    nobody's coming and going is known (a part of a PCN)."""
    return _told(_of_years(snapshot, scope.internal(), replace(selection, years=1, threshold=0)), scope)


def _told(found: Correction, scope: Scope) -> Correction:
    """The correction; of published figures without how many are compared, which depends on exact counts."""
    return found if scope.edition == "internal" else replace(found, of=None)


def among_words(found: Correction) -> str:
    """“Corrected over 64 changes compared at once (Benjamini–Hochberg, 5%).”"""
    over = "all changes" if found.of is None else counted(found.of, "change", "changes")
    return f"Corrected over {over} compared at once (Benjamini–Hochberg, 5%)."


@once(CACHED)
def _of_states(snapshot: Snapshot, scope: Scope, selection: Selection, spans: tuple[str, ...]) -> Correction:
    rows = flows_of_states(snapshot, scope, selection)
    return correction(_chances(rows, pd.Timestamp(snapshot.info.last_month), spans))


def flows_of_states(snapshot: Snapshot, scope: Scope, selection: Selection) -> pd.DataFrame:
    """Rows of `figures.flows` of every state of the family."""
    return figures.flows(snapshot, scope, selection, STATES, [0, *snapshot.info.thresholds]).frame


def ending(rows: pd.DataFrame, last: pd.Timestamp, spans: tuple[str, ...] = SPANS) -> Any:
    """The flow of one state that a month is judged by: since the programme began, else over the year before
    it, else since the first month."""
    found = rows[rows["to_month"] == last].set_index("span")
    span = next((span for span in spans if span in found.index), None)
    return None if span is None else found.loc[span]


def _chances(rows: pd.DataFrame, last: pd.Timestamp, spans: tuple[str, ...]) -> Iterator[float]:
    for _, part in rows.groupby(["measure", "threshold"], sort=False):
        row: Any = ending(part, last, spans)
        if row is not None:
            yield chance(int(row["entered"]), int(row["left"]))


@once(CACHED)
def _of_years(snapshot: Snapshot, scope: Scope, selection: Selection) -> Correction:
    known = flows_of_states(snapshot, scope, selection)
    measures = [*EVENTS, *(one for one in STATES if one not in set(known["measure"]))]
    thresholds = [0, *snapshot.info.thresholds]
    frame = figures.measure_by_month(snapshot, scope, selection, measures, thresholds).frame
    last = pd.Timestamp(snapshot.info.last_month)
    return correction(one.p for one in _contrasts(frame, last))


def _contrasts(frame: pd.DataFrame, last: pd.Timestamp) -> list[Contrast]:
    earlier, later = [], []
    for _, part in frame.groupby(["measure", "threshold", "category"], sort=False):
        pair = a_year_apart(part, last)
        if pair is not None:
            earlier.append(pair[0])
            later.append(pair[1])
    return between(earlier, later)
