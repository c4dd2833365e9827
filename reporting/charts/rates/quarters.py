"""A practice's quarters: a dot with its interval each."""

import pandas as pd

from reporting.charts import labels, theme, ticks
from reporting.charts.canvas import Canvas, Figure
from reporting.charts.labels import EndLabel
from reporting.charts.rates.xmr import (
    Events,
    References,
    across,
    across_labels,
    draw_events,
    height_of,
    noted,
)

HEIGHT = 300


def quarter_dots(
    frame: pd.DataFrame, role: str, unit_format: str = "{:.2f}", target: float | None = None,
    starts: Events = (), references: References = (), *, compact: bool = False,
) -> Figure:  # fmt: skip
    """Dots over time, from 0. frame: date, value, lower, upper, note; role: the colour of the last dot.

    The last value is written at its right, with the note of what it counts below it where there is room. A
    quarter without a value keeps its place: it may not be shown. starts: (date, words) of a programme's
    start, a dotted line; target and references: lines across, as in `xmr_chart`. Raises ValueError where none
    has one.
    """
    frame = frame.assign(date=pd.to_datetime(frame["date"]))
    if frame["value"].isna().all():
        raise ValueError("quarter_dots: no quarter has a value to draw.")
    last, height = frame.iloc[-1], frame["value"].dropna().iloc[-1]
    value = labels.value(last["value"], unit_format)
    ends = [EndLabel(height, labels.bold(f"{last['date']:%b %Y}: {value}"), theme.text(role))]
    if not compact:
        ends.insert(0, EndLabel(height, labels.safe(last["note"])))
    ends += across_labels(target, references, unit_format)
    top = ticks.top_of([*frame["upper"], target or 0, *(reference for _, reference in references)])
    scale = ticks.from_zero(top)
    written = ticks.written(scale, unit_format)
    half = pd.Timedelta(days=30)
    events = noted((starts, "dot"))
    above = height_of(events)
    canvas = Canvas(
        HEIGHT + above, [frame["date"].iloc[0] - half, last["date"] + half], [0, top],
        left=labels.margin_for(written) + 4, right=labels.margin_for([end.words for end in ends]),
        top=14 + above,
    )  # fmt: skip
    canvas.value_ticks(scale, written)
    canvas.bottom_ticks(*ticks.months(frame["date"].iloc[0], last["date"]))
    across(canvas, frame["date"].iloc[[0, -1]], target, references)
    draw_events(canvas, events)
    colours = [theme.mark("common")] * (len(frame) - 1) + [theme.mark(role)]
    for day, lower, upper, colour in zip(frame["date"], frame["lower"], frame["upper"], colours, strict=True):
        canvas.add_scatter(
            x=[day, day], y=[lower, upper], mode="lines", hoverinfo="skip", name="interval",
            line={"color": colour, "width": 2.5},
        )  # fmt: skip
    canvas.add_scatter(
        x=list(frame["date"]), y=list(frame["value"]), mode="markers", name="points",
        marker={"size": theme.DOT, "color": colours, "opacity": 1,
                "line": {"color": theme.PAPER, "width": 1.5}},
        text=[f"{day:%b %Y}: {labels.value(value, unit_format)}, {note}"
              for day, value, note in zip(frame["date"], frame["value"], frame["note"], strict=True)],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    labels.end_labels(canvas, ends)
    return canvas.figure()
