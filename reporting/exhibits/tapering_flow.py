"""Movement between dose bands from baseline to now."""

from __future__ import annotations

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.bands import lower_edge
from reporting.charts.flow import band_flow
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.wording import counted, month, number

MEASURE = "tapering"
STOPPED, CENSORED = "stopped", "censored"


def flow(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """People with a plan by dose band at baseline and now."""
    frame = queries.taper_flow(snapshot, scope, selection).frame
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "taper-flow", MEASURE)
    left = int(frame.loc[frame["now_band"] == CENSORED, "people"].sum())
    moved = frame[frame["now_band"].notna() & (frame["now_band"] != CENSORED)]
    if moved.empty:
        return Exhibit(**common, headline="Dose bands at baseline and now", empty=covered.nothing())
    moved = moved.rename(columns={"baseline_band": "from_band", "now_band": "to_band", "people": "n"})
    order = _order({*moved["from_band"], *moved["to_band"]})
    rank = {band: at for at, band in enumerate(order)}
    step = moved["to_band"].map(rank) - moved["from_band"].map(rank)
    lower, higher = int(moved.loc[step > 0, "n"].sum()), int(moved.loc[step < 0, "n"].sum())
    people = int(moved["n"].sum())
    return Exhibit(
        **common,
        headline=flow_headline(lower, higher, people),
        subtitle=(
            f"People with a plan and a baseline {words}, by dose band (mg OME a day), baseline to "
            f"{month(snapshot.info.last_month)} (n = {number(people)})"
        ),
        figure=band_flow(moved[["from_band", "to_band", "n"]], order),
        caption=(
            "Blue: to a lower band; grey: same band; orange: to a higher one. Baseline: mean of the 12 "
            "months "
            "before the plan. A high-dose group falls somewhat without any plan. "
            f"{_left_words(left)} {source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame({"Baseline": moved["from_band"], "Now": moved["to_band"], "People": moved["n"]}),
        alt=(
            f"Of {number(people)} people {number(lower)} moved to a lower band, {number(higher)} to a "
            f"higher one "
            f"and {number(people - lower - higher)} stayed."
        ),
    )


def flow_headline(lower: int, higher: int, people: int) -> str:
    """How many moved down and how many up."""
    up = "nobody" if higher == 0 else number(higher)
    down = "Nobody" if lower == 0 else f"{number(lower)} of {counted(people, 'person', 'people')}"
    return f"{down} moved to a lower band, {up} to a higher one"


def _order(bands: set[str]) -> list[str]:
    doses = sorted(bands - {STOPPED}, key=lambda band: (-lower_edge(band), band == "none"))
    return [*doses, STOPPED] if STOPPED in bands else doses


def _left_words(left: int) -> str:
    verb = "is" if left == 1 else "are"
    people = counted(left, "person who died or left", "people who died or left")
    return f"{people.capitalize()} {verb} not drawn."
