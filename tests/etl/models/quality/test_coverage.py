"""What became of a practice's month, told from what is loaded and what was refused."""

from __future__ import annotations

import random

import duckdb
import pytest

from etl import build, contract
from etl.engines.duckdb import models
from etl.release.receipt_tables import refused_rows
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
CREATE TABLE source_list_sizes AS SELECT practice_code, month, '45-54' AS age_band FROM practice, calendar;
"""
# Beside issues and patients, all that practices send by month, for each month of A and C.
BESIDE_NAMES = ("reviews", "plans", "taper_steps", "referrals", "practice_plans", "best_interest")
BESIDE = f"""
INSERT INTO extract_period
SELECT p.practice_code, unnest({[*BESIDE_NAMES]}), DATE '2026-01-01', DATE '2026-08-01', 100
FROM (VALUES ('A'), ('C')) AS p (practice_code);
"""


def coverage(*sql: str) -> dict[tuple[str, str], tuple[str, str]]:
    """(practice, month as “2026-05”) → (state, extracts lacking)."""
    con = duckdb.connect()
    for each in (TABLES, *sql):
        con.execute(each)
    for name in ("coverage", "extract_lacking", "quality_coverage"):
        con.execute(f"CREATE TABLE {name} AS {models()[name][0]}")
    found = con.execute("""SELECT practice_code, strftime(month, '%Y-%m'), state, lacking
                           FROM quality_coverage ORDER BY practice_code, month""").fetchall()  # fmt: skip
    return {(code, month): (state, lacking) for code, month, state, lacking in found}


def test_every_state_is_told_apart() -> None:
    found = [(code, state) for (code, _), (state, _) in coverage(BESIDE).items()]
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
    ("practice", "month", "left_out", "told"),
    [
        ("A", "2026-02", "", ("received", "")),
        ("A", "2026-05", "", ("partial", "patients")),
        ("A", "2026-02", "plans", ("partial", "plans")),
        ("A", "2026-05", "referrals", ("partial", "patients, referrals")),
        ("A", "2026-02", "best_interest", ("partial", "best_interest")),
        ("C", "2026-02", "list_sizes", ("partial", "list_sizes")),
        ("A", "2026-04", "plans", ("parts", "")),  # no part counts before the others have come
        ("A", "2026-01", "plans", ("before", "")),
        ("B", "2026-02", "", ("late", "")),  # listed, and nothing has ever come
    ],
)
def test_an_extract_that_did_not_come_beside_issues_is_named(
    practice: str, month: str, left_out: str, told: tuple[str, str]
) -> None:
    removed = (
        "DELETE FROM source_list_sizes WHERE month = DATE '2026-02-01'"
        if left_out == "list_sizes"
        else f"DELETE FROM extract_period WHERE entity = '{left_out}'"
    )
    assert coverage(BESIDE, removed)[practice, month] == told


def test_a_month_that_no_practice_sent_is_missing_from_each() -> None:
    gone = """DELETE FROM extract_period WHERE entity = 'issues';
              INSERT INTO extract_period VALUES ('C', 'issues', DATE '2026-02-01', DATE '2026-02-01', 900),
                  ('C', 'issues', DATE '2026-04-01', DATE '2026-06-01', 900)"""
    found = coverage(BESIDE, gone)
    assert [found["C", f"2026-0{month}"][0] for month in (2, 3, 4)] == ["received", "missing", "received"]


def test_random_months_have_the_state_of_the_plain_rules() -> None:
    """Any extracts of any months, by the rules once more: one practice, months 1 to 8, due to July."""
    chance = random.Random(7)
    names = ("issues", "patients", *BESIDE_NAMES)
    seen = set()
    for _ in range(60):
        sent = {name: sorted(chance.sample(range(1, 9), chance.randint(1, 8))) for name in names}
        refused = chance.sample(range(1, 9), 2)
        periods = [("A", name, month) for name, months in sent.items() for month in months]
        found = coverage(
            "DELETE FROM extract_period; DELETE FROM quarantine; DELETE FROM quality_parts; "
            "DELETE FROM refused_file",
            "INSERT INTO extract_period VALUES "
            + ", ".join(
                f"('{c}', '{e}', DATE '2026-{m:02d}-01', DATE '2026-{m:02d}-01', 100)" for c, e, m in periods
            ),
            "INSERT INTO refused_file VALUES "
            + ", ".join(f"('A', 'issues', DATE '2026-{m:02d}-01', DATE '2026-{m:02d}-01')" for m in refused),
            f"""UPDATE practice SET data_from = DATE '2026-{sent["issues"][0]:02d}-01',
                data_to = last_day(DATE '2026-{sent["issues"][-1]:02d}-01') WHERE practice_code = 'A'""",
        )
        for month in range(1, 9):
            told = found["A", f"2026-{month:02d}"]
            assert told == plain(sent, refused, month), (sent, refused, month)
            seen.add(told[0])
    assert seen == {"received", "partial", "refused", "late", "awaited", "missing", "before"}


def plain(sent: dict[str, list[int]], refused: list[int], month: int) -> tuple[str, str]:
    """The state of a month of 2026 and the extracts lacking."""
    if month in sent["issues"]:
        lacking = [name for name in ("patients", *BESIDE_NAMES) if month not in sent[name]]
        return ("partial" if lacking else "received"), ", ".join(lacking)
    if month in refused:
        return "refused", ""
    if month > sent["issues"][-1]:
        return ("late" if month < 8 else "awaited"), ""
    return ("before" if month < sent["issues"][0] else "missing"), ""


def test_all_that_practices_send_is_looked_for() -> None:
    """An entity that the contract gains is looked for too."""
    alone = "DELETE FROM extract_period WHERE entity <> 'issues'; DELETE FROM source_list_sizes"
    found = set(coverage(alone)["C", "2026-02"][1].split(", "))
    sent = {one.name for one in contract.entities().values() if one.extract == "practice"}
    assert found == sent - {"issues"} | {"list_sizes"}


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
    build.tables_of_receipts(con, store)
    asked = "SELECT practice_code, entity, CAST(first_month AS VARCHAR)[:10] FROM refused_file"
    assert con.execute(asked).fetchall() == [("TST01", "issues", "2026-10-01")]
