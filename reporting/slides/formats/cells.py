"""Texts of files that Office opens: none is taken for a formula, none holds what XML cannot."""

from __future__ import annotations

import re
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def legible(text: str) -> str:
    """The text, each character that XML cannot hold as U+FFFD, so that it is seen that one stood there."""
    return NOT_IN_XML.sub("\ufffd", text)


def neutral(value: Any) -> Any:
    """The value, a text that a spreadsheet would run with an apostrophe before it, legible; numbers stay."""
    if not isinstance(value, str):
        return value
    return legible(f"'{value}" if value.startswith(FORMULA_STARTS) else value)
