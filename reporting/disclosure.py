"""The one place every figure's data passes before it may be drawn, tabled or downloaded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from reporting.access import Scope


@dataclass(frozen=True)
class Cleared:
    """A frame that has passed `clear`, and for whom it was cleared."""

    frame: pd.DataFrame
    scope: Scope


class NotClearedError(PermissionError):
    """Rows that the one who asks may not see; nothing of them is shown."""


def clear(frame: pd.DataFrame, scope: Scope) -> Cleared:
    """The frame, cleared for this scope.

    Raises NotClearedError where a practice_code outside the scope is among the rows: a query that forgot its
    filter stops here. Counts are exact: without sign-in only synthetic snapshots get as far as this, and the
    ICB's own users may see exact counts of their own area.
    """
    if scope.practices is None or "practice_code" not in frame.columns:
        return Cleared(frame, scope)
    if outside := set(frame["practice_code"].dropna()) - scope.practices:
        raise NotClearedError(
            f"A query returned rows of {len(outside)} practices outside the scope of role {scope.role!r}. "
            "Nothing is shown. Report this as a fault."
        )
    return Cleared(frame, scope)


@dataclass(frozen=True)
class Rule:
    """How counts that leave are protected: those from 1 to below `suppress_below` are suppressed, others
    rounded to the nearest `round_to`."""

    suppress_below: int = 8
    round_to: int = 5


def half_up(count: int, base: int) -> int:
    """A count to the nearest multiple of base; halfway goes up."""
    return (2 * count + base) // (2 * base) * base


def protected(counts: Iterable[int], rule: Rule) -> pd.Series:
    """Counts as they may leave, in a nullable Int64 series: suppressed is NA, never 0; 0 stays 0."""
    return pd.Series(
        [pd.NA if 0 < count < rule.suppress_below else half_up(count, rule.round_to) for count in counts],
        dtype="Int64",
    )


def total(cells: pd.Series, rule: Rule) -> int:
    """The sum of protected cells, in which a suppressed cell counts as one step of rounding (5).

    It says nothing that the cells do not say, so no cell can be worked out from it.
    """
    return int(cells.fillna(rule.round_to).sum())


def suppressed_words(rule: Rule) -> str:
    """How a suppressed count is written: “1 to 7”."""
    return f"1 to {rule.suppress_below - 1}"
