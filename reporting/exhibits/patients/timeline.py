"""One patient's dose over time, and what the dose of a day is made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd

from medicines import describe
from medicines.dose_explanation import SupplyExplanation, supplies, without_dose
from reporting import people
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.people.timeline import timeline_chart
from reporting.charts.written import mg
from reporting.exhibits.coverage import coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.wording import counted, day, month

METHOD = (
    "Steps are the dose of each day: the supplies that cover it, added up. Where the line breaks the dose is "
    "unknown, not nought. Dotted: the thresholds. An orange stroke is an issue that is in no dose; while it "
    "lasts the line is the least dose."
)


@dataclass(frozen=True)
class Timeline:
    """Makes the exhibit of one patient's doses over the selected period."""

    patient: str

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
        common = frame_of(snapshot, "patient-timeline")
        runs = _dated(people.segments(snapshot, scope, selection, self.patient).frame, "from_day", "to_day")
        if runs.empty:
            return Exhibit(
                **common,
                headline=f"{self.patient}: no opioid dose in this period",
                empty="No supply with a known dose. Choose a longer period, or another person.",
            )
        runs = runs.assign(dose=runs["ome_milli"] / 1000)
        issues = _dated(people.issues(snapshot, scope, selection, self.patient).frame, "issued_on")
        first = max(snapshot.info.month(selection.months - 1), snapshot.info.data_from)
        last = snapshot.info.data_to
        draw = partial(timeline_chart, runs, issues, snapshot.info.thresholds, first, last)
        covered = coverage(snapshot, scope, selection)
        return Exhibit(
            **common,
            headline=f"{self.patient}: {_course(runs, first, last)}",
            subtitle=f"Daily dose from issues, mg OME, {month(first)} to {month(last)}",
            figure=draw(),
            narrow=partial(draw, compact=True),
            caption=f"{METHOD} {source_words(snapshot, covered)}",
            table=_table(runs),
            alt=f"Stepped line of one person's dose: {_course(runs, first, last)}.",
        )


def _dated(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return frame.assign(**{column: pd.to_datetime(frame[column]).dt.date for column in columns})


def _course(runs: pd.DataFrame, first: dt.date, last: dt.date) -> str:
    """“240 mg in May 2025, 132 mg on 30 Sep 2026”, or when the supply ended."""
    start, end = runs.iloc[0], runs[runs["from_day"] <= last].iloc[-1]
    before = f"{_mg(start)} in {month(max(start['from_day'], first))}"
    if end["to_day"] > last:
        return f"{before}, {_mg(end)} on {day(last)}"
    ended = end["to_day"] - dt.timedelta(days=1)
    return f"{before}, {_mg(end)} until {day(ended)}, then no known supply"


def _mg(run: pd.Series) -> str:
    return f"{'at least ' if run['unknown'] else ''}{mg(run['dose'] * 1000)}"


def _table(runs: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "From": runs["from_day"],
            "To": [end - dt.timedelta(days=1) for end in runs["to_day"]],
            "Days": [(end - start).days for start, end in zip(runs["from_day"], runs["to_day"], strict=True)],
            "mg OME a day": runs["dose"],
            "Known": ["at least" if unknown else "whole" for unknown in runs["unknown"]],
        }
    )


@dataclass(frozen=True)
class Working:
    """What a day's dose is made of: the total in words, its supplies, and issues that are in no dose."""

    day: dt.date
    total: str
    supplies: tuple[SupplyExplanation, ...]
    without: tuple[str, ...]


def working(snapshot: Snapshot, scope: Scope, selection: Selection, patient: str, on: dt.date) -> Working:
    """The working of a patient's dose on a day; nothing for a patient who is not of the practice."""
    found = supplies(_records(people.working(snapshot, scope, selection, patient, on).frame))
    without = people.without_dose(snapshot, scope, selection, patient, on).frame
    return Working(
        on,
        _total(found, not without.empty),
        found,
        tuple(without_dose(row, day) for row in _records(without)),
    )


def _total(found: tuple[SupplyExplanation, ...], without: bool) -> str:
    opioids = [one for one in found if one.class_ == "opioid"]
    if not opioids:
        return "no opioid supply covers this day, so the dose is unknown"
    doses = [one.dose for one in opioids if one.dose is not None]
    if not doses:
        return f"dose not known: {counted(len(opioids), 'supply', 'supplies')} of unknown dose"
    unknown = sum(1 for one in opioids if not one.known)
    more = f", and {counted(unknown, 'supply', 'supplies')} of unknown dose" if unknown else ""
    least = "at least " if unknown or without else ""
    from_ = counted(len(doses), "supply", "supplies")
    return f"{least}{describe.number(sum(doses, Decimal(0)))} mg OME a day from {from_}{more}"


def _records(frame: pd.DataFrame) -> Any:
    """Rows with None where a value is missing and days as dates."""
    dates = [name for name in ("issued_on", "last_on", "from_day", "to_day") if name in frame]
    return _dated(frame, *dates).astype(object).where(frame.notna(), None).to_dict("records")
