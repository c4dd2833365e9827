"""Our outcomes beside published ones."""

import pandas as pd

from reporting.charts import labels, rows, theme, ticks
from reporting.charts.canvas import Canvas, Figure

ROW, COMPACT_ROW = 54, 60
TICK = 0.26


def outcome_dots(frame: pd.DataFrame, unit_format: str = "{:.0%}", *, compact: bool = False) -> Figure:
    """Dots with intervals, published values as ticks. frame: band, value, lower, upper, published, note.

    Bands go downwards in the frame's order; published may be missing; note is written at the right. compact:
    words above each line, for a phone.
    """
    count = len(frame)
    heights = [count - (0.62 if compact else 0.5) - index for index in range(count)]
    names = [labels.safe(band) if compact else labels.wrapped(band, 16) for band in frame["band"]]
    notes = [
        (f"{_ink(labels.value(value, unit_format))} " if pd.notna(value) else "") + labels.safe(words)
        for value, words in zip(frame["value"], frame["note"], strict=True)
    ]
    top = ticks.top_of([*frame["upper"], *frame["published"]])
    left, right = (12, 18) if compact else (labels.margin_for(names), labels.margin_for(notes))
    canvas = Canvas(
        (COMPACT_ROW if compact else ROW) * count + 54, [0, top], [0, count], left=left, right=right, top=14,
        bottom=40,
    )  # fmt: skip
    scale = ticks.from_zero(top, 3)
    canvas.bottom_ticks(scale, ticks.written(scale, unit_format))
    hover = [f"{band}: {note}" for band, note in zip(frame["band"], frame["note"], strict=True)]
    rows.interval_marks(canvas, frame.assign(role="data"), heights, hover)
    rows.row_words(canvas, heights, names, notes, over=compact)
    _published(canvas, frame, heights, unit_format, -TICK if compact else TICK)
    return canvas.figure()


def _ink(words: str) -> str:
    return f"<span style='color:{theme.INK}'>{labels.bold(words)}</span>"


def _published(
    canvas: Canvas, frame: pd.DataFrame, heights: list[float], unit_format: str, words_at: float
) -> None:
    """Ticks at the published values, named at words_at from the middle of the row."""
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
            canvas, (value - low) / (high - low), (height + words_at) / len(heights),
            prefix + labels.value(value, unit_format), colour=theme.INK, anchor="center",
            yanchor="bottom" if words_at > 0 else "top", size=theme.SMALL_SIZE,
        )  # fmt: skip
        prefix = ""
