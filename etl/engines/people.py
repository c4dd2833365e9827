"""Models made for some of the people at a time: what lies between issues and doses then fits into memory,
however many people there are."""

from __future__ import annotations

import graphlib
import shutil
from collections.abc import Collection, Generator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

BY_PEOPLE = "-- Made by people.\n"  # in a model or check that tells of each person from that person's rows
STEP = "each part of the people, round {}"  # in the order of models: when those made by people are made
ISSUES = 1_000_000  # of the people of one part
PART = "part_of_the_people"  # a column that no table has
EVERY = -1  # the part of a table that all parts are given
NOT_IN_PARQUET = {"HUGEINT", "UHUGEINT"}  # it would round them


def parts_of(con: duckdb.DuckDBPyConnection) -> int:
    """In how many parts the people of source_issues are taken."""
    (issues,) = _row(con, "SELECT count(*) FROM source_issues")
    return max(1, -(-issues // ISSUES))


def rounds_of(read: Mapping[str, Collection[str]], by_people: Collection[str]) -> list[set[str]]:
    """The statements made by people, in rounds over all parts: those of a later round read, in the end, what
    is made of all people's rows of an earlier one. read: statement → names it reads."""
    round_of = dict[str, int]()
    for name in graphlib.TopologicalSorter({n: set(r) & set(read) for n, r in read.items()}).static_order():
        ended = name not in by_people
        rests = (round_of[r] + (ended and r in by_people) for r in read[name] if r in round_of)
        round_of[name] = max(rests, default=0)
    found: list[set[str]] = [set() for _ in range(max((round_of[n] for n in by_people), default=-1) + 1)]
    for name in by_people:
        found[round_of[name]].add(name)
    return found


def with_steps(
    read: Mapping[str, Collection[str]], rounds: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    """What statements read, where those of each round come after one step that reads what they are given.
    rounds: step → its statements."""
    told = {name: set(names) for name, names in read.items()}
    for step, some in rounds.items():
        given = set[str]().union(*(read[name] for name in some)) - set(some)
        told |= {name: told[name] - given | {step} for name in some} | {step: given}
    return told


class Parts:
    """The people of a build in parts: `con` has all of them."""

    def __init__(self, con: duckdb.DuckDBPyConnection, parts: int) -> None:
        self.con, self.parts = con, parts
        scratch, release = _row(con, "SELECT current_setting('temp_directory'), current_database()")
        self.folder = Path(scratch) / "people"
        self.release = '"' + release.replace('"', '""') + '"'
        self.ends: dict[str, list[int]] = {}  # of tables made by parts: rows up to the end of each part

    def each(
        self, given: Collection[str], results: Collection[str], no_more: Collection[str]
    ) -> Generator[duckdb.DuckDBPyConnection]:
        """For each part a connection that sees what is given of its people alone, as temporary tables, and as
        views where parts made it. The temporary tables `results` made there are tables of `con` then.
        no_more: what `con` lets go of."""
        here = set(given) - self.ends.keys()
        columns = {name: _give(self.con, self.folder, name, self.parts) for name in sorted(here)}
        for name in sorted(set(no_more) - self.ends.keys()):
            self.con.execute(f"DROP TABLE {name}")
        for part in range(self.parts):
            with closing(self.con.cursor()) as few:
                for name in sorted(set(given) - here):
                    first, end = [0, *self.ends[name]][part : part + 2]
                    few.execute(f"""CREATE TEMP VIEW {name} AS
                        FROM {self.release}.main.{name} WHERE rowid >= {first} AND rowid < {end}""")
                for name, told in columns.items():
                    few.execute(f"CREATE TEMP TABLE {name} ({told})")
                    for file in [*_files(self.folder / name, part), *_files(self.folder / name, EVERY)]:
                        few.execute(
                            f"INSERT INTO {name} FROM read_parquet({file}, hive_partitioning = false)"
                        )
                yield few
                for name in sorted(results):
                    self._keep(few, name, part)
        for name in sorted(set(no_more) & self.ends.keys()):
            self.con.execute(f"DROP TABLE {name}")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _keep(self, few: duckdb.DuckDBPyConnection, name: str, part: int) -> None:
        how = (
            "INSERT INTO {0}.main.{1} FROM temp.{1}" if part else "CREATE TABLE {0}.main.{1} AS FROM temp.{1}"
        )
        few.execute(how.format(self.release, name))
        (rows,) = _row(few, f"SELECT count(*) FROM {self.release}.main.{name}")
        self.ends.setdefault(name, []).append(rows)


def _give(con: duckdb.DuckDBPyConnection, folder: Path, name: str, parts: int) -> str:
    """Writes a table by parts, and returns its columns. Parts are ranges of `person`, or of that
    of a `patient_key`: the first has those without a number too, and all have a table without people."""
    columns = {row[0]: row[1] for row in con.execute(f"DESCRIBE {name}").fetchall()}
    if lost := [column for column, kind in columns.items() if kind in NOT_IN_PARQUET]:
        raise ValueError(f"{name} is given to models made by people: cast {', '.join(lost)} to BIGINT")
    part = f"CAST(n.person - 1 AS BIGINT) * {parts} // (SELECT count(*) FROM person)"
    if "person" in columns:
        rows = f"SELECT n.*, {part} AS {PART} FROM {name} AS n"
    elif "patient_key" in columns:
        rows = f"""SELECT t.*, coalesce({part}, 0) AS {PART}
            FROM {name} AS t LEFT JOIN person AS n ON n.patient_key = t.patient_key"""
    else:
        rows = f"SELECT *, {EVERY} AS {PART} FROM {name}"
    (folder / name).mkdir(parents=True)
    con.execute(f"COPY ({rows}) TO {_quoted(folder / name)} (FORMAT parquet, PARTITION_BY ({PART}))")
    return ", ".join(f'"{column}" {kind}' for column, kind in columns.items())


def _files(folder: Path, part: int) -> list[str]:
    return [_quoted(file) for file in sorted((folder / f"{PART}={part}").glob("*.parquet"))]


def _quoted(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"


def _row(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    (row,) = con.execute(sql).fetchall()
    return row
