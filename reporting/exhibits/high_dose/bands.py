"""How people on opioids are spread over the dose bands, by quarter."""

from __future__ import annotations

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.bands import lower_edge
from reporting.analysis.contrast import all_moved
from reporting.charts.canvas import Figure
from reporting.charts.people.bands import dose_bands
from reporting.disclosure import judging
from reporting.exhibits.coverage import beyond
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.wording import cells, counted, listed, month, number, percent

MEASURE, BEYOND = "dose_band_share", "high_dose_prevalence"
QUARTER_ENDS = (3, 6, 9, 12)
QUARTERS_ON_A_PHONE = 4


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Shares of people on opioids in each band above the lowest threshold, at each quarter's end."""
    lowest = min(snapshot.info.thresholds)
    frame = figures.measure_by_month(snapshot, scope, selection, [MEASURE], [0]).frame
    frame = frame.assign(edge=[lower_edge(band) for band in frame["category"]])
    quarterly = frame["month"].dt.month.isin(QUARTER_ENDS)
    frame = frame[quarterly & (frame["edge"] >= lowest) & (frame["denominator"] > 0)]
    if frame.empty:
        return Nothing()
    frame = frame.assign(
        value=frame["numerator"] / frame["denominator"],
        quarter=[f"{day.year}Q{day.month // 3}" for day in frame["month"]],
    ).sort_values(["month", "edge"], ignore_index=True)
    frame = with_words(frame)
    last = frame[frame["month"] == frame["month"].max()]
    beside = figures.measure_by_month(snapshot, scope, selection, [BEYOND], [lowest]).frame
    people = beside.loc[beside["month"] == last["month"].iloc[0], "numerator"].sum(skipna=False)
    words = {
        "dose": beyond(snapshot, lowest),
        "last": month(last["month"].iloc[0]),
        "adults": number(last["denominator"].iloc[0]),
        "altogether": _altogether(people, beyond(snapshot, lowest)),
        "ends": f"{month(frame['month'].iloc[0])} and {month(frame['month'].iloc[-1])}",
        "bands": counted(frame["category"].nunique(), "band", "bands"),
    }
    told = ", ".join(
        f"{band} mg {percent(value)}" for band, value in zip(last["category"], last["value"], strict=True)
    )
    alt = f"In the last quarter: {told} of adults on opioids."
    return Finding(frame, _table(frame), (frame,), words, alt=alt)


def _altogether(people: float, words: str) -> str:
    return f"{number(people)} adults are {words}" if people == people else f"The number {words} is withheld"


def by_quarter(frame: pd.DataFrame, *, compact: bool = False) -> Figure:
    """The rows read as stacked columns; of the last year alone for a phone."""
    if compact:
        frame = frame[frame["quarter"].isin(sorted(set(frame["quarter"]))[-QUARTERS_ON_A_PHONE:])]
    shown = frame.rename(columns={"category": "band"})[["quarter", "band", "value"]]
    return dose_bands(shown, "{:.1%}", compact=compact)


def with_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with word: rose | fell | no sure change of the band's share from the first quarter to
    the last, corrected over the bands; without the shares of a band that rounding makes go another way."""
    exact = judging(frame)
    bands = [(band, part.iloc[[0, -1]]) for band, part in exact.groupby("category", sort=False)]
    first, last = (
        [(part["numerator"].iloc[end], part["denominator"].iloc[end]) for _, part in bands] for end in (0, 1)
    )
    words = dict(zip((band for band, _ in bands), all_moved(list(first), list(last)), strict=True))
    made = frame.assign(word=frame["category"].map(words))
    shown = made.groupby("category", sort=False)["value"]
    change = made["category"].map(shown.agg(lambda values: values.iloc[-1] - values.iloc[0]))
    misread = (made["word"].eq("rose") & change.le(0)) | (made["word"].eq("fell") & change.ge(0))
    return made.assign(value=made["value"].mask(misread))


def bands_headline(frame: pd.DataFrame) -> str:
    """Which bands' shares rose or fell from the first quarter to the last (word), of those that are shown."""
    if frame.groupby("category").size().max() < 2:
        return "Dose bands: change not judged, since there is one quarter only"
    ends = frame.groupby("category", sort=False).agg(
        word=("word", "first"), shown=("value", lambda values: values.iloc[[0, -1]].notna().all())
    )
    found = {word: list(ends.index[ends["shown"] & (ends["word"] == word)]) for word in ("rose", "fell")}
    parts = [f"{listed([f'{band} mg' for band in bands])} {word}" for word, bands in found.items() if bands]
    if not parts:
        return f"Dose bands: no sure change{'' if ends['shown'].all() else ' in those that are shown'}"
    words = "; ".join(parts)
    return f"{words[0].upper()}{words[1:]}"


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Quarter to": [month(day) for day in frame["month"]],
            "Dose band (mg a day)": frame["category"],
            "People": cells(frame["numerator"]),
            "Adults on opioids": cells(frame["denominator"]),
            "%": frame["value"] * 100,
        }
    )
