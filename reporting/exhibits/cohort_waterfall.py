"""Who is found by dose, who is excluded and why, and who of the rest has a plan."""

from __future__ import annotations

from functools import partial

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.waterfall import waterfall
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.wording import counted, month, number, share

FOUND, IN_SCOPE, PLANNED = 4, 5, 6  # steps of the mart cohort_waterfall
MEASURE = "high_dose_prevalence"


def found_and_excluded(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Adults on a long-term opioid beyond the threshold, less those excluded, in the latest month."""
    frame = queries.cohort_steps(snapshot, scope, selection).frame
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "high-dose-cohort", MEASURE)
    steps = _steps(frame)
    if not steps.get(FOUND):
        return Exhibit(**common, headline=f"Who is found {words}", empty=covered.nothing())
    reasons = frame[(frame["step"] == IN_SCOPE) & (frame["outcome"] != "")]
    reasons = reasons.sort_values("people", ascending=False)
    rows = _rows(steps, reasons, words)
    draw = partial(waterfall, rows)
    return Exhibit(
        **common,
        headline=cohort_headline(steps, list(reasons["outcome"])),
        subtitle=(
            f"Adults on a long-term opioid {words} OME a day: found, excluded by reason, in scope, and with "
            f"a taper plan, {month(snapshot.info.last_month)} (n = {number(steps[FOUND])} people)"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            "Blue: people left; grey: people taken away. Use under 90 days is no long-term use and not among "
            "those found. Exclusion goes by codes on the record; whoever is excluded stays visible, with the "
            "reason, on the page Patients. "
            f"{source_words(snapshot, covered)}"
        ),
        table=rows[["label", "people"]].rename(columns={"label": "Step", "people": "People"}),
        alt=f"{'; '.join(rows['label'] + ': ' + rows['note'])}.",
    )


def cohort_headline(steps: dict[int, int], reasons: list[str]) -> str:
    """How many are excluded, most for what, and how many of the rest have a plan; commonest reason first."""
    out, scope = steps[FOUND] - steps[IN_SCOPE], steps[IN_SCOPE]
    most = f", most for {reasons[0]}" if len(reasons) > 1 else f", for {reasons[0]}" if reasons else ""
    excluded = (
        f"{number(out)} of {number(steps[FOUND])} found are excluded{most}"
        if out
        else (f"None of {counted(steps[FOUND], 'person', 'people')} found is excluded")
    )
    return f"{excluded}; {number(steps[PLANNED])} of {number(scope)} in scope have a taper plan"


def _steps(frame: pd.DataFrame) -> dict[int, int]:
    kept = frame[frame["outcome"] == ""]
    return {int(step): int(people) for step, people in zip(kept["step"], kept["people"], strict=True)}


def _rows(steps: dict[int, int], reasons: pd.DataFrame, words: str) -> pd.DataFrame:
    """label, start, end, role, note and people of each bar, downwards."""
    found, left = steps[FOUND], steps[FOUND]
    rows = [(f"Found {words}", 0, found, "data", number(found), found)]
    for reason, people in zip(reasons["outcome"], reasons["people"], strict=True):
        note = f"− {number(people)}"
        rows.append((f"Excluded: {reason}", left - int(people), left, "common", note, int(people)))
        left -= int(people)
    scope, planned = steps[IN_SCOPE], steps[PLANNED]
    rows.append(("In scope", 0, scope, "data", number(scope), scope))
    rows.append(("With a taper plan", 0, planned, "data_dark", share(planned, scope), planned))
    return pd.DataFrame(rows, columns=["label", "start", "end", "role", "note", "people"])
