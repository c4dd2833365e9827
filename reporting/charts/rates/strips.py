"""One practice on many measures: a strip each, from 0 to an end of its own, among similar practices."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from reporting.charts import labels, rows, theme, ticks
from reporting.charts.canvas import Canvas, Figure

ROW = 78
SLIM_ROW = 28
COMPACT_ROW = 136
NAME_CHARACTERS = 20
OVER_CHARACTERS = 34  # of a line of a name over its strip, on a phone
LEFT = 172
LINE_HEIGHT = 0.36  # of the strip within a compact row, from its bottom
OWN_CHARACTERS = 28
SLIM_CHARACTERS = 36  # of a line of a name on a slide
TICK = 11
EDGE = 0.012  # beyond both ends of a strip, so that a dot at the end is whole
ROUND_ENDS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


def strips(
    frame: pd.DataFrame, own: str, reference: str, *, compact: bool = False, slim: bool = False
) -> Figure:
    """A row a measure, first at the top; own and reference name the mark and the upright line.

    frame: label, direction, value, lower, upper, reference (each NaN where there is none), others (values of
    each similar practice), most (where the scale may not go beyond, NaN for anywhere), end_format, figure,
    beside, words, role. compact: words above each strip. slim: low rows without
    ends of scales, for a slide.
    """
    names = [_name(label, SLIM_CHARACTERS) for label in frame["label"]]
    parts = [name.count("<br>") + 1 if slim else 1 for name in names]
    count = sum(parts)
    row, head = (COMPACT_ROW, 70) if compact else (SLIM_ROW if slim else ROW, 40)
    heights = [count - sum(parts[:index]) - (1 - LINE_HEIGHT if compact else part / 2)
               for index, part in enumerate(parts)]  # fmt: skip
    words = [_right(one, slim) for one in frame.to_dict("records")]
    left = labels.margin_for(names) if slim else LEFT
    canvas = Canvas(
        row * count + head + 6, [-EDGE, 1 + EDGE], [0, max(count, 1)],
        left=6 if compact else left, right=6 if compact else labels.margin_for(words), top=head, bottom=6,
    )  # fmt: skip
    tops = [_top(one) for one in frame.to_dict("records")]
    _floors(canvas, heights)
    _others(canvas, frame, heights, tops)
    _references(canvas, frame, heights, tops, row)
    scaled = frame.assign(**{name: frame[name] / tops for name in ("value", "lower", "upper")})
    hover = [f"{label}: {said}" for label, said in zip(frame["label"], frame["figure"], strict=True)]
    rows.interval_marks(canvas, scaled, heights, hover)
    beside = _over if compact else partial(_low, left=left) if slim else _beside
    notes = [beside(one, said, height / max(count, 1)) for one, said, height in
             zip(frame.to_dict("records"), words, heights, strict=True)]  # fmt: skip
    ends = [_end(one, top, height / max(count, 1), compact) for one, top, height in
            zip(frame.to_dict("records"), tops, heights, strict=True)]  # fmt: skip
    labels.write(canvas, [note for part in (*notes, *([] if slim else ends)) for note in part])
    _key(canvas, own, reference, bool(frame["others"].map(len).any()), compact, 0 if slim else left)
    return canvas.figure()


def _top(row: Mapping[Any, Any]) -> float:
    """A round end of the scale that holds every mark."""
    largest = ticks.top_of([row["upper"], row["reference"], *row["others"]], 1.02)
    scale = 10 ** math.floor(math.log10(largest))
    end = next(step * scale for step in ROUND_ENDS if step * scale >= largest * (1 - 1e-9))
    return float(end if pd.isna(row["most"]) else min(end, row["most"]))


def _right(row: Mapping[Any, Any], slim: bool) -> str:
    colour = theme.INK if row["role"] == "own" else theme.text(str(row["role"]))
    said = f"<span style='color:{theme.INK}'>{labels.bold(labels.safe(row['figure']))}</span>"
    lines = [
        said,
        labels.safe(row["beside"]),
        f"<span style='color:{colour}'>{labels.safe(row['words'])}</span>",
    ]
    return f"{lines[0]}  {lines[2]}" if slim else "<br>".join(filter(None, lines))


def _name(label: str, characters: int) -> str:
    return "<br>".join(labels.bold(line) for line in labels.wrapped(label, characters).split("<br>"))


def _low(row: Mapping[Any, Any], words: str, share: float, *, left: int) -> list[dict[str, Any]]:
    return [
        labels.placed(0, share, _name(row["label"], SLIM_CHARACTERS), colour=theme.INK, xshift=-left),
        labels.placed(1, share, words, xshift=theme.LABEL_INDENT),
    ]


def _beside(row: Mapping[Any, Any], words: str, share: float) -> list[dict[str, Any]]:
    left = _name(row["label"], NAME_CHARACTERS)
    left += f"<br><span style='color:{theme.MUTED}'>{labels.safe(row['direction'])}</span>"
    return [
        labels.placed(0, share, left, colour=theme.INK, xshift=-LEFT),
        labels.placed(1, share, words, xshift=theme.LABEL_INDENT),
    ]


def _over(row: Mapping[Any, Any], words: str, share: float) -> list[dict[str, Any]]:
    name = _name(row["label"], OVER_CHARACTERS)
    text = f"<span style='color:{theme.INK}'>{name}</span><br>{words}"
    return [labels.placed(0, share, text, yanchor="bottom", yshift=TICK + 2)]


def _end(row: Mapping[Any, Any], top: float, share: float, compact: bool) -> list[dict[str, Any]]:
    """Words under a strip: the ends of its scale and, where they stand nowhere else, its better direction."""
    look: dict[str, Any] = {"yanchor": "top", "yshift": -7, "size": theme.SMALL_SIZE}
    words = ticks.written([0, top], row["end_format"])
    return [
        labels.placed(0, share, words[0], **look),
        labels.placed(1, share, words[1], anchor="right", **look),
        *(
            [labels.placed(0.5, share, labels.safe(row["direction"]), anchor="center", **look)]
            if compact
            else []
        ),
    ]


def _floors(canvas: Canvas, heights: Sequence[float]) -> None:
    x: list[float | None] = [0, 1, None] * len(heights)
    y = [value for height in heights for value in (height, height, None)]
    canvas.add_scatter(
        x=x, y=y, mode="lines", line={"color": theme.LINE, "width": 1}, hoverinfo="skip", name="strips"
    )


def _others(canvas: Canvas, frame: pd.DataFrame, heights: Sequence[float], tops: Sequence[float]) -> None:
    placed = [
        (value / top, height)
        for values, height, top in zip(frame["others"], heights, tops, strict=True)
        for value in values
    ]
    canvas.add_scatter(
        x=[x for x, _ in placed], y=[y for _, y in placed], mode="markers", name="similar practices",
        hoverinfo="skip", marker={"size": 8, "color": theme.AXIS, "opacity": 0.45},
    )  # fmt: skip


def _references(
    canvas: Canvas, frame: pd.DataFrame, heights: Sequence[float], tops: Sequence[float], row: int
) -> None:
    x: list[float | None] = []
    y: list[float | None] = []
    for value, height, top in zip(frame["reference"], heights, tops, strict=True):
        if pd.notna(value):
            x += [value / top, value / top, None]
            y += [height - TICK / row, height + TICK / row, None]
    canvas.add_scatter(
        x=x, y=y, mode="lines", line={"color": theme.MUTED, "width": 2}, hoverinfo="skip", name="reference"
    )


def _key(canvas: Canvas, own: str, reference: str, dots: bool, compact: bool, left: int) -> None:
    """What the marks are, from so many px left of the plot unless compact."""
    name = labels.safe(labels.cut(own, OWN_CHARACTERS))
    parts = [f"<span style='color:{theme.INK}'>●</span> {name}",
             f"┃ {labels.safe(reference)}"]  # fmt: skip
    parts += [f"<span style='color:{theme.AXIS}'>●</span> each of them"] if dots else []
    words = ("<br>" if compact else "     ").join(parts)
    labels.note(canvas, 0, 1, words, yanchor="bottom", yshift=10, xshift=0 if compact else -left)
