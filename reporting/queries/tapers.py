"""Taper plans: where the doses of people on a plan stand, how fast they fell and by which way."""

from __future__ import annotations

import pandas as pd

from reporting.access import Scope, Selection, Snapshot
from reporting.disclosure import Cleared, clear
from reporting.queries.counted import WAYS, ZONES
from reporting.queries.protection import summed
from reporting.queries.release import COMPLETE, read, rows, within


def taper_flow(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Plans by dose band at baseline and now, and whether harm came between (see the mart taper_month):
    baseline_band, now_band, harmed, people; under now_band 'censored' those who died or left, under
    'not known' those whose dose now is not. Only plans whose baseline is beyond the threshold, where data
    are complete."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT t.baseline_band, t.harmed, count(*) AS people,
                   CASE WHEN t.censored IS NULL THEN coalesce(t.now_band, 'not known') ELSE 'censored' END
                       AS now_band
            FROM taper t JOIN practice p ON p.practice_code = t.practice_code
            WHERE NOT t.excluded AND t.baseline_milli {snapshot.info.operator} ?
              AND p.{COMPLETE} AND {where}
            GROUP BY ALL ORDER BY ALL""",
        [selection.threshold * 1000, snapshot.info.data_to, *parameters],
    )


def taper_falls(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Largest fall between consecutive 28-day means in 12 months of each active plan whose baseline is beyond
    the threshold: fall_percent (DOUBLE, 0 where it never fell), people. Not those whose fall is not known."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT greatest(coalesce(t.max_fall_percent_12m, 0), 0)::DOUBLE AS fall_percent,
                   count(*) AS people
            FROM taper_month t JOIN practice p ON p.practice_code = t.practice_code
            WHERE t.month = ? AND t.active AND NOT t.excluded AND t.fall_known
              AND t.baseline_milli {snapshot.info.operator} ? AND p.{COMPLETE} AND {where}
            GROUP BY ALL ORDER BY ALL""",
        [snapshot.info.last_month, selection.threshold * 1000, snapshot.info.data_to, *parameters],
    )


def taper_zones(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """The plans of `taper_falls` by how fast they fell: zone (slow, or fast: beyond the policy's amber
    limit), people; nothing where no practice has data to the end."""
    return summed(snapshot, scope, selection, ZONES)


def taper_ways(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """The plans of `taper_flow` by the way from the dose band at baseline to that now: way (lower; after:
    lower after harm; same; higher), people. Nobody who died or left, or whose dose now is not known."""
    return summed(snapshot, scope, selection, WAYS)


def ended_falls(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Plans that have ended, with a fall as in `taper_falls` beyond the red limit in 12 months: one row,
    people. Nobody who died or left is among them."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT count(*) AS people
            FROM taper_month t JOIN practice p ON p.practice_code = t.practice_code
            WHERE t.month = ? AND NOT t.open AND NOT t.excluded AND t.red_fell_on IS NOT NULL
              AND t.baseline_milli {snapshot.info.operator} ? AND p.{COMPLETE} AND {where}""",
        [snapshot.info.last_month, selection.threshold * 1000, snapshot.info.data_to, *parameters],
    )


def plans_not_known(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Active plans whose dose now or largest fall is not known, without a known fall beyond the red limit:
    one row, people. Never for what leaves."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT count(*) AS people
            FROM taper_month t JOIN practice p ON p.practice_code = t.practice_code
            WHERE t.month = ? AND t.active AND NOT t.excluded AND NOT (t.now_known AND t.fall_known)
              AND t.red_fell_on IS NULL AND t.baseline_milli {snapshot.info.operator} ?
              AND p.{COMPLETE} AND {where}""",
        [snapshot.info.last_month, selection.threshold * 1000, snapshot.info.data_to, *parameters],
    )


def taper_now(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Plans at least `min_plan_days` old whose baseline is beyond the threshold, by practice, last month:
    practice_code, name, pcn, plans, below (with supply, no longer beyond it), stopped."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, p.pcn, count(*) AS plans,
                   count(*) FILTER (NOT t.is_stopped AND NOT t.now_milli {snapshot.info.operator} ?) AS below,
                   count(*) FILTER (t.is_stopped) AS stopped
            FROM taper_month t JOIN practice p ON p.practice_code = t.practice_code
            WHERE t.month = ? AND NOT t.excluded AND t.relative_percent IS NOT NULL
              AND t.baseline_milli {snapshot.info.operator} ? AND p.{COMPLETE}
              AND t.days_since_start >= (SELECT (policy_json::JSON ->> '$.taper.min_plan_days')::INTEGER
                                         FROM release_info) AND {where}
            GROUP BY ALL ORDER BY p.name, p.practice_code""",
        [
            selection.threshold * 1000,
            snapshot.info.last_month,
            selection.threshold * 1000,
            snapshot.info.data_to,
            *parameters,
        ],
    )


def taper_course(
    snapshot: Snapshot, scope: Scope, selection: Selection, least: int, followed: float
) -> Cleared:
    """Dose as a share of its baseline by 28-day windows from a start: series ('plan', 'no plan'), week
    (0 = the first window, -4 the one before), people, lower, median, upper (quartiles; 1.0 = baseline).
    Windows of fewer than `least` people are left out, and of fewer than the share `followed` of those at the
    start: the few earliest starts would speak for all. Where it will leave it is without people.

    plan: not excluded, baseline beyond the threshold, from the plan's start; a person with two plans is in
    both. no plan: adults who never had one, from the end of the first month in which they had been beyond the
    threshold at three month ends running, not excluded; baseline as for a plan, the mean of the 365 days
    before. Either way a window counts people with supply on at least 14 of its days.
    """
    where, parameters = within(scope, selection)
    dose, reach = selection.threshold * 1000, snapshot.info.data_to
    beyond = f"{snapshot.info.operator} ?"
    found = rows(
        snapshot.path,
        f"""WITH unplanned AS (
                SELECT m.patient_key, p.data_to,
                       CAST(min(m.month) + INTERVAL 1 MONTH AS DATE) AS start_on
                FROM patient_month m JOIN practice p ON p.practice_code = m.practice_code
                WHERE m.is_adult AND NOT m.excluded AND m.lowest_3m_milli {beyond}
                  AND p.{COMPLETE} AND {where}
                  AND NOT EXISTS (FROM taper t WHERE t.patient_key = m.patient_key)
                GROUP BY ALL
            ),
            dose AS MATERIALIZED (
                SELECT u.patient_key, u.start_on, u.data_to, s.from_day, s.to_day, s.ome_milli
                FROM unplanned u JOIN dose_segment s ON s.patient_key = u.patient_key AND s.class = 'opioid'
            ),
            before AS (
                SELECT patient_key, sum(days * ome_milli) / sum(days) AS baseline_milli
                FROM (SELECT *, date_diff('day', greatest(from_day, start_on - 365), least(to_day, start_on))
                                AS days FROM dose WHERE from_day < start_on AND to_day > start_on - 365)
                GROUP BY patient_key
            ),
            spread AS (
                SELECT *, unnest(generate_series(
                    greatest(-6, CAST(floor(date_diff('day', start_on, from_day) / 28.0) AS INTEGER)),
                    least(52, CAST(ceil(date_diff('day', start_on, to_day) / 28.0) AS INTEGER)))) AS k
                FROM dose
            ),
            mean AS (
                SELECT patient_key, k, sum(days) AS days, sum(days * ome_milli) / sum(days) AS mean_milli
                FROM (SELECT *, date_diff('day', greatest(from_day, start_on + CAST(28 * k AS INTEGER)),
                                          least(to_day, start_on + CAST(28 * k + 28 AS INTEGER))) AS days
                      FROM spread WHERE start_on + CAST(28 * k + 27 AS INTEGER) <= data_to)
                WHERE days > 0 GROUP BY patient_key, k
            ),
            course AS (
                SELECT 'plan' AS series, w.k, w.relative_percent / 100 AS share
                FROM taper_window w
                JOIN taper t ON t.practice_code = w.practice_code AND t.plan_id = w.plan_id
                JOIN practice p ON p.practice_code = t.practice_code
                WHERE NOT t.excluded AND t.baseline_milli {beyond} AND p.{COMPLETE} AND {where}
                UNION ALL
                SELECT 'no plan', k, mean_milli / baseline_milli
                FROM mean JOIN before USING (patient_key) WHERE days >= 14
            )
            SELECT series, CAST(4 * k AS INTEGER) AS week, count(*) AS people,
                   quantile_cont(share, 0.25) AS lower, quantile_cont(share, 0.5) AS median,
                   quantile_cont(share, 0.75) AS upper
            FROM course GROUP BY ALL HAVING people >= ? ORDER BY series DESC, week""",
        [dose, reach, *parameters, dose, reach, *parameters, least],
    )
    found = still(found, followed)
    return clear(found.drop(columns="people") if scope.protects else found, scope)


def still(frame: pd.DataFrame, followed: float) -> pd.DataFrame:
    """Windows of each series with at least so large a share of the people of its start."""
    start = frame[frame["week"] == 0].set_index("series")["people"]
    return frame[frame["people"] >= frame["series"].map(start).fillna(0) * followed]
