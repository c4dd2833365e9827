"""Small published snapshots, written from rows that a test states."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

MEASURES = Path(__file__).resolve().parents[2] / "measures" / "definitions"
LAST = dt.date(2026, 9, 1)
DATA_TO = dt.date(2026, 9, 30)
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
    "measure_def": """measure VARCHAR, code VARCHAR, name VARCHAR, short_name VARCHAR, question VARCHAR,
        unit VARCHAR, multiplier BIGINT, better VARCHAR, per_threshold BOOLEAN, numerator_words VARCHAR,
        denominator_words VARCHAR, why VARCHAR, caveats VARCHAR, source VARCHAR, reviewed_on DATE,
        split VARCHAR, kind VARCHAR, grouped BOOLEAN, is_state BOOLEAN, counts VARCHAR, adjusted BOOLEAN""",
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
    "referral": """practice_code VARCHAR, patient_key VARCHAR, service VARCHAR, month DATE,
        is_offered BOOLEAN, referred_on DATE, accepted_on DATE, first_contact_on DATE, completed_on DATE,
        current_ome_milli BIGINT, in_cohort_base BOOLEAN, high_gaba BOOLEAN,
        msk_mismatch BOOLEAN, declined_as VARCHAR""",
    "first_contact": """practice_code VARCHAR, patient_key VARCHAR, service VARCHAR, month DATE,
        days_to_contact BIGINT, current_ome_milli BIGINT, in_cohort_base BOOLEAN, high_gaba BOOLEAN""",
    "taper_window": """practice_code VARCHAR, patient_key VARCHAR, plan_id VARCHAR, k BIGINT,
        relative_percent DOUBLE""",
    "dose_segment": """patient_key VARCHAR, class VARCHAR, from_day DATE, to_day DATE, ome_milli BIGINT,
        unknown INTEGER""",
    "cohort_month": """practice_code VARCHAR, patient_key VARCHAR, month DATE, current_ome_milli BIGINT,
        high_gaba BOOLEAN, named_clinician VARCHAR""",
    "patient_month": """practice_code VARCHAR, patient_key VARCHAR, month DATE, is_adult BOOLEAN,
        excluded BOOLEAN, carried_forward_milli BIGINT, sum_of_days_supply_milli BIGINT,
        unique_days_milli BIGINT, fixed_window_milli BIGINT, peak_day_milli BIGINT, imd_quintile BIGINT,
        lowest_3m_milli BIGINT""",
    "worklist": """practice_code VARCHAR, patient_key VARCHAR, age_band VARCHAR, absent BOOLEAN,
        excluded BOOLEAN, current_ome_milli BIGINT, lowest_3m_milli BIGINT, lowest_6m_milli BIGINT,
        before_milli BIGINT, supplied_to DATE, month DATE,
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
    "practice_month": "practice_code VARCHAR, month DATE, month_end DATE, complete BOOLEAN",
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
    from measures.measure import load

    columns = [part.split()[0] for part in TABLES["measure_def"].split(",")]
    return [
        {"measure": measure.slug, **{name: getattr(measure, name) for name in columns if name != "measure"}}
        for measure in load(MEASURES)
    ]


def complete_months(practices: Rows) -> Rows:
    """Rows of practice_month: every month to a practice's last complete."""
    last = {one["practice_code"]: one["data_to"] for one in practices}
    return [
        {"practice_code": code, "month": month(back), "month_end": month_end(back), "complete": True}
        for code, to in last.items()
        for back in range(30)
        if to is not None and month(back) <= to
    ]


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
        if "flow" not in tables:
            connection.execute(FEWEST_MOVES)
        if "flow_reason" not in tables:
            connection.execute(BY_DOSE)
    (store / "CURRENT").write_text(about["release"], encoding="utf-8")
    return store


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> None:
    if rows:
        given = pa.Table.from_pylist(rows)
        connection.register("given", given)
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given")
        connection.unregister("given")
