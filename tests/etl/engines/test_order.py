"""The order of models and checks, and how long a temporary table is kept."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl import build
from etl.__main__ import main
from etl.engines.duckdb import order, reads_of
from etl.store import Store

READS = st.lists(st.sets(st.integers(0, 11)), min_size=1, max_size=12)


KEPT = st.sets(st.integers(0, 11))


def graph_of(reads: list[set[int]]) -> tuple[dict[str, set[str]], dict[str, frozenset[str]]]:
    """What each statement reads, and the same as told by statements, the last first."""
    graph = {f"t{n}": {f"t{m}" for m in of if m < n} for n, of in enumerate(reads)}
    sql = {n: f"SELECT 1 FROM {', '.join(of)}" if of else "SELECT 1" for n, of in reversed(graph.items())}
    return graph, reads_of(sql)


@given(READS, KEPT)
def test_each_comes_after_what_it_reads_and_a_table_goes_after_its_last_reader(
    reads: list[set[int]], kept: set[int]
) -> None:
    graph, told = graph_of(reads)
    steps = order(told, {f"t{n}" for n in kept})
    at = {name: place for place, name in enumerate(steps)}
    assert set(at) == set(graph)
    assert all(at[read] < at[name] for name, of in graph.items() for read in of)
    for name in graph:
        users = [name, *(user for user, of in graph.items() if name in of)]
        last = max(users, key=lambda user: at[user])
        assert [step for step, left in steps.items() if name in left] == [last]


@given(READS, KEPT)
def test_at_each_step_no_other_statement_would_leave_fewer_tables_waiting(
    reads: list[set[int]], numbers: set[int]
) -> None:
    graph, told = graph_of(reads)
    kept = {f"t{n}" for n in numbers}

    def waiting(made: set[str]) -> int:
        unread = {read for name, of in graph.items() if name not in made for read in of}
        return len((made & unread) - kept)

    def left_by(name: str, made: set[str]) -> int:
        return waiting(made | {name}) + (name not in kept and not any(name in of for of in graph.values()))

    made = set[str]()
    for step in order(told, kept):
        able = [name for name, of in graph.items() if name not in made and of <= made]
        assert left_by(step, made) == min(left_by(name, made) for name in able)
        made.add(step)


def test_a_release_holds_no_temporary_table_and_none_is_left_when_it_is_made(released: Store) -> None:
    with duckdb.connect(released.releases / f"{released.current()}.duckdb", read_only=True) as con:
        named = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    staging = {path.stem for path in build.engine.MODELS.glob("staging/*/*.sql")}
    assert "patient_month" in named and staging and not named & staging


def test_a_profile_that_cannot_be_written_is_told_and_the_release_stands(
    released: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = released.current()
    assert main(["build", "--store", str(released.folder), "--profile", str(tmp_path)]) == 1
    assert "The release is published, its profile not written." in capsys.readouterr().err
    assert released.current() != before


def test_a_profile_has_every_model_and_check_with_what_it_cost(released: Store, tmp_path: Path) -> None:
    profile = tmp_path / "profile.csv"
    assert main(["build", "--store", str(released.folder), "--profile", str(profile)]) == 0
    with profile.open(encoding="utf-8", newline="") as file:
        steps = {(row["kind"], row["name"]): row for row in csv.DictReader(file)}
    assert {("model", name) for name in build.engine.models()} <= set(steps)
    assert {("check", path.name) for path in build.CHECKS.rglob("*.sql")} <= set(steps)
    with duckdb.connect(released.releases / f"{released.current()}.duckdb", read_only=True) as con:
        found = con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        made = [name for (name,) in found if ("model", name) in steps]
        assert {"supply", "patient_month", "measure_month", "worklist"} <= set(made)
        for name in made:
            count = con.execute(f"SELECT count(*) FROM {name}").fetchone()
            assert (name, (int(steps["model", name]["rows"]),)) == (name, count)
            assert float(steps["model", name]["seconds"]) > 0
        assert int(steps["model", "supply"]["bytes"]) > 0
