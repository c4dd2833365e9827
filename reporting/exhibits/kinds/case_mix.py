"""What is expected of a practice for the people it has, by indirect standardisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from math import nan

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Snapshot
from reporting.exhibits.exhibit import Definition
from reporting.once import once

CACHED = 8
DUE = "due"  # the column of frames of practices
EXPECTED = "Expected for its people"


def expected(
    snapshot: Snapshot, measure: str, threshold: int, month: dt.date, codes: Iterable[str]
) -> list[float]:
    """How many people each practice would count, had each kind of its people the share of all practices
    together; NaN of measures and months that are not standardised."""
    found = _every(snapshot)
    return [found.get((measure, threshold, pd.Timestamp(month), code), nan) for code in codes]


@once(CACHED)
def _every(snapshot: Snapshot) -> dict[tuple[str, int, pd.Timestamp, str], float]:
    """Of every practice, whoever asks: without them nobody could be compared with their like."""
    frame = figures.expected(snapshot, Scope.icb()).frame
    keys = zip(frame["measure"], frame["threshold"], frame["month"], frame["practice_code"], strict=True)
    return dict(zip(keys, frame["expected"].astype(float), strict=True))


def words(about: Definition) -> str:
    """Whether practices are compared for the people they have, and if not, why."""
    if not about.is_adjusted:
        return "Not adjusted for age, sex or deprivation: it is due to everybody alike."
    kinds = "age, sex and deprivation" if about.unit == "%" else "age and sex, as lists give no deprivation"
    return f"Beside what is expected for its people ({kinds}: indirect standardisation)."
