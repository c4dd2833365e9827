"""A picture of rows by columns of short words: a practice a row, an item a column."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import pandas as pd

from reporting.charts import labels, rows, theme
from reporting.charts.canvas import Canvas, Figure

ROW = 32
HEAD_LINE = 16
HEAD_CHARACTERS = 13
MOST_ACROSS = 8  # of more columns the headings stand upright: side by side they meet
UPRIGHT_CHARACTERS = 26
CELL = 0.4  # half of a coloured cell, as a share of a column and of a row
MARKS = {"●": "circle", "○": "circle-open"}
NAME_CHARACTERS = 24


def item_grid(frame: pd.DataFrame, columns: Sequence[str], notes: Sequence[str]) -> Figure:
    """Words in cells, first row at the top. frame: row, column, words, role; rows in its order.

    columns: the items from left to right; notes: words at the right of each row. A cell that is not in the
    frame stays empty; the words ● and ○ are drawn as marks. A role other than common or data colours its
    cell. Height grows with the rows.
    """
    names = list(dict.fromkeys(frame["row"]))
    canvas = _beside(names, list(columns), [labels.safe(note) for note in notes])
    height = {name: len(names) - 0.5 - index for index, name in enumerate(names)}
    across = {name: index + 0.5 for index, name in enumerate(columns)}
    placed = frame.assign(x=frame["column"].map(across), y=frame["row"].map(height))
    _rules(canvas, len(names))
    _grounds(canvas, placed[~placed["role"].isin(["common", "data"])])
    marks = placed["words"].isin(list(MARKS))
    _marks(canvas, placed[marks])
    _words(canvas, placed[~marks])
    return canvas.figure()


def _beside(names: list[str], columns: list[str], notes: list[str]) -> Canvas:
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
    return canvas


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


def _grounds(canvas: Canvas, apart: pd.DataFrame) -> None:
    canvas.shapes += [
        {
            "type": "rect", "layer": "below", "x0": x - CELL, "x1": x + CELL, "y0": y - CELL, "y1": y + CELL,
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
            hoverinfo="skip",
        )  # fmt: skip


def _words(canvas: Canvas, placed: pd.DataFrame) -> None:
    for role, part in placed.groupby("role", sort=False):
        plain = role == "common"
        words = [labels.safe(word) if plain else labels.bold(labels.safe(word)) for word in part["words"]]
        canvas.add_scatter(
            x=list(part["x"]), y=list(part["y"]), mode="text", text=words, name=f"cells {role}",
            textfont={"size": theme.TEXT_SIZE, "color": theme.INK if plain else theme.text(str(role))},
            hoverinfo="skip",
        )  # fmt: skip
