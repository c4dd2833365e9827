"""One state of people over time: its line, where it would lie had nothing changed, its start and its aims."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from reporting.charts import labels, theme, ticks
from reporting.charts.canvas import Canvas, Figure
from reporting.charts.labels import EndLabel
from reporting.charts.rates.xmr import (
    Events,
    References,
    across,
    draw_events,
    height_of,
    noted,
)

HEIGHT = 320
SMALL = 4
BREAK = (6, 5, 3)  # px: width, height and distance of the two strokes of a broken axis


def since_start(
    frame: pd.DataFrame, kind: str, now: Sequence[str], unchanged: Sequence[str] = (),
    unit_format: str = "{:.2f}", target: float | None = None, references: References = (), *,
    start: Any = None, rebases: Events = (), breaks: Events = (), starts: Events = (), compact: bool = False,
) -> Figure:  # fmt: skip
    """Line with its band. frame: date, value, segment, lower, upper (the band, NaN where there is none).

    kind colours the line from its start (a date) on. now and unchanged: lines of words at the ends of line
    and band. The axis starts near the lowest value, which is then written and marked. Events and references
    are those of `xmr_chart`. compact: smaller dots, for a phone.
    """
    frame = frame.assign(date=pd.to_datetime(frame["date"]))
    first, last = frame["date"].iloc[0], frame["date"].iloc[-1]
    events = noted((rebases, "solid"), (breaks, "dash"), (starts, "dot"))
    above = height_of(events)
    aims = [*([] if target is None else [target]), *(value for _, value in references)]
    scale, top = ticks.around([*frame["value"], *frame["lower"].clip(lower=0), *frame["upper"], *aims])
    words = ticks.written(scale, unit_format)
    ends = _ends(frame, kind, now, unchanged, unit_format, target, references)
    half = pd.Timedelta(days=15)
    canvas = Canvas(
        HEIGHT + above, [first - half, last + half], [scale[0], top],
        left=labels.margin_for(words) + 4, right=labels.margin_for([label.words for label in ends]),
        top=14 + above,
    )  # fmt: skip
    canvas.value_ticks(scale, words)
    canvas.bottom_ticks(*ticks.months(first, last, 4))
    for _, part in frame.groupby("segment"):
        _band(canvas, part.dropna(subset=["lower", "upper"]))
    across(canvas, [first, last], target, references)
    draw_events(canvas, events)
    _line(canvas, frame, kind, start, unit_format, 1 if compact else 0)
    if scale[0] > 0:
        _broken(canvas, words[0])
    labels.end_labels(canvas, ends)
    return canvas.figure()


def _ends(
    frame: pd.DataFrame, kind: str, now: Sequence[str], unchanged: Sequence[str], unit_format: str,
    target: float | None, references: References,
) -> list[EndLabel]:  # fmt: skip
    """The words at the right, each line a label: those of one place from the bottom up."""
    last, shown = frame.iloc[-1], frame["value"].dropna()
    found = []
    if pd.notna(last["lower"]) and unchanged:
        middle = (max(0.0, last["lower"]) + last["upper"]) / 2
        found += [EndLabel(middle, labels.safe(line)) for line in reversed(unchanged)]
    for name, value in references:
        found += [EndLabel(value, labels.value(value, unit_format)), EndLabel(value, labels.safe(name))]
    if target is not None:
        found.append(EndLabel(target, labels.bold(f"Target {labels.value(target, unit_format)}"), theme.NAVY))
    if not shown.empty:
        lines = [labels.safe(line) for line in now]
        lines[0] = labels.bold(lines[0])
        found += [EndLabel(shown.iloc[-1], line, theme.text(kind)) for line in reversed(lines)]
    return found


def _band(canvas: Canvas, part: pd.DataFrame) -> None:
    dates, lower = list(part["date"]), list(part["lower"].clip(lower=0))
    canvas.add_scatter(
        x=dates + dates[::-1], y=[*part["upper"], *lower[::-1]], fill="toself",
        fillcolor=theme.LIMIT_BAND_INNER, line={"width": 0}, mode="lines", hoverinfo="skip", name="band",
    )  # fmt: skip


def _line(canvas: Canvas, frame: pd.DataFrame, kind: str, start: Any, unit_format: str, less: int) -> None:
    """The line, grey before its start, with a ring at the start and a dot at the end."""
    since = pd.Timestamp(start) if start is not None else frame["date"].iloc[0]
    for _, part in frame.groupby("segment"):
        for name, colour, rows in (
            ("trend", theme.mark(kind), part[part["date"] >= since]),
            ("before", theme.AXIS, part[part["date"] <= since]),
        ):
            canvas.add_scatter(
                x=list(rows["date"]), y=list(rows["value"]), mode="lines", name=name, hoverinfo="skip",
                line={"color": colour, "width": 2.5 - less / 2}, connectgaps=False,
            )  # fmt: skip
    shown = frame[frame["value"].notna()]
    at_start, at_end = shown["date"] == pd.Timestamp(start), shown["date"] == shown["date"].max()
    colours = [theme.mark(kind) if late else theme.AXIS for late in shown["date"] >= since]
    canvas.add_scatter(
        x=list(shown["date"]), y=list(shown["value"]), mode="markers", name="points",
        marker={"size": [theme.DOT if big else SMALL - less for big in at_start | at_end],
                "color": [theme.PAPER if ring else colour
                          for ring, colour in zip(at_start & ~at_end, colours, strict=True)],
                "opacity": 1,
                "line": {"color": [theme.INK if ring else theme.PAPER for ring in at_start & ~at_end],
                         "width": [2 if big else 0 for big in at_start | at_end]}},
        text=[f"{day:%b %Y}: {labels.value(value, unit_format)}"
              for day, value in zip(shown["date"], shown["value"], strict=True)],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _broken(canvas: Canvas, starts_at: str) -> None:
    """Two strokes across the foot of the axis, and where it starts."""
    wide, high, apart = BREAK
    for lift in (0, apart):
        canvas.add_shape(
            type="line", xref="paper", yref="paper", xsizemode="pixel", ysizemode="pixel", xanchor=0,
            yanchor=0, x0=-wide, x1=wide, y0=5 + lift, y1=5 + lift + high,
            line={"color": theme.MUTED, "width": 1.5},
        )  # fmt: skip
    labels.note(
        canvas, 0, 0, f"axis starts at {starts_at}", xshift=12, yshift=10, size=theme.SMALL_SIZE, backed=True
    )
