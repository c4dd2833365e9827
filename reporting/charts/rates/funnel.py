"""Funnel: practices by size against the limits of chance."""

import pandas as pd

from reporting.charts import labels, theme, ticks
from reporting.charts.canvas import Canvas, Figure
from reporting.charts.labels import EndLabel

HEIGHT = 360
NAME_GAP = 34
MOST_NAMED = 7
LINES = ("lower_998", "lower_95", "upper_95", "upper_998")


def funnel_chart(
    points: pd.DataFrame, limits: pd.DataFrame, target: float, target_label: str = "ICB",
    size_label: str = "Registered adults", unit_format: str = "{:.2f}", *,
    unadjusted: pd.DataFrame | None = None,
) -> Figure:  # fmt: skip
    """Practices and limits. points: label, denominator, value, outside (0 | 95 | 998), note, role, and
    ringed (to be named with a ring though not beyond the limits, as those above the dotted ones).

    limits (and unadjusted, drawn dotted): denominator, lower_95, upper_95, lower_998, upper_998, in the units
    of value, by rising denominator. Only practices beyond 99.8 % and those ringed are coloured; the seven
    furthest of them are named.
    """
    lines = limits.assign(**{name: limits[name].clip(lower=0) for name in LINES})
    last = lines.iloc[-1]
    ends = [
        EndLabel(last["upper_998"], "99.8%"),
        EndLabel(last["upper_95"], "95%"),
        EndLabel(target, f"{labels.safe(target_label)} {labels.value(target, unit_format)}"),
    ]
    top = min(ticks.top_of([*points["value"], *lines["upper_998"]]),
              ticks.top_of([*points["value"], 2 * last["upper_998"]], 1.25))  # fmt: skip
    lines = lines.assign(**{name: lines[name].clip(upper=top) for name in LINES})
    scale = ticks.from_zero(top, 6)
    words = ticks.written(scale, unit_format)
    canvas = Canvas(
        HEIGHT, [lines["denominator"].iloc[0], last["denominator"]], [0, top],
        left=labels.margin_for(words) + 4, right=labels.margin_for([label.words for label in ends]),
        bottom=58,
    )  # fmt: skip
    canvas.value_ticks(scale, words)
    sizes = [size for size in ticks.from_zero(last["denominator"], 4) if size >= lines["denominator"].iloc[0]]
    canvas.bottom_ticks(sizes, [f"{size:,.0f}" for size in sizes])
    canvas.x_axis.update(
        title={"text": labels.safe(size_label), "font": {"size": theme.TEXT_SIZE}, "standoff": 8}
    )
    _bands(canvas, lines)
    if unadjusted is not None:
        _dotted(canvas, unadjusted, top)
    _target(canvas, lines, target)
    _points(canvas, points, unit_format)
    labels.end_labels(canvas, ends)
    beyond = points[_named(points)]
    furthest = (beyond["value"] - target).abs().nlargest(MOST_NAMED).index
    _names(canvas, beyond.loc[furthest])
    return canvas.figure()


def _bands(canvas: Canvas, lines: pd.DataFrame) -> None:
    sizes = list(lines["denominator"])
    for name, colour in (("998", theme.LIMIT_BAND), ("95", theme.LIMIT_BAND_INNER)):
        canvas.add_scatter(
            x=sizes + sizes[::-1], y=[*lines[f"upper_{name}"], *lines[f"lower_{name}"][::-1]], mode="lines",
            fill="toself", fillcolor=colour, line={"width": 1, "color": theme.LINE}, hoverinfo="skip",
            name=f"limits {name}",
        )  # fmt: skip


def _dotted(canvas: Canvas, unadjusted: pd.DataFrame, top: float) -> None:
    for name in LINES:
        canvas.add_scatter(
            x=list(unadjusted["denominator"]), y=list(unadjusted[name].clip(lower=0, upper=top)),
            mode="lines", line={"width": 1, "color": theme.AXIS, "dash": "dot"}, hoverinfo="skip",
            name=f"unadjusted {name}",
        )  # fmt: skip


def _target(canvas: Canvas, lines: pd.DataFrame, target: float) -> None:
    canvas.add_scatter(
        x=list(lines["denominator"].iloc[[0, -1]]), y=[target, target], mode="lines", name="target",
        line={"width": 1.5, "color": theme.MUTED}, hoverinfo="skip",
    )  # fmt: skip


def _named(points: pd.DataFrame) -> pd.Series:
    return (points["outside"] == 998) | points["ringed"]


def _points(canvas: Canvas, points: pd.DataFrame, unit_format: str) -> None:
    named = _named(points)
    roles = points["role"].where(named, "common")
    hover = [
        f"{label}: {labels.value(value, unit_format)}, {note}"
        for label, value, note in zip(points["label"], points["value"], points["note"], strict=True)
    ]
    canvas.add_scatter(
        x=list(points["denominator"]), y=list(points["value"]), mode="markers", name="points",
        marker={"size": [theme.DOT if name else theme.POINT for name in named],
                "color": [theme.PAPER if ring else theme.mark(role)
                          for role, ring in zip(roles, points["ringed"], strict=True)], "opacity": 1,
                "line": {"color": [theme.mark(role) if ring else theme.PAPER
                                   for role, ring in zip(roles, points["ringed"], strict=True)],
                         "width": [2.5 if ring else 1.5 for ring in points["ringed"]]}},
        text=hover, hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _names(canvas: Canvas, named: pd.DataFrame) -> None:
    low, high = canvas.x_range
    top = canvas.y_range[1]
    height = canvas.plot_height
    share = (named["denominator"] - low) / (high - low)
    wanted = [value / top * height for value in named["value"]]
    placed = labels.nudged(wanted, NAME_GAP, NAME_GAP / 2, height)
    for row, x, position in zip(named.to_dict("records"), share, placed, strict=True):
        words = f"{labels.bold(labels.safe(row['label']))}<br>{labels.safe(row['note'])}"
        # towards the right end words would run out of the plot, so they stand left of their point
        anchor, shift = ("left", 10) if x <= 0.5 else ("right", -10)
        labels.note(
            canvas, x, position / height, words, colour=theme.text(row["role"]), anchor=anchor, xshift=shift,
            backed=True,
        )  # fmt: skip
