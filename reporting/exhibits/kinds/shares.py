"""Shares now beside the same shares a year before, a row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf, isnan

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.contrast import MOVED, NOT_JUDGED
from reporting.analysis.intervals import interval
from reporting.analysis.year_apart import YearApart, year_apart
from reporting.charts.canvas import Figure
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import coverage
from reporting.exhibits.exhibit import Exhibit, definition
from reporting.exhibits.kinds import families
from reporting.exhibits.kinds.chart import Chart, Finding, Nothing
from reporting.exhibits.kinds.state_change import flowed
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
from reporting.once import once

CACHED = 64
COLOURS = (
    "Dot: share now; line: 95% Wilson interval; tick: a year before. Blue: better than a year before; "
    "orange: worse; purple: changed, with no good direction; grey: no sure change."
)


Found = Mapping[str, YearApart]
Maker = Callable[[Snapshot, Scope, Selection], str]


def nobody(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """Why nothing is counted here."""
    return coverage(snapshot, scope, selection).nothing()


@dataclass(frozen=True)
class Item:
    """One share: a measure, or a category of one; its label, and what it is counted of."""

    measure: str
    label: str
    of: str = "people"
    category: str = ""

    @property
    def key(self) -> str:
        """What tells it from the other items of its chart."""
        return self.category or self.measure


@dataclass(frozen=True)
class Shares:
    """Shares now, each beside its own a year before.

    title: the headline where nothing is counted, for the reason that nothing gives. subtitle: with {month}
    and {n}, how many are counted. note: what the
    caption says of these items alone, with {days} of the window.
    """

    key: str
    items: tuple[Item, ...]
    title: str
    headline: Callable[[Found], str]
    subtitle: str
    note: str
    nothing: Maker = nobody

    @property
    def names(self) -> dict[str, str]:
        """Key of an item → its label, in the order drawn."""
        return {one.key: one.label for one in self.items}

    def found(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Found:
        """Key of an item → now and a year before, of those with something to count in the latest month."""
        return _found(self, snapshot, scope, selection)

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
        """The items drawn as dots, each with its interval and a tick for the year before."""
        found = self.found(snapshot, scope, selection)
        return Chart(
            key=self.key,
            measures=tuple(dict.fromkeys(one.measure for one in self.items if one.key in found)),
            title=self.title,
            read=self._read,
            headline=self.headline,
            draw=_dots,
            subtitle=self.subtitle,
            note=f"{{changes}}{COLOURS} {{judged}} {self.note}",
        )(snapshot, scope, selection)

    def _read(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
        found = self.found(snapshot, scope, selection)
        if not found:
            return Nothing(self.nothing(snapshot, scope, selection))
        frame = rows(found, self.names, self._units())
        if frame["denominator"].isna().all():
            return Nothing("How many are counted is withheld. Choose a wider area.")
        words = {
            "n": self._sizes(found),
            "changes": changes_words(found, self.names),
            "judged": judged_words(snapshot, scope, selection),
            "days": snapshot.info.window_days,
        }
        return Finding(frame, table(frame), (found,), words, alt=alt(frame))

    def _units(self) -> dict[str, str] | None:
        """What each is counted of, where that differs."""
        of = {one.key: one.of for one in self.items}
        return of if len(set(of.values())) > 1 else None

    def _sizes(self, found: Found) -> str:
        """The largest number of each sort that is counted: “n = 572 issues, 62 people”."""
        most: dict[str, float] = {}
        for one in self.items:
            if one.key in found:
                most[one.of] = max(most.get(one.of, 0), found[one.key].now[1])
        return "n = " + ", ".join(f"{number(n)} {of}" for of, n in most.items())


@once(CACHED)
def _found(kind: Shares, snapshot: Snapshot, scope: Scope, selection: Selection) -> Found:
    measures = list(dict.fromkeys(one.measure for one in kind.items))
    frame = figures.measure_by_month(snapshot, scope, selection, measures, [selection.threshold, 0]).frame
    made = {}
    for item in kind.items:
        of = frame[(frame["measure"] == item.measure) & (frame["category"] == item.category)]
        one = to_latest(snapshot, scope, selection, of)
        if one is not None:
            made[item.key] = one
    return made


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
        f"all changes {what}" if n is None else counted(n, f"change {what}", f"changes {what}")
        for n, what in ((states, "of people in a state"), (events, "of what was done"))
        if n != 0
    ]
    return (
        f"People in a state are judged by who came and who went, the rest by an exact test, corrected over "
        f"{listed(told)} compared at once (Benjamini–Hochberg, 5%)."
    )


def lowest(found: Mapping[str, YearApart]) -> str:
    """The measure with the smallest share now, of those that are shown where there are any."""
    return min(found, key=lambda measure: inf if isnan(found[measure].now[0]) else found[measure].share)


def moved_words(found: Found, names: Mapping[str, str], subject: str | None = None) -> str:
    """What really rose or fell in a year, as the end of a headline: one by its name, several by their number.

    subject: the measure that the headline begins with, which need not be named again.
    """
    known = [one for one in found.values() if one.before is not None]
    moved = {
        measure: one for measure, one in found.items() if one.before is not None and one.kind != "common"
    }
    if not known:
        return ""
    if not moved:
        judged = "no item" if all(one.moved != NOT_JUDGED for one in known) else "no item that may be judged"
        return f"; {judged} really changed in a year"
    ways = {one.moved for one in moved.values()}
    way = ways.pop() if len(ways) == 1 else "changed"
    if len(moved) > 1:
        return f"; {number(len(moved))} items really {way} in a year"
    (measure,) = moved
    return f"; {'it' if measure == subject else _short(names[measure])} really {way} in a year"


def changes_words(found: Found, names: Mapping[str, str]) -> str:
    """“Really fell in a year: reviewed in 3 months. ”; empty where nothing changed."""
    told = []
    for way in dict.fromkeys(one.moved for one in found.values() if one.kind != "common"):
        which = [
            _short(names[measure])
            for measure in names
            if measure in found and found[measure].moved == way and found[measure].kind != "common"
        ]
        told.append(f"really {way} in a year: {listed(which, len(which))}")
    return f"{'; '.join(told)}. ".capitalize() if told else ""


def _short(name: str) -> str:
    return name.split(" (")[0].lower()


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


def _dots(frame: pd.DataFrame, *, compact: bool = False) -> Figure:
    """The rows; on a phone a row has no room for both counts."""
    if not compact:
        return interval_dots(frame)
    notes = [
        part(n, of) if of < FEWEST_FOR_PERCENT else f"{part(n, of)} of {number(of)}"
        for n, of in zip(frame["numerator"], frame["denominator"], strict=True)
    ]
    return interval_dots(frame.assign(note=notes), compact=True)


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
