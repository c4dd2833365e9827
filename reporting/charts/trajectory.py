"""Dose since the plan began: medians of groups by month, and the middle half of one."""

import pandas as pd

from reporting.charts import labels, theme, ticks
from reporting.charts.canvas import Figure, bottom_ticks, canvas, value_ticks
from reporting.charts.labels import EndLabel

HEIGHT = 340


def trajectory_chart(
    frame: pd.DataFrame, unit_format: str = "{:.0%}", *, reference: float | None = None,
    reference_label: str = "", start_label: str = "Plan starts", compact: bool = False,
) -> Figure:  # fmt: skip
    """Median lines by month since the start. frame: group, month (0 = start), median, lower, upper, n.

    The first group of the frame is drawn strong with its middle half (lower to upper) and its n under the
    months; the others are grey lines with lower and upper left unused. compact: fewer months named.
    """
    groups = list(dict.fromkeys(frame["group"]))
    first = frame[frame["group"] == groups[0]].sort_values("month")
    ends = _end_labels(frame, groups, unit_format, reference, reference_label)
    top = ticks.top_of([*frame["median"], *first["upper"], reference or 0])
    scale = ticks.from_zero(top)
    words = ticks.written(scale, unit_format)
    figure = canvas(
        HEIGHT, [frame["month"].min(), frame["month"].max()], [0, top], left=labels.margin_for(words) + 6,
        right=labels.margin_for([label.words for label in ends]), top=30, bottom=50,
    )  # fmt: skip
    value_ticks(figure, scale, words)
    _month_ticks(figure, first, 6 if compact else 3)
    _middle_half(figure, first)
    if reference is not None:
        months = [int(first["month"].min()), int(frame["month"].max())]
        _line(figure, months, [reference] * 2, theme.AXIS, 1.5, "dot", "reference")
    for group in reversed(groups):
        part = frame[frame["group"] == group].sort_values("month")
        strong = group == groups[0]
        colour, weight = (theme.BLUE, 2.5) if strong else (theme.AXIS, 1.5)
        _line(figure, part["month"], part["median"], colour, weight, "solid", str(group))
    _start(figure, start_label)
    labels.end_labels(figure, ends)
    return figure


def _end_labels(
    frame: pd.DataFrame, groups: list[str], unit_format: str, reference: float | None, reference_label: str
) -> list[EndLabel]:
    found = []
    for group in groups:
        last = frame[frame["group"] == group].sort_values("month")["median"].iloc[-1]
        words = f"{labels.safe(group)} {unit_format.format(last)}"
        strong = group == groups[0]
        found.append(
            EndLabel(last, labels.bold(words) if strong else words, theme.BLUE if strong else theme.MUTED)
        )
    if reference is not None:
        found.append(EndLabel(reference, labels.safe(reference_label)))
    return found


def _month_ticks(figure: Figure, first: pd.DataFrame, step: int) -> None:
    people = dict(zip(first["month"], first["n"], strict=True))
    months = [month for month in people if month % step == 0]
    bottom_ticks(figure, months, [f"{month:g}<br>n {people[month]:,.0f}" for month in months])


def _middle_half(figure: Figure, first: pd.DataFrame) -> None:
    months = list(first["month"])
    figure.add_scatter(
        x=months + months[::-1], y=[*first["upper"], *first["lower"][::-1]], mode="lines", fill="toself",
        fillcolor=theme.MIDDLE_HALF, line={"width": 0}, hoverinfo="skip", name="middle half",
    )  # fmt: skip
    row = first.iloc[len(first) * 6 // 10]
    figure.add_annotation(
        x=row["month"], y=row["lower"], text="middle half", showarrow=False, yanchor="bottom", yshift=4,
        font={"color": theme.BLUE, "size": theme.SMALL_SIZE},
    )  # fmt: skip


def _line(figure: Figure, x: object, y: object, colour: str, width: float, dash: str, name: str) -> None:
    figure.add_scatter(
        x=list(x), y=list(y), mode="lines", name=name, line={"color": colour, "width": width, "dash": dash},  # type: ignore[call-overload]
        hovertemplate="month %{x}: %{y:.0%}<extra></extra>" if name != "reference" else None,
        hoverinfo="skip" if name == "reference" else None,
    )  # fmt: skip


def _start(figure: Figure, words: str) -> None:
    low, high = figure.layout.xaxis.range
    share = (0 - low) / (high - low)
    figure.add_shape(
        type="line", x0=share, x1=share, y0=0, y1=1.05, xref="paper", yref="paper",
        line={"color": theme.INK, "width": 1},
    )  # fmt: skip
    labels.note(figure, share, 1.05, labels.safe(words), colour=theme.INK, yanchor="bottom", xshift=-2)
