"""SQL of the models as Spark understands it. Every difference between the engines is met here, nowhere else.

The models are written once, in DuckDB's SQL. sqlglot translates what only the spelling sets apart; the
functions here translate what Spark would else compute otherwise. What neither does is forbidden in models:
tests/etl/engines/rules.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.spark import Spark
from sqlglot.errors import ErrorLevel, SqlglotError
from sqlglot.generators.spark import SparkGenerator

CHOSEN = "_chosen"
TYPES = {  # DuckDB's types that tables have → Spark's; a column without a value is of any type
    "VARCHAR": "STRING",
    "BIGINT": "BIGINT",
    "INTEGER": "INT",
    "SMALLINT": "SMALLINT",
    "HUGEINT": "DECIMAL(38,0)",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP_NTZ",
    "TIMESTAMP_S": "TIMESTAMP_NTZ",
    "INTEGER[]": "ARRAY<INT>",
    "VARCHAR[]": "ARRAY<STRING>",
    '"NULL"': "INT",
}
# Spark counts some whole numbers shorter than DuckDB: what fits is held.
HELD = {"bigint": {"int"}, "decimal(38,0)": {"int", "bigint"}}


def holds(kind: str, made: str) -> bool:
    """Whether a column that Spark made holds the same as this type of Spark's, whatever the value."""
    return made in (kind.lower(), "void") or made in HELD.get(kind.lower(), ())


class UntranslatedError(Exception):
    """A model that has no translation; the text says which part."""


@lru_cache(maxsize=4_096)
def translated(sql: str) -> str:
    """A query in DuckDB's SQL → the same in Spark's. Raises UntranslatedError."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
        tree = _qualified(tree)
        _windows_in_full(tree)
        _filters_within(tree)
        _casts_within(tree)
        for cte in tree.find_all(exp.CTE):
            cte.set("materialized", None)
        return tree.sql(dialect=_Dialect, identify=True, unsupported_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        raise UntranslatedError(str(error).splitlines()[0]) from error


def steps(name: str, sql: str) -> list[tuple[str, str]]:
    """A model in DuckDB's SQL as tables to make one after another, the model last. Spark would work out a
    step of WITH wherever it is read, so one that is read twice becomes a table of its own."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    whole = tree.args.get("with_")
    ctes: list[exp.CTE] = list(whole.expressions) if whole else []
    apart = [cte.alias for cte in ctes if len(_readings(tree, cte.alias)) > 1]
    found = []
    for cte in ctes:
        if cte.alias in apart:
            found.append((f"{name}__{cte.alias}", _standing(name, cte.this, ctes, apart)))
    tree.set("with_", None)
    return [*found, (name, _standing(name, tree, ctes, apart))]


def _readings(tree: exp.Expr, name: str) -> list[exp.Table]:
    return [table for table in tree.find_all(exp.Table) if table.name == name and not table.db]


def _standing(name: str, query: exp.Expr, ctes: list[exp.CTE], apart: list[str]) -> str:
    """A query that stands alone: with the steps it reads, but for those that are tables of their own."""
    needed, made = list[exp.CTE](), query.copy()
    for cte in reversed(ctes):
        reads = any(_readings(one, cte.alias) for one in [made, *(one.this for one in needed)])
        if cte.alias not in apart and reads and cte.this is not query:
            needed.insert(0, cte.copy())
    if needed:
        made.set("with_", exp.With(expressions=needed))
    for alias in apart:
        for table in _readings(made, alias):
            if not table.alias:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
            table.set("this", exp.to_identifier(f"{name}__{alias}"))
    return made.sql(dialect="duckdb")


def _qualified(tree: exp.Expr) -> exp.Expr:
    """Spark has no QUALIFY: its condition becomes a column, by which an outer query chooses."""
    for select in list(tree.find_all(exp.Select)):
        if (qualify := select.args.get("qualify")) is None:
            continue
        select.set("qualify", None)
        order, ctes = select.args.pop("order", None), select.args.pop("with_", None)
        outer = exp.select(exp.Star(except_=[exp.to_identifier(CHOSEN)])).where(exp.column(CHOSEN))
        place = select.parent
        if place is None:
            tree = outer
        else:
            select.replace(outer)
        inner = select.copy().select(exp.alias_(qualify.this.copy(), CHOSEN))
        outer.set(
            "from_",
            exp.From(this=exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("_all")))),
        )
        outer.set("order", order)
        outer.set("with_", ctes)
    return tree


def _casts_within(tree: exp.Expr) -> None:
    """Spark unnests only by itself: a cast of what is unnested becomes one of the whole list."""
    for cast in list(tree.find_all(exp.Cast)):
        if isinstance(cast.this, exp.Explode):
            listed = exp.DataType(this=exp.DType.ARRAY, expressions=[cast.args["to"].copy()], nested=True)
            cast.replace(exp.Explode(this=exp.Cast(this=cast.this.this.copy(), to=listed)))


def _windows_in_full(tree: exp.Expr) -> None:
    """Spark has no `OVER (name RANGE …)`, and takes `OVER name - a` for a name: they are written out."""
    for select in tree.find_all(exp.Select):
        named = {window.name: window for window in select.args.get("windows") or ()}
        for window in select.find_all(exp.Window):
            base = named.get(window.alias) if window.parent_select is select and window.alias else None
            if base is None:
                continue
            window.set("alias", None)
            for part in ("partition_by", "order", "spec"):
                given = base.args.get(part)
                if given and not window.args.get(part):
                    copied = [one.copy() for one in given] if isinstance(given, list) else given.copy()
                    window.set(part, copied)
        select.set("windows", None)


def _filters_within(tree: exp.Expr) -> None:
    """Spark has no FILTER of a window's aggregate: what it leaves out becomes NULL, which counts nowhere."""
    for window in list(tree.find_all(exp.Window)):
        held = window.this
        if not isinstance(held, exp.Filter):
            continue
        aggregate, condition = held.this, held.expression.this
        counted = aggregate.this
        value = exp.Literal.number(1) if counted is None or isinstance(counted, exp.Star) else counted
        aggregate.set("this", exp.Case(ifs=[exp.If(this=condition.copy(), true=value.copy())]))
        window.set("this", aggregate)


def _double(node: exp.Expr) -> exp.Expr:
    return exp.cast(node.copy(), exp.DType.DOUBLE)


def _divided(self: SparkGenerator, node: exp.Div) -> str:
    """DuckDB divides in doubles; Spark would divide decimals as decimals."""
    return f"{self.sql(_double(node.this))} / {self.sql(_double(node.expression))}"


def _rounded(self: SparkGenerator, node: exp.Round) -> str:
    """DuckDB rounds the double; Spark would round its shortest text."""
    places = node.args.get("decimals")
    if places is None:
        return f"ROUND({self.sql(node, 'this')})"
    scale = f"1E{places.name}D"
    return f"(ROUND(({self.sql(node, 'this')}) * {scale}) / {scale})"


def _arg(name: str) -> Any:
    """DuckDB passes over rows whose answer is NULL; Spark would answer NULL."""

    def told(self: SparkGenerator, node: exp.ArgMax | exp.ArgMin) -> str:
        answer, by = self.sql(node, "this"), self.sql(node, "expression")
        return f"{name}({answer}, CASE WHEN {answer} IS NOT NULL THEN {by} END)"

    return told


def _quantile(self: SparkGenerator, node: exp.Median | exp.PercentileCont, only: str = "") -> str:
    """The quantile between the two values nearest. DuckDB rounds once less, which shows in the last place of
    all but the median."""
    share = self.sql(node, "expression") if isinstance(node, exp.PercentileCont) else "0.5"
    values = self.sql(_double(node.this))
    counted = f"CASE WHEN {only} THEN {values} END" if only else values
    at = f"((SIZE(v) - 1) * {share}D)"
    low, high = (f"GET(v, CAST({edge}({at}) AS INT))" for edge in ("FLOOR", "CEIL"))
    told = f"{low} * (1 - ({at} - FLOOR({at}))) + {high} * ({at} - FLOOR({at}))"
    return _of(f"ARRAY_SORT(COLLECT_LIST({counted}))", told)


def _of(value: str, told: str) -> str:
    """What is told of v, so that a long v is written once."""
    return f"GET(TRANSFORM(ARRAY({value}), v -> {told}), 0)"


def _series(self: SparkGenerator, node: exp.GenerateSeries) -> str:
    """DuckDB's series is empty where its end lies before its start; Spark would fail. Months and days step
    through dates."""
    first, last, step = (node.args.get(name) for name in ("start", "end", "step"))
    assert first is not None and last is not None
    if isinstance(step, exp.Interval):
        first, last = exp.cast(first.copy(), "date"), exp.cast(last.copy(), "date")
    end = f"{self.sql(last)} - 1" if node.args.get("is_end_exclusive") else self.sql(last)
    by = f", {self.sql(step)}" if step is not None else ""
    return f"CASE WHEN {self.sql(first)} <= {end} THEN SEQUENCE({self.sql(first)}, {end}{by}) END"


def _days_between(self: SparkGenerator, node: exp.DateDiff) -> str:
    """DuckDB counts in long whole numbers."""
    if node.text("unit").upper() != "DAY":
        self.unsupported("date_diff of anything but days")
    return f"CAST(DATEDIFF({self.sql(node, 'this')}, {self.sql(node, 'expression')}) AS BIGINT)"


def _truncated(self: SparkGenerator, node: exp.TimestampTrunc) -> str:
    if node.text("unit").upper() != "MONTH":
        self.unsupported("date_trunc of anything but months")
    return f"TRUNC({self.sql(node, 'this')}, 'MM')"


def _collected(self: SparkGenerator, node: exp.ArrayAgg | exp.GroupConcat, only: str = "") -> str:
    """Spark has no order in what it collects: it is ordered afterwards. `only`: the condition of a FILTER."""
    values, key = node.this, None
    if isinstance(values, exp.Order):
        if len(values.expressions) != 1 or values.expressions[0].args.get("desc"):
            self.unsupported("a list in more than one order, or a falling one")
        key, values = values.expressions[0].this, values.this
    if key is None:
        self.unsupported("a list without an order")
    joined = isinstance(node, exp.GroupConcat)
    if isinstance(values, exp.Distinct):
        values = values.expressions[0]
        if key != values:
            self.unsupported("distinct values in the order of something else")
        counted = f"CASE WHEN {only} THEN {self.sql(values)} END" if only else self.sql(values)
        ordered = f"ARRAY_SORT(COLLECT_SET({counted}))"
    else:
        conditions = [*([f"{self.sql(values)} IS NOT NULL"] if joined else []), *([only] if only else [])]
        pair = f"STRUCT({self.sql(key)} AS k, {self.sql(values)} AS v)"
        counted = f"CASE WHEN {' AND '.join(conditions)} THEN {pair} END" if conditions else pair
        ordered = f"TRANSFORM(ARRAY_SORT(COLLECT_LIST({counted})), pair -> pair.v)"
    if joined:
        words = f"ARRAY_JOIN(v, {self.sql(node, 'separator')})"
        return _of(ordered, f"CASE WHEN SIZE(v) > 0 THEN {words} END")
    return ordered


def _named(self: SparkGenerator, node: exp.Anonymous) -> str:
    given = [self.sql(one) for one in node.expressions]
    match node.name.lower():
        case "to_months":
            return f"MAKE_YM_INTERVAL(0, CAST({given[0]} AS INT))"
        case "list_position":
            return f"NULLIF(ARRAY_POSITION({given[0]}, {given[1]}), 0)"
    self.unsupported(f"the function {node.name}")
    return ""


_COLLECTS: dict[type[exp.Expr], Callable[..., str]] = {
    exp.ArrayAgg: _collected,
    exp.GroupConcat: _collected,
    exp.Median: _quantile,
    exp.PercentileCont: _quantile,
}


class _Generator(SparkGenerator):
    def filter_sql(self, expression: exp.Filter) -> str:
        """What becomes several functions takes the condition inside."""
        inside = _COLLECTS.get(type(expression.this))
        if inside is None:
            return super().filter_sql(expression)
        return inside(self, expression.this, self.sql(expression.expression.this))

    def bracket_sql(self, expression: exp.Bracket) -> str:
        """DuckDB answers NULL beyond the end of a list; Spark would fail. sqlglot has put the index right."""
        (at,) = expression.expressions
        return f"GET({self.sql(expression, 'this')}, {self.sql(at)})"

    TYPE_MAPPING: ClassVar[dict[Any, Any]] = {
        **SparkGenerator.TYPE_MAPPING,
        exp.DType.INT128: TYPES["HUGEINT"],
    }
    TRANSFORMS: ClassVar[dict[Any, Any]] = {
        **SparkGenerator.TRANSFORMS,
        **_COLLECTS,
        exp.Anonymous: _named,
        exp.ArgMax: _arg("MAX_BY"),
        exp.ArgMin: _arg("MIN_BY"),
        exp.ArrayOverlaps: lambda self, node: self.func("ARRAYS_OVERLAP", node.this, node.expression),
        exp.DateDiff: _days_between,
        exp.Div: _divided,
        exp.GenerateSeries: _series,
        exp.Length: lambda self, node: self.func(
            "SIZE" if isinstance(node.this, exp.ArrayFilter) else "LENGTH", node.this
        ),
        exp.Round: _rounded,
        exp.TimestampTrunc: _truncated,
    }


class _Dialect(Spark):
    Generator = _Generator
