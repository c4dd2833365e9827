"""Our outcomes beside published ones."""

import pandas as pd

from reporting.charts import labels, rows, theme, ticks
from reporting.charts.canvas import Canvas, Figure

ROW = 54
TICK = 0.26


def outcome_dots(frame: pd.DataFrame, unit_format: str = "{:.0%}") -> Figure:
    """Dots with intervals, published values as ticks. frame: band, value, lower, upper, published, note.

    Bands go downwards in the frame's order; published may be missing; note is written at the right.
    """
    count = len(frame)
    heights = [count - 0.5 - index for index in range(count)]
    names = [labels.wrapped(band, 16) for band in frame["band"]]
    notes = [
        (f"{_ink(labels.value(value, unit_format))} " if pd.notna(value) else "") + labels.safe(words)
        for value, words in zip(frame["value"], frame["note"], strict=True)
    ]
    top = ticks.top_of([*frame["upper"], *frame["published"]])
    canvas = Canvas(
        ROW * count + 54, [0, top], [0, count], left=labels.margin_for(names),
        right=labels.margin_for(notes), top=14, bottom=40,
    )  # fmt: skip
    scale = ticks.from_zero(top, 3)
    canvas.bottom_ticks(scale, ticks.written(scale, unit_format))
    hover = [f"{band}: {note}" for band, note in zip(frame["band"], frame["note"], strict=True)]
    rows.interval_marks(canvas, frame.assign(role="data"), heights, hover)
    rows.row_words(canvas, heights, names, notes)
    _published(canvas, frame, heights, unit_format)
    return canvas.figure()


def _ink(words: str) -> str:
    return f"<span style='color:{theme.INK}'>{labels.bold(words)}</span>"


def _published(canvas: Canvas, frame: pd.DataFrame, heights: list[float], unit_format: str) -> None:
    low, high = canvas.x_range
    prefix = "published "
    for value, height in zip(frame["published"], heights, strict=True):
        if pd.isna(value):
            continue
        canvas.add_scatter(
            x=[value, value], y=[height - TICK, height + TICK], mode="lines", hoverinfo="skip",
            line={"color": theme.INK, "width": 2}, name="published",
        )  # fmt: skip
        labels.note(
            canvas, (value - low) / (high - low), (height + TICK) / len(heights),
            prefix + labels.value(value, unit_format), colour=theme.INK, anchor="center", yanchor="bottom",
            size=theme.SMALL_SIZE,
        )  # fmt: skip
        prefix = ""
