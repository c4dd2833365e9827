"""A trend: one measure of an area by month, of a practice by quarter, and whether it really changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import isnan
from typing import Any

import pandas as pd

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.spc import FEWEST_POINTS, Xmr
from reporting.analysis.words import assurance_words, change_words
from reporting.charts import labels
from reporting.charts.canvas import Figure
from reporting.charts.icons import assurance_icon, variation_icon
from reporting.charts.rates.quarters import quarter_dots
from reporting.charts.rates.since_start import since_start
from reporting.charts.rates.xmr import xmr_chart
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, Icon, frame_of
from reporting.exhibits.kinds.families import among_words
from reporting.exhibits.kinds.series import BASELINE_MONTHS, SAME_PEOPLE, Series, series
from reporting.exhibits.wording import HIDDEN, cells, counted, month, number, size

DOTS = "Dot: every third month, so that neighbours share a day at most; line: 95% Wilson interval."
QUARTER_WORDS = (
    f"{DOTS} A practice has too few people for limits of chance by month; change is said only by an exact "
    "test of the last quarter and of a year before."
)
FLOW_WORDS = (
    "Colour goes by who came and who went: more than chance (exact binomial test of "
    "new against left) is blue where better, orange where worse; grey: could be chance."
)
STATE_WORDS = (
    f"{FLOW_WORDS} Month ends hold mostly the same people, so the line alone shows no change. Band: where it "
    "would lie with 95 in 100 had nothing changed since {since}."
)


NEARLY = 0.9  # of the highest value
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Trend:
    """Makes the exhibit of one measure over time.

    key, measure: slugs. them: what is said of the people counted, “above {dose}” where dose is to be filled
    in. plotted: what is drawn, as the subtitle's start; of: whom the n counts. columns: numerator,
    denominator and value in the table. unit_format: how values are written, with what per is after them.
    per_threshold: whether it goes by the threshold. counted: who is counted, for the caption, of a snapshot
    and threshold. amount: the headline of what is no number of people, {} for the latest value; it is drawn
    for areas only.
    """

    key: str
    measure: str
    them: str
    plotted: str
    of: tuple[str, str]
    columns: tuple[str, str, str]
    counted: Callable[[Snapshot, int], str]
    unit_format: str = "{:.2f}"
    per: str = "per 1,000"
    per_threshold: bool = True
    amount: str = ""

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
        threshold = selection.threshold if self.per_threshold else 0
        them = self.them.format(dose=beyond(snapshot, threshold))
        common = frame_of(snapshot, self.key, self.measure)
        title = f"{'Amount' if self.amount else 'People'} {them} by month"
        if self.amount and selection.practice is not None:  # no interval of people judges an amount
            there = "The amount of one practice stands in the table below; choose an area for the months."
            return Exhibit(**common, headline=title, empty=there)
        covered = coverage(snapshot, scope, selection)
        found = series(snapshot, scope, selection, self.measure, threshold)
        if found is None:
            return Exhibit(**common, headline=title, empty=covered.nothing())
        headline = found.finding(self._now(found, them), them)
        if _is_hidden(found):
            few = f"In no month are there people enough {them} to be shown."
            return Exhibit(**common, headline=headline, empty=few)
        n = size(found.last["denominator"], *self.of)
        if _is_still(found):
            same = f"The same number of people in each of {span(found)} ({n}), so no chart is drawn."
            return Exhibit(**common, headline=headline, empty=same)
        draw = self.drawing(found)
        return Exhibit(
            **common,
            headline=headline,
            subtitle=f"{self.plotted}, {span(found)} ({n})",
            figure=draw(),
            narrow=partial(draw, compact=True),
            caption=(
                f"{self._told(found)} {method(found)} {self.counted(snapshot, threshold)} "
                f"{source_words(snapshot, covered)}"
            ),
            table=table(found, *self.columns),
            alt=alt(found, self._written),
            icons=icons(found),
        )

    def _now(self, found: Series, them: str) -> str:
        """The latest number, as a headline says it."""
        last = found.last
        if self.amount:
            return self.amount.format(labels.value(last["value"], self.unit_format))
        return f"{_people(last['numerator'])} {them}"

    def _told(self, found: Series) -> str:
        """The latest figure with the whole judgement, as the caption's first sentence."""
        last = found.last
        of = f", {number(last['numerator'])} of {number(last['denominator'])}" if not self.amount else ""
        return f"{month(last['month'])}: {self._written(last)}{of}; {found.words}."

    def _written(self, row: pd.Series) -> str:
        return f"{labels.value(row['value'], self.unit_format)} {self.per}".strip()

    def drawing(self, found: Series) -> Callable[..., Figure]:
        """Draws a series of this measure; takes compact, for a phone."""
        if found.quarters is not None:
            frame = found.quarters.frame
            notes = [f"{number(n)} of {number(of)}" for n, of in _pairs(frame)]
            return partial(
                quarter_dots, frame.rename(columns={"month": "date"}).assign(note=notes), found.kind,
                self.unit_format, found.target, self._starts(found, frame), found.benchmarks,
            )  # fmt: skip
        marks: dict[str, Any] = {
            "starts": self._starts(found, found.frame),
            "references": found.benchmarks,
            "target": found.target,
            "rebases": found.rebases,
            "breaks": found.breaks,
        }
        if found.bands is not None:
            return partial(
                since_start, _banded(found, found.bands), found.kind, self._ends(found), _unchanged(found),
                self.unit_format, start=None if found.change is None else found.change.since, **marks,
            )  # fmt: skip
        judged = _judged(found)
        return partial(xmr_chart, judged.frame, self.unit_format, provisional=judged.provisional, **marks)

    def _ends(self, found: Series) -> tuple[str, ...]:
        shown = found.frame.dropna(subset=["value"])
        if shown.empty:
            return ()
        return _people(shown["numerator"].iloc[-1]), self._written(shown.iloc[-1])

    def _starts(self, found: Series, frame: pd.DataFrame) -> list[tuple[dt.date, str]]:
        """What change is judged from, with its people, and when the programme began, where that lies within
        the months drawn."""
        began = found.began
        since = None if found.change is None else found.change.since
        drawn = frame["month"].iloc[0], frame["month"].iloc[-1]
        marks = []
        if since is not None and drawn[0] <= since < drawn[1]:
            words = _then(found, frame, self._written)
            after = (since + pd.DateOffset(months=1)).date()
            if after == began:
                return [(after, f"Programme began{words}")]
            marks.append((after, f"{month(since)}{words}"))
        if began is not None and drawn[0] < pd.Timestamp(began) <= drawn[1]:
            marks.append((began, "Programme began"))
        return marks


def _people(n: float) -> str:
    return f"{HIDDEN} people" if isnan(n) else counted(n, "person", "people")


def _then(found: Series, frame: pd.DataFrame, write: Callable[[pd.Series], str]) -> str:
    """“: 249 people”, those that change is judged by; the rate where they are not shown."""
    if found.change is None:
        return ""
    if found.change.people is not None:
        return f": {_people(found.change.people[0]).replace(' ', NO_BREAK)}"
    at = frame[frame["month"] == found.change.since]
    return f": {write(at.iloc[0])}" if len(at) else ""


def _unchanged(found: Series) -> tuple[str, ...]:
    """The words of the band's end: how many people there would be."""
    if found.bands is None or found.bands["lower"].isna().iloc[-1]:
        return ()
    last, bounds = found.last, found.bands.iloc[-1]
    people = [round(bounds[end] / last["value"] * last["numerator"]) for end in ("lower", "upper")] if (
        last["value"]
    ) else []  # fmt: skip
    told = [f"{number(people[0])} to {number(people[1])}"] if people else []
    return ("If nothing", "had changed" + (":" if told else ""), *told)


def _is_hidden(found: Series) -> bool:
    """Whether no month or quarter of it may be shown."""
    frame = found.frame if found.quarters is None else found.quarters.frame
    return bool(frame["value"].isna().all())


def _is_still(found: Series) -> bool:
    """Whether a practice had the same people and nearly the same value in each quarter, so that a chart would
    be a row of equal dots."""
    if found.quarters is None or len(found.quarters.frame) == 1:
        return False
    people, values = (found.quarters.frame[name] for name in ("numerator", "value"))
    return people.nunique(dropna=False) == 1 and bool(values.min() >= NEARLY * values.max())


def span(found: Series) -> str:
    """“Aug 2024 to Sep 2026”, or “8 quarters to Sep 2026”."""
    if found.quarters is not None:
        return f"{counted(len(found.quarters.frame), 'quarter', 'quarters')} to {month(found.last['month'])}"
    return f"{month(found.frame['month'].iloc[0])} to {month(found.last['month'])}"


def method(found: Series) -> str:
    """How the trend is judged, for the caption."""
    if found.quarters is not None:
        told = [QUARTER_WORDS] if found.change is None else [DOTS, FLOW_WORDS, found.change.beside()]
        return " ".join([*told, _among(found), *found.decisions])
    if found.bands is None:
        return limits_words(found)
    known = found.bands.dropna(subset=["start"]).index
    first = found.frame.loc[known[0], "month"] if len(known) else found.frame["month"].iloc[0]
    if found.change is not None and found.change.span == "programme":
        first = found.change.since
    beside = [found.change.beside()] if found.change else []
    return " ".join([STATE_WORDS.format(since=month(first)), _among(found), *beside, *found.decisions])


def _among(found: Series) -> str:
    return "" if found.among is None else among_words(found.among)


def _banded(found: Series, bands: pd.DataFrame) -> pd.DataFrame:
    """A state's months as the chart takes them."""
    frame = found.frame
    segment = frame["month"].isin([month for month, _ in found.rebases]).cumsum()
    return pd.DataFrame(
        {
            "date": frame["month"], "value": frame["value"], "segment": segment,
            "lower": bands["lower"], "upper": bands["upper"],
        }
    )  # fmt: skip


def alt(found: Series, write: Callable[[pd.Series], str]) -> str:
    """The first and last value and the judgement, as a sentence. write: a row as it is printed."""
    frame = found.frame if found.quarters is None else found.quarters.frame
    kind = f"Line of {len(frame)} months" if found.quarters is None else f"Dots of {span(found)}"
    first, last = frame.iloc[0], frame.iloc[-1]
    return (
        f"{kind}: {write(first)} in {month(first['month'])}, {write(last)} in {month(last['month'])}; "
        f"{found.words}."
    )


def icons(found: Series) -> tuple[Icon, ...]:
    """Variation and, with a target, assurance; none of a practice, or while there are too few points."""
    if found.xmr is None or not found.judged:
        return ()
    shown = [Icon(variation_icon(found.xmr.variation, found.better), change_words(found.xmr, found.better))]
    if found.xmr.assurance is not None:
        shown.append(Icon(assurance_icon(found.xmr.assurance), assurance_words(found.xmr) or ""))
    return tuple(shown)


def limits_words(found: Series) -> str:
    """What the limits of a series are worked out from, and what the ICB decided on them."""
    return " ".join([*_limits(found), *found.decisions])


def _limits(found: Series) -> Iterator[str]:
    judged = _judged(found)
    if found.same_people:
        yield f"No limits and no icon: {SAME_PEOPLE}, so that it wanders without a cause."
    elif judged.provisional:
        shown = judged.frame.dropna(subset=["value"])
        since = int((shown["segment"] == shown["segment"].iloc[-1]).sum())
        yield f"{since} of {FEWEST_POINTS} months: limits are provisional, no icon yet."
    elif not found.rebases:
        yield f"Limits from {f'the first {BASELINE_MONTHS}' if found.baseline else 'all'} months."


def table(found: Series, numerator: str, denominator: str, value: str) -> pd.DataFrame:
    """The months or quarters of a series with what they are judged by; the first columns under the names
    given."""
    frame = found.frame if found.quarters is None else found.quarters.frame
    shown = pd.DataFrame(
        {
            "Month" if found.quarters is None else "Quarter to": [month(day) for day in frame["month"]],
            numerator: cells(frame["numerator"]),
            denominator: cells(frame["denominator"]),
            value: frame["value"],
        }
    )
    if found.quarters is not None:
        return shown.assign(**{"Lower 95%": frame["lower"], "Upper 95%": frame["upper"]})
    if found.bands is not None:
        return shown.assign(
            **{
                "If unchanged, from": found.bands["lower"],
                "If unchanged, to": found.bands["upper"],
                "Practices": frame["practices"],
            }
        )
    judged = _judged(found).frame
    return shown.assign(
        **{
            "Mean": judged["mean"],
            "Lower limit": judged["lower"],
            "Upper limit": judged["upper"],
            "Signal": judged["signal"].fillna("").str.replace("_", " "),
            "Practices": frame["practices"],
        }
    )


def _judged(found: Series) -> Xmr:
    if found.xmr is None:
        raise ValueError(f"{found.measure} of one practice has quarters and no limits.")
    return found.xmr


def _pairs(frame: pd.DataFrame) -> Iterator[tuple[int, int]]:
    return zip(frame["numerator"], frame["denominator"], strict=True)
