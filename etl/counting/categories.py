"""SQL of measures by category, and of medians: what one pass over a mart cannot count."""

from __future__ import annotations

from etl.counting.rows import rows_of
from measures.measure import Measure, predicate, predicates
from measures.policy import Policy

MEDIAN_COLUMNS = "category, level, area, month, CAST(n AS BIGINT) AS n, lower, median, upper"


def by_category(m: Measure, threshold: int, policy: Policy) -> str:
    """A measure split by a column (shares of one whole), or made for each of its values (a whole each)."""
    numerator, denominator = predicates(m, threshold, policy)
    tallied = f"tallied_{m.slug}_{threshold}"
    whole = "" if m.split else " FILTER (WHERE t.category = k.category)"
    return f"""SELECT '{m.slug}' AS measure, {threshold} AS threshold, '' AS dimension, *
FROM (
    WITH {tallied} AS (
        SELECT practice_code, month, {m.split or m.each} AS category,
            count(*) FILTER (WHERE {numerator}) AS n, count(*) FILTER (WHERE {denominator}) AS d
        FROM {rows_of(m)}
        GROUP BY ALL
    )
    SELECT k.category, p.practice_code, p.month,
        coalesce(sum(t.n) FILTER (WHERE t.category = k.category), 0) AS numerator,
        coalesce(sum(t.d){whole}, 0) AS denominator
    FROM practice_month AS p
    CROSS JOIN (SELECT DISTINCT category FROM {tallied} WHERE category IS NOT NULL) AS k
    LEFT JOIN {tallied} AS t ON t.practice_code = p.practice_code AND t.month = p.month
    WHERE p.complete AND p.days_of_data >= {m.days_needed}
    GROUP BY p.practice_code, p.month, k.category
)"""


def median(m: Measure, threshold: int, policy: Policy) -> str:
    """Median and quartiles for each area, of all its rows and by category: of rows, not of medians."""
    categories = f"['', {m.each}]" if m.each else "['']"
    return f"""SELECT '{m.slug}' AS measure, {threshold} AS threshold, category, level, area, month,
    count(*) AS n, round(quantile_cont(value, 0.25), 12) AS lower, median(value) AS median,
    round(quantile_cont(value, 0.75), 12) AS upper
FROM (
    SELECT r.month, CAST({m.median_of} AS DOUBLE) AS value, unnest({categories}) AS category,
        a.level, a.area
    FROM {rows_of(m)} AS r
    INNER JOIN area_practice AS a ON a.practice_code = r.practice_code
    INNER JOIN practice_month AS p ON p.practice_code = r.practice_code AND p.month = r.month
    ANTI JOIN unread AS u
        ON u.measure = '{m.slug}' AND u.practice_code = r.practice_code AND u.month = r.month
    WHERE p.complete AND p.days_of_data >= {m.days_needed} AND {predicate(m.numerator, threshold, policy)}
)
GROUP BY category, level, area, month"""
