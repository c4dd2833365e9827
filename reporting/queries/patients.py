"""The people of one practice, and what each one's dose is made of. Nobody outside that practice is found."""

from __future__ import annotations

import datetime as dt
from typing import Any

from reporting.access import Scope, Selection, Snapshot
from reporting.disclosure import Cleared
from reporting.queries.release import read, within


def people(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """One row an adult of the practice's latest month who is beyond the threshold, on a high-dose
    gabapentinoid, on a plan, has an opioid that is in no dose, or whose dose fell too fast: beyond the red
    limit of the policy between 28-day means in 12 months, on a plan or since a best-interest decision.

    Doses in thousandths of a mg (gaba_ddd_milli: of a DDD), flags, dose there three months before
    (before_milli),
    the first day without supply (supplied_to), whether the dose fell so (fell), the latest day of it
    (fell_on), whether that plan has ended since (ended), and whether the person has neither supply nor plan
    now (absent), with what was last known of them.
    """
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""WITH fallen AS (
                SELECT patient_key, max(fell_on) AS fell_on, bool_and(ended) AS ended FROM (
                    SELECT t.patient_key, NOT t.open AS ended, t.red_fell_on AS fell_on
                    FROM taper_month t JOIN practice p ON p.practice_code = t.practice_code
                    WHERE t.month = date_trunc('month', p.data_to) AND NOT t.excluded
                      AND t.red_fell_on IS NOT NULL
                    UNION ALL
                    SELECT b.patient_key, false, b.red_fell_on
                    FROM best_interest b JOIN practice p ON p.practice_code = b.practice_code
                    WHERE b.red_seen_on <= p.data_to AND b.decided_on > p.data_to - INTERVAL 1 YEAR
                ) GROUP BY patient_key
            ), standing AS (
                SELECT m.*, date_trunc('month', p.data_to) AS latest,
                       m.month < date_trunc('month', p.data_to) AS absent
                FROM patient_month m JOIN practice p ON p.practice_code = m.practice_code
                WHERE m.month <= date_trunc('month', p.data_to) AND m.is_adult AND {where}
                QUALIFY row_number() OVER (PARTITION BY m.patient_key ORDER BY m.month DESC) = 1
            ), listed AS (
                SELECT * FROM standing
                WHERE patient_key IN (SELECT patient_key FROM fallen)
                   OR (NOT absent AND (current_ome_milli {snapshot.info.operator} ? OR high_gaba OR has_plan
                                       OR unmapped OR not_converted))
            ), supplied AS (
                SELECT s.patient_key, max(s.to_day) AS supplied_to FROM dose_segment s
                WHERE s.class = 'opioid' AND s.patient_key IN (SELECT patient_key FROM listed)
                GROUP BY s.patient_key
            )
            SELECT l.practice_code, l.patient_key, l.latest AS month, last_day(l.latest) AS month_end,
                   l.age_band, l.sex, CASE WHEN l.absent THEN 0 ELSE l.current_ome_milli END
                       AS current_ome_milli,
                   l.directions_ome_milli, l.supplied_ome_milli, l.gaba_ddd_milli,
                   l.high_gaba, l.excluded, l.exclusions, l.not_converted, l.unmapped, l.over_supply,
                   l.supplied_differs, l.has_plan, b.current_ome_milli AS before_milli, s.supplied_to,
                   f.patient_key IS NOT NULL AS fell, f.fell_on, coalesce(f.ended, false) AS ended, l.absent
            FROM listed l
            LEFT JOIN fallen f ON f.patient_key = l.patient_key
            LEFT JOIN supplied s ON s.patient_key = l.patient_key
            LEFT JOIN patient_month b
                ON b.practice_code = l.practice_code AND b.patient_key = l.patient_key
                AND b.month = l.latest - INTERVAL 3 MONTH
            ORDER BY current_ome_milli DESC, l.patient_key""",
        [*parameters, selection.threshold * 1000],
    )


def courses(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """One row a person of the practice and month of the last 12: patient_key, month, current_ome_milli."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT m.patient_key, m.month, m.current_ome_milli
            FROM patient_month m JOIN practice p ON p.practice_code = m.practice_code
            WHERE m.month > date_trunc('month', p.data_to) - INTERVAL 12 MONTH AND {where}
            ORDER BY m.patient_key, m.month""",
        parameters,
    )


def segments(snapshot: Snapshot, scope: Scope, selection: Selection, patient: str) -> Cleared:
    """Runs of days with one opioid dose of a patient of the practice: from_day, to_day (the first day not
    covered), ome_milli."""
    return _of_patient(
        snapshot,
        scope,
        selection,
        patient,
        """SELECT from_day, to_day, ome_milli FROM dose_segment
           WHERE patient_key = ? AND class = 'opioid' AND to_day > ? ORDER BY from_day""",
        [snapshot.info.month(selection.months - 1)],
    )


def issues(snapshot: Snapshot, scope: Scope, selection: Selection, patient: str) -> Cleared:
    """Days on which a patient of the practice was issued an opioid: issued_on, in_dose (one counts)."""
    return _of_patient(
        snapshot,
        scope,
        selection,
        patient,
        """SELECT issued_on, bool_or(in_dose) AS in_dose FROM (
               SELECT patient_key, issued_on, true AS in_dose FROM supply WHERE class = 'opioid'
               UNION ALL SELECT patient_key, issued_on, false FROM issue_without_dose)
           WHERE patient_key = ? AND issued_on >= ? GROUP BY issued_on ORDER BY issued_on""",
        [snapshot.info.month(selection.months - 1)],
    )


def working(snapshot: Snapshot, scope: Scope, selection: Selection, patient: str, day: dt.date) -> Cleared:
    """The lines of every supply that covers a day of a patient of the practice, as in the view `working`."""
    return _of_patient(
        snapshot,
        scope,
        selection,
        patient,
        """SELECT * EXCLUDE (practice_code) FROM working
           WHERE patient_key = ? AND from_day <= ? AND to_day > ?""",
        [day, day],
    )


def without_dose(
    snapshot: Snapshot, scope: Scope, selection: Selection, patient: str, day: dt.date
) -> Cleared:
    """Issues of a patient of the practice in the window to a day that are in no dose: issued_on, product,
    directions, status, reason."""
    return _of_patient(
        snapshot,
        scope,
        selection,
        patient,
        """SELECT issued_on, product, directions, status, reason FROM working_without_dose
           WHERE patient_key = ? AND issued_on > ? AND issued_on <= ? ORDER BY issued_on, product""",
        [day - dt.timedelta(days=snapshot.info.window_days), day],
    )


def _of_patient(
    snapshot: Snapshot, scope: Scope, selection: Selection, patient: str, sql: str, parameters: list[Any]
) -> Cleared:
    """Rows of a patient, none unless the practice asked for has them in its latest month."""
    where, area = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""WITH here AS (
                SELECT count(*) AS n FROM patient_month m JOIN practice p ON p.practice_code = m.practice_code
                WHERE m.patient_key = ? AND m.month = date_trunc('month', p.data_to) AND {where})
            SELECT * FROM ({sql}) WHERE (SELECT n FROM here) > 0""",
        [patient, *area, patient, *parameters],
    )
