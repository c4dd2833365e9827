"""A layout's fields as the text of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def toml(raw: Mapping[str, Any]) -> str:
    """Fields as TOML, in their order but for tables, which come last. Comments are not kept."""
    return "\n".join(_table(raw, ())).lstrip("\n") + "\n"


def _table(raw: Mapping[str, Any], where: tuple[str, ...]) -> Iterator[str]:
    own = {name: value for name, value in raw.items() if not isinstance(value, Mapping)}
    below = {name: value for name, value in raw.items() if isinstance(value, Mapping)}
    if where and (own or not below):
        yield f"\n[{'.'.join(map(_key, where))}]"
    yield from (f"{_key(name)} = {_value(value)}" for name, value in own.items())
    for name, value in below.items():
        yield from _table(value, (*where, name))


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").isalnum()
    return name if bare else _value(name)


def _value(value: Any) -> str:
    """A text, number, yes or no, or a list of them: JSON but for one character."""
    return json.dumps(value, ensure_ascii=False, default=str).replace("\x7f", "\\u007f")
