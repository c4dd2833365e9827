"""An empty figure in the house style: fixed height, responsive width, no legend, ranges always set."""

from collections.abc import Sequence
from typing import Any

from plotly.graph_objects import Figure

from reporting.charts import theme


def canvas(
    height: int, x_range: Sequence[Any], y_range: Sequence[float], *, left: int = 40, right: int = 16,
    top: int = 12, bottom: int = 44,
) -> Figure:  # fmt: skip
    """Figure `height` px high with margins in px; both axes hold the ranges given and show nothing yet."""
    figure = Figure()
    hidden = {"showgrid": False, "zeroline": False, "showline": False, "showticklabels": False, "ticks": ""}
    figure.update_layout(
        template="none",
        height=height,
        autosize=True,
        margin={"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
        paper_bgcolor=theme.PAPER,
        plot_bgcolor=theme.PAPER,
        font={"family": theme.FONT, "size": theme.TEXT_SIZE, "color": theme.MUTED},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        hoverlabel={"bgcolor": theme.PAPER, "bordercolor": theme.LINE, "font": {"color": theme.INK}},
        xaxis={"range": list(x_range), "fixedrange": True, **hidden},
        yaxis={"range": list(y_range), "fixedrange": True, **hidden},
    )
    return figure


def value_ticks(figure: Figure, values: Sequence[float], words: Sequence[str]) -> None:
    """Numbers down the left side with light rules across, drawn under everything."""
    figure.update_yaxes(
        tickvals=list(values), ticktext=list(words), showticklabels=True, showgrid=True,
        gridcolor=theme.LINE_PALE, gridwidth=1, layer="below traces", ticklabelstandoff=6,
    )  # fmt: skip


def bottom_ticks(figure: Figure, values: Sequence[Any], words: Sequence[str]) -> None:
    """Words under the plot, each with a short tick."""
    figure.update_xaxes(
        tickvals=list(values), ticktext=list(words), showticklabels=True, ticks="outside", ticklen=5,
        tickcolor=theme.AXIS, tickangle=0,
    )  # fmt: skip


def plot_height(figure: Figure) -> float:
    """Height of the plotting area in px."""
    return float(figure.layout.height - figure.layout.margin.t - figure.layout.margin.b)
