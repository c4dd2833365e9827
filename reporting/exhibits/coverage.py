"""Whose data an exhibit holds, and the words every caption ends with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.wording import counted, day, listed, month

OPERATOR_WORDS = {">": "above", ">=": "at or above"}
REMEMBERED = 128


@dataclass(frozen=True)
class Coverage:
    """Practices of an area: how many there are, and which are awaited with the last month they sent."""

    practices: int
    awaited: tuple[tuple[str, str], ...]
    protects: bool = False
    unlisted: tuple[str, ...] = ()  # without rates in the latest month: their list size cannot be right

    @property
    def counted(self) -> int:
        """Practices whose data reach the latest month."""
        return self.practices - len(self.awaited)

    def words(self) -> str:
        """“23 of 24 practices (awaited and left out: Foxglove, last Jul 2026)”; “1 practice, last Jul 26”."""
        if self.practices == 1:
            return f"1 practice, {self.awaited[0][1]}" if self.awaited else "1 practice"
        if not self.awaited:
            return f"all {self.practices} practices"
        names = listed([f"{name}, {last}" for name, last in self.awaited])
        return f"{self.counted} of {self.practices} practices (awaited and left out: {names})"

    def nothing(self) -> str:
        """Why there is nothing to draw, and what to do."""
        if self.practices == 0:
            return "No practice matches these filters. Clear the PCN or practice filter."
        if self.counted == 0:
            names = listed([f"{name} ({last})" for name, last in self.awaited])
            return f"Data are awaited: {names}. Choose a wider area, or wait for the extract."
        who = "Nobody, or too few people to be shown, is" if self.protects else "Nobody is"
        return f"{who} counted by this measure in the practices and period chosen. Choose a wider area."


@lru_cache(maxsize=REMEMBERED)
def coverage(snapshot: Snapshot, scope: Scope, selection: Selection | None) -> Coverage:
    """The coverage of the selected area at the latest month."""
    frame = queries.practices(snapshot, scope, selection).frame
    awaited = frame[frame["awaited"].astype(bool)]
    return Coverage(
        practices=len(frame),
        awaited=tuple(
            (name, "nothing received" if pd.isna(last) else f"last {month(last)}")
            for name, last in zip(awaited["name"], awaited["data_to"], strict=True)
        ),
        protects=scope.protects,
        unlisted=tuple(frame["name"][frame["practice_code"].isin(_unlisted(snapshot, scope))]),
    )


def _unlisted(snapshot: Snapshot, scope: Scope) -> list[str]:
    """Practices without rates in the latest month, since their list size there cannot be right."""
    frame = queries.unlisted(snapshot, scope).frame
    latest = pd.to_datetime(frame["month"]) == pd.Timestamp(snapshot.info.last_month)
    return list(frame["practice_code"][latest])


def beyond(snapshot: Snapshot, threshold: int) -> str:
    """“above 120 mg”, following the policy's operator."""
    return f"{OPERATOR_WORDS[snapshot.info.operator]} {threshold} mg"


def dose_words(snapshot: Snapshot, threshold: int) -> str:
    """What a high dose is, as a sentence for a caption."""
    return (
        f"High dose: mean of {snapshot.info.window_days} days {beyond(snapshot, threshold)} oral morphine "
        "equivalent (OME) a day; not cancer, palliative or substitution therapy, or use under 90 days."
    )


def source_words(snapshot: Snapshot, covered: Coverage) -> str:
    """Where the numbers come from, as the last sentences of a caption."""
    source = f"Source: extracts of {covered.words()}, data to {day(snapshot.info.data_to)}."
    synthetic = " Synthetic data." if snapshot.info.synthetic else ""
    if covered.unlisted:
        latest, names = month(snapshot.info.last_month), listed(list(covered.unlisted))
        source += f" No rates of {names} for {latest}: the list size cannot be right, so rates may jump."
    return f"{source} OME is not for switching drugs.{synthetic}"


@lru_cache(maxsize=REMEMBERED)
def area_name(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """The name of the selected area: practice, PCN, place or the ICB."""
    if selection.practice is not None:
        frame = queries.practices(snapshot, scope, selection).frame
        return str(frame["name"].iloc[0]) if len(frame) else selection.practice
    return selection.pcn or selection.place or snapshot.info.icb


def where(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """What part of the ICB is looked at: “Example ICB”, “Example ICB · Harbour PCN, 6 practices”."""
    area = area_name(snapshot, scope, selection)
    if area == snapshot.info.icb:
        return area
    practices = coverage(snapshot, scope, selection).practices
    size = "" if selection.practice else f", {counted(practices, 'practice', 'practices')}"
    return f"{snapshot.info.icb} · {area}{size}"


def among_words(snapshot: Snapshot, selection: Selection) -> str:
    """“All of Harbour PCN: ” where a page of one practice shows all it stands among; else nothing."""
    if selection.practice is None:
        return ""
    return f"All of {selection.pcn or selection.place or snapshot.info.icb}: "
