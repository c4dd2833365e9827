"""What became of a practice's month, told from what is loaded and what was refused."""

from __future__ import annotations

import duckdb

from etl.engines.duckdb import models

TABLES = """
CREATE TABLE practice AS SELECT * FROM (VALUES
    ('A', DATE '2026-02-01', DATE '2026-06-30'), ('B', NULL, NULL)) AS t(practice_code, data_from, data_to);
CREATE TABLE calendar AS
    SELECT CAST(unnest(generate_series(DATE '2026-01-01', DATE '2026-07-01', INTERVAL 1 MONTH)) AS DATE)
        AS month;
CREATE TABLE extract_period AS SELECT * FROM (VALUES
    ('A', 'issues', DATE '2026-02-01', DATE '2026-03-01'),
    ('A', 'patients', DATE '2026-02-01', DATE '2026-03-01'),
    ('A', 'issues', DATE '2026-05-01', DATE '2026-05-01'),
    ('A', 'issues', DATE '2026-06-01', DATE '2026-06-01'),
    ('A', 'patients', DATE '2026-06-01', DATE '2026-06-01'))
    AS t(practice_code, entity, period_from, period_to);
CREATE TABLE receipt AS SELECT * FROM (VALUES
    ('A', 'issues', '2026-02_2026-03', 'partial', true, 1000, 10),
    ('A', 'issues', '2026-06', 'partial', true, 1000, 11),
    ('A', 'issues', '2026-06', 'partial', false, 1000, 900),
    ('A', 'issues', '2026-07', 'refused', false, 0, 0),
    ('', '', '', 'refused', false, 0, 0))
    AS t(practice_code, entity, period, outcome, counts, rows_read, rows_quarantined);
"""


def test_every_state_is_told_apart() -> None:
    con = duckdb.connect()
    con.execute(TABLES)
    found = con.execute(
        f"SELECT practice_code, state FROM ({models()['quality_coverage'][0]}) ORDER BY practice_code, month"
    ).fetchall()
    assert [state for code, state in found if code == "A"] == [
        "before",
        "received",  # ten rows kept out of a thousand: one in a hundred, not more
        "received",
        "missing",
        "partial",  # patients are missing
        "partial",  # eleven kept out of a thousand
        "refused",
    ]
    assert {state for code, state in found if code == "B"} == {"awaited"}
