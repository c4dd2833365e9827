"""Where the words of a figure fall, in px, when it is drawn at a width."""

from dataclasses import dataclass
from datetime import datetime

from reporting.charts import labels

LINE = 1.2


@dataclass(frozen=True)
class Box:
    words: str
    left: float
    top: float
    right: float
    bottom: float
    middle: float

    def meets(self, other, slack=2.0):
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > slack and down > slack


def share(value, reference, axis):
    if reference == "paper":
        return value
    low, high = axis.range
    if isinstance(low, datetime):
        return (value - low) / (high - low)
    return (value - low) / (high - low)


def boxes(figure, width):
    """Box of every annotation when the figure is `width` px wide."""
    layout, margin = figure.layout, figure.layout.margin
    across, down = width - margin.l - margin.r, layout.height - margin.t - margin.b
    found = []
    for note in layout.annotations:
        size = note.font.size
        wide, tall = labels.width(note.text, size), (note.text.count("<br>") + 1) * size * LINE
        wide, tall = (tall, wide) if note.textangle == -90 else (wide, tall)
        x = margin.l + share(note.x, note.xref, layout.xaxis) * across + (note.xshift or 0)
        y = margin.t + (1 - share(note.y, note.yref, layout.yaxis)) * down - (note.yshift or 0)
        left = x - {"left": 0, "center": wide / 2, "right": wide, None: wide / 2}[note.xanchor]
        top = y - {"top": 0, "middle": tall / 2, "bottom": tall}[note.yanchor]
        found.append(Box(note.text, left, top, left + wide, top + tall, top + tall / 2))
    return found
