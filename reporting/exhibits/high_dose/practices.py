"""High dose: the head of the page, and practices beside each other."""

from __future__ import annotations

from functools import partial

import pandas as pd

from reporting.access import Scope, Selection, Snapshot
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import among_words, area_name, beyond, coverage, dose_words, source_words
from reporting.exhibits.exhibit import Exhibit, Head, definition, frame_of
from reporting.exhibits.high_dose.funnel import funnel_words
from reporting.exhibits.kinds import case_mix
from reporting.exhibits.kinds.across import across, judged, pooled
from reporting.exhibits.kinds.drawn import drawn, drawn_words
from reporting.exhibits.kinds.rates import RATES_WORDS, SURELY, UNSURE
from reporting.exhibits.kinds.series import series
from reporting.exhibits.wording import ALONE, cells, counted, listed, month, number, rate, spelled

MEASURE = "high_dose_prevalence"
PER = 1000


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """The page's finding: the latest rate and whether it changed."""
    found = series(snapshot, scope, selection, MEASURE, selection.threshold)
    area, words = area_name(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    if found is None:
        return Head(f"No figures for {area} yet", "No practice here has sent complete data for this period.")
    last = found.last
    apart = funnel_words(snapshot, scope, selection)
    people = counted(last["numerator"], "adult was", "adults were")
    return Head(
        f"High dose {words} in {area}{found.joined}{apart}",
        f"{people.capitalize()} {words} OME a day in {month(last['month'])}, of "
        f"{number(last['denominator'])} "
        f"adults in {counted(int(last['practices']), 'practice', 'practices')}: {rate(last['value'])} per "
        "1,000.",
    )


def practices(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Each practice's rate at the latest month with its 95 % interval, highest first."""
    among = selection.among()
    frame = across(snapshot, scope, among, MEASURE, selection.threshold, snapshot.info.last_month)
    covered, words = coverage(snapshot, scope, among), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "high-dose-practices", MEASURE)
    if frame.empty:
        return Exhibit(**common, headline=f"High dose {words} by practice", empty=covered.nothing())
    reference = pooled(frame)
    frame = judged(frame, "lower", "per 1,000")
    high = list(frame.loc[frame["role"] == "concern", "name"])
    shown = drawn(frame, selection, frame["role"] != "common")
    draw = partial(
        interval_dots, _rows(shown, selection), reference * PER, f"all {rate(reference * PER)}", "{:.2f}"
    )
    apart = (frame["role"] == "improvement").sum()
    return Exhibit(
        **common,
        headline=f"High dose {words}: {ALONE}" if len(frame) == 1 else _practices_headline(high, int(apart)),
        subtitle=(
            f"{among_words(snapshot, selection)}"
            f"Adults {words} OME a day per 1,000 registered adults with 95% interval, by practice, "
            f"{snapshot.info.window_days} days to {month(snapshot.info.last_month)} "
            f"(n = {counted(len(frame), 'practice', 'practices')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            f"Dot: rate; line: 95% Wilson interval. {RATES_WORDS} "
            f"{case_mix.words(definition(snapshot, scope, MEASURE))} Orange: high; blue: low; grey: "
            f"{UNSURE}. This is no ranking. "
            f"{drawn_words(frame, shown)}{dose_words(snapshot, selection.threshold)} "
            f"{source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame(
            {
                "Practice": frame["name"],
                "Code": frame["practice_code"],
                "PCN": frame["pcn"],
                "People": cells(frame["numerator"]),
                "Registered adults": cells(frame["denominator"]),
                **_expected(frame),
                "Per 1,000": frame["value"] * PER,
                "Lower 95%": frame["lower"] * PER,
                "Upper 95%": frame["upper"] * PER,
            }
        ),
        alt=(
            f"Dots of {counted(len(frame), 'practice', 'practices')} from "
            f"{rate(frame['value'].min() * PER)} to "
            f"{rate(frame['value'].max() * PER)} per 1,000; all together {rate(reference * PER)}. "
            f"High, {SURELY}: {listed(high) or 'none'}."
        ),
    )


def _expected(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """The column of people expected, where that is worked out."""
    if frame[case_mix.DUE].isna().any():
        return {}
    return {case_mix.EXPECTED: frame[case_mix.DUE].round(1)}


def _practices_headline(high: list[str], lower: int) -> str:
    if high and len(high) <= 3:
        return f"{listed(high)} {'is' if len(high) == 1 else 'are'} high ({SURELY})"
    if high:
        return f"{spelled(len(high), 'practice is', 'practices are')} high ({SURELY})"
    if lower:
        return f"No practice is high; {counted(lower, 'is', 'are')} low ({SURELY})"
    return f"No practice is high or low with certainty ({SURELY})"


def marked(frame: pd.DataFrame, selection: Selection) -> list[str]:
    """Names of practices as row labels, the selected one with a pointer before it."""
    pairs = zip(frame["practice_code"], frame["name"], strict=True)
    return [f"▸ {name}" if code == selection.practice else str(name) for code, name in pairs]


def _rows(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": marked(frame, selection),
            "value": frame["value"] * PER,
            "lower": frame["lower"] * PER,
            "upper": frame["upper"] * PER,
            "note": [
                f"{rate(value * PER)}  {number(n)} of {number(of)}"
                for value, n, of in zip(frame["value"], frame["numerator"], frame["denominator"], strict=True)
            ],
            "role": frame["role"],
        }
    )
