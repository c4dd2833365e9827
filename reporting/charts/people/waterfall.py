"""From a whole to a part: what is left at each step, and what was taken away in between."""

import pandas as pd

from reporting.charts import labels, rows, theme, ticks
from reporting.charts.canvas import Canvas, Figure

ROW, ROW_COMPACT = 38, 56
THICK, THICK_COMPACT = 0.56, 0.22
LEAST_SHARE = 0.004  # of the axis: a bar of one person among hundreds can still be seen
WRAP = 30


def waterfall(frame: pd.DataFrame, *, compact: bool = False) -> Figure:
    """Bars downwards. frame: label, start, end, role, note; a bar lies between start and end, its note beside
    the plot."""
    count, most = len(frame), float(frame["end"].max())
    heights = [count - (0.72 if compact else 0.5) - place for place in range(count)]
    names = [labels.safe(label) if compact else labels.wrapped(label, WRAP) for label in frame["label"]]
    notes = [labels.safe(note) for note in frame["note"]]
    top = ticks.top_of([most])
    left, right = (8, 8) if compact else (labels.margin_for(names), labels.margin_for(notes))
    canvas = Canvas(
        (ROW_COMPACT if compact else ROW) * count + 56, [0, top], [0, count],
        left=left, right=right, top=12, bottom=40,
    )  # fmt: skip
    scale = ticks.from_zero(top, 3)
    canvas.bottom_ticks(scale, ticks.written(scale, "{:,.0f}"))
    widths = [
        max(end - start, top * LEAST_SHARE) if end > start else 0.0
        for start, end in zip(frame["start"], frame["end"], strict=True)
    ]
    canvas.add_bar(
        x=widths, base=list(frame["start"]), y=heights, orientation="h", name="people",
        width=THICK_COMPACT if compact else THICK,
        marker={"color": [theme.mark(role) for role in frame["role"]], "line": {"width": 0}},
        text=[f"{label}: {note}" for label, note in zip(names, notes, strict=True)], textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    rows.row_words(canvas, heights, names, notes, over=compact)
    return canvas.figure()
