"""A share now beside the same share twelve months earlier."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reporting.analysis.correction import Correction, correction
from reporting.analysis.rounding import EXACT, NOT_JUDGED, Rounding, between, moved
from reporting.analysis.words import meaning
from reporting.exhibits.wording import part

YEAR = 12
WHY_NOT = "not judged: a count may not be shown, or rounding hides the difference"


@dataclass(frozen=True)
class YearApart:
    """Numerator and denominator now and twelve months before (None where there was nobody or no data; a
    suppressed numerator is NaN).

    moved: rose | fell | no significant change; not judged where a count is suppressed, or it depends on how
    counts were rounded. kind: what that means (improvement |
    concern | neutral_high | neutral_low | common).
    """

    now: tuple[float, float]
    before: tuple[float, float] | None
    moved: str
    kind: str

    @property
    def is_judged(self) -> bool:
        """Whether anything can be said of change."""
        return self.before is not None and self.moved != NOT_JUDGED

    @property
    def words(self) -> str:
        """The judgement in a few words."""
        if self.before is None:
            return "no figure a year ago"
        if self.moved == NOT_JUDGED:
            return WHY_NOT
        return self.moved if self.kind == "common" else f"{self.moved} in a year: {self.kind.split('_')[0]}"

    def sentence(self) -> str:
        """“42%, no significant change from 40% a year before”."""
        share = part(*self.now)
        if self.before is None:
            return f"{share}; there is no figure a year before to judge change by"
        earlier = part(*self.before)
        if self.moved == NOT_JUDGED:
            return f"{share}, and {earlier} a year before"
        if self.kind == "common":
            return f"{share}, no significant change from {earlier} a year before"
        return f"{share}; it {self.moved} from {earlier} a year before"


def year_apart(
    frame: pd.DataFrame, better: str, rounding: Rounding = EXACT, among: Correction | None = None
) -> YearApart | None:
    """Judge the latest month of one measure's rows (month, numerator, denominator) against a year before, by
    an exact test of the two shares. among: what it is compared at once with, nothing by default.

    None where the latest month has no denominator. The two months share no window of a year, so a fall or
    rise is said only of separate data.
    """
    found = frame[frame["denominator"] != 0].sort_values("month")
    if found.empty:
        return None
    last = found.iloc[-1]
    now = (float(last["numerator"]), float(last["denominator"]))
    earlier = found[found["month"] == last["month"] - pd.DateOffset(months=YEAR)]
    if earlier.empty:
        return YearApart(now, None, "no significant change", "common")
    before = (float(earlier["numerator"].iloc[0]), float(earlier["denominator"].iloc[0]))
    (apart,) = between([rounding.share(*before)], [rounding.share(*now)])
    word = moved(apart, among or correction([apart.ends]))
    return YearApart(now, before, word, meaning(word, better))
