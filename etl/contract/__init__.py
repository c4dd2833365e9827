"""The canonical tables every extract is brought to: one TOML file an entity, one line a column."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TYPES = ("text", "code", "identifier", "key", "date", "month", "integer", "number", "boolean", "choice")


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    description: str
    used_for: str  # a phrase after the column's name: "cancer_on leaves people with cancer out of …"
    required: bool = False
    unit: str = ""
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    future: bool = False  # a date that may lie after the extract's period
    in_period: bool = False  # a date that must lie within it
    not_before: str = ""  # another date of the row, before which it cannot lie
    free_text: bool = False  # typed by people, so it may name someone
    staff: bool = False  # codes of staff: their names are no codes


@dataclass(frozen=True)
class Entity:
    name: str
    description: str
    grain: str
    extract: str  # "practice", or "area" where one file holds every practice
    key: tuple[str, ...]  # the latest extract wins a key; without one, rows are events
    columns: dict[str, Column]
    retired: dict[
        str, str
    ]  # columns no longer asked for, and why; a file that holds one loads, it is not read


def read(path: Path) -> Entity:
    """The entity in one TOML file. Raises ValueError naming file, column and field."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    columns = {}
    for name, fields in raw["columns"].items():
        try:
            column = Column(name=name, **{**fields, "allowed": tuple(fields.get("allowed", ()))})
        except TypeError as error:
            raise ValueError(f"{path.name}: column {name}: {error}") from None
        if not column.used_for.strip():
            raise ValueError(f"{path.name}: column {name}: used_for is empty; ask only for what is used")
        if column.type not in TYPES:
            raise ValueError(f"{path.name}: column {name}: type {column.type!r} is not one of {TYPES}")
        if column.not_before and column.not_before not in columns:
            raise ValueError(f"{path.name}: column {name}: not_before names no column above it")
        columns[name] = column
    if unknown := [name for name in raw["key"] if name not in columns]:
        raise ValueError(f"{path.name}: key names {unknown[0]!r}, which is not a column")
    retired = dict(raw.get("retired", {}))
    if both := [name for name in retired if name in columns]:
        raise ValueError(f"{path.name}: {both[0]!r} is both a column and retired")
    return Entity(
        name=path.stem,
        description=raw["description"],
        grain=raw["grain"],
        extract=raw["extract"],
        key=tuple(raw["key"]),
        columns=columns,
        retired=retired,
    )


@cache
def entities() -> dict[str, Entity]:
    """Every entity by name, area-wide ones first, as they must be loaded first."""
    found = [read(path) for path in sorted(FOLDER.glob("*.toml"))]
    first = ("practices", "list_sizes")
    found.sort(key=lambda e: (first.index(e.name) if e.name in first else len(first), e.name))
    return {entity.name: entity for entity in found}


@cache
def version() -> str:
    """A short fingerprint of every column's name and type."""
    shape = [(e.name, e.key, [(c.name, c.type) for c in e.columns.values()]) for e in entities().values()]
    return hashlib.sha256(repr(shape).encode()).hexdigest()[:10]
