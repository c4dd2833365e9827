"""Rows by columns of short words: a practice a row, an item a column, coloured only where it stands apart."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import pandas as pd

from reporting.charts import labels, rows, theme
from reporting.charts.canvas import Canvas, Figure

ROW = 32
HEAD_LINE = 16
HEAD_CHARACTERS = 13
MOST_ACROSS = 8  # of more columns the headings stand upright: side by side they meet on a laptop
COMPACT_ROW = 56
UPRIGHT_CHARACTERS = 26
COMPACT_WORDS_SIZE = 12
COMPACT_NAMES, COMPACT_DROP = 0.02, 0.18  # of a row: names stand above, the cells below its middle
CELL = (0.4, 0.4)  # half of a coloured cell, as a share of a column and of a row
COMPACT_CELL = (0.47, 0.2)
MARKS = {"●": "circle", "○": "circle-open"}
NAME_CHARACTERS = 24


def item_grid(
    frame: pd.DataFrame, columns: Sequence[str], notes: Sequence[str], *, compact: bool = False
) -> Figure:
    """Words in cells, first row at the top. frame: row, column, words, role, hover; rows in its order.

    columns: the items from left to right; notes: words at the right of each row. A cell that is not in the
    frame stays empty; the words ● and ○ are drawn as marks. A role other than common or data colours its
    cell. compact: names above the rows and headings upright, for a phone. Height grows with the rows.
    """
    names = list(dict.fromkeys(frame["row"]))
    draw = _stacked if compact else _beside
    canvas, drop = draw(names, list(columns), [labels.safe(note) for note in notes])
    height = {name: len(names) - 0.5 - index - drop for index, name in enumerate(names)}
    across = {name: index + 0.5 for index, name in enumerate(columns)}
    placed = frame.assign(x=frame["column"].map(across), y=frame["row"].map(height))
    _rules(canvas, len(names))
    _grounds(canvas, placed[~placed["role"].isin(["common", "data"])], COMPACT_CELL if compact else CELL)
    marks = placed["words"].isin(list(MARKS))
    _marks(canvas, placed[marks])
    _words(canvas, placed[~marks], COMPACT_WORDS_SIZE if compact else theme.TEXT_SIZE)
    return canvas.figure()


def _beside(names: list[str], columns: list[str], notes: list[str]) -> tuple[Canvas, float]:
    upright = len(columns) > MOST_ACROSS
    heads = [_upright(column) if upright else _wrapped(column) for column in columns]
    head = (
        _upright_room(heads) if upright else HEAD_LINE * max(words.count("<br>") + 1 for words in heads) + 10
    )
    shown = [labels.safe(labels.cut(name, NAME_CHARACTERS)) for name in names]
    canvas = Canvas(
        ROW * len(names) + head + 10, [0, len(columns)], [0, len(names)], left=labels.margin_for(shown),
        right=labels.margin_for(notes), top=head, bottom=10,
    )  # fmt: skip
    heights = [len(names) - 0.5 - index for index in range(len(names))]
    rows.row_words(canvas, heights, shown, notes)
    _headings(canvas, heads, upright=upright)
    return canvas, 0.0


def _stacked(names: list[str], columns: list[str], notes: list[str]) -> tuple[Canvas, float]:
    heads = [_upright(column) for column in columns]
    head = _upright_room(heads)
    shown = [labels.safe(labels.cut(name, NAME_CHARACTERS)) for name in names]
    canvas = Canvas(
        COMPACT_ROW * len(names) + head + 6, [0, len(columns)], [0, len(names)], left=6, right=6, top=head,
        bottom=6,
    )  # fmt: skip
    heights = [len(names) - 0.5 - COMPACT_NAMES - index for index in range(len(names))]
    rows.row_words(canvas, heights, shown, notes, over=True)
    _headings(canvas, heads, upright=True)
    return canvas, COMPACT_DROP


def _wrapped(words: str) -> str:
    return "<br>".join(map(labels.safe, wrap(words, HEAD_CHARACTERS, break_long_words=False)))


def _upright(words: str) -> str:
    return labels.safe(labels.cut(words, UPRIGHT_CHARACTERS))


def _upright_room(heads: list[str]) -> int:
    return max(labels.width(words, theme.SMALL_SIZE) for words in heads) + 12


def _headings(canvas: Canvas, heads: list[str], *, upright: bool) -> None:
    turned: dict[str, Any] = {"textangle": -90} if upright else {}
    labels.write(
        canvas,
        [
            labels.placed(
                (index + 0.5) / len(heads), 1, words, anchor="center", yanchor="bottom", yshift=5,
                size=theme.SMALL_SIZE,
            ) | turned
            for index, words in enumerate(heads)
        ],
    )  # fmt: skip


def _rules(canvas: Canvas, count: int) -> None:
    x: list[float | None] = []
    y: list[float | None] = []
    for row in range(count + 1):
        x += [*canvas.x_range, None]
        y += [row, row, None]
    canvas.add_scatter(
        x=x, y=y, mode="lines", line={"color": theme.LINE_PALE, "width": 1}, hoverinfo="skip", name="rules"
    )


def _grounds(canvas: Canvas, apart: pd.DataFrame, half: tuple[float, float]) -> None:
    canvas.shapes += [
        {
            "type": "rect", "layer": "below", "x0": x - half[0], "x1": x + half[0], "y0": y - half[1],
            "y1": y + half[1],
            "fillcolor": theme.soft(role), "line": {"width": 1.5, "color": theme.mark(role)},
        }
        for x, y, role in zip(apart["x"], apart["y"], apart["role"], strict=True)
    ]  # fmt: skip


def _marks(canvas: Canvas, placed: pd.DataFrame) -> None:
    for word, part in placed.groupby("words", sort=False):
        colours = [theme.mark(role) for role in part["role"]]
        canvas.add_scatter(
            x=list(part["x"]), y=list(part["y"]), mode="markers", name=f"cells {word}",
            marker={"size": theme.DOT, "symbol": MARKS[str(word)], "color": colours,
                    "line": {"width": 1.5, "color": colours}},
            hovertext=list(part["hover"]), hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip


def _words(canvas: Canvas, placed: pd.DataFrame, size: int) -> None:
    for role, part in placed.groupby("role", sort=False):
        plain = role == "common"
        words = [labels.safe(word) if plain else labels.bold(labels.safe(word)) for word in part["words"]]
        canvas.add_scatter(
            x=list(part["x"]), y=list(part["y"]), mode="text", text=words, name=f"cells {role}",
            textfont={"size": size, "color": theme.INK if plain else theme.text(str(role))},
            hovertext=list(part["hover"]), hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
