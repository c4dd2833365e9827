"""Shares now beside the same shares a year before: rows, words and table for whatever is counted so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from math import inf, isnan

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.contrast import MOVED, NOT_JUDGED
from reporting.analysis.intervals import interval
from reporting.charts.canvas import Figure
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.exhibit import definition
from reporting.exhibits.kinds import families
from reporting.exhibits.kinds.state_change import flowed
from reporting.exhibits.kinds.yearly import YearApart, year_apart
from reporting.exhibits.wording import (
    FEWEST_FOR_PERCENT,
    beside,
    cells,
    counted,
    listed,
    number,
    part,
    percent,
)

COLOURS = (
    "Dot: share now; line: 95% Wilson interval; tick: a year before. Blue: better than a year before; "
    "orange: worse; purple: changed, with no good direction; grey: no significant change."
)


def a_year_before(
    snapshot: Snapshot, scope: Scope, selection: Selection, frame: pd.DataFrame, measures: Iterable[str]
) -> dict[str, YearApart]:
    """Measure → now and a year before, from rows of `figures.measure_by_month`; only measures with somebody
    or something to count in the latest month of the data."""
    found = {
        measure: to_latest(snapshot, scope, selection, frame[frame["measure"] == measure])
        for measure in measures
    }
    return {measure: one for measure, one in found.items() if one is not None}


def to_latest(snapshot: Snapshot, scope: Scope, selection: Selection, part: pd.DataFrame) -> YearApart | None:
    """`year_apart` of one measure's rows where the latest month of the data has something to count; people in
    a state are judged by who came and who went, where that is known."""
    last = pd.Timestamp(snapshot.info.last_month)
    if not (part.loc[part["month"] == last, "denominator"] != 0).any():
        return None
    measure, threshold = str(part["measure"].iloc[0]), int(part["threshold"].iloc[0])
    about = definition(snapshot, scope, measure)
    flow = None
    if about.is_state:
        rows = figures.flows(snapshot, scope, selection, [measure], [threshold]).frame
        reasons = figures.flow_reasons(snapshot, scope, selection, measure, threshold).frame
        among = families.of_states(snapshot, scope, selection, families.IN_A_YEAR)
        flow = flowed(rows, about, last, part, among, reasons, families.IN_A_YEAR)
    found = year_apart(part, about.better, families.of_years(snapshot, scope, selection))
    if found is None or flow is None:
        return found
    way = 0 if flow.share_way != flow.change.net_way or not flow.change.is_change else flow.share_way
    return found.judged(MOVED[way], flow.kind if way else "common")


def judged_words(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """How change in a year is judged, and over how many changes that is corrected."""
    states = families.of_states(snapshot, scope, selection, families.IN_A_YEAR).of
    events = families.of_years(snapshot, scope, selection).of
    told = [
        counted(n, f"change {what}", f"changes {what}")
        for n, what in ((states, "of people in a state"), (events, "of what was done"))
        if n
    ]
    return (
        f"People in a state are judged by who came and who went, the rest by an exact test, corrected over "
        f"{listed(told)} compared at once (Benjamini–Hochberg, 5%)."
    )


def lowest(found: Mapping[str, YearApart]) -> str:
    """The measure with the smallest share now, of those that are shown where there are any."""
    return min(found, key=lambda measure: inf if isnan(found[measure].now[0]) else found[measure].share)


def moved_words(found: Mapping[str, YearApart], names: Mapping[str, str], subject: str | None = None) -> str:
    """What rose or fell in a year, as the end of a headline; “no significant change” where nothing did.

    subject: the measure that the headline begins with, which need not be named again.
    """
    known = {measure: one for measure, one in found.items() if one.before is not None}
    if not known:
        return ""
    moved = [
        f"{'it' if measure == subject else names[measure].split(' (')[0].lower()} {one.moved}"
        for measure, one in known.items()
        if one.kind != "common"
    ]
    if moved:
        return f"; {listed(moved, 3)} in a year"
    judged = (
        "no item" if all(one.moved != NOT_JUDGED for one in known.values()) else "no item that may be judged"
    )
    return f"; {judged} changed significantly in a year"


def rows(
    found: Mapping[str, YearApart],
    names: Mapping[str, str],
    counted_in: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """One row a measure, in the order of names: label, value, lower, upper, before, note, role, and the two
    counts."""
    made = []
    for measure, one in ((measure, found[measure]) for measure in names if measure in found):
        n, of = one.now
        lower, upper = interval(n, of)
        unit = f" {counted_in[measure]}" if counted_in else ""
        made.append(
            {
                "label": names[measure],
                "value": n / of,
                "lower": lower,
                "upper": upper,
                "before": one.before[0] / one.before[1] if one.before else float("nan"),
                "note": f"{beside(n, of)}{unit}",
                "role": one.kind,
                "numerator": n,
                "denominator": of,
                "words": one.words,
            }
        )
    return pd.DataFrame(made)


def narrow(frame: pd.DataFrame) -> Callable[[], Figure]:
    """Makes the figure for a phone, where a row has no room for both counts."""
    notes = [
        part(n, of) if of < FEWEST_FOR_PERCENT else f"{part(n, of)} of {number(of)}"
        for n, of in zip(frame["numerator"], frame["denominator"], strict=True)
    ]
    return partial(interval_dots, frame.assign(note=notes), compact=True)


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows under readable names."""
    return pd.DataFrame(
        {
            "Item": frame["label"],
            "In place": [
                note if isnan(value) else count
                for note, value, count in zip(
                    frame["note"], frame["value"], cells(frame["numerator"]), strict=True
                )
            ],
            "Of": cells(frame["denominator"]),
            "%": frame["value"] * 100,
            "Lower 95%": frame["lower"] * 100,
            "Upper 95%": frame["upper"] * 100,
            "A year before %": frame["before"] * 100,
            "Change": frame["words"],
        }
    )


def alt(frame: pd.DataFrame) -> str:
    """Each item's share in one sentence."""
    return (
        "; ".join(
            f"{label} {note if isnan(value) else percent(value)}, {words}"
            for label, value, note, words in zip(
                frame["label"], frame["value"], frame["note"], frame["words"], strict=True
            )
        )
        + "."
    )
