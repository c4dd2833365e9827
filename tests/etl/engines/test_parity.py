"""Every model is the same on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.etl.parity import Compared, compared, sources
from etl.engines.spark import Place, Spark

ISSUES = 50_000
OTHERS = 300  # people of the sample besides those of its stories
# Models that need rows which neither the stories nor random issues have: compared, but empty.
EMPTY = {"extract_lacking", "quality_list_size", "quality_override", "unread"}


@pytest.fixture(scope="module")
def both(sample_store: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    scratch = tmp_path_factory.mktemp("parity")
    other = Spark(Place("local[2]"), scratch)
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
