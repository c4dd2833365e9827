"""SQL that counts all measures of a mart in one pass, and turns the columns of counts into rows."""

from __future__ import annotations

from collections.abc import Sequence

from etl.counting.rows import rows_of, total
from measures.measure import COHORT, GROUPED, IN_COHORT, Measure, predicate, predicates
from measures.policy import Policy

Made = tuple[Measure, int]  # a measure at one of its thresholds; 0 where it has none
GROUPS = ("age_band", "sex", "imd_quintile")
LATEST = "CAST(max(month) - INTERVAL 12 MONTH AS DATE)"  # groups are made for a year and the month before it


def by_mart(made: Sequence[Made]) -> dict[str, list[Made]]:
    """Table of counts → the measures it holds: those of one mart whose rows count for as many months."""
    found: dict[str, list[Made]] = {}
    for m, t in made:
        if not (m.split or m.each or m.median_of):
            found.setdefault(f"counted_{m.mart}_{m.over_months}", []).append((m, t))
    return found


def counts(made: Sequence[Made], policy: Policy) -> str:
    """SQL of the counts n0, d0, n1, d1 … of these measures; no d of one whose denominator is a list."""
    columns = []
    for i, (m, t) in enumerate(made):
        numerator, denominator = predicates(m, t, policy)
        columns.append(f"{total(m, numerator)} AS n{i}")
        if denominator:
            columns.append(f"count(*) FILTER (WHERE {denominator}) AS d{i}")
    return ",\n    ".join(columns)


def counted(made: Sequence[Made], policy: Policy) -> str:
    """The counts of each practice and month, whole and for each group of people."""
    columns = counts(made, policy)
    first = made[0][0]
    if first.mart not in GROUPED or first.over_months > 1:
        return (
            f"SELECT practice_code, month, '' AS dimension, '' AS category,\n    {columns}\n"
            f"FROM {rows_of(first)}\nGROUP BY practice_code, month"
        )
    which = " ".join(f"WHEN GROUPING({g}) = 0 THEN '{g}'" for g in GROUPS)
    value = " ".join(f"WHEN GROUPING({g}) = 0 THEN coalesce(CAST({g} AS VARCHAR), 'unknown')" for g in GROUPS)
    sets = ", ".join(["(practice_code, month)", *(f"(practice_code, month, {g})" for g in GROUPS)])
    return (
        f"SELECT practice_code, month, CASE {which} ELSE '' END AS dimension,\n"
        f"    CASE {value} ELSE '' END AS category,\n    {columns}\n"
        f"FROM {first.mart}\nGROUP BY GROUPING SETS ({sets})"
    )


def cohort_size(made: Sequence[Made], policy: Policy) -> str:
    """People in the cohort of each practice and month, a column for each threshold asked for."""
    asked = sorted({t for m, t in made if m.denominator == COHORT})
    people = [f"count(*) FILTER (WHERE {predicate(IN_COHORT, t, policy)}) AS people_{t}" for t in asked]
    columns = ", ".join(["practice_code", "month", *people])
    return f"SELECT {columns}\nFROM cohort_month\nGROUP BY practice_code, month"


def unread(measures: Sequence[Measure]) -> str:
    """Months of practices that do not count for a measure, since an extract it needs has not come: what
    nobody sent is not known, and no nought."""
    needed = [(m.slug, name, n) for m in measures for name, n in m.extracts_needed.items()]
    values = ", ".join(f"('{slug}', '{name}', {n})" for slug, name, n in needed or [("", "", 0)])
    month = "CAST(l.month + to_months(k) AS DATE)"
    return f"""SELECT DISTINCT measure, practice_code, {month} AS month
FROM (VALUES {values}) AS n (measure, entity, months)
INNER JOIN extract_lacking AS l ON l.entity = n.entity
CROSS JOIN (SELECT unnest(range(12)) AS k)
WHERE k < n.months"""


def months(name: str, made: Sequence[Made]) -> str:
    """Rows of every complete month, those without anybody to count too."""
    source = (
        f"practice_month AS p\n    LEFT JOIN {name} AS c "
        "ON c.practice_code = p.practice_code AND c.month = p.month AND c.dimension = ''\n"
        "    LEFT JOIN cohort_size AS k ON k.practice_code = p.practice_code AND k.month = p.month"
    )
    return _as_rows(source, "'' AS dimension, '' AS category", list(enumerate(made)), "p.complete", "true")


def groups(name: str, made: Sequence[Made]) -> list[str]:
    """Rows of groups with a denominator, for 13 months. Lists are not known by deprivation, nor are rates."""
    numbered = [(i, (m, t)) for i, (m, t) in enumerate(made) if m.grouped]
    listed = [(i, one) for i, one in numbered if one[0].registered]
    others = [(i, one) for i, one in numbered if not one[0].registered]
    month = "INNER JOIN practice_month AS p ON p.practice_code = {0}.practice_code AND p.month = {0}.month"
    same = " AND ".join(f"c.{x} = l.{x}" for x in ("practice_code", "month", "dimension", "category"))
    parts = (
        ("l", f"group_list AS l\n    LEFT JOIN {name} AS c ON {same}\n    {month.format('l')}", listed),
        ("c", f"{name} AS c\n    {month.format('c')}", others),
    )
    return [
        _as_rows(
            source,
            f"{at}.dimension, {at}.category",
            rows,
            f"p.complete AND {at}.dimension <> '' AND p.month >= (SELECT {LATEST} FROM calendar)",
            "c.of.denominator > 0",
            at,
        )
        for at, source, rows in parts
        if rows
    ]


def _as_rows(
    source: str, group: str, made: Sequence[tuple[int, Made]], where: str, keep: str, listed: str = "p"
) -> str:
    """The numbered counts of a source as rows, for months with as many days of data, and the list size, that
    each measure needs."""
    named = ", ".join(f"({i}, '{m.slug}', {t}, {m.days_needed}, {bool(m.registered)})" for i, (m, t) in made)
    counts = ", ".join(
        f"{{'number': {i}, 'numerator': coalesce(c.n{i}, 0), "
        f"'denominator': coalesce({_denominator(i, one, listed)}, 0)}}"
        for i, one in made
    )
    return f"""SELECT measure, threshold, dimension, category, practice_code, month,
    c.of.numerator AS numerator, c.of.denominator AS denominator
FROM (
    SELECT p.practice_code, p.month, p.days_of_data, p.listed, {group}, unnest([{counts}]) AS of
    FROM {source}
    WHERE {where}
) AS c
INNER JOIN (VALUES {named}) AS d (number, measure, threshold, days_needed, by_list)
    ON d.number = c.of.number AND c.days_of_data >= d.days_needed AND (c.listed OR NOT d.by_list)
WHERE {keep}"""


def _denominator(i: int, made: Made, listed: str) -> str:
    m, threshold = made
    if m.registered:
        return f"{listed}.{m.registered}"
    return f"k.people_{threshold}" if m.denominator == COHORT else f"c.d{i}"
