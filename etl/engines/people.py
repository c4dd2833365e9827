"""Models made for some of the people at a time: what lies between issues and doses then fits into memory,
however many people there are."""

from __future__ import annotations

import graphlib
from collections.abc import Collection, Generator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from etl.engines import EngineError
from etl.engines import duckdb as engine
from etl.engines.profile import Profile

BY_PEOPLE = "-- Made by people.\n"  # in a model or check that tells of each person from that person's rows
STEP = "people, round {}"  # in the order of models: when those made by people are made
ISSUES = 1_000_000  # of the people of one part
PART = "part_of_the_people"  # a column that no table has
EVERY = -1  # the part of a table that all parts are given
NOT_IN_PARQUET = {"HUGEINT", "UHUGEINT"}  # it would round them


def parts_of(con: duckdb.DuckDBPyConnection) -> int:
    """In how many parts the people of source_issues are taken."""
    (issues,) = _row(con, "SELECT count(*) FROM source_issues")
    return max(1, -(-issues // ISSUES))


def rounds_of(read: Mapping[str, Collection[str]], by_people: Collection[str]) -> list[set[str]]:
    """The statements made by people, in rounds over all parts. A statement is in a later round where it
    depends, directly or not, on something made of everybody's rows of an earlier one. read: statement → names
    it reads."""
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
    """What statements read, where those of each round come after one step that reads what they are given, and
    `person`, by which parts are told. rounds: step → its statements."""
    told = {name: set(names) for name, names in read.items()}
    for step, some in rounds.items():
        given = {"person"}.union(*(read[name] for name in some)) - set(some)
        told |= {name: told[name] - given | {step} for name in some} | {step: given}
    return told


class Parts:
    """The people of a build in so many parts (`number`): `con` has all of them. What giving rows to parts and
    keeping theirs costs is in the profile."""

    def __init__(self, con: duckdb.DuckDBPyConnection, number: int, profile: Profile | None = None) -> None:
        self.con, self.number, self.profile = con, number, profile or Profile()
        scratch, release = _row(con, "SELECT current_setting('temp_directory'), current_database()")
        self.scratch = Path(scratch)
        self.release = '"' + release.replace('"', '""') + '"'
        self.ends: dict[str, list[int]] = {}  # of tables made by parts: rows up to the end of each part

    def each(
        self, given: Collection[str], results: Collection[str], no_more: Collection[str]
    ) -> Generator[duckdb.DuckDBPyConnection]:
        """For each part a connection that sees what is given of its people alone, as temporary tables, and as
        views where parts made it. The temporary tables `results` made there are tables of `con` then.
        no_more: what `con` lets go of. Raises EngineError where a row is in no part."""
        here = set(given) - self.ends.keys()
        self.scratch.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="people-", dir=self.scratch, ignore_cleanup_errors=True) as folder:
            with self.profile.of(self.con, "work", "rows given to parts", one=False):
                columns = {name: _give(self.con, Path(folder), name, self.number) for name in sorted(here)}
            engine.drop(self.con, set(no_more) - self.ends.keys())
            for part in range(self.number):
                with closing(self.con.cursor()) as few:
                    with self.profile.of(self.con, "work", "rows given to parts", one=False):
                        for name in sorted(set(given) - here):
                            self._show(few, name, part)
                        for name, told in columns.items():
                            few.execute(f"CREATE TEMP TABLE {name} ({told})")
                            for file in _files(Path(folder) / name, part, EVERY):
                                few.execute(f"INSERT INTO {name} FROM {_parquet([file])}")
                    yield few
                    with self.profile.of(self.con, "work", "rows kept of parts", one=False):
                        for name in sorted(results):
                            self._keep(few, name, part)
        engine.drop(self.con, set(no_more) & self.ends.keys())

    def _show(self, few: duckdb.DuckDBPyConnection, name: str, part: int) -> None:
        first, end = [0, *self.ends[name]][part : part + 2]
        few.execute(f"""CREATE TEMP VIEW {name} AS
            FROM {self.release}.main.{name} WHERE rowid >= {first} AND rowid < {end}""")
        (rows,) = _row(few, f"SELECT count(*) FROM {name}")
        _check_rows(name, rows, end - first)

    def _keep(self, few: duckdb.DuckDBPyConnection, name: str, part: int) -> None:
        how = "INSERT INTO {0}.main.{1}" if part else "CREATE TABLE {0}.main.{1} AS"
        few.execute(f"{how.format(self.release, name)} FROM temp.{name}")
        (rows,) = _row(few, f"SELECT count(*) FROM {self.release}.main.{name}")
        self.ends.setdefault(name, []).append(rows)


def _give(con: duckdb.DuckDBPyConnection, folder: Path, name: str, parts: int) -> str:
    """Writes a table by parts, and returns its columns. Parts are ranges of `person`, or of that
    of a `patient_key`: the first has those without a number too, and all have a table without people."""
    columns = {row[0]: row[1] for row in con.execute(f"DESCRIBE {name}").fetchall()}
    if lost := [column for column, kind in columns.items() if kind in NOT_IN_PARQUET]:
        raise ValueError(f"{name} is given to models made by people: cast {', '.join(lost)} to BIGINT")
    part = f"coalesce(CAST(n.person - 1 AS BIGINT) * {parts} // (SELECT count(*) FROM person), 0)"
    if "person" in columns:
        rows = f"SELECT n.*, {part} AS {PART} FROM {name} AS n"
    elif "patient_key" in columns:
        rows = f"""SELECT t.*, {part} AS {PART}
            FROM {name} AS t LEFT JOIN person AS n ON n.patient_key = t.patient_key"""
    else:
        rows = f"SELECT *, {EVERY} AS {PART} FROM {name}"
    (folder / name).mkdir()
    con.execute(f"COPY ({rows}) TO {_quoted(folder / name)} (FORMAT parquet, PARTITION_BY ({PART}))")
    files = _files(folder / name, *range(parts), EVERY)
    (rows,) = _row(con, f"SELECT count(*) FROM {_parquet(files)}") if files else (0,)
    (wanted,) = _row(con, f"SELECT count(*) FROM {name}")
    _check_rows(name, rows, wanted)
    return ", ".join(f'"{column}" {kind}' for column, kind in columns.items())


def _check_rows(name: str, rows: int, wanted: int) -> None:
    if rows != wanted:
        raise EngineError(f"not published: parts of the people have {rows:,} of {wanted:,} rows of {name}.")


def _files(folder: Path, *parts: int) -> list[Path]:
    return [file for part in parts for file in sorted((folder / f"{PART}={part}").glob("*.parquet"))]


def _parquet(files: Collection[Path]) -> str:
    return f"read_parquet([{', '.join(map(_quoted, files))}], hive_partitioning = false)"


def _quoted(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"


def _row(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    (row,) = con.execute(sql).fetchall()
    return row
