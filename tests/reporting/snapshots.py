"""Small published snapshots, written from rows that a test states."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from etl.counting.categories import by_category, median
from etl.engines import duckdb as engine
from measures import policy, published
from measures.measure import Measure, load
from measures.policy import dose_bands
from reporting.exhibits.referrals.declined import MEASURE as REASONS
from reporting.figures import OF_SERVICES, WAITS

MEASURES = Path(__file__).resolve().parents[2] / "measures" / "definitions"
DECIDED = policy.load(policy.PATH)
LAST = dt.date(2026, 9, 1)
DATA_TO = dt.date(2026, 9, 30)
_measures, _model_files = cache(load), cache(engine.models)  # hundreds of releases are made of them
POLICY = {
    "suppression": {"suppress_below": 8, "round_to": 5},
    "dose": {"definition": "carried_forward", "no_supply_days": 60},
    "taper": {
        "down_percent": 15,
        "amber_fall_percent": 19,
        "red_fall_percent": 30,
        "watch_from_mg": 50,
        "abrupt_percent": 50,
        "min_plan_days": 60,
        "outcome_months": 12,
    },
}
TABLES = {
    "release_info": """release VARCHAR, built_at TIMESTAMP, synthetic BOOLEAN, icb VARCHAR,
        contract_version VARCHAR, factor_version VARCHAR, operator VARCHAR, default_threshold INTEGER,
        thresholds INTEGER[], window_days INTEGER, data_from DATE, data_to DATE, policy_json VARCHAR,
        method_changes VARCHAR""",
    "practice": """practice_code VARCHAR, name VARCHAR, pcn VARCHAR, place VARCHAR, icb VARCHAR,
        clinical_system VARCHAR, data_from DATE, data_to DATE, registered BIGINT, adults BIGINT""",
    "measure_def": """measure VARCHAR, mart VARCHAR, code VARCHAR, name VARCHAR,
        short_name VARCHAR, question VARCHAR, unit VARCHAR, multiplier BIGINT, better VARCHAR,
        per_threshold BOOLEAN, numerator_words VARCHAR,
        denominator_words VARCHAR, why VARCHAR, caveats VARCHAR, source VARCHAR, reviewed_on DATE,
        split VARCHAR, each VARCHAR, kind VARCHAR, grouped BOOLEAN, is_state BOOLEAN, counts VARCHAR,
        adjusted BOOLEAN""",
    "flow": """measure VARCHAR, threshold INTEGER, level VARCHAR, area VARCHAR, span VARCHAR,
        from_month DATE, to_month DATE, entered BIGINT, "left" BIGINT, moved_in BIGINT, moved_out BIGINT,
        from_people BIGINT, to_people BIGINT, from_whole BIGINT, to_whole BIGINT, practices BIGINT""",
    "flow_reason": """measure VARCHAR, threshold INTEGER, level VARCHAR, area VARCHAR, span VARCHAR,
        from_month DATE, to_month DATE, way VARCHAR, reason VARCHAR, people BIGINT""",
    "expected": """measure VARCHAR, threshold INTEGER, practice_code VARCHAR, month DATE,
        numerator BIGINT, denominator BIGINT, expected DOUBLE""",
    "flow_fall": """measure VARCHAR, threshold INTEGER, level VARCHAR, area VARCHAR, span VARCHAR,
        from_month DATE, to_month DATE, fell BIGINT, fall_unknown BIGINT""",
    "programme_start": "level VARCHAR, area VARCHAR, began DATE, from_month DATE",
    "measure_group": """measure VARCHAR, threshold INTEGER, dimension VARCHAR, category VARCHAR,
        practice_code VARCHAR, month DATE, numerator BIGINT, denominator BIGINT""",
    "measure_month": """measure VARCHAR, threshold INTEGER, category VARCHAR, practice_code VARCHAR,
        month DATE, numerator BIGINT, denominator BIGINT""",
    "cohort_waterfall": """practice_code VARCHAR, month DATE, threshold BIGINT, step INTEGER, stage VARCHAR,
        outcome VARCHAR, people BIGINT""",
    "taper": """practice_code VARCHAR, patient_key VARCHAR, plan_id VARCHAR, baseline_milli BIGINT,
        baseline_band VARCHAR, now_band VARCHAR, harmed BOOLEAN, censored VARCHAR, excluded BOOLEAN""",
    "taper_month": """practice_code VARCHAR, patient_key VARCHAR, plan_id VARCHAR, month DATE,
        days_since_start BIGINT, baseline_milli BIGINT, now_milli BIGINT, relative_percent DOUBLE,
        open BOOLEAN, active BOOLEAN, max_fall_percent_12m DOUBLE, red_fell_on DATE,
        is_stopped BOOLEAN, excluded BOOLEAN, now_known BOOLEAN, fall_known BOOLEAN""",
    "best_interest": """practice_code VARCHAR, patient_key VARCHAR, record_id VARCHAR, decided_on DATE,
        month DATE, missing VARCHAR, queries VARCHAR, engaged VARCHAR, agreed BOOLEAN,
        contact_attempts BIGINT, red_kind VARCHAR, red_fell_on DATE, unknown_since DATE,
        not_seen VARCHAR""",
    "plan_month_heading": """practice_code VARCHAR, month DATE, number INTEGER, heading VARCHAR,
        says VARCHAR, is_complete BOOLEAN""",
    "referral": """practice_code VARCHAR, patient_key VARCHAR, service VARCHAR, month DATE,
        is_offered BOOLEAN, referred_on DATE, accepted_on DATE, first_contact_on DATE, completed_on DATE,
        current_ome_milli BIGINT, in_cohort_base BOOLEAN, high_gaba BOOLEAN,
        msk_mismatch BOOLEAN, declined_as VARCHAR""",
    "first_contact": """practice_code VARCHAR, patient_key VARCHAR, service VARCHAR, month DATE,
        days_to_contact BIGINT, current_ome_milli BIGINT, in_cohort_base BOOLEAN, high_gaba BOOLEAN""",
    "taper_window": """practice_code VARCHAR, patient_key VARCHAR, plan_id VARCHAR, k BIGINT, to_on DATE,
        relative_percent DOUBLE""",
    "measure_median": """measure VARCHAR, threshold INTEGER, category VARCHAR, level VARCHAR, area VARCHAR,
        month DATE, n BIGINT, lower DOUBLE, median DOUBLE, upper DOUBLE""",
    "dose_segment": """patient_key VARCHAR, class VARCHAR, from_day DATE, to_day DATE, ome_milli BIGINT,
        unknown INTEGER""",
    "cohort_month": """practice_code VARCHAR, patient_key VARCHAR, month DATE, current_ome_milli BIGINT,
        high_gaba BOOLEAN, named_clinician VARCHAR""",
    "patient_month": """practice_code VARCHAR, patient_key VARCHAR, month DATE, is_adult BOOLEAN,
        excluded BOOLEAN, imd_quintile BIGINT, lowest_3m_milli BIGINT""",
    "defined_month": """practice_code VARCHAR, patient_key VARCHAR, month DATE, carried_forward_milli BIGINT,
        sum_of_days_supply_milli BIGINT, unique_days_milli BIGINT, fixed_window_milli BIGINT,
        peak_day_milli BIGINT""",
    "worklist": """practice_code VARCHAR, patient_key VARCHAR, age_band VARCHAR, absent BOOLEAN,
        excluded BOOLEAN, current_ome_milli BIGINT, lowest_3m_milli BIGINT, lowest_6m_milli BIGINT,
        before_milli BIGINT, supplied_to DATE, month DATE, has_plan BOOLEAN, high_gaba BOOLEAN,
        supplied_differs BOOLEAN, supplied_ome_milli BIGINT,
        without_dose BOOLEAN, without_since DATE, last_directed_milli BIGINT, gaba_unclear BOOLEAN,
        unlooked BOOLEAN, fell_on DATE, fell_status VARCHAR, stopped_on DATE, stopped_status VARCHAR,
        unknown_since DATE, in_best_interest BOOLEAN, aside_on DATE, aside_unknown DATE, again_on DATE""",
    "substitution": """practice_code VARCHAR, patient_key VARCHAR, age_band VARCHAR, sex VARCHAR,
        substitution VARCHAR, substitution_on DATE, for_pain VARCHAR, for_pain_on DATE, pain_milli BIGINT,
        all_dosed BOOLEAN, with_gabapentinoid BOOLEAN, with_sedative BOOLEAN""",
    "quality_query": """practice_code VARCHAR, patient_key VARCHAR, kind VARCHAR, on_day DATE,
        number DOUBLE, words VARCHAR""",
    "quality_receipt": """number BIGINT, entity VARCHAR, practice_code VARCHAR, period VARCHAR, file VARCHAR,
        rows_loaded BIGINT, counts BOOLEAN, rows_left_out BIGINT, left_out VARCHAR""",
    "quality_quarantine": """entity VARCHAR, practice_code VARCHAR, period VARCHAR, file VARCHAR,
        reason VARCHAR, what_to_do VARCHAR, next_step VARCHAR, rows BIGINT, rows_known BIGINT""",
    "quality_unmapped": "product VARCHAR, reason VARCHAR, issues BIGINT, patients BIGINT",
    "quality_unclear": "directions VARCHAR, form VARCHAR, reason VARCHAR, issues BIGINT, patients BIGINT",
    "practice_month": """practice_code VARCHAR, month DATE, month_end DATE, complete BOOLEAN, listed BOOLEAN,
        days_of_data BIGINT""",
    "quality_coverage": """practice_code VARCHAR, month DATE, state VARCHAR, lacking VARCHAR,
        rows_kept_out BIGINT""",
    "quality_override": """override BIGINT, kind VARCHAR, text VARCHAR, reading VARCHAR, reviewed_by VARCHAR,
        reviewed_on DATE, reason VARCHAR, words VARCHAR, warning VARCHAR, issues BIGINT, patients BIGINT""",
    "quality_list_size": """practice_code VARCHAR, month DATE, registered BIGINT, before BIGINT,
        reason VARCHAR""",
    "quality_unknown": "practice_code VARCHAR, issues BIGINT, unknown BIGINT",
    "unknown_person": """practice_code VARCHAR, patient_key VARCHAR, issues BIGINT, opioid_issues BIGINT,
        last_issued_on DATE, current_ome_milli BIGINT, without_dose BOOLEAN""",
    "quality_column": """practice_code VARCHAR, entity VARCHAR, column_name VARCHAR, since VARCHAR,
        had_before BOOLEAN, used_for VARCHAR""",
    "quality_parts": """practice_code VARCHAR, entity VARCHAR, first_month VARCHAR, last_month VARCHAR,
        loaded VARCHAR, missing VARCHAR""",
    "quality_freshness": """practice_code VARCHAR, name VARCHAR, last_month DATE,
        months_missing BIGINT""",
}
Rows = list[dict[str, Any]]
# The declared measures as if no count told another: few are withheld, so is one that would read as all.
AS_PUBLISHED = """CREATE OR REPLACE TABLE published AS
    WITH counted AS (
        SELECT measure, threshold, '' AS dimension, category, level, area, month, numerator, denominator
        FROM measure_area
        UNION ALL
        SELECT measure, threshold, dimension, category, level, area, month, numerator, denominator
        FROM group_area WHERE level = 'icb'
    ),
    rounded AS (
        SELECT c.* EXCLUDE (numerator, denominator), c.numerator AS n, c.denominator AS of_all,
            CASE WHEN n BETWEEN 1 AND 7 THEN NULL ELSE (2 * n + 5) // 10 * 5 END AS numerator,
            CASE WHEN of_all BETWEEN 1 AND 7 THEN NULL ELSE (2 * of_all + 5) // 10 * 5 END AS denominator
        FROM counted c JOIN declared d USING (measure)
        WHERE c.level IN ('icb', 'place', 'pcn') AND month(c.month) % 3 = 0
            AND (c.dimension = '' OR list_contains(d.groups, c.dimension))
    )
    SELECT measure, threshold, dimension, category, level, area, month,
        CASE WHEN numerator = denominator AND n < of_all THEN NULL ELSE numerator END::BIGINT AS numerator,
        denominator::BIGINT AS denominator, 1 AS practices
    FROM rounded"""
# What models read that no release holds, as the tables of a test say it: the last month, or the latest state.
STAGED = {
    "calendar": """SELECT CAST(month AS DATE) AS month, last_day(month) AS month_end
        FROM (SELECT unnest(generate_series(date_trunc('month', data_from), data_to, INTERVAL 1 MONTH))
              AS month FROM release_info)""",
    "threshold": """SELECT threshold, threshold * 1000 + CAST(operator = '>' AS INTEGER) AS beyond_milli
        FROM (SELECT unnest(thresholds) AS threshold, operator FROM release_info)""",
    "policy": """SELECT CAST(policy_json ->> '$.taper.amber_fall_percent' AS INTEGER) AS amber_fall_percent,
            CAST(policy_json ->> '$.taper.min_plan_days' AS INTEGER) AS min_plan_days
        FROM (SELECT CAST(policy_json AS JSON) AS policy_json FROM release_info)""",
    "taper_stand": """SELECT t.* EXCLUDE (censored), censored IS NOT NULL AS censored,
            CAST(date_trunc('month', data_to) AS DATE) AS month
        FROM taper t CROSS JOIN release_info""",
    "group_list": """SELECT practice_code, month, dimension, category, max(denominator) AS registered
        FROM measure_group WHERE measure = 'ome_burden' GROUP BY ALL""",
    "unread": "SELECT '' AS measure, '' AS practice_code, DATE '2000-01-01' AS month WHERE false",
}
MODELS = (
    "reported_month", "area_practice", "area", "reported_practice", "measure_area", "group_area",
    "taper_flow", "taper_way", "taper_pace", "taper_fall_size", "taper_now", "course_share", "taper_course",
    "cohort_area", "definition_count", "caseload", "unlooked", "practice_trait", "crossing",
)  # fmt: skip
AREAS = 4  # so many of them are of areas and months
OF_REFERRALS = (*OF_SERVICES.values(), REASONS)
# Flows of the counts given, as if at each practice nobody came where people left, nor left where they came.
FEWEST_MOVES = """INSERT INTO flow BY NAME
    WITH counted AS (
        SELECT m.*, p.pcn, p.place, p.icb
        FROM measure_month m JOIN practice p USING (practice_code) JOIN measure_def d USING (measure)
        WHERE d.is_state
    ),
    starts AS (SELECT measure, threshold, min(month) AS month FROM counted GROUP BY ALL),
    pair AS (
        SELECT f.*, t.month AS to_month, t.numerator AS now, t.denominator AS of_now,
            unnest(
                CASE date_diff('month', f.month, t.month)
                    WHEN 1 THEN ['month'] WHEN 12 THEN ['year'] ELSE [] END
                || CASE WHEN f.month = s.month THEN ['start'] ELSE [] END
            ) AS span
        FROM counted f JOIN counted t ON t.measure = f.measure AND t.threshold = f.threshold
            AND t.practice_code = f.practice_code AND t.month > f.month
        JOIN starts s ON s.measure = f.measure AND s.threshold = f.threshold
    ),
    spot AS (
        SELECT *, unnest([
            {'l': 'practice', 'a': practice_code}, {'l': 'pcn', 'a': pcn}, {'l': 'place', 'a': place},
            {'l': 'icb', 'a': icb}
        ]) AS at_
        FROM pair
    )
    SELECT measure, threshold, at_.l AS level, at_.a AS area, span, month AS from_month, to_month,
        sum(greatest(now - numerator, 0)) AS entered, sum(greatest(numerator - now, 0)) AS "left",
        0 AS moved_in, 0 AS moved_out, sum(numerator) AS from_people, sum(now) AS to_people,
        sum(denominator) AS from_whole, sum(of_now) AS to_whole, count(*) AS practices
    FROM spot GROUP BY ALL"""


# As if every dose rose, and fell on a plan.
BY_DOSE = """INSERT INTO flow_reason BY NAME
    SELECT measure, threshold, level, area, span, from_month, to_month, moved.way AS way,
        moved.reason AS reason, moved.people AS people
    FROM (
        SELECT *, unnest([
            {'way': 'entered', 'reason': 'dose rose', 'people': entered},
            {'way': 'left', 'reason': 'dose fell on a plan', 'people': "left"}
        ]) AS moved
        FROM flow WHERE span IN ('year', 'start')
    )
    WHERE people > 0"""


def month(back: int) -> dt.date:
    """First day of the month so many months before September 2026."""
    count = LAST.year * 12 + LAST.month - 1 - back
    return dt.date(count // 12, count % 12 + 1, 1)


def practice(code: str, pcn: str = "Eastvale", place: str = "North", **changes: Any) -> dict[str, Any]:
    """One row of practice, covered to September 2026."""
    row = {"practice_code": code, "name": f"{code.title()} Surgery", "pcn": pcn, "place": place}
    covered = {"icb": "Example ICB", "clinical_system": "plain", "data_from": month(29), "data_to": DATA_TO}
    return {**row, **covered, "registered": 10_000, "adults": 8_000, **changes}


def counts(
    measure: str, code: str, pairs: Iterable[tuple[int, int]], threshold: int = 120, category: str = ""
) -> Rows:
    """Rows of measure_month: (numerator, denominator) a month, the last of them September 2026."""
    pairs = list(pairs)
    return [
        {
            "measure": measure,
            "threshold": threshold,
            "category": category,
            "practice_code": code,
            "month": month(len(pairs) - 1 - at),
            "numerator": numerator,
            "denominator": denominator,
        }
        for at, (numerator, denominator) in enumerate(pairs)
    ]


def info(**changes: Any) -> dict[str, Any]:
    """The one row of release_info."""
    row = {
        "release": "2026-11-22T031500",
        "built_at": dt.datetime(2026, 11, 22, 3, 15),
        "synthetic": True,
        "icb": "Example ICB",
        "contract_version": "1",
        "factor_version": "2020-08",
        "operator": ">",
        "default_threshold": 120,
        "thresholds": [90, 120],
        "window_days": 90,
        "data_from": month(29),
        "data_to": DATA_TO,
        "policy_json": json.dumps(POLICY),
    }
    return {**row, **changes}


def definitions() -> Rows:
    """measure_def, from the project's own measure files."""
    columns = [part.split()[0] for part in TABLES["measure_def"].split(",")]
    return [
        {"measure": measure.slug, **{name: getattr(measure, name) for name in columns if name != "measure"}}
        for measure in _measures(MEASURES)
    ]


def complete_months(practices: Rows) -> Rows:
    """Rows of practice_month: every month to a practice's last complete."""
    last = {one["practice_code"]: one["data_to"] for one in practices}
    return [
        {"practice_code": code, "month": month(back), "month_end": month_end(back), "complete": True,
         "listed": True, "days_of_data": 1_000}
        for code, to in last.items()
        for back in range(30)
        if to is not None and month(back) <= to
    ]  # fmt: skip


def month_end(back: int) -> dt.date:
    """Last day of the month so many months before September 2026."""
    return month(back - 1) - dt.timedelta(days=1)


def publish(store: Path, tables: dict[str, Rows], **changes: Any) -> Path:
    """Write a release of these tables (others empty; practice_month as `complete_months`) into a store and
    move CURRENT to it; the store."""
    about = info(**changes)
    tables = {"practice_month": complete_months(tables.get("practice", [])), **tables}
    path = store / "releases" / f"{about['release']}.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        for table, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({columns})")
        _insert(connection, "release_info", [about])
        _insert(connection, "measure_def", definitions())
        for table, rows in tables.items():
            _insert(connection, table, rows)
        count_again(connection)
        if "flow" not in tables:
            connection.execute(FEWEST_MOVES)
        if "flow_reason" not in tables:
            connection.execute(BY_DOSE)
    (store / "CURRENT").write_text(about["release"], encoding="utf-8")
    return store


def count_again(connection: duckdb.DuckDBPyConnection) -> None:
    """The marts of figures from the tables a test gave or changed, by the SQL of the build."""
    operator, thresholds, last_day = connection.execute(
        "SELECT operator, thresholds, data_to FROM release_info"
    ).fetchall()[0]
    connection.execute("UPDATE taper_window SET to_on = ? WHERE to_on IS NULL", [last_day])
    for name, sql in STAGED.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
    bands = pd.DataFrame(dose_bands(DECIDED), columns=["band", "from_milli", "to_milli"])
    connection.register("bands", bands)
    connection.execute("CREATE OR REPLACE TEMP TABLE dose_band AS FROM bands")
    _models(connection, MODELS[:AREAS])
    rules = replace(
        DECIDED, thresholds=replace(DECIDED.thresholds, operator=operator, values=tuple(thresholds))
    )
    for one in _measures(MEASURES):
        for threshold in one.thresholds(rules):
            if one.slug in OF_REFERRALS:
                counted = f"SELECT * EXCLUDE (dimension) FROM ({by_category(one, threshold, rules)})"
                _anew(connection, "measure_month", "referral", one, counted)
            if one.slug == WAITS:
                _anew(connection, "measure_median", "first_contact", one, median(one, threshold, rules))
    _models(connection, MODELS[AREAS:])
    entries = published.load(_measures(MEASURES)).by_measure
    declared = pd.DataFrame([(name, list(one.groups)) for name, one in entries.items()])
    connection.register("declared", declared.set_axis(["measure", "groups"], axis=1))
    connection.execute(AS_PUBLISHED)
    connection.unregister("declared")


def _models(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    models = _model_files()
    for name in names:
        connection.execute(f"CREATE OR REPLACE {models[name][1]} {name} AS {models[name][0]}")


def _anew(connection: duckdb.DuckDBPyConnection, table: str, mart: str, one: Measure, counted: str) -> None:
    """Rows of a measure and threshold in place of those counted before; as given, where its mart is empty."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE counted AS {counted}")
    connection.execute(
        f"""DELETE FROM {table} AS t WHERE EXISTS (FROM {mart}) AND t.measure = ?
            AND t.threshold IN (SELECT threshold FROM counted)""",
        [one.slug],
    )
    connection.execute(f"INSERT INTO {table} BY NAME FROM counted WHERE EXISTS (FROM {mart})")


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> None:
    if rows:
        given = pa.Table.from_pylist(rows)
        connection.register("given", given)
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given")
        connection.unregister("given")
