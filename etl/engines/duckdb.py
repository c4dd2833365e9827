"""DuckDB as the engine: connections for a build, and the models in the order they need."""

from __future__ import annotations

import graphlib
from collections import Counter
from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

import duckdb

from etl.engines import MEMORY

MODELS = Path(__file__).resolve().parent.parent / "models"
# Staging reads sources, intermediate reads marts as well, and only marts and views are published.
MADE_AS = {"staging": "TEMP TABLE", "intermediate": "TEMP TABLE", "marts": "TABLE", "views": "VIEW"}


def connect(path: Path, scratch: Path, memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """A connection to a new database file that spills to `scratch` what `memory`, such as "8GB", does not
    hold, and reaches for nothing outside."""
    return duckdb.connect(
        str(path),
        config={
            "memory_limit": memory,
            "temp_directory": str(scratch),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )


def models(folder: Path = MODELS) -> dict[str, tuple[str, str]]:
    """Model name → (SQL, what it is made as): one a file, named as the file, in a room by its subject."""
    found = {}
    for path in sorted(folder.rglob("*.sql")):
        if path.stem in found:
            raise ValueError(f"two models are named {path.stem}")
        found[path.stem] = path.read_text(encoding="utf-8"), MADE_AS[path.relative_to(folder).parts[0]]
    return found


def order(
    read: Mapping[str, Collection[str]],
    kept: Collection[str] = (),
    rounds: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> dict[str, set[str]]:
    """Statements (name → names it reads) so that each comes after those it reads, each with what nothing
    reads after it. What lets go of most tables comes first, then what can be made of the newest, so that
    little waits for later. kept: what is never let go. rounds: step → statements that come at once after it,
    whose readers beside them come after all of them."""
    graph = {name: set(names) & set(read) for name, names in read.items()}
    readers = Counter(read for names in graph.values() for read in names if read not in kept)

    def let_go(name: str) -> int:
        return sum(readers[read] == 1 for read in graph[name]) - (name not in kept)

    sorter = graphlib.TopologicalSorter(graph)
    sorter.prepare()
    steps, able = list[str](), sorted(sorter.get_ready(), reverse=True)
    while able:
        steps.append(max(reversed(able), key=let_go))
        able.remove(steps[-1])
        readers.subtract(graph[steps[-1]])
        sorter.done(steps[-1])
        able += sorted(sorter.get_ready(), reverse=True)
    of_step = {name: step for step, some in rounds.items() for name in some}
    steps = [
        one
        for name in steps
        if name not in of_step
        for one in (name, *(s for s in steps if of_step.get(s) == name))
    ]
    last = {read: name for name in steps for read in (name, *graph[name])}
    return {name: {read for read, user in last.items() if user == name} for name in steps}


def drop(con: duckdb.DuckDBPyConnection, tables: Collection[str]) -> None:
    for name in sorted(tables):
        con.execute(f"DROP TABLE {name}")


def reads_of(sql: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """What each statement reads."""
    return {name: reads(text) for name, text in sql.items()}


@lru_cache(maxsize=4_096)
def reads(sql: str) -> frozenset[str]:
    """The names of tables that a statement reads; nothing is looked up."""
    return frozenset(_parser().get_table_names(sql))


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()
