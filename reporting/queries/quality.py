"""What is known of the data themselves: receipts, rows kept out, texts not understood, readings put right."""

from __future__ import annotations

from reporting.access import Scope, Snapshot
from reporting.disclosure import Cleared, clear
from reporting.queries.release import rows

QUALITY = (
    "quality_receipt",
    "quality_quarantine",
    "quality_unmapped",
    "quality_unclear",
    "quality_freshness",
    "quality_override",
    "quality_coverage",
    "quality_column",
    "quality_list_size",
    "quality_unknown",
)


def quality(snapshot: Snapshot, scope: Scope, table: str) -> Cleared:
    """One of the quality tables, whole; rows that name no practice are shown to the whole ICB only."""
    if table not in QUALITY:
        raise ValueError(f"{table!r} is no quality table; ask for one of {', '.join(QUALITY)}.")
    frame = rows(snapshot.path, f"SELECT * FROM {table}")
    if scope.practices is not None:
        named = "practice_code" in frame
        frame = frame[frame["practice_code"].isin(scope.practices)] if named else frame.iloc[:0]
    return clear(frame, scope)
