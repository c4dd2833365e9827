"""What Spark cannot do is a sentence: what, where, what to do. The last release stays."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pyspark
import pytest

from etl import build as building
from etl.__main__ import main
from etl.engines import spark
from etl.store import Store

Refused = Callable[..., str]


@pytest.fixture
def refused(released: Store, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Builds by Spark, which must fail, and gives what was said; the store is as it was."""

    def said(*options: str) -> str:
        before, kept = released.current(), sorted(path.name for path in released.releases.iterdir())
        asked = ["build", "--anyway", "--engine", "spark", "--store", str(released.folder)]
        assert main([*asked, *(options or ("--master", "local[1]"))]) == 1
        assert (released.current(), sorted(path.name for path in released.releases.iterdir())) == (
            before,
            kept,
        )
        assert not (released.folder / "scratch").exists()
        words = capsys.readouterr().err.strip().splitlines()[-1]
        assert words.startswith("not published: ")
        assert words.endswith(spark.STAYS)
        return words

    return said


def test_without_pyspark_a_sentence_says_what_to_install(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert "PySpark is not installed" in (words := refused())
    assert "requirements-spark.txt" in words


def test_another_version_of_pyspark_is_refused(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyspark, "__version__", "3.5.1")
    assert "PySpark is 3.5.1, 4.2 is needed" in refused()


def test_without_java_a_sentence_says_what_to_install(
    refused: Refused, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "Java is not installed; Spark needs 17" in (words := refused())
    assert "openjdk-17-jre-headless" in words


def test_an_old_java_is_refused(refused: Refused, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "Java is 11; Spark needs 17" in refused()


@pytest.mark.parametrize("master", ["spark://127.0.0.1:1", "sc://127.0.0.1:1"])
def test_a_cluster_that_does_not_answer_is_refused(refused: Refused, master: str, tmp_path: Path) -> None:
    assert f"nothing answers at {master}" in refused("--master", master, "--marts", str(tmp_path))


def test_a_token_is_taken_from_the_environment_and_never_told(
    refused: Refused, released: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = "sc://127.0.0.1:1/;TOKEN=s3cret;x-databricks-cluster-id=7"
    monkeypatch.setenv("DASHBOARD_SPARK_MASTER", address)
    words = refused("--marts", str(tmp_path))
    assert "nothing answers at sc://127.0.0.1:1/;TOKEN=…;x-databricks-cluster-id=7" in words
    asked = ["build", "--anyway", "--engine", "spark", "--store", str(released.folder), "--master", address]
    assert main([*asked, "--marts", str(tmp_path)]) == 2


def test_two_stores_that_share_a_folder_of_marts_work_in_folders_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(spark, "_session", lambda place: None)
    place = spark.Place("local[1]", marts=str(tmp_path))
    first, again, second = (spark.Spark(place, tmp_path / store / "scratch").folder for store in "aab")
    assert first == again != second


def test_an_address_without_a_port_is_refused(refused: Refused, tmp_path: Path) -> None:
    assert "names no port" in refused("--master", "spark://cluster", "--marts", str(tmp_path))


def test_a_cluster_needs_a_folder_that_it_reaches(refused: Refused) -> None:
    assert "with --marts" in refused("--master", "spark://127.0.0.1:1")


def test_folders_of_spark_are_refused_without_spark(
    released: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--landing", "s3a://b/landing", "--store", str(released.folder)]) == 2
    assert "are for --engine spark" in capsys.readouterr().err


def test_a_cluster_of_another_version_is_refused(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyspark.sql import SparkSession

    monkeypatch.setattr(SparkSession, "version", "3.5.0")
    assert "local[1] runs Spark 3.5.0, 4.2 is needed" in refused()


def test_a_model_that_spark_refuses_is_named(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    models = building.engine.models()
    models["calendar"] = "SELECT month, epoch(month) AS month_end FROM coverage", "TEMP TABLE"
    monkeypatch.setattr(building.engine, "models", lambda: models)
    assert "Spark could not make calendar (" in refused()


class TestLandingElsewhere:
    """A copy of the landing that is not as it was landed."""

    @pytest.fixture
    def part(self, released: Store) -> Path:
        copied = released.folder.parent / "copy"
        (released.folder / "landing").rename(copied)
        (released.folder / "landing").symlink_to(copied, target_is_directory=True)
        return next(copied.glob("issues/TST01/*.parquet"))

    def test_a_missing_part_is_named(self, refused: Refused, part: Path) -> None:
        part.unlink()
        assert part.name in refused("--master", "local[1]", "--landing", part.parents[2].as_uri())

    def test_a_damaged_part_is_named(self, refused: Refused, part: Path) -> None:
        part.write_bytes(part.read_bytes()[:-9])
        assert part.name in refused("--master", "local[1]", "--landing", part.parents[2].as_uri())

    def test_a_part_with_other_rows_is_named(self, refused: Refused, part: Path) -> None:
        import pyarrow.parquet as pq

        pq.write_table(pq.read_table(part).slice(1), part)
        words = refused("--master", "local[1]", "--landing", part.parents[2].as_uri())
        assert part.name in words
        assert "its receipt says" in words


def test_a_damaged_part_of_the_stores_own_landing_is_named(refused: Refused, released: Store) -> None:
    part = next(released.folder.glob("landing/issues/TST01/*.parquet"))
    part.write_bytes(part.read_bytes()[:-9])
    assert part.name in refused()
