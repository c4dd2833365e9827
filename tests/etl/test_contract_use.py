"""Every column the contract asks of practices is read by a model, and each model's rows reach the release."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from etl import contract
from etl.engines.duckdb import models

ROOT = Path(__file__).parents[2]
# Read by the intake and not by a model: which file reads it.
ELSEWHERE = {("practices", "synthetic"): "etl/synthetic_only.py"}
Node = dict[str, Any]


def used(sql: dict[str, str]) -> dict[str, set[str]]:
    """Entity → its columns that the models name, from their parsed SQL; comments and texts count for nothing.

    A step of a query that passes all columns on (`t.*`) uses none; the steps that read it may.
    """
    found: dict[str, set[str]] = defaultdict(set)
    with duckdb.connect() as con:
        for text in sql.values():
            (parsed,) = con.execute("SELECT json_serialize_sql(?)", [text]).fetchone() or ("{}",)
            tree = json.loads(parsed)
            assert not tree["error"], tree
            whole = dict[str, str]()  # step → the entity whose columns it passes on
            for name, select in _selects(tree["statements"], ""):
                sources = _sources(select, whole)
                _name_columns(select, sources, found)
                if name and sources and any(_inside(select["select_list"], "STAR")):
                    whole[name] = next(iter(sources.values()))
    return found


def _selects(node: Any, name: str) -> Iterator[tuple[str, Node]]:
    """Each SELECT with the name of the step it is, those that others read before them."""
    if isinstance(node, dict) and node.get("type") == "SELECT_NODE":
        for step in node["cte_map"]["map"]:
            yield from _selects(step["value"], step["key"])
        rest = {key: value for key, value in node.items() if key not in ("cte_map", "type")}
        yield from _selects(rest, name)
        yield name, node
        return
    if isinstance(node, dict):
        for step in node.get("cte_map", {}).get("map", []):
            yield from _selects(step["value"], step["key"])
        node = [value for key, value in node.items() if key != "cte_map"]
    for part in node if isinstance(node, list) else []:
        yield from _selects(part, name)


def _sources(select: Node, whole: dict[str, str]) -> dict[str, str]:
    """Alias → entity, of the tables in a FROM that hold the columns of one."""
    found = {}
    for table in _inside(select["from_table"], "BASE_TABLE"):
        name = table["table_name"]
        entity = whole.get(name) or name.removeprefix("source_").removeprefix("every_")
        if entity in contract.entities() and entity != name:
            found[table["alias"] or name] = entity
    for nested in _inside(select["from_table"], "SUBQUERY"):
        inner = nested["subquery"]["node"]
        if inner["type"] == "SELECT_NODE" and any(_inside(inner["select_list"], "STAR")):
            found |= dict.fromkeys([nested["alias"]], *set(_sources(inner, whole).values()))
    return found


def _name_columns(select: Node, sources: dict[str, str], found: dict[str, set[str]]) -> None:
    for column in _inside({k: v for k, v in select.items() if k != "cte_map"}, "COLUMN_REF"):
        *table, name = column["column_names"]
        for alias, entity in sources.items():
            if not table or table[-1] == alias:
                found[entity].add(name)


def _inside(node: Any, kind: str) -> Iterator[Node]:
    """Nodes of a kind, but not those of a SELECT within."""
    if isinstance(node, dict):
        if node.get("type") == kind:
            yield node
        node = list(node.values())
    for part in node if isinstance(node, list) else []:
        if not (isinstance(part, dict) and part.get("type") == "SELECT_NODE"):
            yield from _inside(part, kind)


@pytest.fixture(scope="module")
def by_models() -> dict[str, set[str]]:
    return used({name: sql for name, (sql, _) in models().items()})


@pytest.mark.parametrize("entity", contract.entities())
def test_every_column_asked_for_is_used(entity: str, by_models: dict[str, set[str]]) -> None:
    columns = set(contract.entities()[entity].columns)
    elsewhere = {column for name, column in ELSEWHERE if name == entity}
    assert columns - by_models[entity] - elsewhere == set()


def test_what_the_intake_uses_stands_in_its_code() -> None:
    for (_, column), path in ELSEWHERE.items():
        assert f'"{column}"' in (ROOT / path).read_text(encoding="utf-8")


def test_no_retired_column_is_read(by_models: dict[str, set[str]]) -> None:
    for entity in contract.entities().values():
        assert by_models[entity.name].isdisjoint(entity.retired)


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("SELECT pain_score FROM source_reviews", {"pain_score"}),
        ("SELECT r.outcome FROM every_reviews AS r JOIN x ON x.a = r.template", {"outcome", "template"}),
        ("WITH s AS (SELECT next_due FROM source_reviews) SELECT s.outcome FROM s", {"next_due"}),
        ("SELECT x.pain_score FROM source_reviews AS r, x", set()),  # of another table
        ("SELECT * FROM source_reviews -- pain_score", set()),
        ("SELECT 'pain_score' AS words FROM source_reviews", set()),
    ],
)
def test_the_proof_of_use_sees_what_a_query_names(sql: str, columns: set[str]) -> None:
    assert used({"one": sql})["reviews"] == columns


def test_every_staging_model_is_read_by_another() -> None:
    """A column read by a model that leads nowhere would be used by nobody."""
    with duckdb.connect() as con:
        read = {table for sql, _ in models().values() for table in con.get_table_names(sql)}
    staging = {name for name, (_, made_as) in models().items() if made_as == "TEMP TABLE"}
    made_in_code = {"group_list"}  # read by the SQL that counts measures by group
    assert staging - read - made_in_code == set()
