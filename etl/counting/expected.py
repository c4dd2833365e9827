"""SQL of how many people each practice would count, were it as all practices together for people of their
kind."""

from __future__ import annotations

from collections.abc import Sequence

from etl.counting.passes import LATEST, Made, counts
from measures.policy import Policy

MART = "patient_month"
BY_LIST, BY_GROUP = "age_band, sex", "age_band, sex, imd_quintile"
NOBODY = (
    "SELECT '' AS measure, 0 AS threshold, '' AS practice_code, DATE '2000-01-01' AS month, 0 AS numerator, "
    "0 AS denominator, 0.0 AS expected WHERE false"
)
# Months that are compared: ends of quarters and each practice's last month, of the last 13.
CHOSEN = f"""SELECT DISTINCT month
FROM practice_month
WHERE complete AND month >= (SELECT {LATEST} FROM calendar) AND (month(month) % 3 = 0 OR month IN (
    SELECT max(month) FROM practice_month WHERE complete GROUP BY practice_code
))"""


def models(made: Sequence[Made], policy: Policy) -> dict[str, tuple[str, str]]:
    """Name → (SQL, what it is made as): the mart of expected counts, and the temporary tables it is made
    of."""
    adjusted = [(m, t) for m, t in made if m.adjusted]
    found = {"expected_month": (CHOSEN, "TEMP TABLE")}
    if adjusted:
        found["expected_kind"] = _kinds(adjusted, policy), "TEMP TABLE"
    found["expected"] = _expected(adjusted), "TABLE"
    return found


def _kinds(made: Sequence[Made], policy: Policy) -> str:
    """Counts n0, d0 … of each practice, month and kind of people."""
    return (
        f"SELECT practice_code, month, {BY_GROUP},\n    {counts(made, policy)}\n"
        f"FROM {MART}\nWHERE month IN (SELECT month FROM expected_month)\n"
        f"GROUP BY practice_code, month, {BY_GROUP}"
    )


def _expected(made: Sequence[Made]) -> str:
    numbered = list(enumerate(made))
    parts = [
        sql([(i, one) for i, one in numbered if bool(one[0].registered) is by_list])
        for sql, by_list in ((_of_lists, True), (_of_people, False))
        if any(bool(one[0].registered) is by_list for _, one in numbered)
    ]
    kinds = "\nUNION ALL\n".join(parts)
    if not parts:
        return NOBODY
    return f"""-- One row per measure of use, threshold, practice and month that is compared: how many people
-- it would count (numerator: how many it does) had each kind of its people the share of all practices
-- together. Kinds go by age band and sex where the denominator is the list, by deprivation too where it is
-- people supplied. People of a kind that no list has are spread over all alike, so that what is expected adds
-- up to what is counted. Made from measures/definitions.
WITH kind AS (
    SELECT k.measure, k.threshold, k.month, k.practice_code, k.kind, k.n, k.d, m.numerator, m.denominator
    FROM (
{kinds}
    ) AS k
    INNER JOIN measure_month AS m
        ON m.measure = k.measure AND m.threshold = k.threshold AND m.month = k.month
        AND m.practice_code = k.practice_code
),

together AS (
    SELECT measure, threshold, month, kind, sum(n) AS n, sum(d) AS d
    FROM kind
    GROUP BY measure, threshold, month, kind
),

unlisted AS (
    SELECT measure, threshold, month, sum(n) FILTER (WHERE d = 0) / nullif(sum(d), 0) AS share
    FROM together
    GROUP BY measure, threshold, month
)

SELECT k.measure, CAST(k.threshold AS INTEGER) AS threshold, k.practice_code, k.month,
    max(k.numerator) AS numerator, max(k.denominator) AS denominator,
    -- Rounded, so that the order of the sum does not show.
    round(CAST(sum(k.d * (coalesce(t.n / nullif(t.d, 0), 0) + coalesce(u.share, 0))) AS DOUBLE), 9)
        AS expected
FROM kind AS k
INNER JOIN together AS t
    ON t.measure = k.measure AND t.threshold = k.threshold AND t.month = k.month AND t.kind = k.kind
INNER JOIN unlisted AS u ON u.measure = k.measure AND u.threshold = k.threshold AND u.month = k.month
GROUP BY k.measure, k.threshold, k.practice_code, k.month
ORDER BY k.measure, k.threshold, k.practice_code, k.month"""


def _of_lists(made: Sequence[tuple[int, Made]]) -> str:
    people = {i: "coalesce(l.registered, 0)" if m.registered == "registered" else "coalesce(l.adults, 0)"
              for i, (m, _) in made}  # fmt: skip
    sums = ", ".join(f"sum(n{i}) AS n{i}" for i, _ in made)
    keys = ["practice_code", "month", *BY_LIST.split(", ")]
    both = ", ".join(f"coalesce(l.{key}, c.{key}) AS {key}" for key in keys)
    same = " AND ".join(f"c.{key} = l.{key}" for key in keys)
    source = f"""(
        SELECT practice_code, month, {BY_LIST}, sum(registered) AS registered,
            sum(registered) FILTER (WHERE age_band <> '0-17') AS adults
        FROM source_list_sizes
        WHERE month IN (SELECT month FROM expected_month)
        GROUP BY practice_code, month, {BY_LIST}
    ) AS l
    FULL JOIN (
        SELECT practice_code, month, {BY_LIST}, {sums}
        FROM expected_kind
        GROUP BY practice_code, month, {BY_LIST}
    ) AS c ON {same}"""
    return _as_rows(made, source, both, BY_LIST, people)


def _of_people(made: Sequence[tuple[int, Made]]) -> str:
    keys = f"practice_code, month, {BY_GROUP}"
    return _as_rows(made, "expected_kind AS c", keys, BY_GROUP, {i: f"c.d{i}" for i, _ in made})


def _as_rows(
    made: Sequence[tuple[int, Made]], source: str, keys: str, kind: str, people: dict[int, str]
) -> str:
    """The numbered counts of a source as rows of measure, threshold, practice, month and kind."""
    rows = ", ".join(
        f"{{'measure': '{m.slug}', 'threshold': {t}, 'n': coalesce(c.n{i}, 0), 'd': {people[i]}}}"
        for i, (m, t) in made
    )
    return f"""SELECT practice_code, month, concat_ws(' ', {kind}) AS kind, of.measure, of.threshold, of.n,
    of.d FROM (
    SELECT {keys}, unnest([{rows}]) AS of
    FROM {source}
)
WHERE of.n > 0 OR of.d > 0"""
