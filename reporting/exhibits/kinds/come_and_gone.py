"""Who came into a state and who left it over a year, by reason: so that deaths and moves are no success."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.people.waterfall import waterfall
from reporting.exhibits.coverage import beyond, coverage, dose_words, source_words
from reporting.exhibits.exhibit import Definition, Exhibit, definition, frame_of
from reporting.exhibits.kinds.families import ending
from reporting.exhibits.wording import cells, counted, month, number

PREVALENCE = "high_dose_prevalence"
ENTERED, LEFT = "entered", "left"
SIGNS = {ENTERED: "+", LEFT: "−"}
ORDER = (
    "dose rose", "acute use became long-term", "supply began", "among those counted before",
    "newly among those counted", "moved in", "newly registered", "excluded before", "dose not known before",
    "dose fell on a plan", "dose fell without a plan", "supply stopped", "still among those counted",
    "no longer among those counted", "died", "moved away", "excluded", "dose not known", "reason not known",
)  # fmt: skip
NOT_KNOWN = ("dose not known", "reason not known")
GROUPS = {
    "the dose of {} fell": ("dose fell on a plan", "dose fell without a plan"),
    "supply of {} stopped": ("supply stopped",),
    "{} still counted, without it": ("still among those counted",),
    "{} no longer counted": ("no longer among those counted",),
    "{} died or moved": ("died", "moved away"),
    "{} excluded": ("excluded",),
}
WORDS = {
    "among those counted before": "counted before, without it",
    "still among those counted": "still counted, without it",
    "newly among those counted": "newly counted",
    "no longer among those counted": "no longer counted",
}


@dataclass(frozen=True)
class ComeAndGone:
    """Makes the exhibit of one state. measure: its slug; per_threshold: whether it goes by the threshold."""

    measure: str
    per_threshold: bool = True

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
        about = definition(snapshot, scope, self.measure)
        threshold = selection.threshold if self.per_threshold else 0
        name = f"High dose {beyond(snapshot, threshold)}" if self.measure == PREVALENCE else about.name
        common = frame_of(snapshot, f"come-and-gone-{self.measure.replace('_', '-')}", self.measure)
        title = f"{name}: new and left"
        asked = (snapshot, scope, selection)
        row: Any = ending(
            figures.flows(*asked, [self.measure], [threshold]).frame, pd.Timestamp(snapshot.info.last_month)
        )
        covered = coverage(*asked)
        if row is None:
            nothing = "Nobody knows who came and went: there is no earlier month of these practices."
            return Exhibit(**common, headline=title, empty=nothing if covered.counted else covered.nothing())
        every = figures.flow_reasons(*asked, self.measure, threshold).frame
        told = every[(every["span"] == row.name) & (every["to_month"] == row["to_month"])]
        ways = {way: _of(told, way) for way in SIGNS}
        bars = _bars(ways, row, about)
        dose = f"{dose_words(snapshot, threshold)} " if threshold else ""
        return Exhibit(
            **common,
            headline=headline(name, ways),
            subtitle=(
                f"{about.counts.capitalize()} by reason, {month(row['from_month'])} to "
                f"{month(row['to_month'])} "
                f"(n = {counted(int(row['practices']), 'practice', 'practices')} with both)"
            ),
            figure=waterfall(bars),
            narrow=partial(waterfall, bars, compact=True),
            caption=(
                f"{_gone_words(ways)}Navy: how many; orange: worse; blue: better; grey: neither. One reason "
                "each, the first that holds. Left: died, moved, excluded, still counted (without what this "
                "measures), dose not known, supply stopped, dose fell. New: moved in, counted before, "
                "acute use, excluded before, newly registered, dose not known before, supply began, "
                "dose rose. On a plan: a taper plan at any month’s end between. Deaths, moves and "
                f"exclusions are no achievement and no failure. {dose}{source_words(snapshot, covered)}"
            ),
            table=pd.DataFrame({"Step": bars["label"], about.counts.capitalize(): cells(bars["people"])}),
            alt=f"{'; '.join(bars['label'] + ': ' + bars['note'])}.",
        )


def headline(name: str, ways: Mapping[str, Mapping[str, int]]) -> str:
    """How many are new and left, what became of most of those who left, and of how many it is not known."""
    new, left = (sum(ways[way].values()) for way in SIGNS)
    start = f"{name}: {number(new) if new else 'nobody'} new, {number(left) if left else 'nobody'} left"
    most = _gone(ways)[:1]
    unknown = sum(ways[LEFT].get(one, 0) for one in NOT_KNOWN)
    return "; ".join([start, *most, *([f"of {number(unknown)} it is not known"] if unknown else [])])


def _gone(ways: Mapping[str, Mapping[str, int]]) -> list[str]:
    """What became of those who left, most first, as far as it is known."""
    gone = {group: sum(ways[LEFT].get(one, 0) for one in reasons) for group, reasons in GROUPS.items()}
    planned = ways[LEFT].get("dose fell on a plan", 0)
    return [
        group.format(number(n)) + (f", {number(planned)} on a plan" if "fell" in group else "")
        for group, n in sorted(gone.items(), key=lambda one: -one[1])
        if n
    ]


def _gone_words(ways: Mapping[str, Mapping[str, int]]) -> str:
    """The same as a sentence before a space; empty where nobody left."""
    words = "; ".join(_gone(ways))
    return f"Of those who left: {words}. " if words else ""


def _of(told: pd.DataFrame, way: str) -> dict[str, int]:
    """Reason → people of one way, in the order they are drawn."""
    found = told[told["way"] == way].set_index("reason")["people"]
    return {reason: int(found[reason]) for reason in ORDER if reason in found.index}


def _bars(ways: Mapping[str, Mapping[str, int]], row: Any, about: Definition) -> pd.DataFrame:
    """label, start, end, role, note and people of each bar downwards."""
    at = int(row["from_people"])
    rows = [(month(row["from_month"]), 0, at, "data_dark", number(at), at)]
    for way, reasons in ways.items():
        for reason, people in reasons.items():
            then = at + people if way == ENTERED else at - people
            label = f"{'New' if way == ENTERED else 'Left'}: {WORDS.get(reason, reason)}"
            note = f"{SIGNS[way]} {number(people)}"
            rows.append((label, min(at, then), max(at, then), _role(way, reason, about), note, people))
            at = then
    rows.append((month(row["to_month"]), 0, at, "data_dark", number(at), at))
    return pd.DataFrame(rows, columns=["label", "start", "end", "role", "note", "people"])


def _role(way: str, reason: str, about: Definition) -> str:
    """Good or bad is what was done for somebody: a dose of use that rose or fell on a plan, an item that was
    put in place or lapsed. A dose that fell without a plan may be harm."""
    if about.better == "lower":
        return {"dose rose": "concern", "dose fell on a plan": "improvement"}.get(reason, "common")
    if about.better == "higher":
        return {
            "among those counted before": "improvement",
            "still among those counted": "concern",
        }.get(reason, "common")
    return "common"
