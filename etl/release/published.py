"""The mart `published`: what may leave of each declared count, made once in the build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from measures import published
from measures.measure import GROUPED, Measure
from measures.policy import Policy, dose_bands
from measures.published import Fact, Published
from measures.suppression.edition import edition
from measures.suppression.plan import PlanError
from measures.suppression.resent import Before
from measures.suppression.tables import Cell, Month, cells_of
from measures.suppression.universes import Sorts, bands, cohort_rows, filled, sorts

KEY = ["measure", "threshold", "dimension", "category", "level", "area", "month"]
ORDER = "measure, threshold, dimension, category, level, area, month"
PUBLISHED = [*KEY, "numerator", "denominator", "practices"]
OF_AREAS = """SELECT measure, threshold, '' AS dimension, category, level, area, month, numerator,
    denominator, CAST(practices AS INTEGER) AS practices
FROM measure_area
WHERE level NOT IN ('practice', 'part')"""
OF_GROUPS = """SELECT g.measure, g.threshold, g.dimension, g.category, 'icb' AS level, p.icb AS area, g.month,
    CAST(sum(g.numerator) AS BIGINT) AS numerator, CAST(sum(g.denominator) AS BIGINT) AS denominator,
    CAST(count(*) AS INTEGER) AS practices
FROM measure_group AS g
INNER JOIN practice AS p ON p.practice_code = g.practice_code
GROUP BY ALL"""


OF_PRACTICE = """SELECT p.practice_code, [hash(p.icb, p.place, p.pcn), coalesce(sum(hash(c)), 0)]
FROM practice AS p
LEFT JOIN (
    SELECT measure, threshold, '' AS dimension, category, practice_code, numerator, denominator
    FROM measure_month WHERE month = $month AND list_contains($measures, measure)
    UNION ALL
    SELECT measure, threshold, dimension, category, practice_code, numerator, denominator
    FROM measure_group WHERE month = $month AND list_contains($measures, measure)
) AS c ON c.practice_code = p.practice_code
GROUP BY p.practice_code, p.icb, p.place, p.pcn"""


def make(
    con: duckdb.DuckDBPyConnection, measures: Sequence[Measure], rules: Policy, before: Path | None = None
) -> None:
    """Table published, from the marts of measures. before: the release served until now. Raises
    PublishedError, FormulaError and PlanError."""
    if before is None:
        frame = table(con, measures, rules)
    else:
        with duckdb.connect(str(before), read_only=True) as earlier:
            frame = table(con, measures, rules, earlier if _is_like(earlier, rules) else None)
    con.register("frame", frame)
    con.execute(
        "CREATE TABLE published AS SELECT * REPLACE (CAST(threshold AS INTEGER) AS threshold, "
        "CAST(month AS DATE) AS month, CAST(practices AS INTEGER) AS practices) FROM frame"
    )
    con.unregister("frame")


def _is_like(earlier: duckdb.DuckDBPyConnection, rules: Policy) -> bool:
    """Whether an earlier release has a published edition, of counts by the same policy."""
    tables = {name for (name,) in earlier.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if not {"published", "release_info"} <= tables:
        return False
    return earlier.execute("SELECT policy_json FROM release_info").fetchall() == [(rules.as_json(),)]


def unproved(
    con: duckdb.DuckDBPyConnection, measures: Sequence[Measure], rules: Policy
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The facts that the marts do not bear out, each with a row it is not so of."""
    facts = published.load(measures).facts
    cohort = cohort_rows(rules)
    claims = {
        f"{fact.mart}: {fact.holds}": f"FROM {fact.mart} WHERE ({filled(fact, rules)}) IS NOT TRUE"
        for fact in facts
        if fact.holds
    }
    claims |= {f"{GROUPED[0]}: {sql}": f"FROM {GROUPED[0]} WHERE ({sql}) IS NOT TRUE" for sql in bands(rules)}
    claims |= {f"{fact.mart}: as many of each {fact.equal}": _unequal(fact) for fact in facts if fact.equal}
    claims[f"cohort_month: the rows of {GROUPED[0]} where {cohort}"] = f"""FROM cohort_month AS c
        FULL JOIN (FROM {GROUPED[0]} WHERE {cohort}) AS m
            ON m.practice_code = c.practice_code AND m.patient_key = c.patient_key AND m.month = c.month
        WHERE c.month IS NULL OR m.month IS NULL OR c.high_gaba <> m.high_gaba
            OR c.current_ome_milli <> m.current_ome_milli"""
    for claim, sql in claims.items():
        if found := con.execute(f"{sql} LIMIT 1").fetchall():
            yield claim, found[0]


def _unequal(fact: Fact) -> str:
    return f"""FROM (
            SELECT practice_code, month, count(*) AS n FROM {fact.mart}
            GROUP BY practice_code, month, {fact.equal})
        SELECT practice_code, month GROUP BY practice_code, month
        HAVING min(n) <> max(n)
            OR count(*) <> (SELECT count(DISTINCT {fact.equal}) FROM {fact.mart})"""


def misread(con: duckdb.DuckDBPyConnection, rule: Mapping[str, int]) -> list[tuple[str, str]]:
    """Measure and area of the first published counts that are small, not rounded as the rule says, or of
    nothing that was counted. rule: suppress_below and round_to."""
    odd = " OR ".join(
        f"p.{part} <> (2 * c.{part} + $round_to) // (2 * $round_to) * $round_to "
        f"OR (p.{part} IS NOT NULL AND c.{part} > 0 AND c.{part} < $suppress_below)"
        for part in ("numerator", "denominator")
    )
    return con.execute(
        f"""SELECT p.measure, p.area FROM published AS p
        LEFT JOIN ({OF_AREAS} UNION ALL {OF_GROUPS}) AS c USING ({", ".join(KEY)})
        WHERE c.measure IS NULL OR {odd} ORDER BY ALL LIMIT 3""",
        {name: rule[name] for name in ("suppress_below", "round_to")},
    ).fetchall()


def table(
    con: duckdb.DuckDBPyConnection,
    measures: Sequence[Measure],
    rules: Policy,
    earlier: duckdb.DuckDBPyConnection | None = None,
) -> pd.DataFrame:
    """A row a declared cell and quarter end, in the order of KEY: numerator and denominator as they may leave
    (NA: withheld), practices counted. earlier: a release by the same policy, whose published counts are known
    already. Raises as `make`."""
    declared = published.load(measures)
    made = sorts(measures, declared, rules, _categories(con, measures))
    found = _counts(con, declared, measures, rules)
    then = None if earlier is None else _counts(earlier, declared, measures, rules)
    parts = [found.iloc[:0]]
    for month, rows in found.groupby("month", sort=True):
        told = None if earlier is None or then is None else then[then["month"] == month]
        before = (
            None
            if earlier is None or told is None or told.empty
            else _before(con, earlier, told, [*declared.by_measure])
        )
        shown = _shown(made, _month(con, rows), rules, before)
        where = [Cell._make([*at, ""]) for at in rows[KEY[:-1]].itertuples(index=False, name=None)]
        for part in ("numerator", "denominator"):
            values: Any = [shown[cell._replace(part=part)] for cell in where]
            rows = rows.assign(**{part: pd.array(values, "Int64")})
        parts.append(rows)
    return pd.concat(parts).sort_values(KEY, ignore_index=True)[PUBLISHED]


def _shown(made: list[Sorts], month: Month, rules: Policy, before: Before | None) -> dict[Cell, int | None]:
    """What is published of a month: what was, where nothing has changed since."""
    if before is None:
        return edition(made, month, rules.suppression)
    if not before.changed and before.month.cells == month.cells and {*month.cells} <= {*before.shown}:
        return {cell: before.shown[cell] for cell in month.cells}
    try:
        return edition(made, month, rules.suppression, before)
    except PlanError:  # counted by other definitions, which nobody knows any more
        return edition(made, month, rules.suppression)


def _month(con: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> Month:
    """The exact counts of a month, from rows of PUBLISHED."""
    key = [*KEY[:-1], "numerator", "denominator"]
    levels = ", ".join(f"coalesce({level}, '')" for level in published.LEVELS)
    areas = {
        code: dict(zip(published.LEVELS, row, strict=True))
        for code, *row in con.execute(f"SELECT practice_code, {levels} FROM practice").fetchall()
    }
    covered: dict[str, set[str]] = {}
    for slug, code in con.execute(
        "SELECT DISTINCT measure, practice_code FROM measure_month WHERE month = ?", [rows["month"].iloc[0]]
    ).fetchall():
        covered.setdefault(slug, set()).add(code)
    cells = cells_of(rows[key].itertuples(index=False, name=None))
    return Month(cells, areas, {slug: frozenset(codes) for slug, codes in covered.items()})


def _before(
    con: duckdb.DuckDBPyConnection,
    earlier: duckdb.DuckDBPyConnection,
    rows: pd.DataFrame,
    measures: list[str],
) -> Before:
    """What an earlier release told of a month, and the practices whose counts or areas were others."""
    month = rows["month"].iloc[0]
    told = (
        earlier.execute("FROM published WHERE month = ?", [month])
        .df()
        .astype({"numerator": "Int64", "denominator": "Int64"})
    )
    shown: dict[Cell, int | None] = {}
    for *at, numerator, denominator in told[[*KEY[:-1], "numerator", "denominator"]].itertuples(index=False):
        for part, n in (("numerator", numerator), ("denominator", denominator)):
            shown[Cell._make([*at, part])] = None if pd.isna(n) else int(n)
    asked = {"month": month, "measures": measures}
    counts = [dict(one.execute(OF_PRACTICE, asked).fetchall()) for one in (con, earlier)]
    changed = frozenset(
        code for code in {*counts[0], *counts[1]} if counts[0].get(code) != counts[1].get(code)
    )
    return Before(_month(earlier, rows), shown, changed)


def _counts(
    con: duckdb.DuckDBPyConnection, declared: Published, measures: Sequence[Measure], rules: Policy
) -> pd.DataFrame:
    """The exact counts of the declared cells at the declared quarter ends: rows of PUBLISHED."""
    wanted = pd.DataFrame(_declared(declared, measures, rules), columns=[*KEY[:3], "level", "category"])
    con.register("wanted", wanted)
    found = con.execute(
        f"""WITH counts AS ({OF_AREAS} UNION ALL {OF_GROUPS})
        SELECT {", ".join(f"c.{name}" for name in PUBLISHED)}
        FROM counts AS c
        WHERE EXISTS (
            FROM wanted AS w
            WHERE w.measure = c.measure AND w.threshold = c.threshold AND w.dimension = c.dimension
                AND w.level = c.level AND (w.category IS NULL OR w.category = c.category)
        ) AND c.area IS NOT NULL AND c.month IN (
            SELECT DISTINCT month FROM measure_area WHERE month(month) % 3 = 0 ORDER BY month DESC LIMIT ?)
        ORDER BY {ORDER}""",
        [declared.quarters],
    ).df()
    con.unregister("wanted")
    return found


def _declared(
    declared: Published, measures: Sequence[Measure], rules: Policy
) -> Iterator[tuple[str, int, str, str, str | None]]:
    """Measure, threshold, dimension, level and category (None: every) of what is declared."""
    lowest = min(rules.thresholds.values)
    beyond = [label for label, least, _ in dose_bands(rules) if least >= lowest * 1000]
    for m in measures:
        if entry := declared.by_measure.get(m.slug):
            for threshold in entry.thresholds or m.thresholds(rules):
                for level in entry.levels:
                    for category in beyond if entry.beyond_only else [None]:
                        yield m.slug, threshold, "", level, category
                for dimension in entry.groups:
                    yield m.slug, threshold, dimension, "icb", None


def _categories(con: duckdb.DuckDBPyConnection, measures: Sequence[Measure]) -> dict[str, list[str]]:
    """Measure → every category it is counted by."""
    rows = con.execute(
        "SELECT DISTINCT measure, category FROM measure_area WHERE category <> '' ORDER BY ALL"
    )
    found: dict[str, list[str]] = {}
    for slug, category in rows.fetchall():
        found.setdefault(slug, []).append(category)
    return found
