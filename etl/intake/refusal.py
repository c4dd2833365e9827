"""Files that are not loaded."""

from __future__ import annotations


class RefusedError(Exception):
    """A file that is not loaded. The message says what is wrong, where, and what to do."""


class IdentifierError(RefusedError):
    """A file that gives someone away. The message names column, row and kind, never the value."""
