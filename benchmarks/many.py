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
            # As a build sorts them: by practice where they have one, else by person.
            order = "n" if "practice_code" in keys else "one.patient_key || '-' || n"
            again = ", ".join(f"{key} || '-' || n AS {key}" for key in keys)
            con.execute(
                f"INSERT INTO {table} SELECT one.* REPLACE ({again}) "
                f"FROM {table} one, range(1, {times}) AS again(n) ORDER BY {order}, one.rowid"
            )
    (out / "CURRENT").write_text(f"{name}-many", encoding="utf-8")
    return out
