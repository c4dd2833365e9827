"""Which practices to help first: each practice beside all practices together on each item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.kinds.across import judged, with_intervals
from reporting.exhibits.kinds.grid import Read
from reporting.exhibits.kinds.rates import SURELY
from reporting.exhibits.matrix import GAP
from reporting.exhibits.plans.items import NAMES
from reporting.exhibits.wording import ALONE, cells, counted, listed, part, spelled
from reporting.once import once

NAMED_FROM = 2
HIGH = "high"
MARKS = {"concern": GAP, "improvement": HIGH, "common": "done"}
CACHED = 64


def read(snapshot: Snapshot, scope: Scope, among: Selection) -> Read | None:
    """Practices by items of review and plan: shares, marked where surely high or low."""
    frame, order = _standing(snapshot, scope, among)
    if frame.empty:
        return None
    found = frame.assign(
        item=frame["measure"].map(NAMES),
        mark=frame["role"].map(MARKS),
        words=[
            part(n, of).replace(" of ", "/")
            for n, of in zip(frame["numerator"], frame["denominator"], strict=True)
        ],
    )
    items = tuple(name for measure, name in NAMES.items() if measure in set(frame["measure"]))
    return Read(order.assign(note=_notes(order)), found, items, _table(frame, order, items))


def behind(
    snapshot: Snapshot, scope: Scope, selection: Selection
) -> Iterator[tuple[dict[Any, Any], list[str]]]:
    """Practices surely low on several items, most first: practice_code, name, pcn, cohort, and the
    items."""
    frame, order = _standing(snapshot, scope, selection.among())
    if frame.empty:
        return
    for row in order[order["below"] >= NAMED_FROM].to_dict("records"):
        rows = frame[(frame["practice_code"] == row["practice_code"]) & (frame["role"] == "concern")]
        yield row, [NAMES[str(measure)] for measure in rows["measure"]]


@once(CACHED)
def _standing(snapshot: Snapshot, scope: Scope, among: Selection) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows by practice and item with interval and role, and `_below` of them; not to be changed."""
    months = [snapshot.info.last_month]
    frame = figures.measure_by_practice(snapshot, scope, among, [*NAMES], [among.threshold], months).frame
    frame = with_intervals(frame)
    frame = frame if frame.empty else _judged(frame)
    return frame, frame if frame.empty else _below(frame)


def headline(found: Read) -> str:
    """Which practices are surely low on several items."""
    order = found.practices
    if len(order) == 1:
        return f"Reviews and plans: {ALONE}"
    several = order[order["below"] >= NAMED_FROM]
    if 0 < len(several) <= 3:
        names = listed(list(several["name"]))
        return f"Help {names} first: low on several items ({SURELY})"
    if len(several):
        first = listed(list(several["name"].head(3)))
        many = spelled(len(several), "practice", "practices")
        return f"{many} are low on several items ({SURELY}); begin with {first}"
    if order["below"].any():
        return f"No practice is low on more than one item ({SURELY})"
    return f"Reviews and plans: no practice is low on any item ({SURELY})"


def _judged(frame: pd.DataFrame) -> pd.DataFrame:
    parts = [judged(part, "higher") for _, part in frame.groupby("measure", sort=False)]
    return pd.concat(parts, ignore_index=True)


def _below(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a practice: practice_code, name, below and above (items), and the people of its cohort."""
    roles = frame.assign(below=frame["role"] == "concern", above=frame["role"] == "improvement")
    grouped = roles.groupby(["practice_code", "name", "pcn"], sort=False)
    found = grouped.agg(
        below=("below", "sum"), above=("above", "sum"), cohort=("denominator", "max")
    ).reset_index()
    return found.sort_values(["below", "above", "name"], ascending=[False, True, True], ignore_index=True)


def _notes(order: pd.DataFrame) -> list[str]:
    return [
        counted(cohort, "person", "people") + (f", {below} low" if below else "")
        for cohort, below in zip(order["cohort"], order["below"], strict=True)
    ]


def _table(frame: pd.DataFrame, order: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    shares = frame.assign(column=frame["measure"].map(NAMES), percent=frame["value"] * 100)
    wide = shares.pivot(index="practice_code", columns="column", values="percent").reindex(
        index=list(order["practice_code"]), columns=list(columns)
    )
    made = {
        "Practice": order["name"],
        "PCN": order["pcn"],
        "On a high dose": cells(order["cohort"]),
        "Items low": order["below"],
    }
    return pd.DataFrame({**made, **{f"{name} %": list(wide[name]) for name in columns}})
