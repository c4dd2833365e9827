"""What the models may not say: DuckDB and Spark would understand it differently, or Spark not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from etl import counting
from etl.engines import duckdb as engine
from etl.engines.spark_sql import TYPES, UntranslatedError, steps, translated
from measures import measure, policy
from tests.etl.models.world import world

WHOLE = ("INT", "BIGINT", "SMALLINT")
# Functions whose answers the parity test has compared. Name another here once a model of that test uses it.
COMPARED = {
    "Abs", "And", "AnyValue", "ArgMax", "ArgMin", "Array", "ArrayAgg", "ArrayContains", "ArrayFilter",
    "ArrayOverlaps", "BitwiseOrAgg", "Case", "Cast", "Ceil", "Coalesce", "Concat", "ConcatWs", "Count",
    "DateDiff", "Day", "Exists", "Explode", "Floor", "GenerateSeries", "Greatest", "GroupConcat",
    "Grouping", "If", "Lag", "LastDay", "Lead", "Least", "Left", "Length", "LogicalAnd", "LogicalOr",
    "Lower", "Max", "Median", "Min", "Month", "Nullif", "Or", "PercentileCont", "RegexpLike",
    "RegexpReplace", "Replace", "Right", "Round", "RowNumber", "Split", "Struct", "Sum", "TimeToStr",
    "TimestampTrunc", "Trim", "TryCast", "Upper", "Year", "list_position", "to_months",
}  # fmt: skip
FRAMED = (exp.Lag, exp.Lead)
DATED = (exp.LastDay, exp.TimestampTrunc)


def _is_date(node: exp.Expr | None) -> bool:
    return isinstance(node, DATED) or (isinstance(node, exp.Cast) and node.to.is_type("date"))


def _is_fraction(node: exp.Expr) -> bool:
    """Whether an expression may not be whole: it divides, or casts to double, and nothing rounds that."""
    if isinstance(node, (exp.Round, exp.Floor, exp.Ceil, exp.Median, exp.Subquery)):
        return isinstance(node, exp.Median)
    if isinstance(node, exp.Div) or (isinstance(node, exp.Cast) and node.to.is_type("double")):
        return True
    return any(_is_fraction(child) for child in node.iter_expressions())


def _rounds(node: exp.Expr) -> Iterator[exp.Expr]:
    while (found := node.find_ancestor(exp.Round)) is not None:
        yield (node := found)


def framed(tree: exp.Expr) -> Iterator[exp.Expr]:
    for window in tree.find_all(exp.Window):
        named = {one.name: one for one in getattr(window.parent_select, "args", {}).get("windows") or ()}
        base = named.get(window.alias, window)
        if isinstance(window.this, FRAMED) and (base.args.get("spec") or window.args.get("spec")):
            yield window


# What is forbidden → an example, and where a query says it.
RULES: dict[str, tuple[str, Callable[[exp.Expr], Iterable[exp.Expr | str]]]] = {
    "a list in no order": (
        "SELECT list(a) FROM t",
        lambda t: [n for n in t.find_all(exp.ArrayAgg) if not isinstance(n.this, exp.Order)],
    ),
    "a text joined in no order": (
        "SELECT string_agg(a, ', ') FROM t",
        lambda t: [n for n in t.find_all(exp.GroupConcat) if not isinstance(n.this, exp.Order)],
    ),
    "a fraction cast to a whole number without round": (
        "SELECT CAST(a / 2 AS BIGINT) FROM t",
        lambda t: [n for n in t.find_all(exp.Cast) if n.to.is_type(*WHOLE) and _is_fraction(n.this)],
    ),
    "a date less a date (date_diff)": (
        "SELECT last_day(a) - CAST(b AS DATE) FROM t",
        lambda t: [n for n in t.find_all(exp.Sub) if _is_date(n.this) and _is_date(n.expression)],
    ),
    "date_diff of months": (
        "SELECT date_diff('month', a, b) FROM t",
        lambda t: [n for n in t.find_all(exp.DateDiff) if n.text("unit").upper() != "DAY"],
    ),
    "a decimal as a column (cast it to double)": (
        "SELECT 1.0 AS a FROM t",
        lambda t: [
            n for s in t.find_all(exp.Select) for n in s.expressions
            if isinstance(n.unalias(), exp.Literal) and "." in n.unalias().name and not n.unalias().is_string
            and s is t
        ],
    ),
    "USING": (
        "SELECT a FROM t JOIN u USING (a)",
        lambda t: [n for n in t.find_all(exp.Join) if n.args.get("using")],
    ),
    "ASOF": (
        "SELECT a FROM t ASOF JOIN u ON t.a >= u.a",
        lambda t: [n for n in t.find_all(exp.Join) if n.method.upper() == "ASOF"],
    ),
    "PIVOT": ("FROM (PIVOT t ON a USING sum(b))", lambda t: list(t.find_all(exp.Pivot))),
    "UNION BY NAME": (
        "SELECT a FROM t UNION ALL BY NAME SELECT a FROM u",
        lambda t: [n for n in t.find_all(exp.SetOperation) if n.args.get("by_name")],
    ),
    "* REPLACE": (
        "SELECT * REPLACE (1 AS a) FROM t",
        lambda t: [n for n in t.find_all(exp.Star) if n.args.get("replace")],
    ),
    "lag or lead over a window with a frame": (
        "SELECT lead(a) OVER w FROM t WINDOW w AS (ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
        framed,
    ),
    "a row number in no order": (
        "SELECT row_number() OVER (PARTITION BY a) FROM t",
        lambda t: [
            n for n in t.find_all(exp.Window)
            if isinstance(n.this, (exp.RowNumber, *FRAMED)) and not (n.args.get("order") or n.alias)
        ],
    ),
    "a series as a table": (
        "SELECT x FROM generate_series(1, 3) AS t (x)",
        lambda t: [
            n for n in t.find_all(exp.GenerateSeries)
            if isinstance(n.parent, (exp.Table, exp.From, exp.Unnest))
        ],
    ),
    "two lists unnested at once (Spark pairs each with each)": (
        "SELECT unnest([1, 2]) AS a, unnest([3, 4]) AS b",
        lambda t: [
            s for s in t.find_all(exp.Select)
            if sum(one.find(exp.Explode) is not None for one in s.expressions if not one.find(exp.Select)) > 1
        ],
    ),
    "a quantile that is not rounded (median, or round(…, 12))": (
        "SELECT quantile_cont(a, 0.25) FROM t",
        lambda t: [n for n in t.find_all(exp.PercentileCont) if n.find_ancestor(exp.Round) is None],
    ),
    "a sum of quotients (its last place depends on the order: divide the sum, or round(…, 9))": (
        "SELECT round(sum(a / 1000.0)) FROM t",
        lambda t: [
            d for n in t.find_all(exp.Sum, exp.Avg) for d in n.find_all(exp.Div)
            if not any(r.args.get("decimals") or r.find_ancestor(exp.Sum, exp.Avg) is n for r in _rounds(d))
        ],
    ),
    "two steps of one name (sqlglot takes them all to the top)": (
        "SELECT a FROM (WITH u AS (SELECT 1 AS a) FROM u) UNION ALL FROM (WITH u AS (SELECT 2 AS a) FROM u)",
        lambda t: [n for n, count in Counter(n.alias for n in t.find_all(exp.CTE)).items() if count > 1],
    ),
    "an aggregate that takes any row": (
        "SELECT first(a), last(b) FROM t",
        lambda t: list(t.find_all(exp.First, exp.Last, exp.FirstValue, exp.LastValue)),
    ),
    "a function that no test has compared": (
        "SELECT soundex(a) FROM t",
        lambda t: [
            n for n in t.find_all(exp.Func)
            if (n.name.lower() if isinstance(n, exp.Anonymous) else type(n).__name__) not in COMPARED
        ],
    ),
}  # fmt: skip


def breaches(sql: str) -> list[str]:
    tree = sqlglot.parse_one(sql, read="duckdb")
    return [rule for rule, (_, found) in RULES.items() if list(found(tree))]


def every_model() -> dict[str, str]:
    rules = policy.load(policy.SAMPLE)
    found = engine.models() | counting.models(measure.under(measure.load(), rules), rules)
    return {name: sql for name, (sql, made_as) in found.items() if made_as != "VIEW"}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_what_it_forbids(rule: str) -> None:
    assert rule in breaches(RULES[rule][0])


def test_no_model_says_what_the_engines_understand_differently() -> None:
    assert {name: found for name, sql in every_model().items() if (found := breaches(sql))} == {}


def test_every_model_has_a_translation() -> None:
    assert all(translated(sql) for sql in every_model().values())


def test_a_step_that_is_read_twice_is_a_table_of_its_own() -> None:
    sql = """WITH one AS (SELECT 1 AS a), two AS (SELECT a + 1 AS a FROM one),
        three AS (SELECT x.a + two.a AS a FROM two AS x CROSS JOIN two)
        SELECT a FROM three UNION ALL SELECT a FROM two"""
    found = steps("model", sql)
    assert [name for name, _ in found] == ["model__two", "model"]
    with duckdb.connect() as con:
        for name, text in found:
            con.execute(f"CREATE TABLE {name} AS {text}")
        assert con.execute("FROM model").fetchall() == con.execute(sql).fetchall() == [(4,), (2,)]


def test_a_type_that_spark_lacks_is_translated() -> None:
    assert "AS DECIMAL(38,0))" in translated("SELECT CAST(a AS HUGEINT) FROM t")


def test_every_column_of_a_model_has_a_type_in_spark() -> None:
    con = world()
    odd = dict[str, set[str]]()
    for name in every_model():
        types = {str(row[1]) for row in con.execute(f"SELECT * FROM {name} LIMIT 0").description}
        odd |= {name: types - set(TYPES)} if types - set(TYPES) else {}
    assert odd == {}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT list(a ORDER BY b DESC) FROM t",
        "SELECT list(DISTINCT a ORDER BY b) FROM t",
        "SELECT date_trunc('week', a) FROM t",
        "SELECT made_up(a) FROM t",
        "SELECT a FROM",
    ],
)
def test_what_has_no_translation_is_refused_and_never_guessed(sql: str) -> None:
    with pytest.raises(UntranslatedError):
        translated(sql)
