"""What is known of the data themselves: receipts, rows kept out, texts not understood, readings put right."""

from __future__ import annotations

from reporting.access import Scope, Snapshot
from reporting.disclosure import Cleared, clear
from reporting.queries.release import read, rows, within

QUALITY = (
    "quality_receipt",
    "quality_quarantine",
    "quality_unmapped",
    "quality_unclear",
    "quality_freshness",
    "quality_override",
    "quality_coverage",
    "quality_column",
    "quality_parts",
    "quality_list_size",
    "quality_unknown",
)


def unlisted(snapshot: Snapshot, scope: Scope) -> Cleared:
    """Practices and months without rates, since the list size cannot be right: practice_code, month."""
    where, parameters = within(scope, None)
    return read(
        snapshot,
        scope,
        f"""SELECT DISTINCT q.practice_code, q.month
            FROM quality_list_size q JOIN practice p ON p.practice_code = q.practice_code
            WHERE {where} ORDER BY ALL""",
        parameters,
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
