"""Who may be in danger now: people whose dose fell too fast, stopped or is not known, not yet looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.policy import taper_rule

NOTE = "Nobody has looked since. One square a person; filled: on no plan; grey: not counted."


@dataclass(frozen=True)
class Danger:
    """People of one kind, by the reason of `people.WHY` that lists exactly them. alone: how many of them are
    on no plan and after no decision; None where that is not told of this kind. on: the latest day."""

    why: str
    words: str
    people: int
    alone: int | None
    on: dt.date | None


def danger(snapshot: Snapshot, scope: Scope, selection: Selection) -> tuple[Danger, ...]:
    """The kinds of which somebody waits in the selected area, falls first; none where nobody does."""
    rows = figures.unlooked_of_area(snapshot, scope, selection).frame
    if rows.empty:
        return ()
    return tuple(_kinds(rows.iloc[0], taper_rule(snapshot, "red_fall_percent")))


def _kinds(row: Any, red: int) -> Iterator[Danger]:
    asked = (
        ("fell", "fell", f"Dose fell by more than {red}% within four weeks"),
        ("stopped", "stopped", "Supply stopped"),
        ("unknown", "dose not known", "Dose not known: it may have fallen"),
        ("aside", "not in the cohort", "Cancer, palliative or dependency: fell, stopped or not known"),
        ("best_interest", "best interest", "Of all these: after a best-interest decision"),
    )
    for column, why, words in asked:
        if n := int(row[column]):
            alone = row.get(f"{column}_alone")
            on = row.get(f"{column}_on")
            yield Danger(
                why, words, n, None if alone is None else int(alone), None if pd.isna(on) else on.date()
            )
