"""The overview: its head and the cards."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.rounding import NOT_JUDGED, Rounding
from reporting.charts.icons import variation_icon
from reporting.charts.sparkline import sparkline
from reporting.exhibits.coverage import area_name, beyond, coverage
from reporting.exhibits.exhibit import Head, Icon
from reporting.exhibits.policy import rounding
from reporting.exhibits.series import Series, judged
from reporting.exhibits.trend import icons
from reporting.exhibits.wording import counted, month, number, part, percent, rate
from reporting.exhibits.yearly import YearApart, year_apart

PREVALENCE, TAPERING, ATTENDED = "high_dose_prevalence", "tapering", "referral_attended_of_cohort"
GABAPENTINOID = "high_dose_gabapentinoid"
MEASURES = (PREVALENCE, GABAPENTINOID, TAPERING, ATTENDED)
CARDS_OF_THRESHOLDS = 2
HEADLINES = {
    "improvement": "Fewer adults per 1,000 are {words} a day",
    "concern": "More adults per 1,000 are {words} a day",
    "common": "Adults {words} a day: no significant change",
    NOT_JUDGED: "{rate} per 1,000 adults are {words} a day",
}
SEEN = {
    "improvement": "more of the cohort attend a referral than a year ago",
    "concern": "fewer of the cohort attend a referral than a year ago",
    "common": "referrals attended: no significant change",
    NOT_JUDGED: "{share} of the cohort attended a referral",
}


@dataclass(frozen=True)
class Card:
    """One measure on the overview: its value, how it changed in words and icon, and the shape of its course.

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
    icon: Icon | None


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
    rounded = rounding(snapshot, scope)
    shares = {name: _share(frame, name, selection.threshold, rounded) for name in (TAPERING, ATTENDED)}
    cards = [
        _dose_card(found, _capital(beyond(snapshot, threshold)))
        for found, threshold in zip(doses, thresholds, strict=True)
    ]
    gabapentinoid = judged(snapshot, scope, selection, frame, GABAPENTINOID, 0)
    cards.append(_dose_card(gabapentinoid, "High-dose gabapentinoid"))
    area = selection.practice is None  # one practice is judged in words alone
    cards += [
        _share_card(
            "Tapering",
            "of plans, at least 15% down without a red fall",
            "plans",
            *shares[TAPERING],
            icon=area,
        ),
        _share_card("Referrals attended", "of the cohort, 12 months", "people", *shares[ATTENDED], icon=area),
    ]
    chosen = doses[thresholds.index(selection.threshold)]
    head = _head(snapshot, scope, selection, chosen, shares[ATTENDED][1])
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


def _share(
    frame: pd.DataFrame, measure: str, threshold: int, rounding: Rounding
) -> tuple[pd.DataFrame, YearApart | None]:
    found = frame[
        (frame["measure"] == measure) & (frame["threshold"] == threshold) & (frame["denominator"] != 0)
    ]
    return found, year_apart(found, "higher", rounding)


def _dose_card(found: Series | None, title: str) -> Card:
    unit = "per 1,000 adults"
    if found is None:
        return _empty(title, unit)
    return Card(
        title=title,
        unit=unit,
        value=rate(found.last["value"]),
        kind=found.kind,
        words=found.words,
        of=f"{number(found.last['numerator'])} of {number(found.last['denominator'])} adults",
        spark=sparkline(found.frame.rename(columns={"month": "date"}), found.kind),
        icon=icons(found)[0] if icons(found) else None,
    )


def _share_card(
    title: str, unit: str, people: str, frame: pd.DataFrame, found: YearApart | None, *, icon: bool
) -> Card:
    if found is None:
        return _empty(title, unit)
    course = pd.DataFrame({"date": frame["month"], "value": frame["numerator"] / frame["denominator"]})
    return Card(
        title=title,
        unit=unit,
        value=part(*found.now),
        kind=found.kind,
        words=found.words,
        of=f"{number(found.now[0])} of {number(found.now[1])} {people}",
        spark=sparkline(course, found.kind),
        icon=Icon(variation_icon(found.kind, "higher"), found.words) if icon and found.is_judged else None,
    )


def _empty(title: str, unit: str) -> Card:
    return Card(title, unit, "–", "common", "nobody to count here", "", "", None)


def _head(
    snapshot: Snapshot, scope: Scope, selection: Selection, dose: Series | None, seen: YearApart | None
) -> Head:
    if dose is None:
        area = area_name(snapshot, scope, selection)
        return Head(f"No figures for {area} yet", coverage(snapshot, scope, selection).nothing())
    words = beyond(snapshot, selection.threshold)
    latest = rate(dose.last["value"])
    headline = HEADLINES[dose.kind if dose.judged else NOT_JUDGED].format(words=words, rate=latest)
    mean = ""
    if dose.xmr is not None and not dose.partly_hidden:
        mean = f", beside a mean of {rate(dose.xmr.frame['mean'].iloc[-1])}"
    introduction = (
        f"{_capital(words)}: {rate(dose.last['value'])} per 1,000 adults in "
        f"{month(dose.last['month'])}{mean}: {dose.words}."
    )
    if seen is None:
        return Head(headline, introduction)
    return Head(
        f"{headline}; {_seen(seen)}",
        f"{introduction} Referrals attended by the cohort: {seen.sentence()}.",
    )


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


def _seen(found: YearApart) -> str:
    """The end of the headline: how attendance changed; where that is not judged, how many attended."""
    attended = found.now[0] / found.now[1]
    if attended != attended:
        return "how many attended a referral may not be shown"
    if found.before is not None and not found.is_judged:
        return SEEN[NOT_JUDGED].format(share=percent(attended))
    return SEEN[found.kind]
