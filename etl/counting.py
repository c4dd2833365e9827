"""Measures to SQL: every measure, for each of its thresholds, into one table. No SQL file names a measure."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from measures.measure import MARTS, Measure, predicate
from measures.policy import Policy


def measure_month(measures: Sequence[Measure], policy: Policy) -> str:
    """The SQL of mart measure_month: a row per measure, threshold, category, practice and complete month."""
    parts = [_whole(mart, measures, policy) for mart in MARTS]
    splits = [_split(m, t, policy) for m in measures if m.split for t in m.thresholds(policy)]
    selects = "\nUNION ALL\n".join([sql for sql in parts if sql] + splits)
    return (
        "-- One row per measure, threshold, category, practice and complete month. "
        "Made from measures/definitions.\n"
        "SELECT measure, CAST(threshold AS INTEGER) AS threshold, category, practice_code, month,\n"
        "    CAST(numerator AS BIGINT) AS numerator, CAST(denominator AS BIGINT) AS denominator\n"
        f"FROM (\n{selects}\n)\nORDER BY measure, threshold, category, practice_code, month"
    )


def definitions(measures: Sequence[Measure]) -> pd.DataFrame:
    """One row per measure: the words shown beside its numbers."""
    columns = [
        "slug", "code", "name", "short_name", "question", "unit", "multiplier", "better", "per_threshold",
        "numerator_words", "denominator_words", "why", "caveats", "source", "reviewed_on", "split",
    ]  # fmt: skip
    frame = pd.DataFrame([[getattr(m, c) for c in columns] for m in measures], columns=columns)
    return frame.rename(columns={"slug": "measure"}).astype({"split": "string"})


def _whole(mart: str, measures: Sequence[Measure], policy: Policy) -> str:
    """One pass over a mart counts all its measures; a second turns the columns into rows."""
    made = [(m, t) for m in measures if m.mart == mart and not m.split for t in m.thresholds(policy)]
    if not made:
        return ""
    counts = []
    for i, (m, t) in enumerate(made):
        numerator, denominator = _predicates(m, t, policy)
        counts.append(f"count(*) FILTER (WHERE {numerator}) AS n{i}")
        if not m.registered:
            counts.append(f"count(*) FILTER (WHERE {denominator}) AS d{i}")
    rows = "\nUNION ALL\n".join(
        f"SELECT '{m.slug}' AS measure, {t} AS threshold, '' AS category, practice_code, month, "
        f"coalesce(n{i}, 0) AS numerator, coalesce({m.registered or f'd{i}'}, 0) AS denominator "
        f"FROM counted WHERE days_of_data >= {m.days_needed}"
        for i, (m, t) in enumerate(made)
    )
    columns = ",\n        ".join(counts)
    return (
        f"SELECT * FROM (\nWITH one_pass AS (\n    SELECT practice_code, month,\n        {columns}\n"
        f"    FROM {mart}\n    GROUP BY practice_code, month\n),\n\n"
        "counted AS (\n    "
        "SELECT p.practice_code, p.month, p.days_of_data, p.adults, p.registered,\n"
        "        c.* EXCLUDE (practice_code, month)\n"
        "    FROM practice_month AS p\n"
        "    LEFT JOIN one_pass AS c ON c.practice_code = p.practice_code AND c.month = p.month\n"
        f"    WHERE p.complete\n)\n\n{rows}\n)"
    )


def _split(m: Measure, threshold: int, policy: Policy) -> str:
    numerator, denominator = _predicates(m, threshold, policy)
    return f"""SELECT '{m.slug}' AS measure, {threshold} AS threshold, k.category, p.practice_code, p.month,
    count(*) FILTER (WHERE {numerator} AND {m.split} = k.category) AS numerator,
    count(*) FILTER (WHERE {denominator}) AS denominator
FROM practice_month AS p
CROSS JOIN (SELECT DISTINCT {m.split} AS category FROM {m.mart} WHERE {m.split} IS NOT NULL) AS k
LEFT JOIN {m.mart} AS r ON r.practice_code = p.practice_code AND r.month = p.month
WHERE p.complete AND p.days_of_data >= {m.days_needed}
GROUP BY p.practice_code, p.month, k.category"""


def _predicates(m: Measure, threshold: int, policy: Policy) -> tuple[str, str]:
    numerator = f"({predicate(m.numerator, threshold, policy)})"
    if m.registered:
        return numerator, ""
    denominator = f"({predicate(m.denominator, threshold, policy)})"
    return f"({numerator} AND {denominator})", denominator
