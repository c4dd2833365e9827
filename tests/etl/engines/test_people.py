"""A release made for a part of the people at a time is the one made of all people at once."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.etl.parity import sources
from etl import build, counting
from etl.engines import duckdb as engine
from etl.engines import people
from etl.store import Store
from measures import measure, policy

PARTS = 5
SCHEMA = {True: "temporary", False: "published"}
RULES = policy.load(policy.SAMPLE)
ENTRY = """CREATE TEMP TABLE entry AS
    SELECT nullif(i, 0) AS person, 'P' || i AS patient_key, i % 4 AS n FROM range(8) t (i)"""
PERSON = "SELECT person, patient_key FROM entry WHERE person IS NOT NULL", "TEMP TABLE"
GRAPH = st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 9))), min_size=1, max_size=10)


@dataclass(frozen=True)
class Statement:
    """A statement of a random build. reads: the places of those before it that it reads, of which names say
    nothing."""

    name: int
    by_people: bool
    published: bool
    reads: frozenset[int]

    def sql(self, before: Sequence[Statement]) -> tuple[str, str]:
        """The sum of what each person has in all it reads; if not by people, everybody's sum beside."""
        read = ["entry", *(f"s{one.name}" for place, one in enumerate(before) if place in self.reads)]
        rows = " UNION ALL ".join(f"SELECT person, patient_key, n FROM {name}" for name in read)
        sums = f"SELECT person, patient_key, CAST(sum(n) AS BIGINT) AS n FROM ({rows}) GROUP BY ALL"
        if self.by_people:
            sql = people.BY_PEOPLE + sums
        else:
            sql = f"SELECT person, patient_key, n + CAST(sum(n) OVER () AS BIGINT) AS n FROM ({sums})"
        return sql, "TABLE" if self.published else "TEMP TABLE"


@st.composite
def some_statements(draw: st.DrawFn) -> list[Statement]:
    names = draw(st.permutations(range(7)))
    flags, reads = st.booleans(), st.frozensets(st.integers(0, 6), max_size=3)
    return [Statement(n, draw(flags), draw(flags), draw(reads)) for n in names[: draw(st.integers(1, 7))]]


STATEMENTS = some_statements()


def statements() -> dict[str, str]:
    """Every model and check."""
    models = engine.models() | counting.models(measure.under(measure.load(), RULES), RULES)
    checks = {path.name: path.read_text(encoding="utf-8") for path in build.CHECKS.rglob("*.sql")}
    return {name: sql for name, (sql, _) in models.items()} | checks


def given_to_both(store: Path, path: Path) -> None:
    """Keeps the sources of people of all stories, others and random ones; some have a plan but no issue."""
    with sources(store, path.with_name("sources.duckdb"), others=300, issues=8_000) as con:
        planned = "SELECT patient_key FROM source_plans ORDER BY plan_id LIMIT 9"
        con.execute(f"DELETE FROM source_issues WHERE patient_key IN ({planned})")
        for name in ("source_patients", "every_patients"):
            con.execute(f"UPDATE {name} SET cancer_on = '2024-01-01' WHERE patient_key IN ({planned})")
        con.execute(f"ATTACH '{path}' AS given")
        for kind in (True, False):
            con.execute(f"CREATE SCHEMA given.{SCHEMA[kind]}")
            for name in named(con, kind):
                con.execute(f"CREATE TABLE given.{SCHEMA[kind]}.{name} AS FROM {name}")


def named(con: duckdb.DuckDBPyConnection, temporary: bool) -> list[str]:
    which = "temporary = ? AND database_name IN (current_database(), 'temp')"
    found = con.execute(f"SELECT table_name FROM duckdb_tables() WHERE {which} ORDER BY 1", [temporary])
    return [name for (name,) in found.fetchall()]


def release(given: Path, path: Path) -> list[str]:
    """Makes every model of what was kept. Returns what is told of it."""
    told = list[str]()
    with engine.connect(path, path.with_suffix(".scratch")) as con:
        con.execute(f"ATTACH '{given}' AS given (READ_ONLY)")
        kept = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'given'"
        for schema, name in con.execute(kept).fetchall():
            kind = "TEMP TABLE" if schema == SCHEMA[True] else "TABLE"
            con.execute(f"CREATE {kind} {name} AS FROM given.{schema}.{name}")
        con.execute("DETACH given")
        build.run_models(con, measure.load(), RULES, told.append)
    return told


@pytest.fixture(scope="module")
def both(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """One release made at once and one by parts, attached."""
    folder = tmp_path_factory.mktemp("people")
    given_to_both(sample_store, folder / "given.duckdb")
    told = release(folder / "given.duckdb", folder / "once.duckdb")
    assert not any("part 1" in words for words in told)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "parts_of", lambda _: PARTS)
        told = release(folder / "given.duckdb", folder / "parts.duckdb")
    assert f"people, round 2 of 2: part {PARTS} of {PARTS}" in told
    con = duckdb.connect()
    for name in ("once", "parts"):
        con.execute(f"ATTACH '{folder / name}.duckdb' (READ_ONLY)")
    return con


def columns(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[tuple[str, str]]]:
    found = con.execute(
        """SELECT table_name, list((column_name, data_type) ORDER BY column_index) FROM duckdb_columns()
        WHERE database_name = ? AND NOT internal GROUP BY table_name""",
        [database],
    )
    return dict(found.fetchall())


def apart(con: duckdb.DuckDBPyConnection, once: str, parts: str, passed: Collection[str] = ()) -> list[str]:
    """The tables whose rows or types are not the same in two databases."""
    one, other = columns(con, once), columns(con, parts)
    odd = [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]
    for name in one.keys() - set(odd) - set(passed):
        for a, b in ((once, parts), (parts, once)):
            if con.execute(f"FROM {a}.{name} EXCEPT ALL FROM {b}.{name} LIMIT 1").fetchall():
                odd.append(name)
    return sorted(set(odd))


def test_by_parts_every_table_has_the_same_rows_and_types(both: duckdb.DuckDBPyConnection) -> None:
    some = {"supply", "patient_month", "fall", "worklist", "taper", "flow", "unknown_person"}
    assert some <= columns(both, "once").keys()
    assert apart(both, "once", "parts") == []


def test_who_has_a_plan_and_no_issue_is_excluded_all_the_same(both: duckdb.DuckDBPyConnection) -> None:
    """People without an issue have no number."""
    excluded = """SELECT count(DISTINCT t.patient_key) FROM {0}.taper_month AS t
        WHERE t.excluded AND t.patient_key NOT IN (SELECT patient_key FROM {0}.supply)"""
    for name in ("once", "parts"):
        assert both.execute(excluded.format(name)).fetchall() >= [(5,)]


@settings(max_examples=60, deadline=None)
@given(STATEMENTS)
def test_statements_of_any_kind_make_the_same_by_parts(made: list[Statement]) -> None:
    """Whatever reads what: the same tables, and none is left that nobody publishes."""
    files = {"person": PERSON} | {f"s{one.name}": one.sql(made[:n]) for n, one in enumerate(made)}
    told = []
    for parts in (1, 3):
        with (
            tempfile.TemporaryDirectory() as folder,
            pytest.MonkeyPatch.context() as patch,
            engine.connect(Path(folder) / "a.duckdb", Path(folder) / "scratch") as con,
        ):
            patch.setattr(people, "parts_of", lambda _, parts=parts: parts)
            con.execute(ENTRY)
            build._made_here(con, files, {}, lambda _: None, build.Profile())
            left = set(named(con, True)) | set(named(con, False))
            told.append({name: sorted(con.execute(f"FROM {name}").fetchall(), key=repr) for name in left})
            assert not list((Path(folder) / "scratch").rglob("*.parquet"))
    assert told[0] == told[1]
    assert told[0].keys() == {"entry"} | {f"s{one.name}" for one in made if one.published}


def test_what_a_killed_build_left_is_in_no_part(released: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    once = released.current()
    left = released.folder / "scratch" / "people-1" / "issue" / f"{people.PART}=0"
    left.mkdir(parents=True)
    (left / "data_0.parquet").write_bytes(b"half a file")
    monkeypatch.setattr(people, "parts_of", lambda _: 2)
    profile = build.Profile(wanted=True)
    parts = build.build(released, policy.load(), profile=profile)
    assert {"rows given to parts", "rows kept of parts"} <= {step.name for step in profile.steps}
    assert not (released.folder / "scratch").exists()
    con = duckdb.connect()
    for name, release_name in (("once", once), ("parts", parts)):
        con.execute(f"ATTACH '{released.releases / f'{release_name}.duckdb'}' AS {name} (READ_ONLY)")
    assert apart(con, "once", "parts", {"release_info"}) == []


@pytest.mark.parametrize("practice", ["TST01", "TST02"])  # of the first part, and of the second
def test_a_check_that_fails_in_any_part_publishes_nothing(
    released: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, practice: str
) -> None:
    before, kept = released.current(), sorted(released.releases.iterdir())
    there = f"SELECT practice_code FROM patient_month WHERE practice_code = '{practice}'"
    (tmp_path / "nobody_is_there.sql").write_text(people.BY_PEOPLE + there, encoding="utf-8")
    monkeypatch.setattr(people, "parts_of", lambda _: 2)
    monkeypatch.setattr(build, "CHECKS", tmp_path)
    with pytest.raises(build.CheckError, match=f"nobody is there.*{practice}"):
        build.build(released, policy.load())
    assert (released.current(), sorted(released.releases.iterdir())) == (before, kept)
    assert not (released.folder / "scratch").exists()


def test_rows_of_a_practice_stand_together(both: duckdb.DuckDBPyConnection) -> None:
    """So that a practice's worklist is read from few blocks, however many there are."""
    rows = both.execute("SELECT practice_code FROM parts.worklist ORDER BY rowid").fetchall()
    codes = [code for (code,) in rows]
    moved = both.execute("""SELECT patient_key FROM parts.supply GROUP BY patient_key
        HAVING count(DISTINCT practice_code) > 1""").fetchall()
    turns = sum(a != b for a, b in itertools.pairwise(codes))
    assert len(codes) > 200
    assert turns < len(set(codes)) + PARTS + 2 * len(moved)


def test_only_flows_and_courses_are_made_in_a_second_round() -> None:
    """They read which months count, and for which areas, which only all people's months tell."""
    sql = statements()
    some = {name for name, text in sql.items() if people.BY_PEOPLE in text}
    first, second = people.rounds_of(engine.reads_of(sql), some)
    assert {"issue_day", "patient_month", "worklist", "every_supply_is_kept.sql"} <= first
    assert {"flow_changed_0", "flow_fact", "flow_counted"} <= second
    assert all(name.startswith("flow_") for name in second - {"course_share"})


@given(GRAPH)
def test_each_round_comes_before_its_statements_and_after_all_they_are_given(
    made: list[tuple[bool, set[int]]],
) -> None:
    read = {f"t{n}": {f"t{m}" for m in of if m < n} for n, (_, of) in enumerate(made)}
    some = {name for name, (by, _) in zip(read, made, strict=True) if by}
    rounds = {f"round {n}": names for n, names in enumerate(people.rounds_of(read, some))}
    assert sorted(name for names in rounds.values() for name in names) == sorted(some)
    assert all(rounds.values())
    steps = list(engine.order(people.with_steps(read, rounds), rounds=rounds))
    at = {name: place for place, name in enumerate(steps)}
    assert sorted(steps) == sorted([*read, *rounds])
    for step, names in rounds.items():
        assert set(steps[at[step] + 1 :][: len(names)]) == names
    assert all(at[r] < at[name] for name, of in read.items() for r in of)
    for step, names in rounds.items():
        assert all(at[step] < at[name] for name in names)
        assert all(at[r] < at[step] for name in names for r in read[name] - names)


def test_a_type_that_parquet_rounds_is_refused(tmp_path: Path) -> None:
    with engine.connect(tmp_path / "a.duckdb", tmp_path / "scratch") as con:
        con.execute("CREATE TEMP TABLE person AS SELECT 1 AS person, 'A' AS patient_key, sum(1) AS n")
        with pytest.raises(ValueError, match="person is given to models made by people: cast n to BIGINT"):
            next(people.Parts(con, 2).each({"person"}, set(), set()))


def test_each_part_has_its_own_people_and_the_first_those_without_a_number(tmp_path: Path) -> None:
    with engine.connect(tmp_path / "a.duckdb", tmp_path / "scratch") as con:
        numbers = "CREATE TEMP TABLE person AS SELECT i AS person, 'P' || i AS patient_key FROM range(1, 8)"
        con.execute(f"{numbers} AS t (i)")
        con.execute("CREATE TEMP TABLE plan AS SELECT 'P' || i AS patient_key FROM range(0, 10) AS t (i)")
        con.execute("CREATE TEMP TABLE rules AS SELECT 42 AS part")
        seen = []
        parts = people.Parts(con, 3)
        for few in parts.each({"person", "plan", "rules"}, {"counted"}, {"plan"}):
            seen.append([sorted(few.execute(f"FROM {name}").fetchall()) for name in ("plan", "rules")])
            few.execute("CREATE TEMP TABLE counted AS SELECT patient_key FROM plan")
        again = [
            few.execute("FROM counted").fetchall() for few in parts.each({"counted"}, set(), {"counted"})
        ]
        assert [sorted(plans) for plans in again] == [plans for plans, _ in seen]
        assert [[key for (key,) in plans] for plans, _ in seen] == [
            ["P0", "P1", "P2", "P3", "P8", "P9"], ["P4", "P5"], ["P6", "P7"],
        ]  # fmt: skip
        assert all(rules == [(42,)] for _, rules in seen)
        for gone in ("plan", "counted"):
            with pytest.raises(duckdb.CatalogException):
                con.execute(f"FROM {gone}")
    assert not list((tmp_path / "scratch").rglob("*.parquet"))


@pytest.mark.parametrize(("issues", "parts"), [(0, 1), (1, 1), (people.ISSUES, 1), (people.ISSUES + 1, 2)])
def test_a_part_has_about_a_million_issues(issues: int, parts: int) -> None:
    con = duckdb.connect()
    con.execute(f"CREATE VIEW source_issues AS FROM range({issues})")
    assert people.parts_of(con) == parts
