"""One patient's dose day by day: a stepped line that breaks where it is unknown, and the issues below."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from reporting.charts import labels, theme, ticks
from reporting.charts.canvas import Canvas, Figure
from reporting.charts.labels import EndLabel
from reporting.charts.written import mg

HEIGHT = 400
ISSUES_AT, ISSUE_HALF = -0.1, 0.025
DAY = dt.timedelta(days=1)


def timeline_chart(
    segments: pd.DataFrame, issues: pd.DataFrame, thresholds: Sequence[int], first: dt.date, last: dt.date,
    *, compact: bool = False,
) -> Figure:  # fmt: skip
    """Dose from `first` to `last` in mg a day. segments: from_day, to_day (the first day not covered), dose;
    issues: issued_on, in_dose; all days are dates. Days in no segment are unknown: there the line breaks."""
    drawn = _joined(segments, first, last)
    top = ticks.top_of([*drawn["dose"], *thresholds], 1.15)
    scale = ticks.from_zero(top, 4)
    words = ticks.written(scale, "{:.0f}")
    ends = [EndLabel(value, f"{value} mg") for value in thresholds]
    if len(drawn) and drawn["to_day"].iloc[-1] > last:
        now = drawn["dose"].iloc[-1]
        ends.insert(0, EndLabel(now, labels.bold(mg(now * 1000)), theme.NAVY))
    canvas = Canvas(
        HEIGHT, [first, last], [0, top], left=max(labels.margin_for(words), labels.margin_for(["Issues"])),
        right=labels.margin_for([label.words for label in ends]), top=12, bottom=94,
    )  # fmt: skip
    canvas.value_ticks(scale, words)
    days, names = ticks.months(first, last, 4 if compact else 8)
    canvas.bottom_ticks(days, names)
    canvas.x_axis.update(ticklen=44, tickcolor=theme.PAPER)
    for threshold in thresholds:
        _line(canvas, [first, last], [threshold] * 2, theme.AXIS, 1.5, "dot")
    _doses(canvas, drawn)
    _issues(canvas, issues, first, last)
    labels.end_labels(canvas, ends)
    return canvas.figure()


def _joined(segments: pd.DataFrame, first: dt.date, last: dt.date) -> pd.DataFrame:
    """Segments within the dates; neighbours of one dose joined."""
    kept = segments[(segments["to_day"] > first) & (segments["from_day"] <= last)]
    rows: list[Any] = []
    for row in kept.sort_values("from_day").to_dict("records"):
        if rows and rows[-1]["to_day"] == row["from_day"] and rows[-1]["dose"] == row["dose"]:
            rows[-1]["to_day"] = row["to_day"]
        else:
            rows.append({**row, "from_day": max(row["from_day"], first)})
    return pd.DataFrame(rows, columns=["from_day", "to_day", "dose"])


def _doses(canvas: Canvas, drawn: pd.DataFrame) -> None:
    """One trace for all runs; a missing value between runs that do not touch breaks the line."""
    x: list[object] = []
    y: list[float | None] = []
    hover: list[str] = []
    before = None
    for from_day, to_day, dose in zip(drawn["from_day"], drawn["to_day"], drawn["dose"], strict=True):
        if before is not None and from_day > before:
            x.append(before)
            y.append(None)
            hover.append("")
        x += [from_day, to_day]
        y += [dose, dose]
        hover += [f"{mg(dose * 1000)} OME a day"] * 2
        before = to_day
    canvas.add_scatter(
        x=x, y=y, mode="lines", line={"color": theme.NAVY, "width": 2.5}, connectgaps=False, name="dose",
        text=hover, hovertemplate="%{x|%-d %b %Y}: %{text}<extra></extra>",
    )  # fmt: skip


def _issues(canvas: Canvas, issues: pd.DataFrame, first: dt.date, last: dt.date) -> None:
    """A short stroke an issue, in the margin below; broad and orange where the issue is in no dose."""
    span = (last - first).days or 1
    days: list[tuple[dt.date, bool]] = list(zip(issues["issued_on"], issues["in_dose"], strict=True))
    shapes = [
        {
            "type": "line", "xref": "paper", "yref": "paper",
            "x0": (on - first).days / span, "x1": (on - first).days / span,
            "y0": ISSUES_AT - ISSUE_HALF, "y1": ISSUES_AT + ISSUE_HALF,
            "line": {"color": theme.AXIS if in_dose else theme.ORANGE, "width": 1.5 if in_dose else 3},
        }
        for on, in_dose in days
        if first <= on <= last
    ]  # fmt: skip
    canvas.shapes += shapes
    labels.note(canvas, 0, ISSUES_AT, "Issues", anchor="right", xshift=-8)


def _line(
    canvas: Canvas, x: Sequence[object], y: Sequence[float], colour: str, width: float, dash: str
) -> None:
    canvas.add_scatter(
        x=list(x), y=list(y), mode="lines", line={"color": colour, "width": width, "dash": dash},
        hoverinfo="skip",
    )  # fmt: skip
