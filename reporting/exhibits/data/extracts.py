"""What each practice has sent, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.wording import month, practice_words

STATES = {
    "received": "received",
    "partial": "partial: more than one row in a hundred was kept out, or another extract is missing",
    "parts": "in parts: some parts have come, and nothing counts until the others have",
    "refused": "refused: nothing is in; a file of that practice and month was refused, or waits for a person",
    "late": "late: nothing has come, and it was due",
    "awaited": "awaited: not due yet",
    "missing": "missing between two extracts",
    "before": "before its first extract",
}


@dataclass(frozen=True)
class Received:
    """For each practice a state (a key of STATES) a month, and which extracts are missing beside issues ("",
    or “plans, referrals”); months in order, practices by name."""

    months: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """The states that occur, in the order of STATES."""
        found = {state for _, states, _ in self.rows for state in states}
        return tuple(state for state in STATES if state in found)


def received(snapshot: Snapshot, scope: Scope, selection: Selection) -> Received:
    """Practices of the selected area by the months of the selected period."""
    practices = figures.practices(snapshot, scope, selection).frame
    frame = figures.quality(snapshot, scope, "quality_coverage").frame
    frame = frame[pd.to_datetime(frame["month"]) >= pd.Timestamp(snapshot.info.month(selection.months - 1))]
    frame = frame.assign(lacking=frame["lacking"].str.replace("_", " "))
    grid, lacking = (
        frame.pivot(index="practice_code", columns="month", values=name).sort_index(axis=1)
        for name in ("state", "lacking")
    )
    pairs = zip(practices["name"], practices["practice_code"], strict=True)
    return Received(
        tuple(month(day) for day in grid.columns),
        tuple(
            (practice_words(str(name), str(code)), tuple(grid.loc[code]), tuple(lacking.loc[code]))
            for name, code in pairs
            if code in grid.index
        ),
    )
