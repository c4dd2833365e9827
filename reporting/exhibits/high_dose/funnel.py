"""High dose by practice size, against what chance allows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.funnel import Funnel, limits
from reporting.charts.canvas import Figure
from reporting.charts.rates.funnel import funnel_chart
from reporting.exhibits.exhibit import definition
from reporting.exhibits.kinds import case_mix
from reporting.exhibits.kinds.across import across, pooled
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.kinds.rates import SURELY, TIMES, Sure, surely
from reporting.exhibits.wording import cells, counted, listed, number, rate, spelled

MEASURE = "high_dose_prevalence"
PER = 1000
FEWEST_PRACTICES = 5
LONGEST_NAMES = 48  # of a headline
LINES = ["lower_95", "upper_95", "lower_998", "upper_998"]


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Practices' rates by size with 95 % and 99.8 % limits, widened for over-dispersion where there is
    any."""
    last, among = snapshot.info.last_month, selection.among()
    frame = across(snapshot, scope, among, MEASURE, selection.threshold, last)
    practices = counted(len(frame), "practice", "practices")
    if len(frame) < FEWEST_PRACTICES:
        wider = "" if scope.role == "practice" else " Clear the PCN or place filter."
        return Nothing(
            f"This chart needs at least {FEWEST_PRACTICES} practices; "
            f"{counted(len(frame), 'matches', 'match')} these filters.{wider}"
        )
    found, sure = _limits(frame), surely(frame)
    points = _points(frame, found, sure)
    high, low = _named(points)
    return Finding(
        points,
        _table(frame, found, sure),
        (high, low),
        {
            "practices": practices,
            "case_mix": case_mix.words(definition(snapshot, scope, MEASURE)),
            "method": _method(found),
        },
        {"found": found},
        f"{practices} around {rate(found.target * PER)} per 1,000. "
        f"High, {SURELY}: {listed(high) or 'none'}. Low: {listed(low) or 'none'}.",
    )


def funnel_headline(high: Sequence[str], low: Sequence[str]) -> str:
    """Which practices are surely high, and how many surely low."""
    below = f"{counted(len(low), 'is', 'are')} low" if low else ""
    if not high:
        none = f"No practice is high with certainty ({SURELY})"
        return f"{none}; {below}" if below else none
    names = listed(high, 2)
    if len(high) > 2 or len(names) > LONGEST_NAMES:
        names = spelled(len(high), "practice", "practices")
    found = f"{names} {'is' if len(high) == 1 else 'are'} high ({SURELY})"
    return f"{found}; {below}" if below else found


def _limits(frame: pd.DataFrame) -> Funnel:
    """Limits around all practices together, of the frame's practices in its order, widened where practices
    differ by more than chance."""
    return limits(list(frame["numerator"]), list(frame["denominator"]), target=pooled(frame))


def _points(frame: pd.DataFrame, found: Funnel, sure: Sequence[Sure]) -> pd.DataFrame:
    """As the chart takes them: named are those surely high or low, ringed where the limits still hold
    them."""
    high, low = (np.array([one.word == word for one in sure]) for word in ("higher", "lower"))
    outside = found.frame["outside"].to_numpy()
    return pd.DataFrame(
        {
            "label": frame["name"],
            "denominator": frame["denominator"],
            "value": frame["value"] * PER,
            "outside": np.where(high | low, outside, 0),
            "note": [
                f"{number(n)} of {number(of)}"
                for n, of in zip(frame["numerator"], frame["denominator"], strict=True)
            ],
            "role": np.where(high, "concern", np.where(low, "improvement", "common")),
            "ringed": (high | low) & (outside != 998),
        }
    )


def _named(points: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Practices surely high, and those surely low, highest first."""
    ranked = points.sort_values("value", ascending=False)
    high, low = (list(ranked.loc[ranked["role"] == role, "label"]) for role in ("concern", "improvement"))
    return high, low


def by_size(points: pd.DataFrame, found: Funnel) -> Figure:
    """The points between the limits of every size."""
    smallest, largest = points["denominator"].min(), points["denominator"].max()
    sizes = np.linspace(smallest * 0.9, largest * 1.05, 60)
    lines = found.at(list(sizes))
    lines[LINES] *= PER
    plain = None
    if found.tau2 > 0:
        plain = Funnel(found.target, found.phi, 0.0, found.method, found.frame).at(list(sizes))
        plain[LINES] *= PER
    return funnel_chart(points, lines, found.target * PER, "all", unadjusted=plain)


def _method(found: Funnel) -> str:
    if found.tau2 > 0:
        return (
            f"Arcsine limits, widened because practices differ by more than chance (phi {found.phi:.2f}); "
            "dotted: limits before widening."
        )
    return f"Arcsine limits; phi {found.phi:.2f}, so no widening for over-dispersion was needed."


def _table(frame: pd.DataFrame, found: Funnel, sure: Sequence[Sure]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Practice": frame["name"],
            "Code": frame["practice_code"],
            "People": cells(frame["numerator"]),
            "Registered adults": cells(frame["denominator"]),
            "Per 1,000": frame["value"] * PER,
            "Lower 99.8%": found.frame["lower_998"].to_numpy() * PER,
            "Upper 99.8%": found.frame["upper_998"].to_numpy() * PER,
            f"Chance of {TIMES:g} × the others": [round(one.above, 2) for one in sure],
            "Beyond": found.frame["outside"].map({0: "", 95: "95%", 998: "99.8%"}).to_numpy(),
        }
    )
