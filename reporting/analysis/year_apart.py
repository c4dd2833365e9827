"""A share now beside the same share twelve months earlier."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan, nan

import pandas as pd

from reporting.analysis.contrast import NOT_JUDGED, Pair, between, moved
from reporting.analysis.correction import Correction, correction
from reporting.analysis.words import meaning
from reporting.disclosure import judging

YEAR = 12
WHY_NOT = "not judged: a count is withheld"


@dataclass(frozen=True)
class YearApart:
    """Numerator and denominator now and twelve months before, as they are shown (before: None where there was
    nobody or no data; NaN where a count is withheld).

    moved: rose | fell | no sure change, of exact counts; not judged where a count is withheld.
    kind: what that means (improvement | concern | neutral_high | neutral_low | common).
    rose: whether the exact share went up (1), down (-1) or neither (0). share: the exact one now, to order
    by.
    """

    now: Pair
    before: Pair | None
    moved: str
    kind: str
    rose: int = 0
    share: float = nan

    @property
    def words(self) -> str:
        """The judgement in a few words."""
        if self.before is None:
            return "no figure a year ago"
        if self.moved == NOT_JUDGED:
            return WHY_NOT
        return self.moved if self.kind == "common" else f"{self.moved} in a year: {self.kind.split('_')[0]}"

    def judged(self, word: str, kind: str) -> YearApart:
        """The same with this verdict on the exact counts; none where a count is withheld, and where rounding
        makes the shares go another way, without that of a year before."""
        if self.before is None:
            return self
        if isnan(sum((*self.now, *self.before))):
            return replace(self, moved=NOT_JUDGED, kind="common")
        made = replace(self, moved=word, kind=kind)
        if kind != "common" and _way(self.before, self.now) != self.rose:
            return replace(made, before=(nan, self.before[1]))
        return made


def year_apart(frame: pd.DataFrame, better: str, among: Correction | None = None) -> YearApart | None:
    """Judge the latest month of one measure's rows (month, numerator, denominator) against a year before, by
    an exact test of the two shares. among: what it is compared at once with, nothing by default.

    None where the latest month has no denominator. The two months share no window of a year, so a fall or
    rise is said only of separate data.
    """
    found = frame[frame["denominator"] != 0].sort_values("month")
    if found.empty:
        return None
    last = found["month"].iloc[-1]
    ends = found[found["month"].isin([last - pd.DateOffset(months=YEAR), last])]
    shown, exact = _pairs(ends), _pairs(judging(ends))
    share = exact[-1][0] / exact[-1][1]
    if len(ends) == 1:
        return YearApart(shown[0], None, "no sure change", "common", share=share)
    (apart,) = between(exact[:1], exact[1:])
    word = moved(apart, among or correction([apart.p]))
    return YearApart(shown[1], shown[0], "", "", _way(*exact), share).judged(word, meaning(word, better))


def _pairs(rows: pd.DataFrame) -> list[Pair]:
    return list(zip(rows["numerator"].astype(float), rows["denominator"].astype(float), strict=True))


def _way(before: Pair, now: Pair) -> int:
    was, share = before[0] / before[1], now[0] / now[1]
    return int(share > was) - int(share < was)
