"""One series of events with its target and what it is judged by: XmR mean, limits and special causes."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from reporting.charts import labels, theme, ticks
from reporting.charts.canvas import Canvas, Figure
from reporting.charts.labels import EndLabel

HEIGHT = 340
NOTE_CHARACTERS = 26
NOTE_LINE = 16
LEFT_ANCHOR_UNTIL = 0.7

Events = Sequence[tuple[Any, str]]
References = Sequence[tuple[str, float]]
LIMITS = {"upper": "Upper limit", "mean": "Mean", "lower": "Lower limit"}
SHORT = {"Upper limit": "Upper", "Lower limit": "Lower"}


def xmr_chart(
    frame: pd.DataFrame, unit_format: str = "{:.2f}", target: float | None = None, rebases: Events = (),
    breaks: Events = (), *, provisional: bool = False, compact: bool = False,
    starts: Events = (), references: References = (),
) -> Figure:  # fmt: skip
    """Trend with limits. frame: date, value, segment, mean, lower, upper, kind, as `spc.xmr` gives it.

    unit_format: how values are written ("{:.2f}", "{:.0%}"). rebases and breaks: (date, reason) pairs; a
    rebase is a full line, a break in definition a dashed one. compact: shorter labels for a phone.
    starts: (date, words) of a programme's start, a dotted line. references: (name, value) of figures from
    outside, each a line across.
    """
    frame = frame.assign(date=pd.to_datetime(frame["date"]))
    ends = _end_labels(frame, unit_format, target, provisional, compact, references)
    events = noted((rebases, "solid"), (breaks, "dash"), (starts, "dot"))
    above = height_of(events)
    top = ticks.top_of(
        [*frame["value"], *frame["upper"], target or 0, *(reference for _, reference in references)]
    )
    scale = ticks.from_zero(top)
    words = ticks.written(scale, unit_format)
    half = pd.Timedelta(days=15)
    canvas = Canvas(
        HEIGHT + above,
        [frame["date"].iloc[0] - half, frame["date"].iloc[-1] + half],
        [0, top],
        left=labels.margin_for(words) + 4,
        right=labels.margin_for([label.words for label in ends]),
        top=14 + above,
    )
    canvas.value_ticks(scale, words)
    canvas.bottom_ticks(*ticks.months(frame["date"].iloc[0], frame["date"].iloc[-1]))
    for _, part in frame.groupby("segment"):
        _limits(canvas, part, "dot" if provisional else "dash")
    across(canvas, frame["date"].iloc[[0, -1]], target, references)
    draw_events(canvas, events)
    for _, part in frame.groupby("segment"):
        _line(canvas, part["date"], part["value"], theme.AXIS, "solid", 1.5, "trend")
    _points(canvas, frame, unit_format, theme.POINT_COMPACT if compact else theme.POINT)
    labels.end_labels(canvas, ends)
    return canvas.figure()


def across(canvas: Canvas, ends: Any, target: float | None, references: References) -> None:
    """Lines across the chart at the target and at figures from outside."""
    for _, value in references:
        _line(canvas, ends, [value, value], theme.AXIS, "longdash", 1, "reference")
    if target is not None:
        _line(canvas, ends, [target, target], theme.NAVY, "dot", 2, "target")


def across_labels(target: float | None, references: References, unit_format: str) -> list[EndLabel]:
    """The labels of `across`."""
    found = [EndLabel(value, f"{labels.safe(name)} {labels.value(value, unit_format)}")
             for name, value in references]  # fmt: skip
    if target is not None:
        found.append(EndLabel(target, f"Target {labels.value(target, unit_format)}", theme.NAVY))
    return found


def _limits(canvas: Canvas, part: pd.DataFrame, dash: str) -> None:
    part = part.dropna(subset=["lower", "upper"])
    dates, lower, upper = part["date"], part["lower"].clip(lower=0), part["upper"].clip(lower=0)
    canvas.add_scatter(
        x=[*dates, *dates[::-1]], y=[*upper, *lower[::-1]], fill="toself", fillcolor=theme.LIMIT_BAND,
        line={"width": 0}, mode="lines", hoverinfo="skip", name="band",
    )  # fmt: skip
    for name, values in (("upper", upper), ("lower", lower)):
        _line(canvas, dates, values, theme.LINE, dash, 1.5, name)
    _line(canvas, dates, part["mean"], theme.MUTED, "solid", 1.5, "mean")


def _line(canvas: Canvas, x: Any, y: Any, colour: str, dash: str, width: float, name: str) -> None:
    canvas.add_scatter(
        x=list(x), y=list(y), mode="lines", line={"color": colour, "dash": dash, "width": width}, name=name,
        hoverinfo="skip", connectgaps=False,
    )  # fmt: skip


def _points(canvas: Canvas, frame: pd.DataFrame, unit_format: str, size: int) -> None:
    shown = frame[frame["value"].notna()]
    canvas.add_scatter(
        x=list(shown["date"]), y=list(shown["value"]), mode="markers", name="points",
        marker={"size": size, "color": [theme.mark(kind) for kind in shown["kind"]], "opacity": 1,
                "line": {"color": theme.PAPER, "width": 1.5}},
        text=[f"{day:%b %Y}: {labels.value(value, unit_format)}"
              for day, value in zip(shown["date"], shown["value"], strict=True)],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _end_labels(
    frame: pd.DataFrame,
    unit_format: str,
    target: float | None,
    provisional: bool,
    compact: bool,
    references: References,
) -> list[EndLabel]:
    last, shown = frame.iloc[-1], frame[frame["value"].notna()]
    found = [
        EndLabel(
            max(0.0, last[column]),
            f"{SHORT.get(name, name) if compact else name} {labels.value(last[column], unit_format)}",
        )
        for column, name in LIMITS.items()
        if pd.notna(last[column])
    ]
    if provisional and found:
        found.append(EndLabel(found[0].value, "Provisional:"))
    if not shown.empty:
        point = shown.iloc[-1]
        words = f"{point['date']:%b %Y}: {labels.value(point['value'], unit_format)}"
        found.append(EndLabel(point["value"], labels.bold(words), theme.text(point["kind"])))
    return found + across_labels(target, references, unit_format)


Noted = list[tuple[pd.Timestamp, str, str]]


def noted(*groups: tuple[Events, str]) -> Noted:
    """Day, plotly text and dash of each event of these groups, in order of days."""
    return sorted(
        (pd.Timestamp(day), labels.wrapped(words, NOTE_CHARACTERS), dash)
        for group, dash in groups
        for day, words in group
    )


def height_of(events: Noted) -> int:
    """Px that the notes of events take above the plot."""
    return NOTE_LINE * sum(words.count("<br>") + 1 for _, words, _ in events)


def draw_events(canvas: Canvas, events: Noted) -> None:
    """A line and a note above the plot for each event."""
    first, last = (pd.Timestamp(end) for end in canvas.x_range)
    above = height_of(events)
    plot = canvas.height - canvas.margin["t"] - canvas.margin["b"]
    for day, words, dash in events:
        share = (day - pd.Timedelta(days=15) - first) / (last - first)
        canvas.add_shape(
            type="line", x0=share, x1=share, y0=0, y1=1 + above / plot, xref="paper", yref="paper",
            line={"color": theme.AXIS, "width": 1, "dash": dash}, layer="below",
        )  # fmt: skip
        anchor, shift = ("left", 5) if share <= LEFT_ANCHOR_UNTIL else ("right", -5)
        labels.note(
            canvas, share, 1 + above / plot, words, anchor=anchor, yanchor="top", xshift=shift,
            backed=True, size=theme.SMALL_SIZE,
        )  # fmt: skip
        above -= (words.count("<br>") + 1) * NOTE_LINE
