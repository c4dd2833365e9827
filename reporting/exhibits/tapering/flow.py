"""Movement between dose bands from baseline to now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.bands import from_highest
from reporting.charts.people.flow import band_flow
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.tapering.down import HARM, POSSIBLY
from reporting.exhibits.wording import counted, listed, month, number

MEASURE = "tapering"
UNDRAWN = {
    "censored": ("person who died or left", "people who died or left"),
    "not known": ("person whose dose now is not known", "people whose dose now is not known"),
}


def flow(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """People with a plan by dose band at baseline and now."""
    frame = figures.taper_flow(snapshot, scope, selection).frame
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "taper-flow", MEASURE)
    undrawn = {name: int(frame.loc[frame["now_band"] == name, "people"].sum()) for name in UNDRAWN}
    moved = frame[~frame["now_band"].isin(list(UNDRAWN))]
    if moved.empty:
        nothing = f"{_undrawn_words(undrawn)}{covered.nothing()}"
        return Exhibit(**common, headline="Dose bands at baseline and now", empty=nothing)
    moved = moved.rename(columns={"baseline_band": "from_band", "now_band": "to_band", "people": "n"})
    order = from_highest({*moved["from_band"], *moved["to_band"]})
    ways = figures.taper_ways(snapshot, scope, selection).frame.set_index("way")["people"]
    lower, after, higher, people = (
        *(int(ways[way]) for way in ("lower", "after", "higher")),
        int(ways.sum()),
    )
    draw = partial(band_flow, moved[["from_band", "to_band", "harmed", "n"]], order)
    return Exhibit(
        **common,
        headline=flow_headline(lower, after, higher, people),
        subtitle=(
            f"Dose bands (mg a day) before the plan and in {month(snapshot.info.last_month)} "
            f"(n = {counted(people, 'person', 'people')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            f"People with a plan and a baseline {words}. Blue: to a lower band "
            "without harm; orange: to a lower one after harm, or to a higher one; "
            f"grey: same band. Harm: {HARM} on the way. Baseline: mean of the 12 months before the plan. A "
            f"high-dose group falls somewhat without any plan. {_undrawn_words(undrawn)}"
            f"{source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame(
            {
                "Baseline": moved["from_band"],
                "Now": moved["to_band"],
                f"After {HARM}": moved["harmed"].map({True: "yes", False: "no"}),
                "People": moved["n"],
            }
        ),
        alt=(
            f"Of {number(people)} people {number(lower)} moved to a lower band without {HARM}, "
            f"{number(after)} after it, {number(higher)} to a higher one and "
            f"{number(people - lower - after - higher)} stayed."
        ),
    )


def flow_headline(lower: float, after: float, higher: float, people: float) -> str:
    """How many moved down without harm (HARM), how many after it, and how many up."""
    of = counted(people, "person", "people")
    down = "Nobody" if lower == 0 else f"{number(lower)} of {of}"
    more = f", {number(after)} {POSSIBLY}" if after else ""
    return f"{down} moved down step by step{more}; {'nobody' if higher == 0 else number(higher)} moved up"


def _undrawn_words(people: Mapping[str, int]) -> str:
    """How many are in no shape, and why; nothing where all are drawn."""
    said = [counted(n, *UNDRAWN[name]) for name, n in people.items() if n]
    verb = "is" if sum(people.values()) == 1 else "are"
    return f"{listed(said).capitalize()} {verb} not drawn. " if said else ""
