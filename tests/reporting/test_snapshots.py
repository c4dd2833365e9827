"""The releases that tests write by hand have no table, column or type that a real one has not."""

from __future__ import annotations

import duckdb

from tests.reporting.snapshots import TABLES

Columns = dict[tuple[str, str], str]
NO_TYPE = '"NULL"'  # of a column that no row of the sample fills


def test_a_release_by_hand_is_part_of_a_real_one(sample_release: duckdb.DuckDBPyConnection) -> None:
    real = columns(sample_release)
    with duckdb.connect() as by_hand:
        for table, written in TABLES.items():
            by_hand.execute(f"CREATE TABLE {table} ({written})")
        stated = columns(by_hand)
    assert len(stated) > 300
    assert [f"{table}.{column}" for table, column in stated if (table, column) not in real] == []
    assert {key: (kind, real[key]) for key, kind in stated.items() if real[key] not in (kind, NO_TYPE)} == {}


def columns(connection: duckdb.DuckDBPyConnection) -> Columns:
    """(table, column) → type, of every table of a release."""
    found = connection.execute("SELECT table_name, column_name, data_type FROM information_schema.columns")
    return {(table, column): kind for table, column, kind in found.fetchall()}
