"""Predicates as formulas: what SQL says of them, for every value a column can take."""

from __future__ import annotations

from itertools import product

import duckdb
import pytest

from measures.suppression.formulas import OTHER, Columns, FormulaError, formula

PREDICATES = [
    "a > 5 AND NOT b",
    "NOT (a > 5 OR b)",
    "b OR a <= 3",
    "5 < a AND a <= 2 * (4 + 1)",
    "a IS NULL OR b",
    "c IN ('x', 'y') AND b",
    "c <> 'x' OR c IS NULL",
    "NOT c = 'x'",
    "true",
    "(a > 5) IS NOT TRUE OR b",
    "(a > 5) IS FALSE AND b",
    "a <= d AND d <= 4",
]


@pytest.mark.parametrize("sql", PREDICATES)
def test_a_formula_is_true_where_the_predicate_is(sql: str) -> None:
    one = formula(sql)
    columns = Columns([one])
    names = sorted(one.columns)
    holds = columns.holds(one, columns.grid(names)).tolist()
    kinds = {"a": "DOUBLE", "b": "BOOLEAN", "c": "VARCHAR", "d": "DOUBLE"}
    values = [columns.values[name] for name in names]
    for row, holds_here in zip(product(*values), holds, strict=True):
        given = ", ".join(f"CAST(? AS {kinds[name]}) AS {name}" for name in names) or "1"
        plain = ["other" if value == OTHER else value for value in row]
        ((asked,),) = duckdb.execute(f"SELECT ({sql}) IS TRUE FROM (SELECT {given})", plain).fetchall()
        assert holds_here == asked, row


def test_a_number_has_a_value_on_each_side_of_what_it_is_compared_with() -> None:
    columns = Columns([formula("a > 90000"), formula("a > 120000")])
    grid = columns.grid(["a"])
    told = {
        (bool(low), bool(high))
        for low, high in zip(
            columns.holds(formula("a > 90000"), grid),
            columns.holds(formula("a > 120000"), grid),
            strict=True,
        )
    }
    assert told == {(False, False), (True, False), (True, True)}


def test_what_is_no_comparison_with_a_number_is_true_false_or_not_known() -> None:
    one = formula("seen_on <= last_day(month) + 1 AND b")
    assert len(one.columns) == 2
    assert Columns([one]).size(one.columns) == 9


@pytest.mark.parametrize(
    ("sql", "words"), [("a >", "is no SQL predicate"), ("a > 1 AND a = 'x'", "numbers and with texts")]
)
def test_a_predicate_that_cannot_be_read_is_refused(sql: str, words: str) -> None:
    with pytest.raises(FormulaError, match=words):
        Columns([formula(sql)])
