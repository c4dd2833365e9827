"""Stages of referral by service: each stage as a share of the stage before."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from reporting.charts import labels, rows, theme, ticks
from reporting.charts.canvas import Canvas, Figure
from reporting.charts.written import HIDDEN

ROW = 58
HEAD = 52
FOOT = 52
PANEL_GAP = 0.18
NEAR_EDGE = 0.1  # of a panel: a value's words then stay on the panel's side of its dot
COMPACT_ROW = 58  # three lines of a service's name
COMPACT_HEAD = 1.2
COMPACT_FOOT = 0.6
SHARE = "{:.0%}"
UNDER_REFERENCE = -14
NAME_CHARACTERS, COMPACT_CHARACTERS = 44, 34  # three lines beside a row


def referral_stages(
    frame: pd.DataFrame, references: Mapping[str, float] | None = None,
    stage_notes: Mapping[str, str] | None = None, *, compact: bool = False,
) -> Figure:  # fmt: skip
    """Dots with intervals, services down and stages across. frame: service, stage, value, lower, upper,
    numerator, role, figure (in words) and beside (after it; may be empty).

    Order is that of the frame; values are shares (0 to 1); each stage has its own scale from 0. references:
    stage → share of all services together, drawn dotted; stage_notes: stage → words under its heading
    ("of accepted"). compact: stages one below the other, for a phone.
    """
    stages = list(dict.fromkeys(frame["stage"]))
    services = list(dict.fromkeys(frame["service"]))
    draw = _stacked if compact else _across
    return draw(frame, stages, services, references or {}, stage_notes or {})


def _across(
    frame: pd.DataFrame, stages: list[str], services: list[str], references: Mapping[str, float],
    stage_notes: Mapping[str, str],
) -> Figure:  # fmt: skip
    count = len(services)
    names = [labels.wrapped(labels.cut(service, NAME_CHARACTERS), 18) for service in services]
    canvas = Canvas(
        ROW * count + HEAD + FOOT, [0, len(stages)], [0, count], left=labels.margin_for(names), right=14,
        top=HEAD, bottom=FOOT,
    )  # fmt: skip
    heights = {service: count - 0.62 - index for index, service in enumerate(services)}
    rows.row_words(canvas, list(heights.values()), names, [""] * count)
    _rules(canvas, count)
    for column, stage in enumerate(stages):
        part = frame[frame["stage"] == stage]
        top = _scale_end(part, references.get(stage))
        _marks(canvas, part, heights, column, top)
        _values(canvas, part, heights, column, top, len(stages), count)
        _heading(canvas, stage, stage_notes.get(stage, ""), column / len(stages), 1)
        _axis_words(canvas, column, len(stages), top)
        if stage in references:
            _reference(canvas, column, references[stage], top, (0, count), len(stages))
    return canvas.figure()


def _stacked(
    frame: pd.DataFrame, stages: list[str], services: list[str], references: Mapping[str, float],
    stage_notes: Mapping[str, str],
) -> Figure:  # fmt: skip
    block = len(services) + COMPACT_HEAD + COMPACT_FOOT
    total = block * len(stages)
    names = [labels.wrapped(labels.cut(service, COMPACT_CHARACTERS), 12) for service in services]
    canvas = Canvas(
        int(COMPACT_ROW * total) + 30,
        [0, 1],
        [0, total],
        left=labels.margin_for(names),
        right=70,
        top=10,
        bottom=20,
    )
    edge = 12 - canvas.margin["l"]
    for index, stage in enumerate(stages):
        part = frame[frame["stage"] == stage].set_index("service").reindex(services).reset_index()
        start = total - index * block
        places = [start - COMPACT_HEAD - 0.5 - row for row in range(len(services))]
        heights = dict(zip(services, places, strict=True))
        top = _scale_end(part, references.get(stage))
        _marks(canvas, part, heights, 0, top, width=1.0)
        rows.row_words(canvas, places, names, [_value_words(row) for row in part.to_dict("records")])
        words = f"{labels.bold(labels.safe(stage))} {labels.safe(stage_notes.get(stage, ''))}"
        labels.note(canvas, 0, (start - 0.65) / total, words, colour=theme.INK, xshift=edge)
        if stage in references:
            _reference(canvas, 0, references[stage], top, (places[-1] - 0.5, places[0] + 0.5), 1, width=1.0)
        for share, words in ((0.0, "0"), (1.0, f"{top:.0%}")):
            labels.note(canvas, share, (places[-1] - 0.5) / total, words, anchor="center", yanchor="top",
                        yshift=UNDER_REFERENCE, size=theme.SMALL_SIZE)  # fmt: skip
    return canvas.figure()


def _scale_end(part: pd.DataFrame, reference: float | None) -> float:
    top = ticks.top_of([*part["upper"], reference or 0], 1.0)
    return 1.0 if top > 0.5 else ticks.from_zero(top * 1.3, 4)[-1] or top


def _marks(
    canvas: Canvas, part: pd.DataFrame, heights: Mapping[str, float], column: int, top: float,
    width: float = 1 - PANEL_GAP,
) -> None:  # fmt: skip
    scaled = part.assign(**{name: column + part[name] / top * width for name in ("value", "lower", "upper")})
    hover = [
        f"{row['service']}, {row['stage']}: {row['figure']} {row['beside']}".rstrip()
        if pd.notna(row["value"])
        else ""
        for row in part.to_dict("records")
    ]
    rows.interval_marks(canvas, scaled, [heights[service] for service in part["service"]], hover)


def _value_words(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["value"]):
        return HIDDEN if pd.isna(row["numerator"]) else "–"
    colour = theme.text(str(row["role"])) if row["role"] == "concern" else theme.INK
    return f"<span style='color:{colour}'><b>{row['figure']}</b></span> {row['beside']}".rstrip()


def _values(
    canvas: Canvas, part: pd.DataFrame, heights: Mapping[str, float], column: int, top: float, columns: int,
    count: int,
) -> None:  # fmt: skip
    notes = []
    for row in part.to_dict("records"):
        share = row["value"] / top * (1 - PANEL_GAP) if pd.notna(row["value"]) else 0.0
        x, y = (column + share) / columns, heights[row["service"]] / count
        anchor = "left" if share < NEAR_EDGE else "right" if share > 1 - PANEL_GAP - NEAR_EDGE else "center"
        notes.append(labels.placed(x, y, _value_words(row), anchor=anchor, yshift=18, backed=True))
    labels.write(canvas, notes)


def _heading(canvas: Canvas, stage: str, words: str, x: float, y: float) -> None:
    text = f"<span style='color:{theme.INK}'>{labels.bold(labels.safe(stage))}</span><br>{labels.safe(words)}"
    labels.note(canvas, x, y, text, yanchor="bottom", yshift=10)


def _rules(canvas: Canvas, count: int) -> None:
    for row in range(count + 1):
        canvas.add_shape(
            type="line", x0=0, x1=1, xref="paper", y0=row, y1=row, layer="below",
            line={"color": theme.LINE_PALE, "width": 1},
        )  # fmt: skip


def _axis_words(canvas: Canvas, column: int, columns: int, top: float) -> None:
    for share in (0.0, 0.5, 1.0):
        words = f"{top * share:.0%}" if share else "0"
        x = (column + share * (1 - PANEL_GAP)) / columns
        labels.note(canvas, x, 0, words, anchor="center", yanchor="top", yshift=-26, size=theme.SMALL_SIZE)


def _reference(
    canvas: Canvas, column: int, value: float, top: float, span: tuple[float, float], columns: int,
    width: float = 1 - PANEL_GAP,
) -> None:  # fmt: skip
    x = column + value / top * width
    canvas.add_scatter(
        x=[x, x], y=list(span), mode="lines", name="reference", hoverinfo="skip",
        line={"color": theme.MUTED, "width": 1.5, "dash": "dot"},
    )  # fmt: skip
    low, high = canvas.y_range
    labels.note(
        canvas, x / columns, (span[0] - low) / (high - low), f"all {labels.value(value, SHARE)}",
        anchor="center", yanchor="top", yshift=-4 if columns > 1 else 2, size=theme.SMALL_SIZE,
    )  # fmt: skip
