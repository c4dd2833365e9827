"""Direct labels: words beside what they name, never closer together than 18 px."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from textwrap import wrap
from typing import Any

from reporting.charts import theme, written
from reporting.charts.canvas import Canvas


@dataclass(frozen=True)
class EndLabel:
    """Words at the right end of a line, at height `value` on the y-axis."""

    value: float
    words: str
    colour: str = theme.MUTED


def nudged(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions moved as little as possible so that neighbours lie `gap` apart, in order, within low to high.

    Where there is no room for all, the gap is kept and the lot is centred on low to high.
    """
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    blocks: list[list[float]] = []
    for rank, index in enumerate(order):
        blocks.append([positions[index] - rank * gap, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (mean, count), (mean_before, before) = blocks.pop(), blocks.pop()
            blocks.append([(mean * count + mean_before * before) / (count + before), count + before])
    levels = [mean for mean, count in blocks for _ in range(int(count))]
    top = high - (len(order) - 1) * gap
    if top < low:
        low = top = (low + top) / 2
    result = [0.0] * len(positions)
    for rank, index in enumerate(order):
        result[index] = min(max(levels[rank], low), top) + rank * gap
    return result


def end_labels(canvas: Canvas, labels: Sequence[EndLabel], *, gap: float = theme.LABEL_GAP) -> None:
    """Write labels to the right of the plot at their values, nudged apart."""
    height = canvas.plot_height
    low, high = canvas.y_range
    wanted = [(label.value - low) / (high - low) * height for label in labels]
    for label, position in zip(labels, nudged(wanted, gap, 0, height), strict=True):
        note(canvas, 1, position / height, label.words, colour=label.colour, xshift=theme.LABEL_INDENT)


def note(canvas: Canvas, x: float, y: float, words: str, **look: Any) -> None:
    """Write one label; see `placed` for where it stands and how it looks."""
    write(canvas, [placed(x, y, words, **look)])


def write(canvas: Canvas, notes: Sequence[dict[str, Any]]) -> None:
    """Write labels as `placed` makes them."""
    canvas.annotations += notes


def placed(
    x: float, y: float, words: str, *, colour: str = theme.MUTED, anchor: str = "left",
    yanchor: str = "middle", xshift: float = 0, yshift: float = 0, size: int = theme.TEXT_SIZE,
    backed: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """A label at a share of the plot (0 to 1 each way; beyond is in the margin), moved by px shifts.

    backed: on a white ground, so that lines behind it do not cross the words.
    """
    return {
        "x": x, "y": y, "xref": "paper", "yref": "paper", "text": words, "showarrow": False,
        "xanchor": anchor, "yanchor": yanchor, "align": anchor, "xshift": xshift, "yshift": yshift,
        "font": {"color": colour, "size": size},
        **({"bgcolor": theme.PAPER, "borderpad": 1} if backed else {"borderpad": 0}),
    }  # fmt: skip


# How an axis is written → the unit its values are written in, and what makes them so.
UNITS = {
    "{:.0%}": (written.PERCENT, 100, "%"), "{:.1%}": (written.PERCENT, 100, "%"),
    "{:.0f}%": (written.PERCENT, 1, "%"), "{:.2f}": (written.RATE, 1, ""), "{:.1f}": (written.TENTHS, 1, ""),
    "{:,.0f}": (written.AMOUNT, 1, ""),
}  # fmt: skip


def value(number: float, unit_format: str) -> str:
    """A value as it is written wherever it is read, or that it may not be shown. Raises KeyError for a format
    without a unit."""
    unit, times, sign = UNITS[unit_format]
    return written.HIDDEN if number != number else f"{written.written(number * times, unit)}{sign}"


def bold(words: str) -> str:
    """Words in bold for plotly text."""
    return f"<b>{words}</b>"


def safe(words: str) -> str:
    """Words as plotly text that cannot be read as markup."""
    return str(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def wrapped(words: str, characters: int) -> str:
    """Plain words as plotly text, broken into lines of at most so many characters."""
    return "<br>".join(safe(line) for line in wrap(words, characters))


def cut(words: str, characters: int) -> str:
    """Words of at most so many characters, with an ellipsis where some are left out, after a whole word where
    that keeps half of them."""
    if len(words) <= characters:
        return words
    kept, _, last = words[: characters - 1].rpartition(" ")
    return (kept if len(kept) > characters // 2 else f"{kept} {last}".strip()).rstrip() + "…"


def width(words: str, size: int = theme.TEXT_SIZE) -> int:
    """Px that the longest line of plain or bold words is likely to take."""
    longest = 0.0
    for line in words.split("<br>"):
        plain = unescape(re.sub("<[^>]*>", "", line))
        share = theme.BOLD_CHARACTER if "<b>" in line else theme.CHARACTER
        longest = max(longest, len(plain) * share * size)
    return int(longest) + 1


def margin_for(words: Sequence[str], size: int = theme.TEXT_SIZE) -> int:
    """Margin in px that holds the longest of these labels."""
    return max((width(text, size) for text in words), default=0) + theme.LABEL_INDENT + 4
