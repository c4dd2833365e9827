"""One measure in every practice of an area at one month, each with its interval."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.intervals import interval
from reporting.exhibits.kinds.case_mix import DUE, expected
from reporting.exhibits.kinds.rates import surely

ROLES = {
    "higher": {"higher": "improvement", "lower": "concern"},
    "lower": {"higher": "concern", "lower": "improvement"},
}


def across(
    snapshot: Snapshot, scope: Scope, selection: Selection, measure: str, threshold: int, month: dt.date
) -> pd.DataFrame:
    """Practices with somebody to count: practice_code, name, pcn, numerator, denominator and the share of
    it as
    value, lower, upper (0 to 1, 95 % Wilson), and due (how many are expected for its people, NaN where that
    is not worked out); highest first."""
    frame = figures.measure_by_practice(snapshot, scope, selection, [measure], [threshold], [month]).frame
    due = expected(snapshot, measure, threshold, month, frame["practice_code"])
    found = with_intervals(frame.assign(**{DUE: due}))
    return found.sort_values(["value", "name"], ascending=[False, True], ignore_index=True)


def with_intervals(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of numerator and denominator above 0, with value, lower and upper as shares."""
    found = frame[frame["denominator"] > 0].copy()
    pairs = list(zip(found["numerator"], found["denominator"], strict=True))
    bounds = [interval(*pair) for pair in pairs]
    found["value"] = [numerator / denominator for numerator, denominator in pairs]
    found["lower"] = [lower for lower, _ in bounds]
    found["upper"] = [upper for _, upper in bounds]
    return found


def pooled(frame: pd.DataFrame) -> float:
    """All rows together as one share."""
    return float(frame["numerator"].sum() / frame["denominator"].sum())


def judged(frame: pd.DataFrame, better: str, unit: str = "%") -> pd.DataFrame:
    """The rows with word (`Sure.word` of each beside all others together) and role: concern or improvement
    where it is surely high or low, else common. unit: "%" of shares of people, else of rates."""
    meaning = ROLES.get(better, {})
    words = [one.word for one in surely(frame, unit)]
    return frame.assign(word=words, role=[meaning.get(word, "common") for word in words])
