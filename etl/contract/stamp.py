"""What a store says of the contract it was made for, and whether the present one can read it."""

from __future__ import annotations

import json
from typing import Any

from etl.contract import entities

# Stores from before shapes were kept hold a fingerprint: that of the contract with function_score in reviews.
READABLE = frozenset({"8c1b7aeb75"})


def stamp() -> str:
    """The shape of the contract as text: key, column types and required columns of each entity."""
    return _text(_shape())


def unreadable(found: str) -> str:
    """Why a store with this stamp cannot be read, or "" where it can.

    A new optional column is read as not asked, and a retired one is passed over. A column that has become
    required is missing in such a store; with another type or key, its rows would mean something else.
    """
    before = _read(found)
    if before is None:
        return "" if found.strip() in READABLE else "it does not say which"
    for name, now in _shape().items():
        then = before.get(name)
        if then is None:
            continue
        if then["key"] != now["key"]:
            return f"{name} has another key now"
        for column, kind in now["columns"].items():
            if then["columns"].get(column, kind) != kind:
                return f"{name}.{column} has another type now"
        if lacking := sorted(set(now["required"]) - set(then["columns"])):
            return f"{name}.{lacking[0]} is required now"
    return ""


def brought_up(found: str) -> str:
    """The stamp of a store that is written to from now on: what it held, and what it may hold now."""
    before, now = _read(found) or {}, _shape()
    for name, part in now.items():
        earlier = before.get(name, part)["columns"]
        part["columns"] = {**earlier, **part["columns"]}
    return _text({**before, **now})


def _shape() -> dict[str, Any]:
    return {
        entity.name: {
            "key": list(entity.key),
            "columns": {column.name: column.type for column in entity.columns.values()},
            "required": [column.name for column in entity.columns.values() if column.required],
        }
        for entity in entities().values()
    }


def _read(found: str) -> dict[str, Any] | None:
    try:
        shape = json.loads(found)
    except ValueError:
        return None
    whole = isinstance(shape, dict) and all(
        isinstance(part, dict) and {"key", "columns", "required"} <= set(part) for part in shape.values()
    )
    return shape if whole else None


def _text(shape: dict[str, Any]) -> str:
    return json.dumps(shape, indent=1, sort_keys=True)
