"""Models made for some of the people at a time: what lies between issues and doses then fits into memory,
however many people there are."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Generator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

BY_PEOPLE = "-- Made by people.\n"  # in a model or check that tells of each person from that person's rows
STEP = "each part of the people"  # in the order of models: when those made by people are made
ISSUES = 1_000_000  # of the people of one part
EVERY = -1  # the part of a table that all parts are given
NOT_IN_PARQUET = {"HUGEINT", "UHUGEINT"}  # it would round them


def parts_of(con: duckdb.DuckDBPyConnection) -> int:
    """In how many parts the people of source_issues are taken."""
    (issues,) = _row(con, "SELECT count(*) FROM source_issues")
    return max(1, -(-issues // ISSUES))


def with_step(read: Mapping[str, Collection[str]], by_people: Collection[str]) -> dict[str, set[str]]:
    """What statements read, where those made by people come after one step that reads what they are given."""
    given = set[str]().union(*(read[name] for name in by_people)) - set(by_people)
    told = {name: set(names) for name, names in read.items()}
    told |= {name: told[name] - given | {STEP} for name in by_people}
    return told | ({STEP: given} if by_people else {})


def each(
    con: duckdb.DuckDBPyConnection,
    parts: int,
    given: Collection[str],
    results: Collection[str],
    no_more: Collection[str],
) -> Generator[duckdb.DuckDBPyConnection]:
    """For each part of the people a connection that sees what is given of them alone, as temporary tables.
    The temporary tables `results` made there are tables of `con` then. no_more: what `con` lets go of."""
    scratch, release = _row(con, "SELECT current_setting('temp_directory'), current_database()")
    folder, release = Path(scratch) / "people", release.replace('"', '""')
    columns = {name: _give(con, folder, name, parts) for name in sorted(given)}
    for name in sorted(no_more):
        con.execute(f"DROP TABLE {name}")
    for part in range(parts):
        with closing(con.cursor()) as few:
            for name, told in columns.items():
                few.execute(f"CREATE TEMP TABLE {name} ({told})")
                for file in [*_files(folder / name, part), *_files(folder / name, EVERY)]:
                    few.execute(f"INSERT INTO {name} FROM read_parquet({file}, hive_partitioning = false)")
            yield few
            for name in sorted(results):
                how = "INSERT INTO {} FROM {}" if part else "CREATE TABLE {} AS FROM {}"
                few.execute(how.format(f'"{release}".main.{name}', f"temp.{name}"))
    shutil.rmtree(folder)


def _give(con: duckdb.DuckDBPyConnection, folder: Path, name: str, parts: int) -> str:
    """Writes a table by parts, and returns its columns. Parts are ranges of `person`, or of that
    of a `patient_key`: the first has those without a number too, and all have a table without people."""
    columns = {row[0]: row[1] for row in con.execute(f"DESCRIBE {name}").fetchall()}
    if lost := [column for column, kind in columns.items() if kind in NOT_IN_PARQUET]:
        raise ValueError(f"{name} is given to models made by people: cast {', '.join(lost)} to BIGINT")
    part = f"CAST(n.person - 1 AS BIGINT) * {parts} // (SELECT count(*) FROM person)"
    if "person" in columns:
        rows = f"SELECT n.*, {part} AS part FROM {name} AS n"
    elif "patient_key" in columns:
        rows = f"""SELECT t.*, coalesce({part}, 0) AS part
            FROM {name} AS t LEFT JOIN person AS n ON n.patient_key = t.patient_key"""
    else:
        rows = f"SELECT *, {EVERY} AS part FROM {name}"
    (folder / name).mkdir(parents=True)
    con.execute(f"COPY ({rows}) TO {_quoted(folder / name)} (FORMAT parquet, PARTITION_BY (part))")
    return ", ".join(f'"{column}" {kind}' for column, kind in columns.items())


def _files(folder: Path, part: int) -> list[str]:
    return [_quoted(file) for file in sorted((folder / f"part={part}").glob("*.parquet"))]


def _quoted(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"


def _row(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    (row,) = con.execute(sql).fetchall()
    return row
