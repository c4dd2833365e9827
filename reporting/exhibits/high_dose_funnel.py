"""High dose by practice size, against what chance allows."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import numpy as np
import pandas as pd

from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.funnel import Funnel, limits
from reporting.charts.canvas import Figure
from reporting.charts.funnel import funnel_chart
from reporting.disclosure import Rule
from reporting.exhibits.across import across, pooled
from reporting.exhibits.coverage import among_words, beyond, coverage, dose_words, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import rule
from reporting.exhibits.wording import cells, counted, listed, month, number, rate, spelled

MEASURE = "high_dose_prevalence"
PER = 1000
FEWEST_PRACTICES = 5
LONGEST_NAMES = 48  # of a headline
LINES = ["lower_95", "upper_95", "lower_998", "upper_998"]


def funnel(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Practices' rates by size with 95 % and 99.8 % limits, widened for over-dispersion where there is
    any."""
    among = selection.among()
    frame = across(snapshot, scope, among, MEASURE, selection.threshold, snapshot.info.last_month)
    covered, words = coverage(snapshot, scope, among), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "high-dose-funnel", MEASURE)
    if len(frame) < FEWEST_PRACTICES:
        few = (
            f"A funnel needs at least {FEWEST_PRACTICES} practices; "
            f"{counted(len(frame), 'matches', 'match')} these filters. Clear the PCN or place filter."
        )
        return Exhibit(**common, headline="Too few practices for a funnel", empty=few)
    if frame["numerator"].isna().all() or isnan(pooled(frame)):
        few = "In so few practices a number that is suppressed could be worked out. Choose a wider area."
        return Exhibit(**common, headline="Too few people for a funnel", empty=few)
    found, plain = _limits(frame, rule(snapshot))
    points = _points(frame, found, plain)
    high, low, above = _named(points)
    return Exhibit(
        **common,
        headline=funnel_headline(high, low, above),
        subtitle=(
            f"{among_words(snapshot, selection)}"
            f"Adults {words} OME a day per 1,000, by practice size, {snapshot.info.window_days} days to "
            f"{month(snapshot.info.last_month)} (n = {counted(len(frame), 'practice', 'practices')})"
        ),
        figure=_figure(points, found),
        caption=(
            f"{_method(found)}{_hidden(points)} About one practice in 20 lies beyond 95% by chance, so "
            f"only those beyond 99.8% are named{_rings(above)}. {dose_words(snapshot, selection.threshold)} "
            f"{source_words(snapshot, covered)}"
        ),
        table=_table(frame, found),
        alt=(
            f"{counted(len(frame), 'practice', 'practices')} around {rate(found.target * PER)} per 1,000. "
            f"Above the 99.8% limit: {listed(high) or 'none'}. Below it: {listed(low) or 'none'}."
            f"{f' Above the limit of chance alone: {listed(above)}.' if above else ''}"
        ),
    )


def funnel_headline(high: list[str], low: list[str], above_chance: Sequence[str] = ()) -> str:
    """Which practices are beyond the limits, widened where practices differ; failing that, which are above
    what chance alone would allow (the dotted limits)."""
    if high and low:
        return f"{spelled(len(high), 'practice', 'practices')} above and {len(low)} below the 99.8% limits"
    if high:
        return f"{spelled(len(high), 'practice is', 'practices are')} above the 99.8% limit"
    if low:
        return f"{spelled(len(low), 'practice is', 'practices are')} below the 99.8% limit"
    if above_chance:
        names = listed(above_chance)
        if len(names) > LONGEST_NAMES:
            names = spelled(len(above_chance), "practice", "practices").lower()
        verb = "is" if len(above_chance) == 1 else "are"
        return f"None beyond the widened 99.8% limits; {names} {verb} above chance alone"
    return "No practice is beyond the 99.8% limits"


def funnel_words(snapshot: Snapshot, scope: Scope, selection: Selection) -> str:
    """The funnel's finding as the end of the page's headline; empty where there is no funnel."""
    among = selection.among()
    frame = across(snapshot, scope, among, MEASURE, selection.threshold, snapshot.info.last_month)
    if len(frame) < FEWEST_PRACTICES or selection.practice is not None or frame["numerator"].isna().all():
        return ""
    if isnan(pooled(frame)):
        return ""
    found, plain = _limits(frame, rule(snapshot))
    high, low, above = _named(_points(frame, found, plain))
    if above and not high and not low:
        return f"; {listed(above, 2)} above chance alone"
    headline = funnel_headline(high, low)
    return f"; {headline[0].lower()}{headline[1:]}"


def _limits(frame: pd.DataFrame, rule: Rule) -> tuple[Funnel, Funnel]:
    """Limits around all practices together, of the frame's practices in its order: widened where practices
    differ by more than chance, and of chance alone. A suppressed count stands as the number furthest from
    what is expected, so that limits are wide rather than name a practice without reason."""
    target, most = pooled(frame), rule.suppress_below - 1
    furthest = (frame["denominator"] * target).map(lambda expected: 1 if expected > (1 + most) / 2 else most)
    numerators = frame["numerator"].fillna(furthest).clip(upper=frame["denominator"])
    pairs = list(numerators), list(frame["denominator"])
    return limits(*pairs, target=target), limits(*pairs, target=target, adjust=False)


def _hidden(points: pd.DataFrame) -> str:
    hidden = int(points["value"].isna().sum())
    if not hidden:
        return ""
    return (
        f" Not drawn: {counted(hidden, 'practice', 'practices')} with few people, or withheld beside such; "
        "limits are as wide as if these differed most."
    )


def _rings(above: list[str]) -> str:
    return ", with a ring those beyond the limit of chance alone" if above else ""


def _points(frame: pd.DataFrame, found: Funnel, plain: Funnel) -> pd.DataFrame:
    """As the chart takes them. ringed: above the limit of chance alone (plain), not beyond the widened."""
    above = (plain.frame["outside"] == 998).to_numpy() & (frame["value"] > plain.target).to_numpy()
    outside = found.frame["outside"].to_numpy()
    side = np.where(frame["value"] > found.target, "concern", "improvement")
    outside = np.where(frame["value"].isna(), 0, outside)
    return pd.DataFrame(
        {
            "label": frame["name"],
            "denominator": frame["denominator"],
            "value": frame["value"] * PER,
            "outside": outside,
            "note": [
                f"{number(n)} of {number(of)}"
                for n, of in zip(frame["numerator"], frame["denominator"], strict=True)
            ],
            "role": np.where((outside == 998) | above, side, "common"),
            "ringed": above & (outside != 998),
        }
    )


def _named(points: pd.DataFrame) -> tuple[list[str], list[str], list[str]]:
    """Practices above the limits, below them, and ringed, highest first."""
    ranked = points.sort_values("value", ascending=False)
    beyond = ranked[~ranked["ringed"]]
    high, low = (list(beyond.loc[beyond["role"] == role, "label"]) for role in ("concern", "improvement"))
    return high, low, list(ranked.loc[ranked["ringed"], "label"])


def _figure(points: pd.DataFrame, found: Funnel) -> Figure:
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


def _table(frame: pd.DataFrame, found: Funnel) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Practice": frame["name"],
            "Code": frame["practice_code"],
            "People": cells(frame["numerator"]),
            "Registered adults": cells(frame["denominator"]),
            "Per 1,000": (frame["value"] * PER).round(2),
            "Lower 99.8%": (found.frame["lower_998"].to_numpy() * PER).round(2),
            "Upper 99.8%": (found.frame["upper_998"].to_numpy() * PER).round(2),
            "Beyond": found.frame["outside"]
            .map({0: "", 95: "95%", 998: "99.8%"})
            .where(frame["numerator"].notna().to_numpy(), "")
            .to_numpy(),
        }
    )
