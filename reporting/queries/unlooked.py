"""Falls, stops and doses not known that nobody has looked at; best-interest decisions one by one."""

from __future__ import annotations

from reporting.access import Release, Scope, Selection, Snapshot
from reporting.disclosure import Cleared
from reporting.queries.release import COMPLETE, read, within

# Why somebody is on a worklist, as the address of the page says it → condition on the mart worklist (w).
# A signal counts by the same condition as the list it opens.
WHY = {
    "fell": "w.fell_on IS NOT NULL",
    "stopped": "w.stopped_on IS NOT NULL",
    "dose not known": "w.unknown_since IS NOT NULL",
    "not in the cohort": "(w.aside_on IS NOT NULL OR w.aside_unknown IS NOT NULL)",
    "not looked at": "(w.fell_on IS NOT NULL OR w.stopped_on IS NOT NULL OR w.unknown_since IS NOT NULL "
    "OR w.aside_on IS NOT NULL OR w.aside_unknown IS NOT NULL)",
    "best interest": "w.in_best_interest",
    "high dose": "(NOT w.absent AND NOT w.excluded AND w.age_band <> '0-17' "
    "AND w.current_ome_milli {beyond} {milli})",
    # As the measure of this name counts, and only where it does: of a practice with too few months of data
    # nobody knows whether three months are not yet six.
    "early warning": "(NOT w.absent AND NOT w.excluded AND w.age_band <> '0-17' "
    "AND w.lowest_3m_milli {beyond} {milli} AND NOT w.lowest_6m_milli {beyond} {milli} "
    "AND EXISTS (FROM measure_month n WHERE n.measure = 'early_warning' AND n.threshold = {threshold} "
    "AND n.practice_code = w.practice_code AND n.month = w.month))",
}
# Reasons that measures of the latest month count by, of the practices that are in it.
OF_THE_MONTH = frozenset({"high dose", "early warning"})


def because(why: str, info: Release, threshold: int) -> str:
    """The condition of a reason of WHY. Raises KeyError for another."""
    return WHY[why].format(beyond=info.operator, milli=int(threshold) * 1000, threshold=int(threshold))


def unlooked(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Practices where somebody's fall, stop or unknown dose was not looked at: practice_code, name, pcn;
    people of each kind (fell, stopped, unknown, best_interest; aside: any of these outside the cohort), the
    latest day of each (…_on) and how many
    were on no plan and after no decision (fell_alone, stopped_alone). Never for what leaves."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, p.pcn,
                   count(w.fell_on) AS fell, max(w.fell_on) AS fell_on,
                   count(*) FILTER (w.fell_status = 'neither') AS fell_alone,
                   count(w.stopped_on) AS stopped, max(w.stopped_on) AS stopped_on,
                   count(*) FILTER (w.stopped_status = 'neither') AS stopped_alone,
                   count(w.unknown_since) AS unknown, max(w.unknown_since) AS unknown_on,
                   count(*) FILTER ({WHY["not in the cohort"]}) AS aside,
                   max(coalesce(w.aside_on, w.aside_unknown)) AS aside_on,
                   count(*) FILTER (w.in_best_interest) AS best_interest,
                   max(greatest(w.fell_on, w.stopped_on)) FILTER (w.in_best_interest) AS best_interest_on
            FROM worklist w JOIN practice p ON p.practice_code = w.practice_code
            WHERE {WHY["not looked at"]} AND {where}
            GROUP BY ALL ORDER BY p.name, p.practice_code""",
        parameters,
    )


def practices_unlooked(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """The practices of `unlooked`: practice_code, and no count of anybody."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT DISTINCT w.practice_code
            FROM worklist w JOIN practice p ON p.practice_code = w.practice_code
            WHERE {WHY["not looked at"]} AND {where} ORDER BY w.practice_code""",
        parameters,
    )


def decisions(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Best-interest decisions of the 12 months to the latest month, the newest first: practice_code, name,
    patient_key, decided_on, missing and queries (joined by “; ”), engaged, agreed, contact_attempts, and the
    first red fall or stop since (red_kind, red_fell_on), the day from which the dose is not known, or why
    nobody can tell (not_seen)."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, b.patient_key, b.decided_on, b.missing, b.queries, b.engaged,
                   b.agreed, b.contact_attempts, b.red_kind, b.red_fell_on, b.unknown_since,
                   b.not_seen
            FROM best_interest b JOIN practice p ON p.practice_code = b.practice_code
            WHERE b.month > ? AND b.month <= ? AND p.{COMPLETE} AND {where}
            ORDER BY b.decided_on DESC, p.name, b.record_id""",
        [snapshot.info.month(12), snapshot.info.last_month, snapshot.info.data_to, *parameters],
    )
