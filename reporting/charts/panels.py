"""One small line per practice, all on the same scale."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from reporting.charts import labels, theme, ticks
from reporting.charts.canvas import Canvas, Figure

ROW = 66
LINE_SHARE = 0.70
LINE_HEIGHT = 0.56
FOOT = 0.12
NAME_CHARACTERS = 19
COLUMNS = 4
COMPACT_COLUMNS = 2


def practice_panels(
    frame: pd.DataFrame, overall: pd.DataFrame, awaited: Mapping[str, str] | None = None,
    unit_format: str = "{:.0%}", *, compact: bool = False,
) -> Figure:  # fmt: skip
    """A panel a practice, each from 0 to the same top. frame: practice, date, value, role, in panel order.

    overall: date, value, the pale line in every panel. awaited: practice → words printed in place of its
    last value; a practice without rows in frame gets its panel from here. compact: two columns, for a phone.
    """
    awaited = awaited or {}
    practices = list(dict.fromkeys([*frame["practice"], *awaited]))
    columns = COMPACT_COLUMNS if compact else COLUMNS
    lines = -(-len(practices) // columns)
    dates = sorted({*frame["date"], *overall["date"]})
    across = {date: index / max(len(dates) - 1, 1) * LINE_SHARE for index, date in enumerate(dates)}
    top = ticks.top_of([*frame["value"], *overall["value"]], 1.0)
    canvas = Canvas(ROW * lines + 16, [0, columns], [-lines, 0], left=10, right=6, top=6, bottom=10)
    places = {name: (index % columns, -(index // columns) - 1) for index, name in enumerate(practices)}
    _floor(canvas, places)
    _lines(canvas, [(places[name], overall) for name in practices], across, top, theme.LINE, "overall")
    known = frame[~frame["practice"].isin(list(awaited))]
    for role, part in known.groupby("role", sort=False):
        found = [(places[str(name)], rows) for name, rows in part.groupby("practice", sort=False)]
        _lines(canvas, found, across, top, theme.mark(str(role)), str(role))
        _ends(canvas, found, across, top, str(role), unit_format)
    roles = dict(zip(frame["practice"], frame["role"], strict=True))
    notes = [_name(name, place, roles.get(name, "common"), columns, lines) for name, place in places.items()]
    for name, words in awaited.items():
        column, row = places[name]
        x, y = (column + 0.02) / columns, (row + FOOT + lines) / lines
        look: dict[str, Any] = {"colour": theme.ORANGE_TEXT, "yanchor": "bottom", "size": theme.SMALL_SIZE}
        notes.append(labels.placed(x, y, labels.safe(words), **look))
    labels.write(canvas, notes)
    return canvas.figure()


def _height(value: float, top: float) -> float:
    return FOOT + value / top * LINE_HEIGHT


def _lines(
    canvas: Canvas, panels: list[tuple[tuple[int, int], pd.DataFrame]], across: Mapping[object, float],
    top: float, colour: str, name: str,
) -> None:  # fmt: skip
    x: list[float | None] = []
    y: list[float | None] = []
    values: list[float | None] = []
    for (column, row), part in panels:
        for date, value in zip(part["date"], part["value"], strict=True):
            missing = pd.isna(value)
            x.append(column + across[date])
            y.append(None if missing else row + _height(value, top))
            values.append(None if missing else value)
        x, y, values = [*x, None], [*y, None], [*values, None]
    canvas.add_scatter(
        x=x, y=y, customdata=values, mode="lines", line={"color": colour, "width": 2}, hoverinfo="skip",
        name=name,
    )  # fmt: skip


def _ends(
    canvas: Canvas, panels: list[tuple[tuple[int, int], pd.DataFrame]], across: Mapping[object, float],
    top: float, role: str, unit_format: str,
) -> None:  # fmt: skip
    lasts = [
        (place, part[part["value"].notna()].iloc[-1]) for place, part in panels if part["value"].notna().any()
    ]
    words = [labels.value(last["value"], unit_format) for _, last in lasts]
    canvas.add_scatter(
        x=[column + across[last["date"]] for (column, _), last in lasts],
        y=[row + _height(last["value"], top) for (_, row), last in lasts],
        customdata=[last["value"] for _, last in lasts], text=words, mode="markers+text",
        textposition="middle right", textfont={"color": theme.text(role), "size": theme.SMALL_SIZE},
        marker={"size": 7, "color": theme.mark(role), "opacity": 1}, name=f"last {role}",
        hovertext=[f"{last['practice']}: {word}" for (_, last), word in zip(lasts, words, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _floor(canvas: Canvas, places: Mapping[str, tuple[int, int]]) -> None:
    x: list[float | None] = []
    y: list[float | None] = []
    for column, row in places.values():
        x += [column, column + LINE_SHARE, None]
        y += [row + FOOT, row + FOOT, None]
    canvas.add_scatter(
        x=x, y=y, mode="lines", line={"color": theme.LINE_PALE, "width": 1}, hoverinfo="skip", name="zero"
    )


def _name(name: str, place: tuple[int, int], role: str, columns: int, lines: int) -> dict[str, Any]:
    words = labels.safe(labels.cut(name, NAME_CHARACTERS))
    return labels.placed(
        place[0] / columns, (place[1] + 1 + lines) / lines,
        words if role == "common" else labels.bold(words), colour=theme.INK, yanchor="top",
        size=theme.SMALL_SIZE,
    )  # fmt: skip
