"""The mart `published`: what may leave of each declared count, made once in the build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd

from etl.counting.rows import rows_of
from measures import published
from measures.measure import GROUPED, Measure
from measures.policy import Policy, dose_bands
from measures.published import Published
from measures.suppression.edition import edition
from measures.suppression.plan import PlanError
from measures.suppression.resent import Before
from measures.suppression.tables import Cell, Month, cells_of
from measures.suppression.universes import Count, Sorts, bands, cohort_rows, filled, sorts

KEY = ["measure", "threshold", "dimension", "category", "level", "area", "month"]
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

# As measure_area names them; practices of several ICBs are together.
AREAS_OF = """(SELECT coalesce(string_agg(DISTINCT icb, ', ' ORDER BY icb), '') FROM practice),
    coalesce(place, ''), coalesce(pcn, '')"""
WITHOUT_REGARD = "planned without regard to what the release served until now showed"

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


class Note(NamedTuple):
    """Why counts are not published, or are without regard to what was. month: of which (None: of all);
    marts: whose counts (none named: all); missing: whether there are no rows of them."""

    month: dt.date | None
    marts: list[str]
    missing: bool
    why: str


def words(note: Note) -> str:
    """A note as a sentence for whoever builds."""
    when = f" of {note.month:%Y-%m}" if note.month else ""
    of_marts = f" of {' or '.join(note.marts)}" if note.marts else ""
    what = f"counts{of_marts}{when}"
    if not note.missing:
        return f"published {what}: {note.why}."
    return f"no {what} are published, and the internal edition is whole: {note.why}. See published_note."


def make(
    con: duckdb.DuckDBPyConnection,
    measures: Sequence[Measure],
    rules: Policy,
    before: Path | None = None,
    unread: str = "",
) -> list[Note]:
    """Tables published and published_note, from the marts of measures. before: the release served until now;
    unread: why that cannot be read, so that nobody knows what it showed. Raises PublishedError and
    FormulaError."""
    if unread:
        frame = _counts(con, published.load(measures), measures, rules).iloc[:0][PUBLISHED]
        notes = [Note(None, [], True, f"what was published until now cannot be known: {unread}")]
    elif before is None:
        frame, notes = table(con, measures, rules)
    else:
        with duckdb.connect(str(before), read_only=True) as earlier:
            known = _is_edition(earlier)
            other = known and _other_policy(earlier, rules)
            frame, notes = table(con, measures, rules, earlier if known and not other else None)
            if other:
                notes.append(Note(None, [], False, f"{WITHOUT_REGARD}: it is of another policy"))
    con.register("frame", frame)
    con.execute(
        "CREATE TABLE published AS SELECT * REPLACE (CAST(threshold AS INTEGER) AS threshold, "
        "CAST(month AS DATE) AS month, CAST(practices AS INTEGER) AS practices) FROM frame"
    )
    con.unregister("frame")
    con.execute("CREATE TABLE published_note (month DATE, marts VARCHAR[], missing BOOLEAN, why VARCHAR)")
    if notes:
        con.executemany("INSERT INTO published_note VALUES (?, ?, ?, ?)", notes)
    return notes


def _is_edition(release: duckdb.DuckDBPyConnection) -> bool:
    """Whether a release has a published edition."""
    tables = {name for (name,) in release.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    return {"published", "release_info"} <= tables


def _other_policy(earlier: duckdb.DuckDBPyConnection, rules: Policy) -> bool:
    return earlier.execute("SELECT policy_json FROM release_info").fetchall() != [(rules.as_json(),)]


def unproved(
    con: duckdb.DuckDBPyConnection, measures: Sequence[Measure], rules: Policy
) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """The facts that the marts do not bear out: mart, fact, and the practice and month of a row it is not so
    of. Raises PublishedError where a fact is of a column that its mart has not."""
    made = published.load(measures)
    counted = {m.mart: rows_of(m) for m in measures if m.slug in made.by_measure}
    for at, fact in enumerate(made.facts):
        rows = counted.get(fact.mart, fact.mart)
        where = f"({filled(fact, rules)}) IS NOT TRUE"
        try:
            found = con.execute(f"SELECT practice_code, month FROM {rows} WHERE {where} LIMIT 1").fetchall()
        except duckdb.BinderException as error:
            raise published.wrong_fact(at, str(error).splitlines()[0]) from None
        yield from ((fact.mart, fact.holds, row) for row in found)
    for claim, sql in _cohort_claims(rules):
        for row in con.execute(f"{sql} LIMIT 1").fetchall():
            yield GROUPED[0], claim, row


def _cohort_claims(rules: Policy) -> Iterator[tuple[str, str]]:
    for sql in bands(rules):
        yield sql, f"SELECT practice_code, month FROM {GROUPED[0]} WHERE ({sql}) IS NOT TRUE"
    cohort = cohort_rows(rules)
    yield (
        f"cohort_month: the rows of {GROUPED[0]} where {cohort}",
        f"""SELECT coalesce(c.practice_code, m.practice_code), coalesce(c.month, m.month)
        FROM cohort_month AS c
        FULL JOIN (FROM {GROUPED[0]} WHERE {cohort}) AS m
            ON m.practice_code = c.practice_code AND m.patient_key = c.patient_key AND m.month = c.month
        WHERE c.month IS NULL OR m.month IS NULL OR c.high_gaba <> m.high_gaba
            OR c.current_ome_milli <> m.current_ome_milli""",
    )


def _counted_together(mart: str) -> list[str]:
    """The marts whose counts are of the same people, and so are published together or not at all."""
    return [*GROUPED] if mart in GROUPED else [mart]


def unsaid(
    con: duckdb.DuckDBPyConnection, measures: Sequence[Measure], rules: Policy
) -> Iterator[tuple[str, str]]:
    """Measure and month of declared counts that are not published though no note says so."""
    marts = {m.slug: m.mart for m in measures}
    declared = _counts(con, published.load(measures), measures, rules)
    there = con.execute(f"SELECT {', '.join(KEY)} FROM published").df()
    beside = declared.merge(there, "left", KEY, indicator=True)
    missing = beside.loc[beside["_merge"] == "left_only", ["measure", "month"]].drop_duplicates()
    notes = [Note(*row) for row in con.execute("FROM published_note WHERE missing").fetchall()]
    for slug, month in missing.itertuples(index=False):
        said = any(
            (note.month is None or note.month == month.date())
            and (not note.marts or marts[slug] in note.marts)
            for note in notes
        )
        if not said:
            yield slug, f"{month:%Y-%m}"


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
) -> tuple[pd.DataFrame, list[Note]]:
    """A row a declared cell and quarter end, in the order of KEY: numerator and denominator as they may leave
    (NA: withheld), practices counted; and what is not there. earlier: a release by the same policy, whose
    published counts are known already. Raises as `make`."""
    notes = [
        Note(
            None,
            _counted_together(mart),
            True,
            f'"{claim}" of {mart} is not so, first of {practice}, {month:%Y-%m}',
        )
        for mart, claim, (practice, month) in unproved(con, measures, rules)
    ]
    proved = [m for m in measures if not any(m.mart in note.marts for note in notes)]
    declared = published.load(measures).only(m.slug for m in proved)
    wider, categories = declared, _categories(con)
    then = None
    if earlier is not None:
        then = _exact(earlier, "published")
        wider = declared.beside(set(then["measure"]) & {m.slug for m in proved})
        for slug, older in _categories(earlier).items():
            categories[slug] = sorted({*categories.get(slug, []), *older})
    made = sorts(proved, wider, rules, categories)
    found = _counts(con, declared, proved, rules)
    parts = [found.iloc[:0]]
    for month, rows in found.groupby("month", sort=True):
        before = None
        if earlier is not None and then is not None and not (told := then[then["month"] == month]).empty:
            before = _before(con, earlier, told, [*wider.by_measure])
        own = _month(con, rows, [*wider.by_measure], before.changed if before else frozenset())
        try:
            shown, forgets = _shown(made, own, rules, before)
        except PlanError as error:
            notes.append(Note(rows["month"].iloc[0].date(), [], True, str(error)))
            continue
        if forgets:
            notes.append(Note(rows["month"].iloc[0].date(), [], False, f"{WITHOUT_REGARD}: {forgets}"))
        where = [Cell._make([*at, ""]) for at in rows[KEY[:-1]].itertuples(index=False, name=None)]
        for part in ("numerator", "denominator"):
            values: Any = [shown[cell._replace(part=part)] for cell in where]
            rows = rows.assign(**{part: pd.array(values, "Int64")})
        parts.append(rows)
    return pd.concat(parts).sort_values(KEY, ignore_index=True)[PUBLISHED], notes


def _shown(
    made: list[Sorts], month: Month, rules: Policy, before: Before | None
) -> tuple[dict[Cell, int | None], str]:
    """What is published of a month: what was, where nothing has changed since; and why it is without regard
    to what was published before, where it is. Raises PlanError."""
    if before is None:
        return edition(made, month, rules.suppression), ""
    if (
        not before.changed
        and month.cells.items() <= before.month.cells.items()
        and {*month.cells} <= {*before.shown}
    ):
        return {cell: before.shown[cell] for cell in month.cells}, ""
    try:
        return edition(made, month, rules.suppression, before), ""
    except PlanError as error:  # counted by other definitions, which nobody knows any more
        return edition(made, month, rules.suppression), str(error)


def _month(
    con: duckdb.DuckDBPyConnection, rows: pd.DataFrame, measures: list[str], changed: frozenset[str]
) -> Month:
    """The exact counts of a month, from rows of PUBLISHED. measures: those that the plan ties; changed:
    practices to be told apart."""
    month = rows["month"].iloc[0]
    areas = {
        code: dict(zip(published.LEVELS, row, strict=True))
        for code, *row in con.execute(f"SELECT practice_code, {AREAS_OF} FROM practice").fetchall()
    }
    counted: dict[str, set[str]] = {}
    covered: dict[str, set[str]] = {}
    for slug, code in con.execute(
        "SELECT DISTINCT measure, practice_code FROM measure_month "
        "WHERE month = ? AND list_contains(?, measure)",
        [month, measures],
    ).fetchall():
        covered.setdefault(slug, set()).add(code)
        counted.setdefault(code, set()).add(slug)
    alike: dict[Any, list[str]] = {}
    for code, slugs in counted.items():
        alike.setdefault((*areas[code].values(), frozenset(slugs), code in changed), []).append(code)
    alone = [codes[0] for codes in alike.values() if len(codes) == 1]
    return Month(
        cells_of(rows[[*KEY[:-1], "numerator", "denominator"]].itertuples(index=False, name=None)),
        areas,
        {slug: frozenset(codes) for slug, codes in covered.items()},
        _own(con, month, alone),
    )


def _own(con: duckdb.DuckDBPyConnection, month: Any, practices: list[str]) -> dict[str, dict[Count, int]]:
    """Practice → its exact counts in a month."""
    found: dict[str, dict[Count, int]] = {code: {} for code in practices}
    if practices:
        for code, *key, numerator, denominator in con.execute(
            """SELECT practice_code, measure, threshold, category, numerator, denominator FROM measure_month
            WHERE month = ? AND list_contains(?, practice_code)""",
            [month, practices],
        ).fetchall():
            slug, threshold, category = key
            found[code][slug, threshold, category, "numerator"] = int(numerator)
            found[code][slug, threshold, category, "denominator"] = int(denominator)
    return found


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
    return Before(_month(earlier, rows, measures, changed), shown, changed)


def _exact(con: duckdb.DuckDBPyConnection, wanted: str) -> pd.DataFrame:
    """The exact counts of cells that a table holds: rows of PUBLISHED."""
    return con.execute(
        f"""SELECT {", ".join(f"c.{name}" for name in PUBLISHED)}
        FROM ({OF_AREAS} UNION ALL {OF_GROUPS}) AS c
        SEMI JOIN {wanted} USING ({", ".join(KEY)})
        ORDER BY {", ".join(f"c.{name}" for name in KEY)}"""
    ).df()


def _counts(
    con: duckdb.DuckDBPyConnection, declared: Published, measures: Sequence[Measure], rules: Policy
) -> pd.DataFrame:
    """The exact counts of the declared cells at the declared quarter ends: rows of PUBLISHED."""
    columns = [*KEY[:3], "level", "category"]
    wanted = pd.DataFrame(_declared(declared, measures, rules), columns=columns)
    con.register("wanted", wanted)
    found = con.execute(
        f"""WITH counts AS ({OF_AREAS} UNION ALL {OF_GROUPS}),
        ends AS (
            SELECT month, row_number() OVER (ORDER BY month DESC) AS quarter
            FROM (SELECT DISTINCT month FROM measure_area WHERE month(month) % 3 = 0)
        )
        SELECT {", ".join(f"c.{name}" for name in PUBLISHED)}
        FROM counts AS c
        INNER JOIN ends AS e ON e.month = c.month
        WHERE EXISTS (
            FROM wanted AS w
            WHERE w.measure = c.measure AND w.threshold = c.threshold AND w.dimension = c.dimension
                AND w.level = c.level AND (w.category IS NULL OR w.category = c.category)
        ) AND e.quarter <= {declared.quarters} AND c.area IS NOT NULL
        ORDER BY {", ".join(f"c.{name}" for name in KEY)}"""
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


def _categories(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Measure → every category it is counted by."""
    rows = con.execute(
        "SELECT DISTINCT measure, category FROM measure_area WHERE category <> '' ORDER BY ALL"
    )
    found: dict[str, list[str]] = {}
    for slug, category in rows.fetchall():
        found.setdefault(slug, []).append(category)
    return found
