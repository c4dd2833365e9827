"""A release after a retry counts the rows that left quarantine, and tells of their file what is true now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

import etl.layouts
from etl.build import build
from etl.load import load
from etl.quarantine.retry import retry
from etl.store import Store
from etl.verify.store import differences
from measures import policy
from tests.etl import extracts
from tests.etl.extracts import Issue
from tests.etl.quarantine.layout_changes import corrected

OCTOBER = "2026-10"
WEEKLY = ("emis.toml", '"Acute" = "acute"', '"Acute" = "acute"\n"Weekly" = "repeat"')


def asked(store: Store, sql: str) -> list[Any]:
    with duckdb.connect(str(store.releases / f"{store.current()}.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


@pytest.fixture
def waits(released: Store, tmp_path: Path) -> Store:
    """October of one practice: an issue that fits, one that waits, one whose text is withheld."""
    day = Issue().day.replace(month=10)
    rows = [
        Issue("TST01P0", day),
        Issue("TST01P1", day, kind="Weekly"),
        Issue("TST01P2", day, directions="tel 07700 900123"),
    ]
    lines = extracts.issues("emis", rows, period=OCTOBER)
    load([extracts.write(tmp_path / "in", f"TST01_issues_{OCTOBER}", "emis", lines)], released)
    build(released, policy.load())
    return released


def test_the_next_release_counts_them(waits: Store, tmp_path: Path) -> None:
    receipt = """SELECT rows_read, rows_loaded, rows_quarantined, outcome, retries
        FROM quality_receipt WHERE period = '2026-10'"""
    kept = "SELECT practice_code, next_step, rows FROM quality_quarantine ORDER BY next_step"
    issues = "SELECT sum(issues) FROM product"
    typed = "SELECT count(*) FROM supply WHERE patient_key = 'TST01P1' AND issued_on >= DATE '2026-10-01'"
    assert asked(waits, receipt) == [(3, 1, 2, "partial", 0)]
    assert asked(waits, kept) == [("TST01", "retry", 1), ("TST01", "send again", 1)]
    ((before,),) = asked(waits, issues)
    with corrected(tmp_path, etl.layouts, *WEEKLY):
        retry(waits)
    assert differences(waits) == []
    build(waits, policy.load())
    assert asked(waits, issues) == [(before,)]  # it counted before, and counts once
    assert asked(waits, typed) == [(1,)]
    assert asked(waits, receipt) == [(3, 2, 1, "partial", 1)]
    assert asked(waits, kept) == [("TST01", "send again", 1)]
    assert differences(waits) == []


def test_a_file_of_several_practices_is_told_apart(released: Store, tmp_path: Path) -> None:
    day = Issue().day.replace(month=10)
    text = ""
    for code in ("TST01", "TST02"):
        rows = [Issue(f"{code}P0", day), Issue(f"{code}P1", day, kind="Sometimes")]
        part = extracts.csv_text("plain", extracts.issues("plain", rows, code))
        text += part if not text else part.split("\r\n", 1)[1]
    (tmp_path / "both_2026-10.csv").write_text(text, encoding="utf-8", newline="")
    load([tmp_path / "both_2026-10.csv"], released)
    build(released, policy.load())
    found = asked(released, "SELECT practice_code, rows FROM quality_quarantine ORDER BY practice_code")
    assert found == [("TST01", 1), ("TST02", 1)]
