"""Are we getting anywhere: the head of the overview, and each main measure then and now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.contrast import NOT_JUDGED
from reporting.charts.rates.sparkline import sparkline
from reporting.exhibits.coverage import area_name, beyond, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.kinds.families import among_words, of_states
from reporting.exhibits.kinds.series import Series, judged
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import counted, month, number, part, rate
from reporting.once import once

PREVALENCE, TAPERING, ATTENDED = "high_dose_prevalence", "tapering", "referral_attended_of_cohort"
GABAPENTINOID, TOGETHER = "high_dose_gabapentinoid", "opioid_with_gabapentinoid"
MEASURES = (PREVALENCE, GABAPENTINOID, TOGETHER, TAPERING, ATTENDED)
JUDGED = (
    "Change is judged by who came and who went since the programme began, or in a year where the policy has "
    "no start (exact binomial test of new against left), of plans by an exact test of now and a year before."
)
CARDS_OF_THRESHOLDS = 2
WITH_MOVES = ", by deaths and moves"
SINCE = {"programme": "the start", "year": "a year ago", "start": "{since}"}
STARTS = {"programme": "at the start", "year": "a year ago", "start": "in {since}"}
CACHED = 64
MORE = "More adults{per} are {words} a day than {then}"
FEWER = "Fewer adults{per} are {words} a day than {then}"
HEADLINES = {
    "improvement": FEWER,
    "concern": MORE,
    "neutral_low": FEWER,
    "neutral_high": MORE,
    "common": "Adults {words} a day: no sure change",
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
    adults". then, now: what is compared, people or shares; "" where there is nothing. since: the month of
    then. moved: people new and left between, None where they may not be told. verdict: whether it really
    changed. page: where its chart is.
    """

    title: str
    unit: str
    value: str
    kind: str
    words: str
    of: str
    spark: str
    page: str
    then: str = ""
    now: str = ""
    since: str = ""
    moved: tuple[int, int] | None = None
    verdict: str = ""


@dataclass(frozen=True)
class Overview:
    """The head and the cards, made of one query."""

    head: Head
    cards: tuple[Card, ...]


@once(CACHED)
def overview(snapshot: Snapshot, scope: Scope, selection: Selection) -> Overview:
    """Two thresholds of high dose, gabapentinoids, both together, tapering and services seen in the selected
    area."""
    thresholds = sorted({*snapshot.info.thresholds[:CARDS_OF_THRESHOLDS], selection.threshold})
    frame = figures.measure_by_month(snapshot, scope, selection, MEASURES, [0, *thresholds]).frame
    doses = [judged(snapshot, scope, selection, frame, PREVALENCE, threshold) for threshold in thresholds]
    asked = (
        (GABAPENTINOID, 0), (TOGETHER, 0), (TAPERING, selection.threshold), (ATTENDED, selection.threshold)
    )  # fmt: skip
    gabapentinoid, together, tapering, attended = (
        judged(snapshot, scope, selection, frame, measure, threshold) for measure, threshold in asked
    )
    cards = [
        _dose_card(found, f"Opioid {beyond(snapshot, threshold)} a day", "high_dose")
        for found, threshold in zip(doses, thresholds, strict=True)
    ]
    cards += [
        _dose_card(gabapentinoid, "Gabapentinoid, high dose", "high_dose"),
        _card("Opioid with gabapentinoid", "of people on opioids", "people", together, _part, "high_dose"),
        _card(
            "Coming down step by step",
            "of taper plans, by 15% or more",
            "plans",
            tapering,
            _part,
            "tapering",
        ),
        _card(
            "Seen by a service", "of people on a high dose, 12 months", "people", attended, _part, "referrals"
        ),
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
    rows = figures.unlooked_of_area(snapshot, scope, selection).frame
    if rows.empty:
        return ""
    fallen, unknown = int(rows["fell"].iloc[0] + rows["stopped"].iloc[0]), int(rows["unknown"].iloc[0])
    said = []
    if fallen:
        waits = "has" if fallen == 1 else "have"
        said.append(f"{counted(fallen, 'fall or stop', 'falls and stops')} {waits} had no review since")
    if unknown:
        said.append(f"{counted(unknown, 'dose is', 'doses are')} not known")
    words = "; ".join(said)
    return f" {words[0].upper()}{words[1:]}." if words else ""


def _dose_card(found: Series | None, title: str, page: str) -> Card:
    return _card(title, "per 1,000 adults", "adults", found, lambda row: rate(row["value"]), page)


def _part(row: pd.Series) -> str:
    return part(row["numerator"], row["denominator"])


def _card(
    title: str, unit: str, people: str, found: Series | None, write: Callable[[pd.Series], str], page: str
) -> Card:
    if found is None:
        return Card(title, unit, "–", "common", "nobody to count here", "", "", page)
    last = found.last
    return Card(
        title=title,
        unit=unit,
        value=write(last),
        kind=found.kind,
        words=found.words,
        of=f"{number(last['numerator'])} of {number(last['denominator'])} {people}",
        spark=sparkline(found.frame.rename(columns={"month": "date"}), found.kind),
        page=page,
        **_compared(found, write),
    )


def _compared(found: Series, write: Callable[[pd.Series], str]) -> dict[str, Any]:
    """Then, now, since, who moved and the verdict of a card: people of a state, shares of plans."""
    change = found.change
    if change is not None:
        told = {
            "verdict": _verdict(found),
            "since": month(change.since),
            "now": number(found.last["numerator"]),
        }
        if change.people is None:
            return told
        then, now = change.people
        moved = (change.change.entered, change.change.left)
        return {**told, "then": number(then), "now": number(now), "moved": moved}
    told = {"verdict": _verdict(found), "now": write(found.last)}
    if found.quarters is None or not found.judged:
        return told
    rows = found.quarters.frame
    then = rows[rows["month"] == found.quarters.since]
    return {**told, "since": month(found.quarters.since), "then": write(then.iloc[0]) if len(then) else ""}


def _verdict(found: Series) -> str:
    """“Really fell”, “Could be chance”, “Not judged”; with deaths and moves where it is so only with them."""
    if not found.judged:
        return "Not judged"
    change = found.change
    if change is not None:
        if not change.change.is_change:
            return "Could be chance"
        return f"Really {'rose' if change.change.net > 0 else 'fell'}{WITH_MOVES if change.by_others else ''}"
    return "Could be chance" if found.kind == "common" else {
        "improvement": "Really better", "concern": "Really worse",
    }.get(found.kind, "Really changed")  # fmt: skip


def _head(
    snapshot: Snapshot, scope: Scope, selection: Selection, dose: Series | None, seen: Series | None
) -> Head:
    if dose is None:
        area = area_name(snapshot, scope, selection)
        return Head(f"No figures for {area} yet", coverage(snapshot, scope, selection).nothing())
    words = beyond(snapshot, selection.threshold)
    return Head(_first_line(dose, words), _then_and_now(dose, words))


def _first_line(dose: Series, words: str) -> str:
    """How many fewer or more and how many came down too fast, or how many now where that could be chance;
    where people are not shown, the direction alone and that some came down too fast."""
    change = dose.change
    if change is None or change.people is None or not dose.judged:
        if isnan(dose.last["value"]) and not dose.judged:
            return f"How many adults are {words} a day is withheld"
        told = HEADLINES[dose.kind if dose.judged else NOT_JUDGED]
        per = "" if dose.by_flows else " per 1,000"
        line = told.format(words=words, rate=rate(dose.last["value"]), then=dose.then, per=per)
        if change is not None and dose.judged:
            line += change.with_moves
        harm = "" if change is None or change.people is not None else change.falls()
        return f"{line}; {harm}" if harm else line
    net, now = change.change.net, change.people[1]
    people = {1: "1 person is", 0: "nobody is"}.get(now, f"{number(now)} people are")
    if change.change.is_change:
        size = counted(abs(net), "person", "people").split()
        more, are = "more" if net > 0 else "fewer", "is" if abs(net) == 1 else "are"
        line = f"{size[0]} {more} {size[1]} {are} {words} a day than {STARTS[change.span]}"
    else:
        line = f"{people[0].upper()}{people[1:]} {words} a day: no sure change since {SINCE[change.span]}"
    return f"{line.format(since=month(change.since))}{change.with_moves}; {change.too_fast()}"


def _then_and_now(dose: Series, words: str) -> str:
    """The numbers behind the first line: then, now, new and left, and of how many it is not known."""
    change, last = dose.change, dose.last
    per = f"{rate(last['value'])} per 1,000 adults in {month(last['month'])}"
    if change is None or change.people is None or not dose.judged:
        return f"{_capital(words)}: {per}{dose.joined}."
    then, now = change.people
    sure = "more than chance would do" if change.change.is_change else "chance could do as much"
    if change.by_others:
        sure += ", deaths and moves counted"
    return (
        f"{number(then)} in {month(change.since)}, {number(now)} now ({per}): "
        f"{number(change.change.entered)} new, {number(change.change.left)} left; {sure}."
        f"{change.too_fast_not_known()}"
    )


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"
