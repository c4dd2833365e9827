"""Every model is the same on both engines, and so is the release. One file, so that Java starts once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from benchmarks.etl.parity import Compared, compared, sources
from etl.__main__ import main
from etl.engines import duckdb as engine
from etl.engines.spark import Place, Spark
from etl.store import Store
from etl.verify.store import differences

ISSUES = 50_000
OTHERS = 300  # people of the sample besides those of its stories
# Models that need rows which neither the stories nor random issues have: compared, but empty.
EMPTY = {"extract_lacking", "quality_list_size", "quality_override", "unread"}


@pytest.fixture(scope="module")
def both(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    scratch = tmp_path_factory.mktemp("parity")
    other = Spark(Place("local[1]"), scratch)
    try:
        with sources(sample_store, scratch / "both.duckdb", OTHERS, ISSUES) as con:
            return list(compared(con, other, scratch))
    finally:
        other.close()


def test_every_model_is_the_same_on_both_engines(both: list[Compared]) -> None:
    assert [one for one in both if not one.is_same] == []


def test_the_comparison_has_something_to_compare(both: list[Compared]) -> None:
    assert len(both) > 130
    assert {one.name for one in both if not one.rows} - EMPTY == set()


def tables(con: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    found = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = ?", [database])
    return {name for (name,) in found.fetchall()}


def upstream(name: str) -> set[str]:
    """A model and every model that it rests on."""
    files = engine.models()
    found, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one in files and one not in found:
            found.add(one)
            waiting += engine.reads(files[one][0])
    return found


@pytest.fixture
def marts(released: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Tables written by a build with both folders given as addresses. Half of the tables go through memory,
    as where the folder is on no disk of this computer. Spark makes patient_month and all that it rests on;
    it is given the other tables, since the test above compares every model."""
    on_disk, model, made = Spark._on_disk, Spark.model, upstream("patient_month")
    release = released.releases / f"{released.current()}.duckdb"

    def by_turns(spark: Spark, name: str) -> Path | None:
        return on_disk(spark, name) if len(name) % 2 else None

    def made_or_given(spark: Spark, name: str, sql: str, columns: Sequence[tuple[str, str]]) -> None:
        if name in made:
            model(spark, name, sql, columns)
            return
        with duckdb.connect(str(release), read_only=True) as con:
            if name in tables(con, release.stem):
                spark.put(con, name)
                spark.made.add(name)

    monkeypatch.setattr(Spark, "_on_disk", by_turns)
    monkeypatch.setattr(Spark, "model", made_or_given)
    folder = tmp_path / "lake house"
    landing = (released.folder / "landing").as_uri()
    asked = ["build", "--engine", "spark", "--master", "local[1]", "--store", str(released.folder)]
    assert main([*asked, "--landing", landing, "--marts", f"file://{folder}"]) == 0
    return folder


def test_a_release_by_spark_is_the_release_by_duckdb(
    released: Store, marts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = sorted(path.stem for path in released.releases.glob("*.duckdb"))
    assert released.current() == second
    assert differences(released) == []
    with duckdb.connect() as con:
        for name, release in (("duck", first), ("spark", second)):
            con.execute(f"ATTACH '{released.releases / f'{release}.duckdb'}' AS {name} (READ_ONLY)")
        assert tables(con, "duck") == tables(con, "spark")
        for table in tables(con, "duck") - {"release_info"}:
            both = f"(FROM duck.{table}) EXCEPT ALL (FROM spark.{table})"
            back = f"(FROM spark.{table}) EXCEPT ALL (FROM duck.{table})"
            assert con.execute(both).fetchall() == con.execute(back).fetchall() == [], table
            assert (
                con.execute(f"DESCRIBE duck.{table}").fetchall()
                == con.execute(f"DESCRIBE spark.{table}").fetchall()
            )
        # Rows stand in the order that finds those of one practice fast.
        order = "SELECT practice_code, patient_key, month FROM {}.patient_month"
        assert con.execute(order.format("duck")).fetchall() == con.execute(order.format("spark")).fetchall()
        rows = con.execute("SELECT count(*) FROM spark.patient_month").fetchone()
    assert rows == (pq.read_table(marts / second / "patient_month").num_rows,)
    assert (marts / second / "release_info").is_dir()
