"""Models stand where what they read puts them."""

from __future__ import annotations

import duckdb

from etl.engines.duckdb import MODELS, models

KIND = {path.stem: path.relative_to(MODELS).parts[0] for path in MODELS.rglob("*.sql")}


def read_by_each() -> dict[str, set[str]]:
    """Each model and the models it reads."""
    con = duckdb.connect()
    return {name: con.get_table_names(sql) & set(KIND) for name, (sql, _) in models().items()}


def test_staging_reads_staging_alone_and_intermediate_rests_on_marts() -> None:
    reads = read_by_each()
    assert {KIND[read] for name, found in reads.items() if KIND[name] == "staging" for read in found} == {
        "staging"
    }
    on_marts = {name for name, found in reads.items() if any(KIND[read] == "marts" for read in found)}
    while more := {name for name, found in reads.items() if found & on_marts} - on_marts:
        on_marts |= more
    assert {name for name, kind in KIND.items() if kind == "intermediate"} <= on_marts
