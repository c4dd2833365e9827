"""Who is found by dose, who is excluded and why, and who of the rest has a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import beyond
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.wording import cells, counted, number, share

FOUND, IN_SCOPE, PLANNED = 4, 5, 6  # steps


@dataclass(frozen=True)
class Cohort:
    """How many are found, in scope and have a plan, and reason of exclusion → people, commonest first."""

    found: float
    in_scope: float
    planned: float
    reasons: Mapping[str, float]


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Adults on a long-term opioid beyond the threshold, less those excluded, in the latest month."""
    cohort = _cohort(snapshot, scope, selection)
    if cohort is None or not cohort.found:
        return Nothing()
    rows = _rows(cohort, beyond(snapshot, selection.threshold))
    table = pd.DataFrame({"Step": rows["label"], "People": cells(rows["people"])})
    return Finding(rows, table, (cohort,), {"n": number(cohort.found)})


def cohort_headline(cohort: Cohort) -> str:
    """How many are excluded, most for what, and how many of the rest have a plan."""
    planned = f"{number(cohort.planned)} of {number(cohort.in_scope)} in scope have a plan"
    out, reasons = cohort.found - cohort.in_scope, list(cohort.reasons)
    most = f", most for {reasons[0]}" if len(reasons) > 1 else f", for {reasons[0]}" if reasons else ""
    excluded = (
        f"{number(out)} of {number(cohort.found)} found are excluded{most}"
        if out
        else (f"None of {counted(cohort.found, 'person', 'people')} found is excluded")
    )
    return f"{excluded}; {planned}"


def _cohort(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cohort | None:
    """None where no practice has data to the end."""
    steps = figures.cohort_steps(snapshot, scope, selection).frame
    if steps.empty:
        return None
    taken = steps[steps["outcome"] == ""].set_index("step")["people"].astype(float)
    excluded = steps[(steps["step"] == IN_SCOPE) & (steps["outcome"] != "") & (steps["people"] != 0)]
    ordered = excluded.sort_values("people", ascending=False, kind="stable")
    reasons = {str(reason): float(n) for reason, n in zip(ordered["outcome"], ordered["people"], strict=True)}
    return Cohort(taken[FOUND], taken[IN_SCOPE], taken[PLANNED], reasons)


def _rows(cohort: Cohort, words: str) -> pd.DataFrame:
    """label, start, end, role, note and people of each bar, downwards: those excluded taken away from all
    found."""
    left = cohort.found
    rows = [(f"Found {words}", 0.0, left, "data", number(left), left)]
    for reason, people in cohort.reasons.items():
        note = f"− {number(people)}"
        rows.append((f"Excluded: {reason}", left - people, left, "common", note, people))
        left -= people
    scope, planned = cohort.in_scope, cohort.planned
    rows.append(("In scope", 0.0, scope, "data", number(scope), scope))
    rows.append(("With a taper plan", 0.0, planned, "data_dark", share(planned, scope), planned))
    return pd.DataFrame(rows, columns=["label", "start", "end", "role", "note", "people"])
