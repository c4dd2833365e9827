"""The overview: its head and the cards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import isnan

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.contrast import NOT_JUDGED
from reporting.charts.rates.sparkline import sparkline
from reporting.exhibits.coverage import area_name, beyond, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.kinds.families import among_words, of_states
from reporting.exhibits.kinds.series import Series, judged
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import counted, month, number, part, rate

PREVALENCE, TAPERING, ATTENDED = "high_dose_prevalence", "tapering", "referral_attended_of_cohort"
GABAPENTINOID = "high_dose_gabapentinoid"
MEASURES = (PREVALENCE, GABAPENTINOID, TAPERING, ATTENDED)
JUDGED = (
    "Change is judged by who came and who went since the programme began, or in a year where the policy has "
    "no start (exact binomial test of new against left), of plans by an exact test of now and a year before."
)
CARDS_OF_THRESHOLDS = 2
CACHED = 64
MORE = "More adults{per} are {words} a day than {then}"
FEWER = "Fewer adults{per} are {words} a day than {then}"
HEADLINES = {
    "improvement": FEWER,
    "concern": MORE,
    "neutral_low": FEWER,
    "neutral_high": MORE,
    "common": "Adults {words} a day: no significant change",
    NOT_JUDGED: "{rate} per 1,000 adults are {words} a day",
}


def judged_words(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """How change is judged, over how many changes that is corrected, and what too fast is."""
    red = taper_rule(snapshot, "red_fall_percent")
    return (
        f"{JUDGED} {among_words(of_states(snapshot, scope, selection))} Too fast: down by more than {red}% "
        "between 28-day means, or an abrupt stop."
    )


@dataclass(frozen=True)
class Card:
    """One measure on the overview: its value, how it changed in words, and the shape of its course.

    kind: improvement | concern | common | neutral_high | neutral_low. spark: SVG text. of: "180 of 150,560
    adults".
    """

    title: str
    unit: str
    value: str
    kind: str
    words: str
    of: str
    spark: str


@dataclass(frozen=True)
class Overview:
    """The head and the cards, made of one query."""

    head: Head
    cards: tuple[Card, ...]


@lru_cache(maxsize=CACHED)
def overview(snapshot: Snapshot, scope: Scope, selection: Selection) -> Overview:
    """Two thresholds of high dose, gabapentinoids, tapering and referrals attended in the selected area."""
    thresholds = sorted({*snapshot.info.thresholds[:CARDS_OF_THRESHOLDS], selection.threshold})
    frame = figures.measure_by_month(snapshot, scope, selection, MEASURES, [0, *thresholds]).frame
    doses = [judged(snapshot, scope, selection, frame, PREVALENCE, threshold) for threshold in thresholds]
    asked = ((GABAPENTINOID, 0), (TAPERING, selection.threshold), (ATTENDED, selection.threshold))
    gabapentinoid, tapering, attended = (
        judged(snapshot, scope, selection, frame, measure, threshold) for measure, threshold in asked
    )
    cards = [
        _dose_card(found, _capital(beyond(snapshot, threshold)))
        for found, threshold in zip(doses, thresholds, strict=True)
    ]
    cards += [
        _dose_card(gabapentinoid, "High-dose gabapentinoid"),
        _share_card("Tapering", "of plans, at least 15% down without a red fall", "plans", tapering),
        _share_card("Referrals attended", "of the cohort, 12 months", "people", attended),
    ]
    chosen = doses[thresholds.index(selection.threshold)]
    return Overview(_head(snapshot, scope, selection, chosen, attended), tuple(cards))


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """The head of the overview, with what waits for a review."""
    found = overview(snapshot, scope, selection).head
    return Head(found.headline, f"{found.introduction}{_waiting(snapshot, scope, selection)}")


def _waiting(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """How many falls and stops nobody has looked at, and how many doses are not known: no smaller number is
    praised before."""
    found = figures.unlooked(snapshot, scope, selection).frame
    people = int(found[["fell", "stopped"]].sum().sum())
    unknown = int(found["unknown"].sum())
    said = []
    if people:
        waits = "has" if people == 1 else "have"
        said.append(f"{counted(people, 'fall or stop', 'falls and stops')} {waits} had no review since")
    if unknown:
        said.append(f"{counted(unknown, 'dose is', 'doses are')} not known")
    return f" Before a smaller number is called progress: {'; '.join(said)}." if said else ""


def _dose_card(found: Series | None, title: str) -> Card:
    return _card(title, "per 1,000 adults", "adults", found, lambda row: rate(row["value"]))


def _share_card(title: str, unit: str, people: str, found: Series | None) -> Card:
    return _card(title, unit, people, found, lambda row: part(row["numerator"], row["denominator"]))


def _card(
    title: str, unit: str, people: str, found: Series | None, write: Callable[[pd.Series], str]
) -> Card:
    if found is None:
        return Card(title, unit, "–", "common", "nobody to count here", "", "")
    last = found.last
    return Card(
        title=title,
        unit=unit,
        value=write(last),
        kind=found.kind,
        words=found.words,
        of=f"{number(last['numerator'])} of {number(last['denominator'])} {people}",
        spark=sparkline(found.frame.rename(columns={"month": "date"}), found.kind),
    )


def _head(
    snapshot: Snapshot, scope: Scope, selection: Selection, dose: Series | None, seen: Series | None
) -> Head:
    if dose is None:
        area = area_name(snapshot, scope, selection)
        return Head(f"No figures for {area} yet", coverage(snapshot, scope, selection).nothing())
    words = beyond(snapshot, selection.threshold)
    latest = rate(dose.last["value"])
    introduction = (
        f"{_capital(words)}: {latest} per 1,000 adults in {month(dose.last['month'])}{dose.joined}."
    )
    if seen is not None:
        share = part(seen.last["numerator"], seen.last["denominator"])
        introduction += f" Referrals attended by the cohort: {share}, {seen.words}."
    return Head(_first_line(dose, words), introduction)


def _first_line(dose: Series, words: str) -> str:
    """How many then, how many now, whether that could be chance, and how many fell too fast on the way; where
    people are not shown, the direction alone and that some fell."""
    change = dose.change
    if change is None or change.people is None or not dose.judged:
        if isnan(dose.last["value"]) and not dose.judged:
            return f"How many adults are {words} a day is withheld"
        told = HEADLINES[dose.kind if dose.judged else NOT_JUDGED]
        per = "" if dose.by_flows else " per 1,000"
        line = told.format(words=words, rate=rate(dose.last["value"]), then=dose.then, per=per)
        harm = "" if change is None or change.people is not None else change.falls()
        return f"{line}; {harm}" if harm else line
    then, now = change.people
    sure = "more than chance explains" if change.change.is_change else "could be chance"
    people = "1 adult was" if then == 1 else f"{number(then)} adults were" if then else "Nobody was"
    today = f"{number(now)} {'is' if now == 1 else 'are'} now" if now else "nobody is now"
    return f"{people} {words} a day {change.then_dated}, {today}: {sure}; {change.falls()}"


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"
