"""How many reductions are made without full agreement, without judging the number."""

from __future__ import annotations

from functools import partial

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.intervals import poisson_rate
from reporting.analysis.words import compared_words
from reporting.charts.dots import interval_dots
from reporting.exhibits.coverage import among_words, beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.safeguards import NEVER_AN_AIM, NUMBER, year_words
from reporting.exhibits.wording import counted, listed, number

PER = 100


def reductions(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Best-interest reductions per 100 people in the cohort, by PCN, or by practice within a PCN; by name."""
    among = selection.among()
    by, title, places = ("name", "Practice", "practices") if among.pcn else ("pcn", "PCN", "PCNs")
    months = [snapshot.info.last_month]
    frame = queries.measure_by_practice(snapshot, scope, among, [NUMBER], [selection.threshold], months).frame
    frame = _rates(frame, by)
    covered, words = coverage(snapshot, scope, among), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "best-interest-number", NUMBER)
    if frame.empty:
        return Exhibit(**common, headline="Best-interest reductions", empty=covered.nothing())
    made, cohort = int(frame["numerator"].sum()), int(frame["denominator"].sum())
    overall = made / cohort * PER
    frame["role"] = _roles(frame, overall)
    apart = list(frame.loc[frame["role"] == "neutral", "label"])
    draw = partial(interval_dots, frame, overall, f"all {overall:.1f}", "{:.1f}")
    return Exhibit(
        **common,
        headline=number_headline(made, overall, apart, places),
        subtitle=(
            f"{among_words(snapshot, selection)}"
            f"Best-interest reductions of the {year_words(snapshot)} per 100 people in the cohort ({words} "
            f"OME a day, or a high-dose gabapentinoid) with 95% interval, {places} "
            f"in order of name (n = {counted(made, 'reduction', 'reductions')}, {number(cohort)} people)"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            f"{NEVER_AN_AIM} Purple: interval wholly apart from all together, which is a reason to ask, not "
            "a verdict; grey: no significant difference. The Faculty of Pain Medicine advises against forced "
            "reductions. Intervals: exact Poisson below 10, Byar’s from 10. Reductions of people below the "
            f"threshold count too. {source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame(
            {
                title: frame["label"],
                "Reductions": frame["numerator"],
                "Cohort": frame["denominator"],
                "Per 100": frame["value"].round(1),
                "Lower 95%": frame["lower"].round(1),
                "Upper 95%": frame["upper"].round(1),
            }
        ),
        alt=(
            f"Reductions per 100 people in the cohort from {frame['value'].min():.1f} to "
            f"{frame['value'].max():.1f} in {number(len(frame))} {places}; all together {overall:.1f}. "
            f"Apart from all together: {listed(apart) or 'none'}."
        ),
    )


def number_headline(made: int, overall: float, apart: list[str], places: str) -> str:
    """The number, and who differs, without a verdict."""
    words = counted(made, "best-interest reduction", "best-interest reductions").capitalize()
    start = f"{words}: {overall:.1f} per 100 people in the cohort"
    if not apart:
        return f"{start}, no significant difference between {places}"
    return f"{start}; {listed(apart, 3)} {'differs' if len(apart) == 1 else 'differ'} from all together"


def _rates(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    frame = frame.assign(label=frame[by].fillna("no PCN"))
    summed = frame.groupby("label", sort=True)[["numerator", "denominator"]].sum().reset_index()
    found = summed[summed["denominator"] > 0].reset_index(drop=True)
    pairs = list(zip(found["numerator"], found["denominator"], strict=True))
    bounds = [poisson_rate(n, of, multiplier=PER) for n, of in pairs]
    return found.assign(
        value=[n / of * PER for n, of in pairs],
        lower=[low for low, _ in bounds],
        upper=[high for _, high in bounds],
        note=[f"{n / of * PER:.1f}  {n:.0f} of {number(of)}" for n, of in pairs],
    )


def _roles(frame: pd.DataFrame, overall: float) -> list[str]:
    bounds = zip(frame["lower"], frame["upper"], strict=True)
    return [
        "common" if compared_words(pair, overall) == "no significant difference" else "neutral"
        for pair in bounds
    ]
