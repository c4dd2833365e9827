"""Quartiles of courses, counted through the shares in order, are those of every person's share."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.engines import duckdb as engine

SHARES = [0.0, 1 / 3, 0.5, 0.9, 1.0, None]
ROWS = st.lists(
    st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(SHARES), st.integers(1, 4)),
    min_size=1,
    max_size=12,
)
COLUMNS = "month DATE, level VARCHAR, area VARCHAR, threshold INTEGER, series VARCHAR, k INTEGER"
PLAIN = """
    SELECT area, 12, count(share), quantile_cont(share, 0.25), median(share), quantile_cont(share, 0.75)
    FROM (SELECT area, share, unnest(range(people)) FROM course_share)
    WHERE share IS NOT NULL GROUP BY area ORDER BY area"""


@given(ROWS)
def test_quartiles_are_those_of_every_persons_share(rows: list[tuple[str, float | None, int]]) -> None:
    sql, _ = engine.models()["taper_course"]
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE course_share ({COLUMNS}, share DOUBLE, people BIGINT)")
        con.executemany(
            "INSERT INTO course_share VALUES ('2026-09-01', 'pcn', ?, 120, 'plan', 3, ?, ?)", rows
        )
        made = con.execute(f"SELECT area, week, people, lower, median, upper FROM ({sql}) ORDER BY area")
        for told, wanted in zip(made.fetchall(), con.execute(PLAIN).fetchall(), strict=True):
            assert told[:3] == wanted[:3]
            assert told[3:] == pytest.approx(wanted[3:], abs=2e-12)
