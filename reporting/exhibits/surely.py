"""Which practices are surely high: their rate drawn in towards the others', and how sure it is beyond it."""

from __future__ import annotations

import math

import pandas as pd

from reporting.analysis.rounding import EXACT, Rounding
from reporting.analysis.shrinkage import rates
from reporting.disclosure import whole

TIMES = 1.5
SURE = 0.9
SURELY = "9 in 10 sure"
SURELY_WORDS = (
    f"High: {SURELY} that the rate is above {TIMES:g} times that of the others together, drawn in towards "
    "them (Poisson–gamma, shape 1.5)."
)


def surely(frame: pd.DataFrame, rounding: Rounding = EXACT) -> pd.Series:
    """How probable it is that each row's rate is above TIMES that of all others together (0 to 1).

    Of counts that were rounded the least that it may be: its own as few, the others' as many as round so.
    NaN where the row, or all rows together, may not be shown.
    """
    people, of = (rounding.ends(whole(frame, name)) for name in ("numerator", "denominator"))
    found = []
    for numerator, denominator in zip(frame["numerator"], frame["denominator"], strict=True):
        few, wide = rounding.ends(numerator)[0], rounding.ends(denominator)[1]
        others = people[1] - few, of[0] - wide
        if math.isnan(sum((few, wide, *others))) or others[1] <= 0:
            found.append(math.nan)
            continue
        made = rates([few, max(others[0], 0.0)], [wide, others[1]], times=TIMES)
        found.append(float(made.frame["probability"].iloc[0]))
    return pd.Series(found, index=frame.index, dtype=float)
