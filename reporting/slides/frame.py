"""What stands on one slide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporting.access.scope import Edition

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class SlideFrame:
    """One slide: the finding in words, one chart, and where it comes from.

    figure is a plotly Figure or the text of an SVG document. notes are (title, text) pairs for a column at
    the right; without them the chart takes the whole width. icons are SVG documents shown above the notes.
    number is the slide's place in its pack, “3 of 11”; empty for a slide that stands alone. edition is marked
    beside the eyebrow.
    """

    eyebrow: str
    headline: str
    subtitle: str
    figure: Figure | str
    caption: str
    footer: str
    synthetic: bool
    edition: Edition
    notes: tuple[tuple[str, str], ...] = ()
    icons: tuple[str, ...] = ()
    number: str = ""
