"""Deciles over practices, and where one practice stands among them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

FEWEST_PRACTICES = 20


def deciles(values: Sequence[float | None]) -> np.ndarray:
    """The nine deciles (10th to 90th percentile), linear between neighbours; missing values are left out.

    Raises ValueError when nothing is left. Definition: OpenPrescribing.
    """
    numbers = _numbers(values)
    present = numbers[~np.isnan(numbers)]
    if present.size == 0:
        raise ValueError("deciles: no practice has a value; leave this month out.")
    return np.quantile(present, np.arange(1, 10) / 10)


def deciles_by_month(frame: pd.DataFrame) -> pd.DataFrame:
    """Deciles a month over practices: month, decile (1 to 9), value, practices.

    frame: month, numerator, denominator, one row a practice and month. Rows without a denominator are left
    out, and months with fewer than 20 practices have no deciles: draw their practices as dots.
    """
    usable = frame[frame["numerator"].notna() & (frame["denominator"].fillna(0) > 0)]
    rows = []
    for month, part in usable.groupby("month"):
        if len(part) >= FEWEST_PRACTICES:
            lines = deciles((part["numerator"] / part["denominator"]).to_list())
            rows += [(month, decile, value, len(part)) for decile, value in enumerate(lines, start=1)]
    return pd.DataFrame(rows, columns=["month", "decile", "value", "practices"])


def percent_rank(values: Sequence[float | None]) -> np.ndarray:
    """Share of the other practices below each value, 0 to 100; missing stays missing, one practice is 0."""
    ranks = _ranks(_numbers(values))
    others = np.count_nonzero(~np.isnan(ranks)) - 1
    return (ranks - 1) * 100 / others if others > 0 else ranks - 1


def quantile_groups(
    values: Sequence[float | None], groups: int = 10, *, highest_first: bool = False
) -> np.ndarray:
    """Group of each value, 1 to `groups`; ties share the lowest rank; missing stays missing.

    All missing when there are fewer values than groups. Definition: Fingertips deciles and quintiles.
    """
    numbers = _numbers(values)
    ranks = _ranks(-numbers if highest_first else numbers)
    count = np.count_nonzero(~np.isnan(ranks))
    if count < groups:
        return np.full(len(ranks), np.nan)
    return np.maximum(1, groups + 1 - np.ceil((count + 1 - ranks) * groups / count))


def _numbers(values: Sequence[float | None]) -> np.ndarray:
    return np.asarray([np.nan if value is None else value for value in values], dtype=float)


def _ranks(numbers: np.ndarray) -> np.ndarray:
    return pd.Series(numbers).rank(method="min").to_numpy()
