"""Which practices one practice is compared with, and what makes them alike."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis import peers
from reporting.charts.written import TENTHS, written
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.policy import names_peers
from reporting.exhibits.wording import counted, listed, number, percent, practice_words
from reporting.once import once

COUNTS = (5, peers.PEERS, 15, 20)
CACHED = 64


@dataclass(frozen=True)
class Nearest:
    """How similar practices are chosen: how many, and the codes of those left out."""

    count: int = peers.PEERS
    left_out: tuple[str, ...] = ()


TEN = Nearest()
ALIKE = (
    "Similar: nearest by list size (log), share aged 65 and over and mean deprivation quintile of the people "
    "supplied (list sizes have no deprivation), each standardised; a distance of 0 would be identical."
)


@dataclass(frozen=True, eq=False)
class Similar:
    """The nearest practices to one: practice, list_size, share_65_plus, imd, distance, and name, pcn where
    whoever asks may see them. own: the same of the practice. awaited: names of those that might be among
    them if their data reached its month. nothing: why there are none, else ""."""

    frame: pd.DataFrame
    own: pd.Series | None = None
    awaited: tuple[str, ...] = ()
    nothing: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """Their codes, nearest first."""
        return tuple(self.frame["practice"]) if len(self.frame) else ()


@once(CACHED)
def practices(snapshot: Snapshot, scope: Scope) -> pd.DataFrame:
    """Every practice that whoever asks may see, as `figures.practices` gives them."""
    return figures.practices(snapshot, scope).frame


@once(CACHED)
def _everyone(snapshot: Snapshot) -> pd.DataFrame:
    """What makes practices alike, of every one, which `figures.traits` gives whoever asks."""
    return figures.traits(snapshot, Scope.icb()).frame


@once(CACHED)
def similar(snapshot: Snapshot, scope: Scope, selection: Selection, nearest: Nearest) -> Similar:
    """The practices of the whole ICB most like the selected one, whose data reach its own last month. Those
    left out are not among them."""
    to = Scope.icb() if names_peers(snapshot) else scope
    named = practices(snapshot, to)[["practice_code", "name", "pcn"]]
    everyone = _everyone(snapshot).merge(
        named.rename(columns={"practice_code": "practice"}), on="practice", how="left"
    )
    own = everyone[everyone["practice"] == selection.practice]
    if own.empty or own[["list_size", "share_65_plus", "imd"]].isna().any(axis=None):
        return Similar(
            everyone.iloc[:0],
            nothing="Similar practices cannot be found: no list size by age, or nobody's deprivation, has "
            "been received from this practice. Load its list sizes and patients.",
        )
    late = everyone["month"] < own["month"].iloc[0]
    kept = everyone[~late & ~everyone["practice"].isin(nearest.left_out)]
    found = peers.nearest(kept, str(selection.practice), nearest.count)
    awaited = tuple(everyone.loc[late, "name"].dropna())
    if not peers.may_be_shown(found):
        there = counted(len(found), "other practice has", "other practices have")
        return Similar(
            found.iloc[:0],
            own.iloc[0],
            awaited,
            f"Only {there} a list size and age to compare by; fewer than five are not shown. "
            "Leave fewer of them out.",
        )
    return Similar(found, own.iloc[0], awaited)


@dataclass(frozen=True)
class SimilarListing:
    """Makes the list of the similar practices: who they are, how near, and by what."""

    nearest: Nearest

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
        found = similar(snapshot, scope, selection, self.nearest)
        title = "Who the similar practices are"
        if found.own is None or found.nothing:
            return Listing(title, "", pd.DataFrame(), found.nothing)
        own = found.own
        words = (
            f"Nearest by list size, age and deprivation. {own['name']}: {number(own['list_size'])} "
            f"registered, {percent(own['share_65_plus'])} aged 65 and over, mean quintile "
            f"{written(own['imd'], TENTHS)} (1 is the most deprived)."
        )
        if found.awaited:
            words += f" Awaited, so left out: {listed(found.awaited)}."
        if scope.practices is not None and names_peers(snapshot):
            who = _table(found.frame)[["Practice", "PCN"]]
            return Listing(title, f"{words} Their figures are shown added up.", who, "")
        if scope.practices is not None:
            nothing = f"{counted(len(found.frame), 'practice', 'practices')}, shown added up and not by name."
            return Listing(title, words, pd.DataFrame(), nothing)
        return Listing(title, words, _table(found.frame), "")


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    names = [practice_words(n, c) for n, c in zip(frame["name"], frame["practice"], strict=True)]
    return pd.DataFrame(
        {
            "Practice": names,
            "PCN": frame["pcn"],
            "Distance": frame["distance"],
            "List size": frame["list_size"],
            "Aged 65+, %": frame["share_65_plus"] * 100,
            "Mean deprivation quintile": frame["imd"],
        }
    )
