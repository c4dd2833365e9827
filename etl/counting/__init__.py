"""Measures to SQL: every measure, for each of its thresholds. No SQL file names a measure."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from etl.counting import categories, expected, flows, passes
from measures.measure import Measure
from measures.policy import Policy

MONTH = "One row per measure, threshold, category, practice and complete month."
GROUP = "One row per measure, threshold, group of people, practice and complete month of the last 13."
MEDIAN = (
    "One row per measure, threshold, category ('' of all), area and month: median and quartiles of the rows "
    "of its practices."
)
NUMBERS = "CAST(numerator AS BIGINT) AS numerator, CAST(denominator AS BIGINT) AS denominator"
READ = """ANTI JOIN unread AS u
    ON u.measure = r.measure AND u.practice_code = r.practice_code AND u.month = r.month"""
NO_ROWS = (
    "SELECT '' AS measure, 0 AS threshold, '' AS dimension, '' AS category, '' AS practice_code, "
    "DATE '2000-01-01' AS month, 0 AS numerator, 0 AS denominator, '' AS level, '' AS area, 0 AS n, "
    "0.0 AS lower, 0.0 AS median, 0.0 AS upper WHERE false"
)


def models(measures: Sequence[Measure], policy: Policy) -> dict[str, tuple[str, str]]:
    """Name → (SQL, what it is made as): the marts of measures, and the temporary counts they are made of."""
    made = [(m, t) for m in measures for t in m.thresholds(policy)]
    counted = passes.by_mart(made)
    found = {name: (passes.counted(part, policy), "TEMP TABLE") for name, part in counted.items()}
    found["unread"] = passes.unread(measures), "TEMP TABLE"
    found["cohort_size"] = passes.cohort_size(made, policy), "TEMP TABLE"
    months = [passes.months(name, part) for name, part in counted.items()]
    months += [
        categories.by_category(m, t, policy) for m, t in made if (m.split or m.each) and not m.median_of
    ]
    groups = [sql for name, part in counted.items() for sql in passes.groups(name, part)]
    medians = [categories.median(m, t, policy) for m, t in made if m.median_of]
    at = "category, practice_code, month"
    found["measure_month"] = _mart(MONTH, at, f"{at}, {NUMBERS}", months, READ)
    found["measure_group"] = _mart(GROUP, f"dimension, {at}", f"dimension, {at}, {NUMBERS}", groups, READ)
    found["measure_median"] = _mart(
        MEDIAN, "level, area, category, month", categories.MEDIAN_COLUMNS, medians
    )
    return found | expected.models(made, policy) | flows.models(made, policy)


def _mart(grain: str, order: str, columns: str, parts: Sequence[str], which: str = "") -> tuple[str, str]:
    rows = "\nUNION ALL\n".join(parts or [NO_ROWS])
    sql = (
        f"-- {grain} Made from measures/definitions.\n"
        f"SELECT measure, CAST(threshold AS INTEGER) AS threshold, {columns}\n"
        f"FROM (\n{rows}\n) AS r\n{which}\nORDER BY measure, threshold, {order}"
    )
    return sql, "TABLE"


def definitions(measures: Sequence[Measure]) -> pd.DataFrame:
    """One row per measure: the words shown beside its numbers."""
    columns = [
        "slug", "mart", "code", "name", "short_name", "question", "unit", "multiplier", "better",
        "per_threshold",
        "numerator_words", "denominator_words", "why", "caveats", "source", "reviewed_on", "split", "each",
        "kind", "grouped", "over_months", "is_state", "counts",
        "adjusted",
    ]  # fmt: skip
    frame = pd.DataFrame([[getattr(m, c) for c in columns] for m in measures], columns=columns)
    return frame.rename(columns={"slug": "measure"}).astype({"split": "string", "each": "string"})
