"""The one reader of people: lists, and what one person's dose is made of. None outside the scope is found."""

from __future__ import annotations

import datetime as dt
from typing import Any

from reporting.access.scope import Release, Scope, Selection, Snapshot
from reporting.disclosure import Cleared
from reporting.release import COMPLETE, read, within

# Why somebody is on a worklist, as the address of the page says it → condition on `_listed`.
# A reason to ring counts by the same condition as the list it opens.
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
    "AND n.month IS NOT NULL)",
}
# What readers see where it is not the word of the address.
SAID = {"not in the cohort": "cancer, palliative or dependency"}
# Reasons that measures of the latest month count by, of the practices that are in it.
OF_THE_MONTH = frozenset({"high dose", "early warning"})


def because(why: str, info: Release, threshold: int) -> str:
    """The condition of a reason of WHY. Raises KeyError for another."""
    return WHY[why].format(beyond=info.operator, milli=int(threshold) * 1000)


def _listed(threshold: int) -> str:
    """Whom reasons are told of: people (w), their practice (p), and its early warnings of their month (n), if
    they are counted."""
    return f"""worklist w JOIN practice p ON p.practice_code = w.practice_code
               LEFT JOIN measure_month n ON {_counted_early(threshold)}
                   AND n.practice_code = w.practice_code AND n.month = w.month"""


def _counted_early(threshold: int) -> str:
    """The condition on measure_month (n) of early warnings that are counted."""
    return f"n.measure = 'early_warning' AND n.category = '' AND n.threshold = {int(threshold)}"


def worklist(snapshot: Snapshot, scope: Scope, selection: Selection, why: str | None = None) -> Cleared:
    """One row an adult of the practice's latest month who is beyond the threshold, on a high-dose
    gabapentinoid, on a plan (with supply or without), has an issue that may be an opioid and is in no dose,
    or a gabapentinoid of unknown dose, or was issued more than the directions ask for and beyond the
    threshold; and anybody whose fall or stop nobody has looked at, whenever it was. why: only those of a
    reason of `WHY`.

    Doses in thousandths of a mg (gaba_ddd_milli: of a DDD), flags, dose there three months before
    (before_milli), the first day without supply (supplied_to), whether the person has no supply now (absent),
    and the falls and stops not looked at, as the mart worklist has them; early: listed for “early warning”.
    """
    where, parameters = within(scope, selection)
    early = because("early warning", snapshot.info, selection.threshold)
    only = "true" if why is None else because(why, snapshot.info, selection.threshold)
    return read(
        snapshot,
        scope,
        f"""SELECT w.*, {early} AS early FROM {_listed(selection.threshold)}
            WHERE {where} AND (w.unlooked OR w.has_plan OR (NOT w.absent AND (
                w.current_ome_milli {snapshot.info.operator} ? OR w.high_gaba OR w.without_dose
                OR w.gaba_unclear
                OR (w.supplied_differs AND w.supplied_ome_milli {snapshot.info.operator} ?)))) AND {only}
            ORDER BY w.current_ome_milli DESC, w.patient_key""",
        [*parameters, *[selection.threshold * 1000] * 2],
    )


def people_because(snapshot: Snapshot, scope: Scope, selection: Selection, why: str) -> Cleared:
    """One row a person whom `worklist` lists for a reason at a practice of the selected area: practice_code,
    name, patient_key, on_day (the latest that nobody has looked at; NULL without). For a reason that the
    latest month is counted by only practices that are in it."""
    where, parameters = within(scope, selection)
    counted = f"p.{COMPLETE}" if why in OF_THE_MONTH else "true"
    reached = [snapshot.info.data_to] if why in OF_THE_MONTH else []
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, w.patient_key,
                   greatest(w.fell_on, w.stopped_on, w.unknown_since, w.aside_on, w.aside_unknown) AS on_day
            FROM {_listed(selection.threshold)}
            WHERE {where} AND {counted} AND {because(why, snapshot.info, selection.threshold)}
            ORDER BY on_day DESC NULLS LAST, p.name, p.practice_code, w.patient_key""",
        [*parameters, *reached],
    )


def without_early_warnings(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """The names of practices of the selected area whose early warnings of the latest month nobody can count:
    their data cover too few months, or they have no list size. One row each: name."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.name FROM practice p LEFT JOIN measure_month n ON {_counted_early(selection.threshold)}
                AND n.practice_code = p.practice_code AND n.month = date_trunc('month', p.data_to)
            WHERE {where} AND n.month IS NULL ORDER BY p.name""",
        parameters,
    )


def courses(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """One row a person of the practice and month of the last 12 in which a dose is known: patient_key, month,
    current_ome_milli."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT m.patient_key, m.month, m.current_ome_milli
            FROM patient_month m JOIN practice p ON p.practice_code = m.practice_code
            WHERE m.month > date_trunc('month', p.data_to) - INTERVAL 12 MONTH AND {where}
              AND NOT (m.without_dose AND m.current_ome_milli = 0)
            ORDER BY m.patient_key, m.month""",
        parameters,
    )


def segments(snapshot: Snapshot, scope: Scope, selection: Selection, patient: str) -> Cleared:
    """Runs of days with one opioid dose of a patient of the practice: from_day, to_day (the first day not
    covered), ome_milli, unknown (supplies of unknown dose beside: above 0 the dose is a least one)."""
    return _of_patient(
        snapshot,
        scope,
        selection,
        patient,
        """SELECT from_day, to_day, ome_milli, unknown FROM dose_segment
           WHERE patient_key = ? AND class = 'opioid' AND to_day > ? ORDER BY from_day""",
        [snapshot.info.month(selection.months - 1)],
    )


def issues(snapshot: Snapshot, scope: Scope, selection: Selection, patient: str) -> Cleared:
    """Days on which a patient of the practice was issued an opioid: issued_on, in_dose (all of them)."""
    return _of_patient(
        snapshot,
        scope,
        selection,
        patient,
        """SELECT issued_on, bool_and(in_dose) AS in_dose FROM (
               SELECT patient_key, issued_on, no_dose IS NULL AS in_dose FROM supply WHERE class = 'opioid'
               UNION ALL SELECT patient_key, issued_on, false FROM issue_without_dose
               WHERE last_on = issued_on)
           WHERE patient_key = ? AND issued_on >= ? GROUP BY issued_on ORDER BY issued_on""",
        [snapshot.info.month(selection.months - 1)],
    )


def working(snapshot: Snapshot, scope: Scope, selection: Selection, patient: str, day: dt.date) -> Cleared:
    """The lines of every supply that covers a day of a patient of the practice, as in `dose_explanation`."""
    return _of_patient(
        snapshot,
        scope,
        selection,
        patient,
        """SELECT * EXCLUDE (practice_code) FROM dose_explanation
           WHERE patient_key = ? AND from_day <= ? AND to_day > ?""",
        [day, day],
    )


def without_dose(
    snapshot: Snapshot, scope: Scope, selection: Selection, patient: str, day: dt.date
) -> Cleared:
    """Issues of a patient of the practice in the window to a day that are in no dose: issued_on, last_on (the
    same, unless the row is kept back and its day cannot be read), product and directions (missing where they
    cannot be read), status (not_converted, unmapped, unclear, kept back), reason of the product, no_dose (of
    unclear)."""
    return _of_patient(
        snapshot,
        scope,
        selection,
        patient,
        """SELECT issued_on, last_on, product, directions, status, reason, no_dose FROM undosed_issue
           WHERE patient_key = ? AND last_on > ? AND issued_on <= ? ORDER BY issued_on, product""",
        [day - dt.timedelta(days=snapshot.info.window_days), day],
    )


def _of_patient(
    snapshot: Snapshot, scope: Scope, selection: Selection, patient: str, sql: str, parameters: list[Any]
) -> Cleared:
    """Rows of a patient, none unless the worklist of the practice asked for may hold them."""
    where, area = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""WITH here AS (
                SELECT count(*) AS n FROM worklist w JOIN practice p ON p.practice_code = w.practice_code
                WHERE w.patient_key = ? AND {where})
            SELECT * FROM ({sql}) WHERE (SELECT n FROM here) > 0""",
        [patient, *area, patient, *parameters],
    )


def decisions(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Best-interest decisions of the 12 months to the latest month, the newest first: practice_code, name,
    patient_key, decided_on, missing and queries (joined by “; ”), engaged, agreed, contact_attempts, and the
    first fast fall or stop since (red_kind, red_fell_on), the day from which the dose is not known, or why
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


def substitution(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """One row a person of the selected practices with an opioid for pain and substitution therapy in the
    window to the end of its data: as the mart `substitution` holds it, with the practice's name. Doses are of
    the opioids for pain alone, in thousandths of a mg."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT s.*, p.name FROM substitution s JOIN practice p ON p.practice_code = s.practice_code
            WHERE {where} ORDER BY p.name, s.practice_code, s.patient_key""",
        parameters,
    )


def questions(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """One row a question worth asking a practice of the selected area: practice_code, name, patient_key (None
    where it is of no single person), kind, on_day, number, words."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT q.*, p.name FROM quality_query q JOIN practice p ON p.practice_code = q.practice_code
            WHERE {where} ORDER BY p.name, q.practice_code, q.kind, q.patient_key, q.on_day, q.words""",
        parameters,
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
