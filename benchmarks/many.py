"""A release of many practices: those of a small one, each so many times."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb


def multiplied(store: Path, out: Path, times: int) -> Path:
    """A store at `out` with this one's release, each practice so many times under codes of its own; rows
    sorted as a build sorts them."""
    name = (store / "CURRENT").read_text(encoding="utf-8").strip()
    (out / "releases").mkdir(parents=True)
    path = out / "releases" / f"{name}-many.duckdb"
    shutil.copyfile(store / "releases" / f"{name}.duckdb", path)
    with duckdb.connect(str(path)) as con:
        tables = con.execute(
            """SELECT table_name, list(column_name) FROM duckdb_columns() SEMI JOIN duckdb_tables()
               USING (table_name) WHERE column_name IN ('practice_code', 'patient_key') GROUP BY ALL"""
        ).fetchall()
        for table, keys in tables:
            order = "one.patient_key || '-' || n" if _by_person(con, table, keys) else "n"
            again = ", ".join(f"{key} || '-' || n AS {key}" for key in keys)
            con.execute(
                f"INSERT INTO {table} SELECT one.* REPLACE ({again}) "
                f"FROM {table} one, range(1, {times}) AS again(n) ORDER BY {order}, one.rowid"
            )
    (out / "CURRENT").write_text(f"{name}-many", encoding="utf-8")
    return out


def _by_person(con: duckdb.DuckDBPyConnection, table: str, keys: list[str]) -> bool:
    """Whether the build sorted the table by person, and not by practice."""
    if "patient_key" not in keys:
        return False
    rising = f"""SELECT bool_and(before <= patient_key) FROM (
                     SELECT patient_key, lag(patient_key) OVER (ORDER BY rowid) AS before FROM {table})"""
    found = con.execute(rising).fetchone()
    return bool(found and found[0])
