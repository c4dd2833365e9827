"""How fast doses fell: people by their largest fall in 28 days."""

import math
from collections import Counter
from collections.abc import Sequence

from reporting.charts import labels, theme, ticks
from reporting.charts.canvas import Canvas, Figure

HEIGHT = 320
END = 50  # of the axis: farther out the zones would have no room for their names


def speed_histogram(falls: Sequence[float], amber: int = 19, red: int = 30) -> Figure:
    """People per percentage point of their largest fall, with the zones above `amber` and above `red`.

    falls: per cent, one a person; a dose that never fell counts as 0. Bins are (a, b], so a fall of exactly
    `amber` or `red` lies below that zone. Falls of more than 50 % stand in the last bin.
    """
    bins = Counter(min(max(0, math.ceil(fall)), END) for fall in falls)
    beyond = "+" if any(fall > END for fall in falls) else ""
    start = -1 if 0 in bins else 0
    peak = max(bins.values(), default=1)
    top = peak * 1.45
    scale = [value for value in ticks.from_zero(top) if value == int(value)]
    words = ticks.written(scale, "{:.0f}")
    canvas = Canvas(HEIGHT, [start, END], [0, top], left=labels.margin_for(words), right=30, bottom=36)
    canvas.value_ticks(scale, words)
    inner = [f"{tick}%" for tick in range(10, END, 10)]
    canvas.bottom_ticks(range(0, END + 1, 10), ["0", *inner, f"{END}%{beyond}"])
    _zone(canvas, amber, red, theme.AMBER_ZONE)
    _zone(canvas, red, END, theme.RED_ZONE)
    _bars(canvas, bins, amber, red, beyond)
    _zone_words(canvas, falls, amber, red)
    return canvas.figure()


def _zone(canvas: Canvas, start: float, end: float, colour: str) -> None:
    canvas.add_shape(
        type="rect", x0=start, x1=end, y0=0, y1=1, yref="paper", fillcolor=colour, line={"width": 0},
        layer="below",
    )  # fmt: skip


def _bars(canvas: Canvas, bins: Counter[int], amber: int, red: int, beyond: str) -> None:
    ends = sorted(bins)
    colours = [theme.AXIS if b <= amber else theme.ORANGE if b <= red else theme.ORANGE_TEXT for b in ends]
    canvas.add_bar(
        x=[end - 0.5 for end in ends], y=[bins[end] for end in ends], width=0.86, name="people",
        marker={"color": colours, "line": {"width": 0}}, textposition="none",
        text=[_range(end, beyond) for end in ends],
        hovertemplate="%{text}: %{y} people<extra></extra>",
    )  # fmt: skip


def _range(end: int, beyond: str) -> str:
    if end == END and beyond:
        return f"above {end - 1}%"
    return f"above {end - 1}%, up to {end}%" if end else "no fall"


def _zone_words(canvas: Canvas, falls: Sequence[float], amber: int, red: int) -> None:
    start, end = canvas.x_range
    zones = (
        (amber, "right", f"Up to {amber}%", "", sum(fall <= amber for fall in falls), theme.INK),
        (amber, "left", f"{amber}–{red}%", "", sum(amber < f <= red for f in falls), theme.ORANGE_TEXT),
        (red, "left", "Too fast", f"over {red}%", sum(fall > red for fall in falls), theme.ORANGE_TEXT),
    )
    for edge, anchor, name, range_words, people, colour in zones:
        lines = [labels.bold(name), range_words, f"{people:,} {'person' if people == 1 else 'people'}"]
        labels.note(
            canvas, (edge - start) / (end - start), 1, "<br>".join(filter(None, lines)), colour=colour,
            anchor=anchor, yanchor="top", xshift=3 if anchor == "left" else -5, yshift=-4,
            size=theme.SMALL_SIZE,
        )  # fmt: skip
