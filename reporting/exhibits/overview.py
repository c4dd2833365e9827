"""The overview: its head and the cards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.rounding import NOT_JUDGED
from reporting.charts.sparkline import sparkline
from reporting.exhibits.coverage import area_name, beyond, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.families import among_words, of_states, of_years
from reporting.exhibits.series import Series, judged
from reporting.exhibits.wording import counted, month, number, part, percent, rate

PREVALENCE, TAPERING, ATTENDED = "high_dose_prevalence", "tapering", "referral_attended_of_cohort"
GABAPENTINOID = "high_dose_gabapentinoid"
MEASURES = (PREVALENCE, GABAPENTINOID, TAPERING, ATTENDED)
CARDS_OF_THRESHOLDS = 2
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
SEEN = {
    "improvement": "more of the cohort attend a referral than {then}",
    "concern": "fewer of the cohort attend a referral than {then}",
    "neutral_low": "fewer people attend a referral than {then}",
    "neutral_high": "more people attend a referral than {then}",
    "common": "referrals attended: no significant change",
    NOT_JUDGED: "{share} of the cohort attended a referral",
}


def judged_words(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """How change is judged, and over how many changes that is corrected."""
    if selection.practice is not None:
        how = "by an exact test of now and a year before"
        return f"Change is judged {how}. {among_words(of_years(snapshot, scope, selection))}"
    how = (
        "by who came and who went in a year (exact binomial test of new against left), of plans by an exact "
        "test of now and a year before"
    )
    return f"Change is judged {how}. {among_words(of_states(snapshot, scope, selection))}"


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


def overview(snapshot: Snapshot, scope: Scope, selection: Selection) -> Overview:
    """Two thresholds of high dose, gabapentinoids, tapering and referrals attended in the selected area."""
    thresholds = sorted({*snapshot.info.thresholds[:CARDS_OF_THRESHOLDS], selection.threshold})
    frame = queries.measure_by_month(snapshot, scope, selection, MEASURES, [0, *thresholds]).frame
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
    head = _head(snapshot, scope, selection, chosen, attended)
    waiting = "" if scope.protects else _waiting(snapshot, scope, selection)
    return Overview(Head(head.headline, f"{head.introduction}{waiting}"), tuple(cards))


def _waiting(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """How many falls and stops nobody has looked at, and how many doses are not known: no smaller number is
    praised before."""
    found = queries.unlooked(snapshot, scope, selection).frame
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
    headline = HEADLINES[dose.kind if dose.judged else NOT_JUDGED].format(
        words=words, rate=latest, then=dose.then, per="" if dose.quarters is None else " per 1,000"
    )
    introduction = (
        f"{_capital(words)}: {latest} per 1,000 adults in {month(dose.last['month'])}{dose.joined}."
    )
    if seen is None:
        return Head(headline, introduction)
    share = part(seen.last["numerator"], seen.last["denominator"])
    return Head(
        f"{headline}; {_seen(seen)}",
        f"{introduction} Referrals attended by the cohort: {share}, {seen.words}.",
    )


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _seen(found: Series) -> str:
    """The end of the headline: how attendance changed; where that is not judged, how many attended."""
    attended = found.last["numerator"] / found.last["denominator"]
    if attended != attended:
        return "how many attended a referral may not be shown"
    told = found.kind if found.judged else NOT_JUDGED
    return SEEN[told].format(share=percent(attended), then=found.then)
