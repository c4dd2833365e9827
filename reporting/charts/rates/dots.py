"""Practices one below the other, each a dot with its interval."""

import pandas as pd

from reporting.charts import labels, rows, theme, ticks
from reporting.charts.canvas import Canvas, Figure

COMPACT_ROW = 46
TICK = 0.26
BEFORE = "a year before"


def interval_dots(
    frame: pd.DataFrame, reference: float | None = None, reference_label: str = "",
    unit_format: str = "{:.0%}", *, compact: bool = False,
) -> Figure:  # fmt: skip
    """Dots with intervals, first row at the top. frame: label, value, lower, upper, note, role.

    The frame's order is kept, note is written at the right ("9 of 4,668"), role colours the mark. A row
    without a value keeps its place and note ("awaited"). A column before, where there is one, is the value a
    year before, drawn as a tick. No reference is drawn of None or NaN. Height grows with the rows. compact:
    labels above.
    """
    frame = frame.astype({"value": float, "lower": float, "upper": float})
    reference = reference if reference == reference else None
    count = len(frame)
    heights = [count - 0.5 - index for index in range(count)]
    names = [rows.row_name(label, compact) for label in frame["label"]]
    notes = [labels.safe(words) for words in frame["note"]]
    earlier = list(frame["before"].astype(float)) if "before" in frame else []
    top = ticks.top_of([*frame["upper"], *earlier, reference or 0])
    row = _row_height(names, COMPACT_ROW if compact else theme.ROW)
    head = 26 if reference is not None or (earlier and not compact) else 8
    canvas = Canvas(
        row * count + head + 40, [0, top], [0, max(count, 1)],
        left=12 if compact else labels.margin_for(names),
        right=18 if compact else labels.margin_for(notes), top=head, bottom=40,
    )  # fmt: skip
    scale = ticks.from_zero(top, 4 if compact else 3)
    canvas.bottom_ticks(scale, ticks.written(scale, unit_format))
    canvas.x_axis.update(showgrid=True, gridcolor=theme.LINE_PALE, layer="below traces")
    if reference is not None:
        rows.reference_line(canvas, reference, labels.safe(reference_label))
    hover = [
        f"{label}: {labels.value(value, unit_format)}, {words}"
        for label, value, words in zip(frame["label"], frame["value"], frame["note"], strict=True)
    ]
    offset = -(8 + (row - COMPACT_ROW) / 2) / row if compact else 0
    heights = [height + offset for height in heights]
    rows.interval_marks(canvas, frame, heights, hover)
    rows.row_words(canvas, heights, names, notes, over=compact)
    _before(canvas, earlier, heights, named=not compact)
    return canvas.figure()


def _before(canvas: Canvas, values: list[float], heights: list[float], *, named: bool) -> None:
    known = [(value, height) for value, height in zip(values, heights, strict=False) if pd.notna(value)]
    if not known:
        return
    x: list[float | None] = []
    y: list[float | None] = []
    for value, height in known:
        x += [value, value, None]
        y += [height - TICK, height + TICK, None]
    canvas.add_scatter(
        x=x, y=y, mode="lines", line={"color": theme.INK, "width": 2}, hoverinfo="skip", name="before"
    )
    if named:
        share = known[0][0] / canvas.x_range[1]
        labels.note(
            canvas, share, 1, BEFORE, anchor="center", yanchor="bottom", yshift=-2, size=theme.SMALL_SIZE
        )


def _row_height(names: list[str], least: int) -> int:
    lines = max((name.count("<br>") for name in names), default=0)
    return least + 12 * lines
