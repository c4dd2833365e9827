"""An empty drawing in the house style: fixed height, responsive width, no legend, ranges always set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plotly.graph_objects import Figure

from reporting.charts import theme

PLAIN = {"data": {"scatter": [{"type": "scatter"}]}}  # plotly's template "none"
HIDDEN_AXIS = {
    "fixedrange": True, "showgrid": False, "zeroline": False, "showline": False, "showticklabels": False,
    "ticks": "",
}  # fmt: skip


class Canvas:
    """What will be a figure: traces, labels and lines as plotly names them, collected and made a figure once.

    plotly's own objects check every value again at each step, which took more than half the time of a page.
    The tests check every finished figure instead.
    """

    def __init__(
        self, height: int, x_range: Sequence[Any], y_range: Sequence[float], *, left: int = 40,
        right: int = 16, top: int = 12, bottom: int = 44,
    ) -> None:  # fmt: skip
        """`height` px high with margins in px; both axes hold the ranges given and show nothing yet."""
        self.height = height
        self.x_range, self.y_range = list(x_range), list(y_range)
        self.margin = {"l": left, "r": right, "t": top, "b": bottom, "pad": 0}
        self.traces: list[dict[str, Any]] = []
        self.annotations: list[dict[str, Any]] = []
        self.shapes: list[dict[str, Any]] = []
        self.x_axis: dict[str, Any] = {"range": self.x_range, **HIDDEN_AXIS}
        self.y_axis: dict[str, Any] = {"range": self.y_range, **HIDDEN_AXIS}
        self.barmode = ""

    @property
    def plot_height(self) -> int:
        """Height of the plotting area in px."""
        return self.height - self.margin["t"] - self.margin["b"]

    def add_scatter(self, **look: Any) -> None:
        """Lines, marks or words; attributes as plotly's scatter has them."""
        self.traces.append({"type": "scatter", **look})

    def add_bar(self, **look: Any) -> None:
        """Bars; attributes as plotly's bar has them."""
        self.traces.append({"type": "bar", **look})

    def add_shape(self, **look: Any) -> None:
        """A line or a rectangle; attributes as plotly's layout.shapes have them."""
        self.shapes.append(look)

    def value_ticks(self, values: Sequence[float], words: Sequence[str]) -> None:
        """Numbers down the left side with light rules across, drawn under everything."""
        self.y_axis |= {
            "tickvals": list(values), "ticktext": list(words), "showticklabels": True, "showgrid": True,
            "gridcolor": theme.LINE_PALE, "gridwidth": 1, "layer": "below traces", "ticklabelstandoff": 6,
        }  # fmt: skip

    def bottom_ticks(self, values: Sequence[Any], words: Sequence[str]) -> None:
        """Words under the plot, each with a short tick."""
        self.x_axis |= {
            "tickvals": list(values), "ticktext": list(words), "showticklabels": True, "ticks": "outside",
            "ticklen": 5, "tickcolor": theme.AXIS, "tickangle": 0,
        }  # fmt: skip

    def figure(self) -> Figure:
        """The figure, not checked again."""
        layout = {
            "template": PLAIN,
            "height": self.height,
            "autosize": True,
            "margin": self.margin,
            "paper_bgcolor": theme.PAPER,
            "plot_bgcolor": theme.PAPER,
            "font": {"family": theme.FONT, "size": theme.TEXT_SIZE, "color": theme.MUTED},
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "hoverlabel": {
                "bgcolor": theme.PAPER, "bordercolor": theme.LINE, "font": {"color": theme.INK},
            },
            "xaxis": self.x_axis,
            "yaxis": self.y_axis,
            "annotations": self.annotations,
            **({"shapes": self.shapes} if self.shapes else {}),
            **({"barmode": self.barmode} if self.barmode else {}),
        }  # fmt: skip
        return Figure(data=self.traces, layout=layout, _validate=False)
