"""Who is named for people on a high dose, and how many each clinician has."""

from __future__ import annotations

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.kinds.across import left_out, marked, to_look_at
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.wording import counted, number, share

MEASURE = "clinicians_named"
NOBODY = "Nobody named"


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """People on a high dose by practice and named clinician; practices with most unnamed people first."""
    frame = figures.caseloads(snapshot, scope, selection.among()).frame
    if frame.empty:
        return Nothing()
    rows = _rows(frame, selection)
    order = rows.drop_duplicates("practice")
    shown = to_look_at(order, selection)
    table = pd.DataFrame(
        {
            "Practice": rows["name"],
            "Code": rows["practice_code"],
            "PCN": rows["pcn"],
            "Clinician": rows["clinician"].fillna(NOBODY),
            "People": rows["people"],
        }
    )
    return Finding(
        rows[rows["practice"].isin(shown["practice"])],
        table,
        (frame,),
        {"n": counted(int(frame["people"].sum()), "person", "people"), "left_out": left_out(order, shown)},
        alt=f"{caseload_headline(frame)}. {counted(rows['practice'].nunique(), 'practice', 'practices')}.",
    )


def caseload_headline(frame: pd.DataFrame) -> str:
    """For how many nobody is named, and the largest caseload."""
    people, named = int(frame["people"].sum()), frame[frame["clinician"].notna()]
    missing = people - int(named["people"].sum())
    start = (
        f"For {share(missing, people)} no clinician is named" if missing else "A clinician is named for all"
    )
    if named.empty:
        return start
    most, clinicians = int(named["people"].max()), len(named)
    each = "clinician" if clinicians == 1 else "clinicians"
    return f"{start}; {number(clinicians)} {each} have {'one' if most == 1 else f'up to {number(most)}'} each"


def _rows(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """Pieces in the order drawn: practice by practice, largest caseload first, nobody last."""
    unnamed = frame["people"].where(frame["clinician"].isna(), 0)
    by = frame.assign(practice=frame["practice_code"], label=marked(frame, selection), unnamed=unnamed)
    by["missing"] = by.groupby("practice_code")["unnamed"].transform("sum")
    by["total"] = by.groupby("practice_code")["people"].transform("sum")
    by["note"] = [
        f"{number(missing)} of {number(total)} without"
        for missing, total in zip(by["missing"], by["total"], strict=True)
    ]
    order = ["missing", "total", "name", "practice_code", "unnamed", "people", "clinician"]
    return by.sort_values(order, ascending=[False, False, True, True, True, False, True], ignore_index=True)
