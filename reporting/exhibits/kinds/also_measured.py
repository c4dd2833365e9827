"""Measures that no chart of a page shows, as rows of a table: a row each, now and a year before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import area_name
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.exhibit import Definition, definition
from reporting.exhibits.wording import HIDDEN, in_unit, month, number, part

OPENS = {"early_warning": "early warning"}  # measure → the reason of Patients that lists those it counts
YEAR = 12


@dataclass(frozen=True)
class AlsoMeasured:
    """Makes the table of these measures in the selected area. measures: their slugs, in order."""

    measures: tuple[str, ...]

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
        asked = self.measures, [0, selection.threshold]
        frame = figures.measure_by_month(snapshot, scope, selection, *asked).frame
        frame = frame[frame["category"] == ""]
        rows = [
            _row(definition(snapshot, scope, m), frame[frame["measure"] == m], snapshot)
            for m in self.measures
        ]
        words = (
            f"{area_name(snapshot, scope, selection)}, {month(snapshot.info.last_month)}. What each counts: "
            "see the page Definitions."
        )
        opens = tuple(
            OPENS.get(m, "") if row["Counted"] not in ("", "0") else ""
            for m, row in zip(self.measures, rows, strict=True)
        )
        return Listing("Also measured", words, pd.DataFrame(rows), "Nothing is counted here yet.", opens)


def _row(about: Definition, frame: pd.DataFrame, snapshot: Snapshot) -> dict[str, Any]:
    now, before = (_at(frame, snapshot.info.month(back)) for back in (0, YEAR))
    return {
        "Measure": about.name,
        "Now": _written(about, now),
        "Counted": "" if now is None else number(now["numerator"]),
        "Out of": "" if now is None else number(now["denominator"]),
        "A year before": _written(about, before),
        "Better": {"lower": "lower", "higher": "higher", "neither": "neither"}[about.better],
    }


def _at(frame: pd.DataFrame, when: Any) -> Any:
    found = frame[frame["month"] == pd.Timestamp(when)]
    return None if found.empty else found.iloc[0]


def _written(about: Definition, row: Any) -> str:
    """The figure in the measure's unit; a dash where there is nothing to count it of."""
    if row is None or row["denominator"] == 0:
        return "–"
    if row["numerator"] != row["numerator"] or row["denominator"] != row["denominator"]:
        return HIDDEN
    if about.unit == "n":
        return number(row["numerator"])
    value = row["numerator"] / row["denominator"]
    if about.unit == "%":
        return part(row["numerator"], row["denominator"])
    return in_unit(value * about.multiplier, about.unit)
