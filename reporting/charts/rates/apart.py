"""Practices that stand out, each a named row with its interval, above a swarm of all the others."""

from collections.abc import Sequence

import pandas as pd

from reporting.charts import labels, rows, theme, ticks
from reporting.charts.canvas import Canvas, Figure

ROW = 46
DOT = 8  # px, as far apart as dots of the swarm stand
BINS = 36  # of the axis: dots in one of them stand above each other
HEAD, FOOT, LABEL = 26, 40, 24
EDGE = 0.015  # of the axis before 0, so that a dot there is whole


def apart(
    frame: pd.DataFrame, others: Sequence[tuple[str, float]], others_label: str,
    reference: float | None = None, reference_label: str = "", unit_format: str = "{:.2f}",
) -> Figure:  # fmt: skip
    """Rows and a swarm, their words above them. frame: label, value, lower, upper, note, role, first at the
    top; it may be empty.

    others: label and value of each dot of the swarm, which is the same at every drawing; none leaves it out.
    """
    frame = frame.astype({"value": float, "lower": float, "upper": float})
    top = ticks.top_of([*frame["upper"], *(value for _, value in others), reference or 0])
    places = _stacks([value for _, value in others], top / BINS)
    swarm = DOT * (2 * max(map(abs, places)) + 2) + LABEL if others else 0
    high = max(ROW * len(frame) + swarm, 1)
    canvas = Canvas(
        high + HEAD + FOOT, [-EDGE * top, top], [0, high], left=12, right=18, top=HEAD, bottom=FOOT
    )
    scale = ticks.from_zero(top, 4)
    canvas.bottom_ticks(scale, ticks.written(scale, unit_format))
    canvas.x_axis.update(showgrid=True, gridcolor=theme.LINE_PALE, layer="below traces")
    if reference is not None:
        rows.reference_line(canvas, reference, labels.safe(reference_label))
    _swarm(canvas, others, [(swarm - LABEL) / 2 + place * DOT for place in places], unit_format)
    heights = [high - ROW * (place + 0.68) for place in range(len(frame))]
    hover = [
        f"{label}: {labels.value(value, unit_format)}, {words}"
        for label, value, words in zip(frame["label"], frame["value"], frame["note"], strict=True)
    ]
    rows.interval_marks(canvas, frame, heights, hover)
    names = [rows.row_name(label, compact=True) for label in frame["label"]]
    rows.row_words(canvas, heights, names, [labels.safe(words) for words in frame["note"]], over=True)
    if others:
        labels.note(canvas, 0, (swarm - LABEL / 2) / high, labels.safe(others_label), backed=True)
    return canvas.figure()


def _stacks(values: Sequence[float], width: float) -> list[int]:
    """Place of each value above or below the middle, so that those close to each other do not cover."""
    held: dict[int, int] = {}
    places = []
    for value in values:
        at = int(value / width)
        n = held[at] = held.get(at, -1) + 1
        places.append((n + 1) // 2 * (1 if n % 2 else -1))
    return places


def _swarm(
    canvas: Canvas, others: Sequence[tuple[str, float]], heights: Sequence[float], unit_format: str
) -> None:
    canvas.add_scatter(
        x=[value for _, value in others], y=list(heights), mode="markers", name="others",
        marker={"size": DOT, "color": theme.AXIS, "opacity": 0.6},
        text=[f"{label}: {labels.value(value, unit_format)}" for label, value in others],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
