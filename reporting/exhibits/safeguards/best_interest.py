"""How many reductions are made without full agreement, without judging the number."""

from __future__ import annotations

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.intervals import poisson_rate
from reporting.charts.written import TENTHS, written
from reporting.exhibits.kinds.across import judged
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.kinds.rates import SURELY, UNSURE
from reporting.exhibits.safeguards.items import NUMBER
from reporting.exhibits.wording import ALONE, cells, counted, listed, number, size

PER = 100


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Reductions per 100 people on a high dose, by PCN, or by practice within a PCN; in order of name."""
    among = selection.among()
    title, places = ("Practice", "practices") if among.pcn else ("PCN", "PCNs")
    ask = figures.measure_by_practice if among.pcn else figures.measure_by_pcn
    found = ask(snapshot, scope, among, [NUMBER], [selection.threshold], [snapshot.info.last_month]).frame
    frame = _rates(found, "name" if among.pcn else "pcn")
    if frame.empty:
        return Nothing()
    made, cohort = found["numerator"].sum(), found["denominator"].sum()
    overall = made / cohort * PER
    frame = _neutral(judged(frame, "neither", "per 100"))
    apart = list(frame.loc[frame["role"] == "neutral", "label"])
    return Finding(
        frame,
        _table(frame, title),
        (made, overall, apart, places if len(frame) > 1 else ""),
        {"places": places, "n": size(made, "reduction", "reductions"), "people": number(cohort)},
        {"reference": overall, "reference_label": f"all {_rate(overall)}", "unit_format": "{:.1f}"},
        f"Reductions per 100 people on a high dose from {_rate(frame['value'].min())} to "
        f"{_rate(frame['value'].max())} in {number(len(frame))} {places}; all together {_rate(overall)}. "
        f"High or low, {SURELY}: {listed(apart) or 'none'}.",
    )


def number_headline(made: float, overall: float, apart: list[str], places: str) -> str:
    """The number, and who differs, without a verdict. places: empty where there is one alone."""
    words = counted(made, "best-interest reduction", "best-interest reductions").capitalize()
    start = f"{words}: {_rate(overall)} per 100 people on a high dose"
    if not places:
        return f"{start}; {ALONE}"
    if not apart:
        return f"{start}, {UNSURE} between {places}"
    return (
        f"{start}; {listed(apart, 3)} {'differs' if len(apart) == 1 else 'differ'} from the others ({SURELY})"
    )


def _rates(found: pd.DataFrame, by: str) -> pd.DataFrame:
    """One row a practice or PCN with somebody in the cohort, by name."""
    frame = found[found["denominator"] > 0].sort_values(by, ignore_index=True)
    pairs = zip(frame["numerator"], frame["denominator"], strict=True)
    bounds = [poisson_rate(*pair) for pair in pairs]
    value = frame["numerator"] / frame["denominator"] * PER
    return frame.assign(
        label=frame[by].replace("", "no PCN"),
        value=value,
        lower=[low * PER for low, _ in bounds],
        upper=[high * PER for _, high in bounds],
        note=[
            _note(rate, n, of)
            for rate, n, of in zip(value, frame["numerator"], frame["denominator"], strict=True)
        ],
    )


def _neutral(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows judged, with a role that has no good direction."""
    return frame.assign(role=frame["word"].map({"higher": "neutral", "lower": "neutral"}).fillna("common"))


def _rate(value: float) -> str:
    return written(value, TENTHS)


def _note(value: float, n: float, of: float) -> str:
    return f"{_rate(value)}  {number(n)} of {number(of)}"


def _table(frame: pd.DataFrame, title: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            title: frame["label"],
            "Reductions": cells(frame["numerator"]),
            "On a high dose": cells(frame["denominator"]),
            "Per 100": frame["value"],
            "Lower 95%": frame["lower"],
            "Upper 95%": frame["upper"],
        }
    )
