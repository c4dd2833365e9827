"""Dose bands: stacked columns by quarter."""

import pandas as pd

from reporting.charts import labels, theme, ticks
from reporting.charts.canvas import Canvas, Figure
from reporting.charts.labels import EndLabel
from reporting.charts.written import HIDDEN

HEIGHT = 320
TWO_LINES = 34
UNKNOWN = HIDDEN
LAST_MONTHS = {"Q1": "Mar", "Q2": "Jun", "Q3": "Sep", "Q4": "Dec"}


def dose_bands(frame: pd.DataFrame, unit_format: str = "{:.2f}", *, compact: bool = False) -> Figure:
    """Stacked columns, lowest band at the bottom. frame: quarter ("2026Q1"), band, value, in drawing order.

    Bands go from low to high in the order they first occur; the words at the right give each band's value in
    the last quarter and, paler, in the first. A band without a value is not drawn; that it is confidential
    stands above its column, which would else seem lower. compact: those words on two lines, for a phone.
    """
    order = list(dict.fromkeys(frame["band"]))
    missing = frame.assign(missing=frame["value"].isna())
    table, unknown = (
        missing.pivot(index="quarter", columns="band", values=name).sort_index()[order].fillna(0)
        for name in ("value", "missing")
    )
    top = ticks.top_of(list(table.sum(axis=1)))
    scale = ticks.from_zero(top)
    words = ticks.written(scale, unit_format)
    ends = _end_labels(table, unknown.astype(bool), unit_format, compact)
    heading = f"now, and in {labels.safe(_spoken(table.index[0]))}"
    canvas = Canvas(
        HEIGHT, [-0.5, len(table) - 0.5], [0, top], left=labels.margin_for(words) + 4,
        right=labels.margin_for([label.words for label in ends]), top=34,
    )  # fmt: skip
    canvas.value_ticks(scale, words)
    canvas.bottom_ticks(range(len(table)), _quarter_words(list(table.index)))
    canvas.x_axis.update(ticks="")
    for band, colour in zip(order, theme.bands(len(order)), strict=True):
        canvas.add_bar(
            x=list(range(len(table))), y=list(table[band]), width=0.72, name=str(band),
            marker={"color": colour, "line": {"color": theme.PAPER, "width": 1}},
            text=[f"{_spoken(quarter)}, {band}: {UNKNOWN if few else labels.value(value, unit_format)}"
                  for (quarter, value), few in zip(table[band].items(), unknown[band], strict=True)],
            textposition="none", hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    canvas.barmode = "stack"
    labels.end_labels(canvas, ends, gap=TWO_LINES if compact else theme.LABEL_GAP)
    for place, height in enumerate(table.sum(axis=1) / top):
        if unknown.iloc[place].any():
            labels.note(
                canvas, (place + 0.5) / len(table), height, UNKNOWN, anchor="center", yanchor="bottom"
            )
    labels.note(canvas, 1, 1, heading, anchor="right", yanchor="bottom", yshift=8,
                xshift=canvas.margin["r"] - 4)  # fmt: skip
    return canvas.figure()


def _end_labels(
    table: pd.DataFrame, unknown: pd.DataFrame, unit_format: str, compact: bool
) -> list[EndLabel]:
    last = table.iloc[-1]
    now, then = (
        {
            band: UNKNOWN if unknown[band].iloc[row] else labels.value(table[band].iloc[row], unit_format)
            for band in table.columns
        }
        for row in (-1, 0)
    )
    middles = last.cumsum() - last / 2
    between = "<br>" if compact else "  "
    return [
        EndLabel(
            middles[band],
            f"{labels.bold(labels.safe(band))}{between}{now[band]}"
            f"  <span style='color:{theme.MUTED}'>{then[band]}</span>",
            theme.INK,
        )
        for band in table.columns
    ]


def _spoken(quarter: str) -> str:
    """“Sep 2026”: its last month, since quarters of years and of financial years have the same names."""
    return f"{LAST_MONTHS[quarter[4:]]} {quarter[:4]}"


def _quarter_words(quarters: list[str]) -> list[str]:
    return [
        LAST_MONTHS[quarter[4:]] + (f"<br>{quarter[:4]}" if index == 0 or quarter.endswith("Q1") else "")
        for index, quarter in enumerate(quarters)
    ]
