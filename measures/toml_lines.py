"""The line of a TOML file that a value stands on, for messages: tomllib tells values, not lines."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any


def line_of(text: str, *path: str | int) -> int | None:
    """Number of the line where a value begins, from 1: a section ("taper"), a field of one ("taper",
    "stall_days"), an entry of a list ("targets", 1) or a field of one. None where the text has no such value,
    or is no TOML.

    A text cut after a whole statement is TOML too, and cut within one it is not. So the first cut that has
    the value ends the statement it stands in, however that is written: headers, quoted keys, inline tables.
    """
    lines = text.split("\n")
    begun = 0
    for end in range(1, len(lines) + 1):
        found = _read(lines[:end])
        if found is None:
            continue
        if _has(found, path):
            return _within(lines, begun, end, path)
        begun = end
    return None


def _within(lines: Sequence[str], begun: int, end: int, path: Sequence[str | int]) -> int:
    """The line of a statement that has the value: of a list over several lines that of its entry."""
    for at in range(begun + 1, end):
        found = _read([*lines[:at], "]"])
        if found is not None and _has(found, path):
            return at
    entry = path[:2] if len(path) > 1 and isinstance(path[1], int) else ()
    return end if entry and not _has(_read(lines[:begun]), entry) else begun + 1


def _read(lines: Sequence[str]) -> dict[str, Any] | None:
    try:
        return tomllib.loads("\n".join(lines).removesuffix("\r") + "\n")
    except tomllib.TOMLDecodeError:
        return None


def _has(found: Any, path: Sequence[str | int]) -> bool:
    for key in path:
        if isinstance(key, int):
            if not isinstance(found, list) or key >= len(found):
                return False
        elif not isinstance(found, dict) or key not in found:
            return False
        found = found[key]
    return True
