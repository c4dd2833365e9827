"""Which practices are drawn where an area has more of them than a chart can be read with."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from reporting.access import Selection

MOST_DRAWN = 40


def drawn(frame: pd.DataFrame, selection: Selection, apart: Iterable[bool] | None = None) -> pd.DataFrame:
    """The rows to draw, in their order. frame: one row a practice, practice_code.

    Of more than 40 practices: the selected one, those that lie apart, then the first ones. apart: whether a
    row does; where it is not given the order decides.
    """
    if len(frame) <= MOST_DRAWN:
        return frame
    stands = pd.Series(False if apart is None else list(apart), index=frame.index)
    chosen = frame["practice_code"] == selection.practice
    rank = (~chosen * 2 + ~stands).rank(method="first")
    return frame[rank <= MOST_DRAWN]


def drawn_words(frame: pd.DataFrame, shown: pd.DataFrame) -> str:
    """What is left out of the chart, for the caption; empty where nothing is."""
    if len(shown) == len(frame):
        return ""
    return f"Drawn: {len(shown)} of {len(frame)} practices, those to look at first; all are in the table. "
