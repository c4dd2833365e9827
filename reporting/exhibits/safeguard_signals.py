"""Which practices to ask first about best-interest reductions: who fell too fast, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.safeguard_practices import decided
from reporting.exhibits.safeguards import COMPLETE, EACH, RED, SAFEGUARDS, nobody, year_words
from reporting.exhibits.signals import CALL, Signal, Signals, doses_fell, latest_falls
from reporting.exhibits.wording import counted, listed, number

TO_PERSON = "patients"


def signals(snapshot: Snapshot, scope: Scope, selection: Selection) -> Signals:
    """Practices to call: first those where a reduction fell too fast, then those that lack safeguards."""
    frame = decided(snapshot, scope, selection.among())
    red = taper_rule(snapshot, "red_fall_percent")
    nothing = "Every best-interest reduction here has every safeguard, and none fell too fast."
    falls = latest_falls(snapshot, scope, selection, "decided")
    shown = (*_too_fast(frame, red, falls), *_lacking(frame, snapshot))
    return Signals(shown, nothing=nobody(snapshot, scope, selection.among()) if frame.empty else nothing)


def _too_fast(frame: pd.DataFrame, red: int, falls: dict[str, str]) -> Iterator[Signal]:
    rows = frame[(frame["measure"] == RED) & (frame["numerator"] > 0)]
    for row in rows.sort_values(["numerator", "name"], ascending=[False, True]).to_dict("records"):
        n = int(row["numerator"])
        yield _signal(
            row,
            doses_fell(n, red),
            f"{number(n)} of {counted(int(row['denominator']), 'reduction', 'reductions')} without full "
            f"agreement; 28-day means{falls.get(row['practice_code'], '')}",
            "Without agreement and too fast is where harm is most likely",
            CALL,
        )


def _lacking(frame: pd.DataFrame, snapshot: Snapshot) -> Iterator[Signal]:
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
        yield _signal(
            row,
            f"{number(n)} of {counted(int(row['denominator']), 'reduction', 'reductions')} "
            f"{'lacks' if n == 1 else 'lack'} a safeguard",
            f"Decided in the {year_words(snapshot)}",
            f"Missing: {listed(_missing(frame, row['practice_code']), 8)}",
            "Ask for what is missing before any further step",
        )


def _missing(frame: pd.DataFrame, code: object) -> list[str]:
    rows = frame[(frame["measure"] == EACH) & (frame["practice_code"] == code)]
    lacking = dict(zip(rows["category"], rows["denominator"] - rows["numerator"], strict=True))
    found = [(name, int(lacking.get(name, 0))) for name in SAFEGUARDS]
    if min(n for _, n in found) == max(n for _, n in found):
        return [f"all {len(found)} safeguards of {counted(found[0][1], 'reduction', 'reductions')}"]
    return [f"{name} ({number(n)})" for name, n in found if n]


def _signal(row: dict[Any, Any], finding: str, detail: str, why: str, next_step: str) -> Signal:
    return Signal(
        practice=str(row["name"]),
        code=str(row["practice_code"]),
        pcn=str(row["pcn"]),
        kind="concern",
        finding=finding,
        detail=detail,
        why=why,
        next_step=next_step,
        page=TO_PERSON,
    )
