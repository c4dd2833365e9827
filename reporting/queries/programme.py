"""Counts of the whole programme: practices, measures by month and practice, the cohort."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from reporting.access import Scope, Selection, Snapshot
from reporting.disclosure import Cleared, clear_flows
from reporting.queries.counted import CROSSED, EXCLUDED, SCOPE
from reporting.queries.protection import cleared, summed
from reporting.queries.release import COMPLETE, is_in, read, rows, within

YEAR = 12
WITHOUT_PLANS = "list_contains(string_split(q.lacking, ', '), 'plans')"


def practices(snapshot: Snapshot, scope: Scope, selection: Selection | None = None) -> Cleared:
    """One row a practice: practice_code, name, pcn, place, clinical_system, data_from, data_to, registered,
    adults, awaited (the latest month is not complete: it is in no figure of that month)."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, p.pcn, p.place, p.clinical_system, p.data_from, p.data_to,
                   p.registered, p.adults, NOT p.{COMPLETE} AS awaited
            FROM practice p WHERE {where} ORDER BY p.name, p.practice_code""",
        [snapshot.info.data_to, *parameters],
    )


def definitions(snapshot: Snapshot, scope: Scope) -> Cleared:
    """Every measure's definition, one row each, as measure_def holds it."""
    return read(snapshot, scope, "SELECT * FROM measure_def ORDER BY length(code), code, measure")


def measure_by_month(
    snapshot: Snapshot, scope: Scope, selection: Selection, measures: Sequence[str], thresholds: Sequence[int]
) -> Cleared:
    """One row a measure, threshold, category and month of the selected area and period, and of the year
    before its end: numerator, denominator and practices (those with complete data for that month)."""
    where, parameters = within(scope, selection)
    found = rows(
        snapshot.path,
        f"""SELECT m.measure, m.threshold, m.category, m.month, sum(m.numerator)::BIGINT AS numerator,
                   sum(m.denominator)::BIGINT AS denominator, count(DISTINCT m.practice_code) AS practices
            FROM measure_month m JOIN practice p ON p.practice_code = m.practice_code
            WHERE {is_in("m.measure", measures)} AND {is_in("m.threshold", thresholds)}
              AND m.month BETWEEN ? AND ? AND {where}
            GROUP BY m.measure, m.threshold, m.category, m.month
            ORDER BY m.measure, m.threshold, m.category, m.month""",
        [
            *measures,
            *thresholds,
            snapshot.info.month(max(selection.months - 1, YEAR)),
            snapshot.info.last_month,
            *parameters,
        ],
    )
    return cleared(snapshot, scope, selection, found)


def programme_start(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """The month in which the programme began in the selected area (began), and the month before it, whose end
    change is judged from (from_month); no row where no start is set, or the selection is of a part of a
    PCN."""
    level, where, parameters = _flow_area(selection)
    return read(
        snapshot,
        scope,
        f"SELECT f.began, f.from_month FROM programme_start f WHERE f.level = ? AND {where}",
        [level, *parameters],
    )


def flows(
    snapshot: Snapshot, scope: Scope, selection: Selection, measures: Sequence[str], thresholds: Sequence[int]
) -> Cleared:
    """Who entered a state and who left it in the selected area, over all of the data: a row a measure,
    threshold, span (month, year, start, programme) and pair of months, as the mart `flow` has them, and how
    many of those in it at the first month fell too fast since (`flow_fall`); where they leave, for a verdict
    alone. None of areas for one who does not see every practice, nor of a part of a PCN."""
    found = _flows(
        """SELECT f.*, coalesce(d.fell, 0) AS fell, coalesce(d.fall_unknown, 0) AS fall_unknown FROM flow f
            LEFT JOIN flow_fall d USING (measure, threshold, level, area, span, from_month, to_month)""",
        snapshot,
        scope,
        selection,
        measures,
        thresholds,
    )
    return clear_flows(found, scope)


def flow_reasons(
    snapshot: Snapshot, scope: Scope, selection: Selection, measure: str, threshold: int
) -> Cleared:
    """Why: a row a span (year, start, programme), pair of months, way (entered, left) and reason, with
    people."""
    found = _flows("SELECT f.* FROM flow_reason f", snapshot, scope, selection, [measure], [threshold])
    return clear_flows(found, scope)


def _flows(
    select: str,
    snapshot: Snapshot,
    scope: Scope,
    selection: Selection,
    measures: Sequence[str],
    thresholds: Sequence[int],
) -> pd.DataFrame:
    level, where, parameters = _flow_area(selection)
    may = scope.practices is None or selection.practice in scope.practices
    return rows(
        snapshot.path,
        f"""{select}
            WHERE {is_in("f.measure", measures)} AND {is_in("f.threshold", thresholds)}
              AND f.to_month <= ? AND {may} AND f.level = ? AND {where}
            ORDER BY f.measure, f.threshold, f.span, f.to_month, f.from_month""",
        [*measures, *thresholds, snapshot.info.last_month, level, *parameters],
    )


def flows_of_practices(
    snapshot: Snapshot, scope: Scope, selection: Selection, measure: str, threshold: int
) -> Cleared:
    """The same of each practice of the selected area over the year to the last month: a row a practice that
    has both months."""
    where, parameters = within(scope, selection)
    found = rows(
        snapshot.path,
        f"""SELECT f.* FROM flow f JOIN practice p ON p.practice_code = f.area
            WHERE f.level = 'practice' AND f.measure = ? AND f.threshold = ? AND f.span = 'year'
              AND f.to_month = ? AND {where}
            ORDER BY f.area""",
        [measure, threshold, snapshot.info.last_month, *parameters],
    )
    return clear_flows(found, scope)


def _flow_area(selection: Selection) -> tuple[str, str, list[str | None]]:
    """The level of the selected area, and the condition on the area of a mart f of levels."""
    if selection.practice is not None:
        return "practice", "f.area = ?", [selection.practice]
    if selection.pcn is not None:
        whole = """f.area = ? AND NOT EXISTS
            (SELECT 1 FROM practice p WHERE p.pcn = f.area AND p.place <> coalesce(?, p.place))"""
        return "pcn", whole, [selection.pcn, selection.place]
    if selection.place is not None:
        return "place", "f.area = ?", [selection.place]
    return "icb", "(SELECT count(DISTINCT icb) FROM practice) = 1", []


def measure_by_practice(
    snapshot: Snapshot,
    scope: Scope,
    selection: Selection,
    measures: Sequence[str],
    thresholds: Sequence[int],
    months: Sequence[dt.date],
) -> Cleared:
    """One row a practice of the selected area, measure, threshold, category and month asked for:
    practice_code, name, pcn, place, measure, threshold, category, month, numerator, denominator."""
    found = _by_practice(snapshot, scope, selection, measures, thresholds, months)
    return cleared(snapshot, scope, selection, found)


def measure_by_pcn(
    snapshot: Snapshot,
    scope: Scope,
    selection: Selection,
    measures: Sequence[str],
    thresholds: Sequence[int],
    months: Sequence[dt.date],
) -> Cleared:
    """The same added up, a row a PCN, by name: pcn (“” of practices in none), measure, threshold, category,
    month, numerator, denominator."""
    found = _by_practice(snapshot, scope, selection, measures, thresholds, months).fillna({"pcn": ""})
    keys = ["pcn", "measure", "threshold", "category", "month"]
    summed_up = found.groupby(keys, as_index=False)[["numerator", "denominator"]].sum()
    return cleared(snapshot, scope, selection, summed_up)


def _by_practice(
    snapshot: Snapshot,
    scope: Scope,
    selection: Selection,
    measures: Sequence[str],
    thresholds: Sequence[int],
    months: Sequence[dt.date],
) -> pd.DataFrame:
    where, parameters = within(scope, selection)
    return rows(
        snapshot.path,
        f"""SELECT p.practice_code, p.name, p.pcn, p.place, m.measure, m.threshold, m.category, m.month,
                   m.numerator, m.denominator
            FROM measure_month m JOIN practice p ON p.practice_code = m.practice_code
            WHERE {is_in("m.measure", measures)} AND {is_in("m.threshold", thresholds)}
              AND {is_in("m.month", months)} AND {where}
            ORDER BY p.name, p.practice_code, m.measure, m.threshold, m.category, m.month""",
        [*measures, *thresholds, *months, *parameters],
    )


def people_excluded(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Adults on a long-term opioid beyond the threshold in the latest month who are excluded: outcome (the
    reason), people. Only practices complete in that month."""
    return summed(snapshot, scope, selection, EXCLUDED)


def people_in_scope(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Those who are not excluded: outcome (“” with a taper plan, else why not), people."""
    return summed(snapshot, scope, selection, SCOPE)


def crossings_of_a_year(snapshot: Snapshot, scope: Scope, selection: Selection, measure: str) -> Cleared:
    """Times of the last 12 months that adults came to be beyond the threshold (measure new_to_high_dose) or
    ceased to be (left_high_dose): reason, people. Only practices complete in the latest month. Raises
    KeyError for another measure."""
    return summed(snapshot, scope, selection, CROSSED[measure])


def high_dose_moves(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """People newly beyond the threshold and no longer beyond it, by month and reason over the period: measure
    (new_to_high_dose, left_high_dose), category, month, people, practices. Only practices complete in
    the latest month."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT m.measure, m.category, m.month, sum(m.numerator)::BIGINT AS people,
                   count(DISTINCT m.practice_code) AS practices
            FROM measure_month m JOIN practice p ON p.practice_code = m.practice_code
            WHERE m.measure IN ('new_to_high_dose', 'left_high_dose') AND m.threshold = ?
              AND m.month BETWEEN ? AND ? AND p.{COMPLETE} AND {where}
            GROUP BY ALL ORDER BY m.measure, m.category, m.month""",
        [
            selection.threshold,
            snapshot.info.month(selection.months - 1),
            snapshot.info.last_month,
            snapshot.info.data_to,
            *parameters,
        ],
    )


def people_by_definition(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Adults not excluded beyond the threshold in the last month, by each definition of the daily dose:
    one row, columns carried_forward, sum_of_days_supply, unique_days, fixed_window, peak_day."""
    where, parameters = within(scope, selection)
    names = ("carried_forward", "sum_of_days_supply", "unique_days", "fixed_window", "peak_day")
    counts = ", ".join(
        f"count(*) FILTER (m.{name}_milli {snapshot.info.operator} ?) AS {name}" for name in names
    )
    return read(
        snapshot,
        scope,
        f"""SELECT {counts} FROM patient_month m JOIN practice p ON p.practice_code = m.practice_code
            WHERE m.month = ? AND m.is_adult AND NOT m.excluded AND p.{COMPLETE} AND {where}""",
        [
            *[selection.threshold * 1000] * len(names),
            snapshot.info.last_month,
            snapshot.info.data_to,
            *parameters,
        ],
    )


def caseloads(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """People of the cohort in the last month by practice and named clinician: practice_code, name, pcn,
    clinician (NULL where nobody is named), people. Only practices complete in that month whose plans have
    come."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, p.pcn, c.named_clinician AS clinician, count(*) AS people
            FROM cohort_month c JOIN practice p ON p.practice_code = c.practice_code
            WHERE c.month = ? AND (c.current_ome_milli {snapshot.info.operator} ? OR c.high_gaba)
              AND p.{COMPLETE} AND {where} AND NOT EXISTS (
                  SELECT 1 FROM quality_coverage q
                  WHERE q.practice_code = p.practice_code AND q.month = c.month AND {WITHOUT_PLANS})
            GROUP BY ALL ORDER BY p.name, p.practice_code, people DESC, clinician""",
        [snapshot.info.last_month, selection.threshold * 1000, snapshot.info.data_to, *parameters],
    )
