"""What became of a practice's month, told from what is loaded and what was refused."""

from __future__ import annotations

import duckdb
import pytest

from etl import build
from etl.engines.duckdb import models
from etl.ledger import refused_rows
from etl.store import Receipt, Store
from tests.etl.conftest import Loader

TABLES = """
CREATE TABLE policy AS SELECT DATE '2026-08-01' AS late_before;
CREATE TABLE practice AS SELECT * FROM (VALUES
    ('A', DATE '2026-02-01', DATE '2026-06-30'), ('B', NULL, NULL),
    ('C', DATE '2026-02-01', DATE '2026-06-30'))
    AS t(practice_code, data_from, data_to);
CREATE TABLE calendar AS
    SELECT CAST(month AS DATE) AS month, last_day(month) AS month_end
    FROM (SELECT unnest(generate_series(DATE '2026-01-01', DATE '2026-08-01', INTERVAL 1 MONTH)) AS month);
CREATE TABLE extract_period AS SELECT * FROM (VALUES
    ('A', 'issues', DATE '2026-02-01', DATE '2026-03-01', 890),
    ('A', 'patients', DATE '2026-02-01', DATE '2026-03-01', 100),
    ('A', 'issues', DATE '2026-05-01', DATE '2026-05-01', 900),
    ('A', 'issues', DATE '2026-06-01', DATE '2026-06-01', 889),
    ('A', 'patients', DATE '2026-06-01', DATE '2026-06-01', 100),
    ('C', 'issues', DATE '2026-02-01', DATE '2026-06-01', 900),
    ('C', 'patients', DATE '2026-02-01', DATE '2026-06-01', 100))
    AS t(practice_code, entity, period_from, period_to, rows);
CREATE TABLE quarantine AS SELECT * FROM (VALUES
    ('A', 'issues', '2026-02_2026-03', 6), ('A', 'issues', '2026-02_2026-03', 4),
    ('A', 'issues', '2026-06', 11), ('several', 'issues', '2026-06', 90), ('C', 'reviews', '2026-06', 90))
    AS t(practice_code, entity, period, rows);
CREATE TABLE quality_parts AS SELECT * FROM (VALUES
    ('A', 'issues', '2026-04', '2026-04'), ('C', 'patients', '2026-07', '2026-07'),
    ('C', 'issues', '2026-07', '2026-07'))
    AS t(practice_code, entity, first_month, last_month);
CREATE TABLE refused_file AS SELECT * FROM (VALUES
    ('A', 'issues', DATE '2026-06-01', DATE '2026-07-01'),
    ('C', 'reviews', DATE '2026-07-01', DATE '2026-08-01'))
    AS t(practice_code, entity, first_month, last_month);
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
        "parts",
        "partial",  # patients are missing
        "partial",  # eleven kept out of a thousand; that another file was refused changes nothing
        "refused",
        "awaited",  # not due yet
    ]
    assert [state for code, state in found if code == "B"] == ["late"] * 7 + ["awaited"]
    assert [state for code, state in found if code == "C"][-3:] == [
        "received",
        "parts",
        "awaited",
    ]  # reviews were refused


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("A81001_issues_2026-09.csv", [("A81001", "issues", "2026-09-01", "2026-09-01")]),
        ("a81001 2026-07_2026-09.zip", [("A81001", "", "2026-07-01", "2026-09-01")]),
        (
            "A81001_2026-09.zip/A81001_patients_2026-09.csv",
            [("A81001", "patients", "2026-09-01", "2026-09-01")],
        ),
        ("A81001_B82002_issues_2026-09.csv", []),
        ("X99999_issues_2026-09.csv", []),
        ("A81001_issues.csv", []),
        ("name withheld, content 0123456789ab.csv", []),
    ],
)
def test_a_refused_file_is_known_by_its_name(file: str, named: list[tuple[str, ...]]) -> None:
    refused = Receipt(file, "", "", "", "refused", 0, 0, 0, {"no layout": 1})
    accepted = Receipt("A81001_issues_2026-09.csv", "issues", "A81001", "2026-09", "accepted", 1, 1, 0, {})
    frame = refused_rows([refused, accepted], {"A81001", "B82002"})
    assert list(frame.astype(str).itertuples(index=False, name=None)) == named


def test_a_build_is_told_of_the_files_that_were_refused(put: Loader, store: Store) -> None:
    assert put("no,layout\n1,2\n", "TST01_issues_2026-10.csv").outcome == "refused"
    con = duckdb.connect()
    con.execute("CREATE TABLE source_practices AS SELECT unnest(['TST01', 'TST02']) AS practice_code")
    build.ledger_tables(con, store)
    asked = "SELECT practice_code, entity, CAST(first_month AS VARCHAR)[:10] FROM refused_file"
    assert con.execute(asked).fetchall() == [("TST01", "issues", "2026-10-01")]
