"""Sparkline: the shape of a series as a small SVG text, without numbers or axes."""

import pandas as pd

from reporting.charts import theme

EDGE = 3


def sparkline(frame: pd.DataFrame, colour_role: str, *, width: int = 220, height: int = 48) -> str:
    """SVG text of a series. frame: date, value, one row a date; a missing value breaks the line.

    Lowest and highest value touch the edges, so the picture shows shape only: print the number beside it.
    """
    ordered = frame.sort_values("date")
    values = ordered["value"].astype(float)
    low, high = values.min(), values.max()
    across = (width - 2 * EDGE) / max(len(values) - 1, 1)
    runs: list[list[str]] = [[]]
    for row, value in enumerate(values):
        if pd.isna(value):
            runs.append([])
            continue
        share = (value - low) / (high - low) if high > low else 0.5
        runs[-1].append(f"{EDGE + row * across:.1f},{height - EDGE - share * (height - 2 * EDGE):.1f}")
    drawn = "".join(_drawn(run, theme.mark(colour_role)) for run in runs if run)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{drawn}</svg>'
    )


def _drawn(run: list[str], colour: str) -> str:
    if len(run) == 1:
        x, y = run[0].split(",")
        return f'<circle cx="{x}" cy="{y}" r="2" fill="{colour}"/>'
    return (
        f'<polyline points="{" ".join(run)}" fill="none" stroke="{colour}" stroke-width="2" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
    )
