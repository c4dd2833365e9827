"""What trends have in common: drawing, table and words of an area's months or a practice's quarters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pandas as pd

from reporting.analysis.spc import FEWEST_POINTS, Xmr
from reporting.analysis.words import assurance_words, change_words
from reporting.charts.canvas import Figure
from reporting.charts.icons import assurance_icon, variation_icon
from reporting.charts.rates.quarters import quarter_dots
from reporting.charts.rates.xmr import UNCHANGED, xmr_chart
from reporting.exhibits.exhibit import Icon
from reporting.exhibits.kinds.families import among_words
from reporting.exhibits.kinds.series import BASELINE_MONTHS, SAME_PEOPLE, Series
from reporting.exhibits.wording import cells, counted, month, number

DOTS = "Dot: every third month, so that neighbours share a day at most; line: 95% Wilson interval."
QUARTER_WORDS = (
    f"{DOTS} A practice has too few people for limits of chance by month; change is said only by an exact "
    "test of the last quarter and of a year before."
)
FLOW_WORDS = (
    "The last point is coloured by who came and who went: more than chance explains (exact binomial test of "
    "new against left) is blue where better, orange where worse; grey: could be chance."
)
STATE_WORDS = (
    f"{FLOW_WORDS} Month ends hold mostly the same people, so the line alone shows no change. Band: where it "
    "would lie with 95 in 100 had nothing changed since {since}."
)


def drawing(found: Series, unit_format: str) -> Callable[..., Figure]:
    """Draws the trend; takes compact, for a phone."""
    if found.quarters is not None:
        frame = found.quarters.frame
        notes = [f"{number(n)} of {number(of)}" for n, of in _pairs(frame)]
        return partial(
            quarter_dots, frame.rename(columns={"month": "date"}).assign(note=notes), found.kind, unit_format,
            found.target, _starts(found, frame), found.benchmarks,
        )  # fmt: skip
    marks: dict[str, Any] = {"starts": _starts(found, found.frame), "references": found.benchmarks}
    if found.bands is not None:
        return partial(
            xmr_chart, _banded(found, found.bands), unit_format, found.target, found.rebases, found.breaks,
            names=UNCHANGED, **marks,
        )  # fmt: skip
    judged = _judged(found)
    return partial(
        xmr_chart,
        judged.frame,
        unit_format,
        found.target,
        found.rebases,
        found.breaks,
        provisional=judged.provisional,
        **marks,
    )  # fmt: skip


def _starts(found: Series, frame: pd.DataFrame) -> list[tuple[dt.date, str]]:
    """When the programme began, where that lies within the months drawn."""
    if (
        found.began is None
        or not frame["month"].iloc[0] < pd.Timestamp(found.began) <= frame["month"].iloc[-1]
    ):
        return []
    return [(found.began, "Programme began")]


def is_hidden(found: Series) -> bool:
    """Whether no month or quarter of it may be shown."""
    frame = found.frame if found.quarters is None else found.quarters.frame
    return bool(frame["value"].isna().all())


def span(found: Series) -> str:
    """“monthly, Aug 2024 to Sep 2026”, or “8 quarters to Sep 2026”."""
    if found.quarters is not None:
        return f"{counted(len(found.quarters.frame), 'quarter', 'quarters')} to {month(found.last['month'])}"
    return f"monthly, {month(found.frame['month'].iloc[0])} to {month(found.last['month'])}"


def method(found: Series, xmr_words: str = "") -> str:
    """How the trend is judged, for the caption. xmr_words: what is said of a chart of events in an area."""
    if found.quarters is not None:
        told = [QUARTER_WORDS] if found.change is None else [DOTS, FLOW_WORDS, found.change.beside()]
        return " ".join([*told, _among(found), *found.decisions])
    if found.bands is None:
        return f"{xmr_words} {limits_words(found)}"
    known = found.bands.dropna(subset=["start"]).index
    first = found.frame.loc[known[0], "month"] if len(known) else found.frame["month"].iloc[0]
    if found.change is not None and found.change.span == "programme":
        first = found.change.since
    beside = [found.change.beside()] if found.change else []
    return " ".join([STATE_WORDS.format(since=month(first)), _among(found), *beside, *found.decisions])


def _among(found: Series) -> str:
    return "" if found.among is None else among_words(found.among)


def _banded(found: Series, bands: pd.DataFrame) -> pd.DataFrame:
    """A state's months as a chart takes them: coloured is the judgement, which is of the last one."""
    frame = found.frame
    kinds = ["common"] * (len(frame) - 1) + [found.kind]
    segment = frame["month"].isin([month for month, _ in found.rebases]).cumsum()
    return pd.DataFrame(
        {
            "date": frame["month"], "value": frame["value"], "segment": segment, "mean": bands["start"],
            "lower": bands["lower"], "upper": bands["upper"], "kind": kinds,
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
