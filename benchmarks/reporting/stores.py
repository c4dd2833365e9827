"""Stores to measure on: the sample, many practices over years, and each practice of one so many times."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from benchmarks.etl.extracts import ROOT
from etl.build import build
from etl.store import Store
from measures import policy

THRESHOLDS = (90, 120, 200)


@contextmanager
def built_sample(named: Path | None) -> Iterator[Path]:
    """The store named, or one of data/sample built for the time being."""
    if named is not None:
        yield named
        return
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        _etl("load", ROOT / "data" / "sample", "--store", store)
        _etl("build", "--store", store)
        yield store


@contextmanager
def built_large(named: Path | None, practices: int, months: int) -> Iterator[Path]:
    """The store named, or one of so many synthetic practices and months, every measure at three
    thresholds."""
    if named is not None:
        yield named
        return
    with tempfile.TemporaryDirectory() as folder:
        extracts, store = Path(folder) / "extracts", Path(folder) / "store"
        _etl("sample", "--practices", practices, "--months", months, "--out", extracts)
        # by chance some month of so many practices has few rows, which waits for somebody to say it is right
        _etl("load", extracts, "--store", store, "--accept-smaller")
        rules = policy.load()
        build(Store(store), replace(rules, thresholds=replace(rules.thresholds, values=THRESHOLDS)))
        yield store


def _etl(*words: object) -> None:
    command = [sys.executable, "-m", "etl", *map(str, words)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


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
               USING (table_name) GROUP BY ALL
               HAVING list_has_any(list(column_name), ['practice_code', 'patient_key'])"""
        ).fetchall()
        for table, columns in tables:
            keys = [key for key in ("practice_code", "patient_key") if key in columns]
            again = ", ".join(f"{key} || '-' || n AS {key}" for key in keys)
            con.execute(
                f"INSERT INTO {table} SELECT one.* REPLACE ({again}) "
                f"FROM {table} one, range(1, {times}) AS again(n) ORDER BY {_order(con, table, columns)}"
            )
    (out / "CURRENT").write_text(f"{name}-many", encoding="utf-8")
    return out


def _order(con: duckdb.DuckDBPyConnection, table: str, columns: list[str]) -> str:
    """The order of a table's rows `one` and their copies `n`, as a build would have it."""
    if "practice_code" in columns and "measure" in columns:
        return "one.measure, one.threshold, one.practice_code || '-' || n, one.rowid"
    if "practice_code" in columns and "patient_key" in columns:
        rising = f"""SELECT bool_and(before <= patient_key) FROM (
                         SELECT patient_key, lag(patient_key) OVER (ORDER BY rowid) AS before FROM {table})"""
        ((by_person,),) = con.execute(rising).fetchall()
        return f"one.{'patient_key' if by_person else 'practice_code'} || '-' || n, one.rowid"
    return "n, one.rowid"
