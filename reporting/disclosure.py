"""The one place every figure's data passes before it may be drawn, tabled or downloaded."""

from __future__ import annotations

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
