"""A figure on the page, changed in place when a filter changes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from reporting.charts import theme

DRAW = Path(__file__).with_name("chart.js")
PARTS = Path(st.__file__).parent / "static"


def chart(figure: str, alt: str, key: str) -> None:
    """Draw a figure (plotly's JSON); alt is its name for those who cannot see it."""
    draw = st.components.v2.component("chart", js=_script(), isolate_styles=False)
    draw(key=key, data={"figure": figure, "alt": alt, "plotly": plotly_address(), "config": theme.CONFIG})


@cache
def _script() -> str:
    return DRAW.read_text(encoding="utf-8")


@cache
def plotly_address() -> str:
    """Where Streamlit serves the part that brings Plotly, from the page's root. Raises RuntimeError where
    this version has none."""
    found = sorted((PARTS / "static" / "js").glob("PlotlyChart.*.js"))
    if len(found) != 1:
        raise RuntimeError(
            f"Streamlit {st.__version__} brings Plotly otherwise; look at reporting/ui/chart.py."
        )
    return found[0].relative_to(PARTS).as_posix()
