"""Dose since the plan began: medians of groups by week, and the middle half of one."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from reporting.charts import labels, theme, ticks
from reporting.charts.canvas import Canvas, Figure
from reporting.charts.labels import EndLabel

HEIGHT = 340
CLOSE = 24  # px, between two medians that have no room for a number
SHARE = "{:.0%}"
HOVER = "week %{x}: %{text}<extra></extra>"


def trajectory_chart(
    frame: pd.DataFrame, unit_format: str = "{:.0%}", *, reference: float | None = None,
    reference_label: str = "", start_label: str = "Plan starts", said: float | None = None,
    compact: bool = False,
) -> Figure:  # fmt: skip
    """Median lines by week since the start. frame: group, week (0 = start), median, lower, upper, n.

    The first group of the frame is drawn strong with its middle half (lower to upper) and its n, where it is
    known, under the weeks; the others are grey lines with lower and upper left unused. said: the week whose
    medians are written, the last one otherwise. compact: fewer weeks named.
    """
    groups = list(dict.fromkeys(frame["group"]))
    first = frame[frame["group"] == groups[0]].sort_values("week")
    inside = said is not None and said < frame["week"].max()
    ends = _end_labels(frame, groups, "" if inside else unit_format, reference, reference_label)
    top = ticks.top_of([*frame["median"], *first["upper"], reference or 0])
    scale = ticks.from_zero(top)
    words = ticks.written(scale, unit_format)
    canvas = Canvas(
        HEIGHT, [frame["week"].min(), frame["week"].max()], [0, top], left=labels.margin_for(words) + 6,
        right=labels.margin_for([label.words for label in ends]), top=30, bottom=50,
    )  # fmt: skip
    canvas.value_ticks(scale, words)
    _week_ticks(canvas, first, 72 if compact else 24)
    _middle_half(canvas, first)
    if reference is not None:
        weeks = [int(first["week"].min()), int(frame["week"].max())]
        _line(canvas, weeks, [reference] * 2, theme.AXIS, 1.5, "dot", "reference")
    for group in reversed(groups):
        part = frame[frame["group"] == group].sort_values("week")
        strong = group == groups[0]
        colour, weight = (theme.BLUE, 2.5) if strong else (theme.AXIS, 1.5)
        _line(canvas, part["week"], part["median"], colour, weight, "solid", str(group))
    _start(canvas, start_label)
    if inside:
        _medians(canvas, frame[frame["week"] == said], groups, unit_format)
    labels.end_labels(canvas, ends)
    return canvas.figure()


def _end_labels(
    frame: pd.DataFrame, groups: list[str], unit_format: str, reference: float | None, reference_label: str
) -> list[EndLabel]:
    found = []
    for group in groups:
        last = frame[frame["group"] == group].sort_values("week")["median"].iloc[-1]
        words = f"{labels.safe(group)} {labels.value(last, unit_format) if unit_format else ''}".strip()
        strong = group == groups[0]
        found.append(
            EndLabel(last, labels.bold(words) if strong else words, theme.BLUE if strong else theme.MUTED)
        )
    if reference is not None:
        found.append(EndLabel(reference, labels.safe(reference_label)))
    return found


def _medians(canvas: Canvas, at: pd.DataFrame, groups: list[str], unit_format: str) -> None:
    """The medians of one week, each above its line, or below where another lies close above it."""
    close = (canvas.y_range[1] - canvas.y_range[0]) * CLOSE / canvas.plot_height
    for row in at.to_dict("records"):
        strong, higher = row["group"] == groups[0], at["median"] - row["median"]
        above = not higher.between(0, close, inclusive="right").any()
        colour = theme.BLUE if strong else theme.MUTED
        canvas.add_scatter(
            x=[row["week"]], y=[row["median"]], mode="markers", marker={"color": colour, "size": 7},
            hoverinfo="skip", name="said",
        )  # fmt: skip
        words = labels.value(row["median"], unit_format)
        canvas.annotations.append({
            "x": row["week"], "y": row["median"], "text": labels.bold(words) if strong else words,
            "showarrow": False, "yanchor": "bottom" if above else "top", "yshift": 5 if above else -5,
            "bgcolor": theme.PAPER, "borderpad": 0, "font": {"color": colour, "size": theme.TEXT_SIZE},
        })  # fmt: skip


def _week_ticks(canvas: Canvas, first: pd.DataFrame, step: int) -> None:
    people = dict(zip(first["week"], first["n"], strict=True))
    weeks = [week for week in people if week % step == 0]
    followed = {week: f"<br>n {n:,.0f}" for week, n in people.items() if n == n}
    canvas.bottom_ticks(weeks, [f"week {week:g}{followed.get(week, '')}" for week in weeks])


def _middle_half(canvas: Canvas, first: pd.DataFrame) -> None:
    weeks = list(first["week"])
    canvas.add_scatter(
        x=weeks + weeks[::-1], y=[*first["upper"], *first["lower"][::-1]], mode="lines", fill="toself",
        fillcolor=theme.MIDDLE_HALF, line={"width": 0}, hoverinfo="skip", name="middle half",
    )  # fmt: skip
    row = first.iloc[len(first) * 6 // 10]
    canvas.annotations.append({
        "x": row["week"], "y": row["lower"], "text": "middle half", "showarrow": False, "yanchor": "top",
        "yshift": -4, "font": {"color": theme.BLUE, "size": theme.SMALL_SIZE},
    })  # fmt: skip


def _line(
    canvas: Canvas, x: Iterable[Any], y: Iterable[float], colour: str, width: float, dash: str, name: str
) -> None:
    hover = {"hoverinfo": "skip"} if name == "reference" else {"hovertemplate": HOVER}
    values = list(y)
    canvas.add_scatter(
        x=list(x), y=values, text=[labels.value(one, SHARE) for one in values], mode="lines",
        name=name, line={"color": colour, "width": width, "dash": dash},
        **hover,
    )  # fmt: skip


def _start(canvas: Canvas, words: str) -> None:
    low, high = canvas.x_range
    share = (0 - low) / (high - low)
    canvas.add_shape(
        type="line", x0=share, x1=share, y0=0, y1=1.05, xref="paper", yref="paper",
        line={"color": theme.INK, "width": 1},
    )  # fmt: skip
    labels.note(canvas, share, 1.05, labels.safe(words), colour=theme.INK, yanchor="bottom", xshift=-2)
