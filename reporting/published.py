"""The published edition of figures: the counts that the build published, exact ones beside for verdicts."""

from __future__ import annotations

import pandas as pd

from reporting.access.scope import Snapshot
from reporting.disclosure import WHOLE, NotPublishedError
from reporting.once import once
from reporting.release import rows

CACHED = 64
KEY = ["measure", "threshold", "dimension", "category", "month"]
COUNTS = ["numerator", "denominator"]
NOT_DECLARED = "It is not among the figures that are published of this area."


def as_published(
    snapshot: Snapshot, area: tuple[str, str], frame: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of rows of measures (exact) those that are published of an area (level, name), and their published
    numerator and denominator, NaN where withheld; of groups also those of the whole, under “whole_”.

    Raises NotPublishedError where none is.
    """
    told = _of(snapshot, *area)
    grouped = "dimension" in frame
    kept = frame.assign(month=pd.to_datetime(frame["month"]))
    kept = (kept if grouped else kept.assign(dimension="")).merge(told, "inner", KEY, suffixes=("", "_told"))
    if kept.empty:
        raise NotPublishedError(NOT_DECLARED)
    shown = {name: kept[f"{name}_told"].astype(float) for name in COUNTS}
    if grouped:
        wholes = told[(told["dimension"] == "") & (told["category"] == "")]
        beside = kept.merge(wholes, "left", ["measure", "threshold", "month"], suffixes=("", "_whole"))
        shown |= {WHOLE + name: beside[f"{name}_whole"].astype(float) for name in COUNTS}
    return kept[list(frame)], pd.DataFrame(shown)


@once(CACHED)
def _of(snapshot: Snapshot, level: str, area: str) -> pd.DataFrame:
    """KEY, numerator and denominator of everything that is published of an area; not to be changed."""
    found = rows(
        snapshot.path,
        f"SELECT {', '.join(KEY)}, {', '.join(COUNTS)} FROM published WHERE level = ? AND area = ?",
        [level, area],
    )
    return found.assign(month=pd.to_datetime(found["month"]))
