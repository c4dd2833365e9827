"""Movement between dose bands from baseline to now."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.bands import from_highest
from reporting.exhibits.coverage import coverage
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.tapering.down import HARM, POSSIBLY
from reporting.exhibits.wording import counted, listed, number

UNDRAWN = {
    "censored": ("person who died or left", "people who died or left"),
    "not known": ("person whose dose now is not known", "people whose dose now is not known"),
}


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """People with a plan by dose band at baseline and now."""
    frame = figures.taper_flow(snapshot, scope, selection).frame
    undrawn = {name: int(frame.loc[frame["now_band"] == name, "people"].sum()) for name in UNDRAWN}
    moved = frame[~frame["now_band"].isin(list(UNDRAWN))]
    if moved.empty:
        return Nothing(f"{_undrawn_words(undrawn)}{coverage(snapshot, scope, selection).nothing()}")
    moved = moved.rename(columns={"baseline_band": "from_band", "now_band": "to_band", "people": "n"})
    ways = figures.taper_ways(snapshot, scope, selection).frame.set_index("way")["people"]
    lower, after, higher, people = *(int(ways[way]) for way in ("lower", "after", "higher")), int(ways.sum())
    table = pd.DataFrame(
        {
            "Baseline": moved["from_band"],
            "Now": moved["to_band"],
            f"After {HARM}": moved["harmed"].map({True: "yes", False: "no"}),
            "People": moved["n"],
        }
    )
    return Finding(
        moved[["from_band", "to_band", "harmed", "n"]],
        table,
        (lower, after, higher, people),
        {"n": counted(people, "person", "people"), "undrawn": _undrawn_words(undrawn)},
        {"bands": from_highest({*moved["from_band"], *moved["to_band"]})},
        f"Of {number(people)} people {number(lower)} moved to a lower band without {HARM}, "
        f"{number(after)} after it, {number(higher)} to a higher one and "
        f"{number(people - lower - after - higher)} stayed.",
    )


def flow_headline(lower: float, after: float, higher: float, people: float) -> str:
    """How many moved down without harm (HARM), how many after it, and how many up."""
    of = counted(people, "person", "people")
    down = "Nobody" if lower == 0 else f"{number(lower)} of {of}"
    more = f", {number(after)} {POSSIBLY}" if after else ""
    return f"{down} moved down step by step{more}; {'nobody' if higher == 0 else number(higher)} moved up"


def _undrawn_words(people: Mapping[str, int]) -> str:
    """How many are in no shape, and why, before a space; nothing where all are drawn."""
    said = [counted(n, *UNDRAWN[name]) for name, n in people.items() if n]
    verb = "is" if sum(people.values()) == 1 else "are"
    return f"{listed(said).capitalize()} {verb} not drawn. " if said else ""
