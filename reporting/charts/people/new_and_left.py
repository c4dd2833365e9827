"""Two flows against each other: columns above the axis for one, below it for the other, by period."""

from collections.abc import Mapping, Sequence

import pandas as pd

from reporting.charts import labels, theme, ticks
from reporting.charts.canvas import Canvas, Figure

LINE = theme.LABEL_GAP
LEAST_HALF = 130
MOST_TICKS, MOST_TICKS_COMPACT = 4, 2
WRAP = 17
SIDES = {"above": 1, "below": -1}


def crossings(
    frame: pd.DataFrame, ends: pd.DataFrame, headings: Mapping[str, str], *, compact: bool = False
) -> Figure:
    """Stacked columns on either side of the axis, on one scale.

    frame: period, side (above | below), role, value, hover; every period once a side and role, in drawing
    order, from the axis outwards. ends: side, role, label, in the same order; written at the right under the
    side's heading. compact: for a phone.
    """
    periods = list(dict.fromkeys(frame["period"]))
    top = ticks.top_of(list(frame.groupby(["period", "side"])["value"].sum()))
    words = {side: _side_words(ends[ends["side"] == side], headings[side], side) for side in SIDES}
    most = max(sum(_lines(line) for line, _ in column) for column in words.values())
    half = max(LEAST_HALF, most * LINE + 8)
    scale = [value for value in ticks.from_zero(top, 3) if value == int(value)]
    both = [*(-value for value in reversed(scale[1:])), *scale]
    canvas = Canvas(
        2 * half + 60, [-0.5, len(periods) - 0.5], [-top, top],
        left=labels.margin_for([f"{scale[-1]:,.0f}"]) + 4,
        right=labels.margin_for([line for column in words.values() for line, _ in column]), top=12, bottom=48,
    )  # fmt: skip
    canvas.value_ticks(both, [f"{abs(value):,.0f}" for value in both])
    step = -(-len(periods) // (MOST_TICKS_COMPACT if compact else MOST_TICKS))
    shown = range((len(periods) - 1) % step, len(periods), step)
    canvas.bottom_ticks(list(shown), [labels.wrapped(periods[at], 8) for at in shown])
    for (side, role), part in frame.groupby(["side", "role"], sort=False):
        canvas.add_bar(
            x=[periods.index(period) for period in part["period"]],
            y=[SIDES[str(side)] * value for value in part["value"]], width=0.72, name=f"{side} {role}",
            marker={"color": theme.mark(str(role)), "line": {"color": theme.PAPER, "width": 1}},
            text=list(part["hover"]), textposition="none", hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    canvas.barmode = "relative"
    canvas.y_axis.update(zeroline=True, zerolinecolor=theme.AXIS, zerolinewidth=1.5)
    for side, column in words.items():
        _write(canvas, column, 1.0 if side == "above" else 0.5)
    return canvas.figure()


def _side_words(ends: pd.DataFrame, heading: str, side: str) -> list[tuple[str, str]]:
    """Words and colour of each label of a side, from the top down."""
    rows = list(zip(ends["label"], ends["role"], strict=True))
    made = [
        (labels.wrapped(label, WRAP), theme.text(str(role)))
        for label, role in (reversed(rows) if side == "above" else rows)
    ]
    return [(labels.bold(labels.safe(heading)), theme.INK), *made]


def _lines(words: str) -> int:
    return words.count("<br>") + 1


def _write(canvas: Canvas, column: Sequence[tuple[str, str]], start: float) -> None:
    height, before = canvas.plot_height, 0
    notes = []
    for words, colour in column:
        share = start - (before + _lines(words) / 2) * LINE / height
        notes.append(labels.placed(1, share, words, colour=colour, xshift=theme.LABEL_INDENT))
        before += _lines(words)
    labels.write(canvas, notes)
