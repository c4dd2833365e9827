"""Which published counts are within which others: row by row in the marts, and by what the plan derives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from etl.counting.rows import rows_of
from measures.measure import GROUPED, Measure, predicates
from measures.policy import Policy
from measures.suppression.universes import Count, Sorts, universe

ROWS = "practice_code, patient_key, month"
FEWEST = 30  # rows in a count, for what is so of all of them to be more than chance


def undeclared(
    con: duckdb.DuckDBPyConnection, measures: Sequence[Measure], rules: Policy, sorts: Sequence[Sorts]
) -> Iterator[tuple[Count, Count]]:
    """Pairs of counts of which the first is within the second in every row of the marts, and not by the
    plan."""
    for one in sorts:
        of = [m for m in measures if m.slug in one.measures]
        keys = [key for key in one.classes.made_of if key[0]]
        found = _rows(con, of, keys, rules)
        within = ~(found.T.astype(np.int64) @ (~found).astype(np.int64)).astype(bool)
        for less, more in zip(*np.nonzero(within), strict=True):
            if less != more and found[:, less].sum() >= FEWEST and _may_exceed(one, keys[less], keys[more]):
                yield keys[less], keys[more]


def _rows(
    con: duckdb.DuckDBPyConnection, measures: Sequence[Measure], keys: Sequence[Count], rules: Policy
) -> NDArray[np.bool_]:
    """Rows of the universe × counts: which rows are in which. Each different row once."""
    by_mart: dict[str, dict[int, str]] = {}
    for at, (slug, threshold, category, part) in enumerate(keys):
        m = next(m for m in measures if m.slug == slug)
        numerator, denominator = predicates(m, threshold, rules)
        sql = numerator if part == "numerator" else denominator
        if category and (m.each or part == "numerator"):
            sql += f" AND {m.split or m.each} = '{category}'"
        by_mart.setdefault(rows_of(m), {})[at] = sql
    columns = {at: f"coalesce({sql}, false) AS c{at}" for own in by_mart.values() for at, sql in own.items()}
    parts = [
        f"(SELECT {ROWS}, {', '.join(columns[at] for at in own)} FROM {mart})"
        for mart, own in by_mart.items()
    ]
    names = ", ".join(f"coalesce(c{at}, false) AS c{at}" for at in range(len(keys)))
    joined = parts[0] if len(parts) == 1 else f"{parts[0]} FULL JOIN {parts[1]} USING ({ROWS})"
    assert len(parts) == 1 or universe(measures[0])[0] in GROUPED
    return con.execute(f"SELECT DISTINCT {names} FROM {joined}").df().to_numpy(dtype=bool)


def _may_exceed(one: Sorts, less: Count, more: Count) -> bool:
    """Whether the plan thinks that one count can be more than another."""
    size = one.classes.size
    rules = []
    for plus, minus in one.classes.alike:
        tie = np.zeros(size)
        tie[plus], tie[minus] = 1, -1
        rules.append(LinearConstraint(tie, 0, 0))
    aim = np.zeros(size)
    np.add.at(aim, one.classes.made_of[less], -1)
    np.add.at(aim, one.classes.made_of[more], 1)
    answer = milp(aim, bounds=Bounds(0, 1), constraints=rules)
    assert answer.fun is not None, answer.message
    return bool(answer.fun < -1e-6)


def categories(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Measure → its categories in a release."""
    rows = con.execute(
        "SELECT DISTINCT measure, category FROM measure_area WHERE category <> '' ORDER BY ALL"
    )
    found: dict[str, list[str]] = {}
    for slug, category in rows.fetchall():
        found.setdefault(slug, []).append(category)
    return found
