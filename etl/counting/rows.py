"""SQL of the rows that a measure counts, and of how many there are."""

from __future__ import annotations

from measures.measure import Measure

LEVELS = {"practice": "practice_code", "pcn": "pcn", "place": "place", "icb": "icb"}


def rows_of(m: Measure) -> str:
    """The mart's rows, each in every month it counts in."""
    if m.over_months == 1:
        return m.mart
    last = f"month + INTERVAL {m.over_months - 1} MONTH"
    months = f"CAST(unnest(generate_series(month, {last}, INTERVAL 1 MONTH)) AS DATE) AS month"
    return f"(SELECT * EXCLUDE (month), {months} FROM {m.mart})"


def total(m: Measure, numerator: str) -> str:
    """How many rows the numerator has, or the sum of what they hold, a whole number."""
    which = f"FILTER (WHERE {numerator})"
    if m.amount_milli:
        return f"CAST(round(sum({m.amount_milli}) {which} / 1000.0) AS BIGINT)"
    return f"count(*) {which}"
