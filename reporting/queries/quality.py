"""What is known of the data themselves: receipts, rows kept out, texts not understood, readings put right."""

from __future__ import annotations

from reporting.access import Scope, Selection, Snapshot
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


def gaps(snapshot: Snapshot, scope: Scope, selection: Selection | None) -> Cleared:
    """Months of the selected area and period, to the latest, in which an extract has not come: practice_code,
    name, month, state (`missing` and the like; `partial` where issues have come), lacking (others)."""
    where, parameters = within(scope, selection)
    first = snapshot.info.data_from if selection is None else snapshot.info.month(selection.months - 1)
    return read(
        snapshot,
        scope,
        f"""SELECT q.practice_code, p.name, q.month, q.state, q.lacking
            FROM quality_coverage q JOIN practice p ON p.practice_code = q.practice_code
            WHERE (q.state NOT IN ('received', 'partial', 'before') OR q.lacking <> '')
              AND q.month BETWEEN ? AND ? AND {where}
            ORDER BY p.name, q.practice_code, q.month""",
        [first, snapshot.info.last_month, *parameters],
    )


def unknown_people(snapshot: Snapshot, scope: Scope, selection: Selection | None, threshold: int) -> Cleared:
    """One row a practice of the selected area and person in no patient extract: as the mart unknown_person
    holds it, with the practice's name, and whether the opioid dose would be beyond the threshold (beyond).
    Never for what leaves."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.name, u.*, u.current_ome_milli {snapshot.info.operator} ? AS beyond
            FROM unknown_person u JOIN practice p ON p.practice_code = u.practice_code
            WHERE {where} ORDER BY p.name, u.practice_code, u.patient_key""",
        [threshold * 1000, *parameters],
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
