"""Rows of a dot with its interval, shared by the charts that list things downwards."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from reporting.charts import labels, theme
from reporting.charts.canvas import Canvas

OVER = 16
LINE = 16
LABEL_CHARACTERS = 26
LABEL_LINES = 2
COMPACT_CHARACTERS = 28


def interval_marks(
    canvas: Canvas, frame: pd.DataFrame, heights: Sequence[float], words: Sequence[str]
) -> None:
    """Draw frame's value, lower, upper in its role's colour at the heights given; words show on hovering.

    Rows without a value leave their place empty.
    """
    placed = frame.assign(height=list(heights), words=list(words))
    placed = placed[placed["value"].notna()]
    for role, part in placed.groupby("role", sort=False):
        colour = theme.mark(str(role))
        bars: list[list[float | None]] = [[], []]
        for lower, upper, height in zip(part["lower"], part["upper"], part["height"], strict=True):
            bars[0] += [lower, upper, None]
            bars[1] += [height, height, None]
        canvas.add_scatter(
            x=bars[0], y=bars[1], mode="lines", line={"color": colour, "width": 2.5}, hoverinfo="skip",
            name="interval",
        )  # fmt: skip
        canvas.add_scatter(
            x=list(part["value"]), y=list(part["height"]), mode="markers", name="points", cliponaxis=False,
            marker={"size": theme.DOT, "color": colour, "line": {"color": theme.PAPER, "width": 1.5}},
            text=list(part["words"]), hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip


def row_name(label: str, compact: bool) -> str:
    """A row's name, cut and wrapped so that it fits beside the plot, or over it."""
    if compact:
        return labels.wrapped(labels.cut(label, COMPACT_CHARACTERS * LABEL_LINES - 4), COMPACT_CHARACTERS)
    return labels.wrapped(labels.cut(label, LABEL_CHARACTERS * LABEL_LINES - 4), LABEL_CHARACTERS)


def row_words(
    canvas: Canvas, heights: Sequence[float], left: Sequence[str], right: Sequence[str], *, over: bool = False
) -> None:
    """Words beside rows whose y-range spans the plot: at the left (or over the row) and at the right."""
    low, high = canvas.y_range
    notes = []
    for height, label, remark in zip(heights, left, right, strict=True):
        share = (height - low) / (high - low)
        at_left, at_right = _over() if over else _beside()
        notes.append(labels.placed(0, share, label, colour=theme.INK, **at_left))
        notes.append(labels.placed(1, share, remark, **at_right))
    labels.write(canvas, notes)


def _over() -> tuple[dict[str, Any], dict[str, Any]]:
    above = {"yshift": OVER - LINE / 2, "yanchor": "bottom", "backed": True}
    return above, above | {"anchor": "right"}


def _beside() -> tuple[dict[str, Any], dict[str, Any]]:
    return {"anchor": "right", "xshift": -theme.LABEL_INDENT}, {"xshift": theme.LABEL_INDENT}


def reference_line(canvas: Canvas, value: float, words: str, *, name: str = "reference") -> None:
    """A dotted line down the rows at a value on the x-axis, named above the plot."""
    low, high = canvas.x_range
    canvas.add_scatter(
        x=[value, value], y=list(canvas.y_range), mode="lines", name=name, hoverinfo="skip",
        line={"color": theme.MUTED, "width": 1.5, "dash": "dot"},
    )  # fmt: skip
    share = (value - low) / (high - low)
    anchor = "left" if share < 0.4 else "right" if share > 0.6 else "center"
    labels.note(canvas, share, 1, words, anchor=anchor, yanchor="bottom", yshift=3, size=theme.SMALL_SIZE)
