"""Which practices to ask first about best-interest reductions: who fell too fast, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import coverage
from reporting.exhibits.overview.reasons import CALL, Reason, Reasons, reason, whose
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.safeguards.decisions import not_known
from reporting.exhibits.safeguards.items import COMPLETE, EACH, SAFEGUARDS, nobody, year_words
from reporting.exhibits.safeguards.practices import practices_with_decisions
from reporting.exhibits.wording import counted, listed, month, number

TO_PERSON, TO_RECORD = "patients", "safeguards"


def ask_first(snapshot: Snapshot, scope: Scope, selection: Selection) -> Reasons:
    """Practices to call: first those where the dose fell too fast or stopped after a decision and nobody has
    looked, the newest first; then those whose records lack safeguards."""
    frame = practices_with_decisions(snapshot, scope, selection.among())
    waiting = figures.unlooked(snapshot, scope, selection.among()).frame
    nothing = (
        "Every best-interest reduction here has every safeguard, and no fall or stop waits to be looked at."
    )
    if lacking := coverage(snapshot, scope, selection.among()).without("best_interest"):
        nothing += f" Records of decisions have not come for every month from {listed(lacking)}."
    if unknown := not_known(snapshot, scope, selection.among()):
        nothing += f" What the dose did since is not known of {counted(unknown, 'person', 'people')}."
    shown = (*_too_fast(waiting, taper_rule(snapshot, "red_fall_percent")), *_lacking(frame, snapshot))
    return Reasons(shown, nothing=nobody(snapshot, scope, selection.among()) if frame.empty else nothing)


def _too_fast(waiting: pd.DataFrame, red: int) -> Iterator[Reason]:
    rows = waiting[waiting["best_interest"] > 0]
    rows = rows.sort_values(["best_interest_on", "name"], ascending=[False, True])
    for row in rows.to_dict("records"):
        n, on = int(row["best_interest"]), pd.Timestamp(row["best_interest_on"]).date()
        found = reason(
            row,
            "concern",
            f"{whose(n, 'dose', 'doses')} fell by more than {red}% or stopped",
            f"In the best interest; latest in {month(on)}; no review since",
            "Without agreement and too fast is where harm is most likely",
            CALL,
            TO_PERSON,
        )
        yield replace(found, why_listed="best interest", people=n, on=on)


def _lacking(frame: pd.DataFrame, snapshot: Snapshot) -> Iterator[Reason]:
    rows = frame[frame["measure"] == COMPLETE]
    rows = rows.assign(lacking=rows["denominator"] - rows["numerator"])
    rows = rows[rows["lacking"] > 0]
    each = frame[frame["measure"] == EACH].assign(lacking=frame["denominator"] - frame["numerator"])
    # how many safeguards are missing from a practice's decisions, each counted for each decision
    missing = each.groupby("practice_code")["lacking"].sum()
    rows = rows.assign(missing=rows["practice_code"].map(missing).fillna(0))
    rows = rows.sort_values(["missing", "name"], ascending=[False, True])
    for row in rows.to_dict("records"):
        n = int(row["lacking"])
        yield reason(
            row,
            "concern",
            f"{number(n)} of {counted(int(row['denominator']), 'reduction', 'reductions')} "
            f"{'lacks' if n == 1 else 'lack'} a safeguard",
            f"Decided in the {year_words(snapshot)}",
            f"Missing: {listed(_missing(frame, row['practice_code']), 11)}",
            "Ask for what is missing before any further step",
            TO_RECORD,
        )


def _missing(frame: pd.DataFrame, code: object) -> list[str]:
    rows = frame[(frame["measure"] == EACH) & (frame["practice_code"] == code)]
    lacking = dict(zip(rows["category"], rows["denominator"] - rows["numerator"], strict=True))
    found = [(name, int(lacking.get(name, 0))) for name in SAFEGUARDS]
    if min(n for _, n in found) == max(n for _, n in found):
        return [f"all {len(found)} safeguards of {counted(found[0][1], 'reduction', 'reductions')}"]
    rest = [name for name, n in found if not n]
    if 0 < len(rest) < len(found) / 2 and len({n for _, n in found if n}) == 1:
        return [f"all but {listed(rest, len(rest))} ({number(max(n for _, n in found))})"]
    return [f"{name} ({number(n)})" for name, n in found if n]
