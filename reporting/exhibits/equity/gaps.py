"""The groups of people that really differ from everybody else, in care and in use of medicines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.disclosure import is_exact
from reporting.exhibits.coverage import coverage
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.equity.groups import groups, is_uptake
from reporting.exhibits.exhibit import Definition, definition
from reporting.exhibits.wording import counted, percent, rate, spelled

NO_RATES = "Rates per 1,000 by deprivation are not available: list sizes are sent by age and sex only."
PEOPLE = {
    "age_band": "aged {}",
    "sex": "{}",
    "imd_quintile": "deprivation quintile {}",
}
HELP = {"concern": ": less help", "improvement": ": more help"}
MOST_GAPS = 12


def gaps(snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
    """The groups that lie apart from everybody else, with both intervals: gaps in care first. How they are
    told apart stands in each chart's caption."""
    frame = groups(snapshot, scope, selection)
    care, use = split(snapshot, scope, frame[frame["role"] != "common"])
    found = _one_of_two(pd.concat([_widest_first(care), _widest_first(use)], ignore_index=True))
    more = len(found) - MOST_GAPS
    rest = (
        f" {spelled(more, 'more gap is', 'more gaps are')} seen by choosing the measure below."
        if more > 0
        else ""
    )
    words = f"Care first, then use of medicines, widest gap first. A gap is a reason to ask why.{rest}"
    nothing = "Every difference between groups could be chance. " if len(frame) else ""
    nothing += NO_RATES if len(frame) else coverage(snapshot, scope, selection).nothing()
    rows = [_row(snapshot, scope, row) for row in found.head(MOST_GAPS).to_dict("records")]
    return Listing("Groups that really differ", words, pd.DataFrame(rows), nothing)


def judged_words(frame: pd.DataFrame) -> str:
    """How groups are told apart, and over how many comparisons that is corrected; of published figures
    without their number, which depends on exact counts. frame: of `groups`."""
    of = int(frame["of"].max()) if len(frame) else 0
    over = counted(of, "comparison", "comparisons") if is_exact(frame) else "all comparisons"
    return (
        "A group is named where it differs from everybody else by an exact test, corrected over "
        f"{over} made at once (Benjamini–Hochberg, 5%)."
    )


def split(snapshot: Snapshot, scope: Scope, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of measures of care, and those of use of medicines."""
    care = frame["measure"].map(lambda measure: is_uptake(snapshot, scope, measure)).astype(bool)
    return frame[care], frame[~care]


def _one_of_two(frame: pd.DataFrame) -> pd.DataFrame:
    """Without the second of women and men, which says the same of the first turned round."""
    again = frame.duplicated(["measure", "dimension"]) & (frame["dimension"] == "sex")
    return frame[~again]


def _widest_first(frame: pd.DataFrame) -> pd.DataFrame:
    """By how far apart the nearer ends of the intervals are, as a share of everybody else's value."""
    apart = np.maximum(frame["lower"] - frame["rest_upper"], frame["rest_lower"] - frame["upper"])
    order = (apart / frame["rest"].clip(lower=1e-9)).sort_values(ascending=False, kind="stable").index
    return frame.loc[order]


def _row(snapshot: Snapshot, scope: Scope, row: dict[Any, Any]) -> dict[str, str]:
    about = definition(snapshot, scope, row["measure"])
    way = "higher" if row["value"] > row["rest"] else "lower"
    group = PEOPLE[row["dimension"]].format(row["label"])
    return {
        "Measure": about.name if about.unit == "%" else f"{about.name}, {about.unit}",
        "Group": group[0].upper() + group[1:],
        "Found": f"{way}{HELP.get(row['role'], '')}" if about.better == "higher" else way,
        "Group, likely range": _with_interval(about, row["value"], row["lower"], row["upper"]),
        "Everybody else": _with_interval(about, row["rest"], row["rest_lower"], row["rest_upper"]),
        "Group a year before": written(about, row["before"]),
    }


def _with_interval(about: Definition, value: float, lower: float, upper: float) -> str:
    return f"{written(about, value)} ({written(about, lower)} to {written(about, upper)})"


def written(about: Definition, value: float) -> str:
    """A share as the measure writes it, without the words of its unit; “–” where there is none."""
    if value != value:
        return "–"
    return percent(value) if about.unit == "%" else rate(value * about.multiplier)
