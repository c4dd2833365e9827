"""Rows of text to the contract's columns. Every rule is generated from the contract and the layout,
and a row that breaks one keeps its reasons."""

from __future__ import annotations

import datetime as dt
import re

import duckdb

from etl.contract import Column, Entity
from etl.intake.match import Match, Period

_PATTERNS = {
    "code": r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,39}",
    "identifier": r"[0-9]{5,18}",
    "key": r"[A-Za-z0-9_-]{6,64}",
}
_WRONG = {
    "code": "is not a code",
    "identifier": "is not a whole code of digits",
    "key": "is not a pseudonym",
    "date": "is not a date of this layout",
    "month": "is not a month",
    "integer": "is not a whole number",
    "number": "is not a number",
    "boolean": "is neither yes nor no",
    "choice": "is not one of the allowed values",
    "text": "is longer than 1,000 characters",
}
_SQL_TYPES = {
    "date": "DATE",
    "month": "DATE",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
}


def sql_type(column: Column) -> str:
    """The DuckDB type a column is stored as."""
    return _SQL_TYPES.get(column.type, "VARCHAR")


def conform(
    con: duckdb.DuckDBPyConnection, found: Match, entity: Entity, practice: str | None, period: Period
) -> None:
    """Makes table `conformed` from table `raw` (line, c0, c1, …): the contract's columns, `line`, and
    `problem`, empty where the row fits."""
    texts = _texts(found, practice)
    literal = _literal
    outer, reasons = [], []
    for column in entity.columns.values():
        text = f"t_{column.name}"
        if column.name not in texts:
            outer.append(f'CAST(NULL AS {sql_type(column)}) AS "{column.name}"')
            continue
        outer.append(f'{_typed(column, found, text)} AS "{column.name}"')
        reasons += _rules(column, text, period)
    for header, pattern in found.report.split.items():
        cell = _cell(found, f"split:{header}")
        reasons.append(
            f"CASE WHEN {cell} <> '' AND NOT regexp_matches({cell}, {literal(pattern)}) "
            f"THEN {literal(header + ' does not read as its parts')} END"
        )
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE conformed AS
        WITH filled AS (SELECT {_filled(found)} FROM raw),
        texts AS (SELECT *, {", ".join(f"{sql} AS t_{name}" for name, sql in texts.items())} FROM filled),
        typed AS (SELECT *, {", ".join(outer)} FROM texts)
        SELECT line, {", ".join(f'"{c}"' for c in entity.columns)},
               concat_ws('; ', {", ".join(reasons)}) AS problem
        FROM typed ORDER BY line""")


def mark_duplicates(con: duckdb.DuckDBPyConnection, entity: Entity) -> None:
    """Gives every exact copy of an earlier row of `conformed` its reason."""
    columns = ", ".join(f'"{c}"' for c in entity.columns)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE copies AS
        SELECT line FROM (
            SELECT line, row_number() OVER (PARTITION BY {columns} ORDER BY line) AS nth
            FROM (SELECT *, count(*) OVER (PARTITION BY hash({columns})) AS alike FROM conformed)
            WHERE alike > 1 AND problem = '')
        WHERE nth > 1""")
    con.execute("""
        UPDATE conformed SET problem = 'exact copy of an earlier row'
        WHERE line IN (SELECT line FROM copies)""")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _cell(found: Match, target: str) -> str:
    return f"c{found.targets.index(target)}"


def _filled(found: Match) -> str:
    cells = []
    for i, header in enumerate(found.headers):
        cell = f"trim(c{i})"
        if header in found.report.forward_fill:
            cell = f"coalesce(last_value(nullif({cell}, '') IGNORE NULLS) OVER (ORDER BY line), '')"
        cells.append(f"{cell} AS c{i}")
    return ", ".join(["line", *cells])


def _texts(found: Match, practice: str | None) -> dict[str, str]:
    """Contract column → SQL of its text, NULL where blank."""
    blank = ", ".join(_literal(b) for b in {"", *found.layout.blank})
    texts = {}
    for i, target in enumerate(found.targets):
        if target.startswith("split:"):
            pattern = found.report.split[target.removeprefix("split:")]
            for name, number in _groups(pattern).items():
                part = f"trim(regexp_extract(c{i}, {_literal(pattern)}, {number}))"
                texts[name] = f"CASE WHEN {part} NOT IN ({blank}) THEN {part} END"
        elif target:
            texts[target] = f"CASE WHEN c{i} NOT IN ({blank}) THEN c{i} END"
    if practice and "practice_code" not in texts:
        texts["practice_code"] = _literal(practice)
    return texts


def _groups(pattern: str) -> dict[str, int]:
    return dict(re.compile(pattern).groupindex)


def _typed(column: Column, found: Match, text: str) -> str:
    layout = found.layout
    if column.type in ("date", "month"):
        formats = [*layout.dates, "date:%Y-%m-%d", *(["%Y-%m"] if column.type == "month" else [])]
        day = f"CAST(try_strptime({text}, [{', '.join(map(_literal, formats))}]) AS DATE)"
        return f"CAST(date_trunc('month', {day}) AS DATE)" if column.type == "month" else day
    if column.type == "integer":
        whole = f"CAST(try_cast({text} AS DOUBLE) AS BIGINT)"
        return f"CASE WHEN regexp_full_match({text}, '-?[0-9]{{1,15}}([.]0+)?') THEN {whole} END"
    if column.type == "number":
        return (
            f"CASE WHEN regexp_full_match({text}, '-?[0-9]+([.][0-9]+)?') THEN try_cast({text} AS DOUBLE) END"
        )
    if column.type == "boolean":
        yes, no = (", ".join(_literal(w.casefold()) for w in words) for words in (layout.yes, layout.no))
        return f"CASE WHEN lower({text}) IN ({yes}) THEN true WHEN lower({text}) IN ({no}) THEN false END"
    if column.type == "choice":
        words = {w.casefold(): w for w in column.allowed}
        words |= {k.casefold(): v for k, v in found.report.values.get(column.name, {}).items()}
        cases = " ".join(f"WHEN {_literal(k)} THEN {_literal(v)}" for k, v in words.items())
        return f"CASE lower({text}) {cases} END"
    if column.type in _PATTERNS:
        upper = f"upper({text})" if column.name == "practice_code" else text
        return f"CASE WHEN regexp_full_match({text}, {_literal(_PATTERNS[column.type])}) THEN {upper} END"
    return f"CASE WHEN length({text}) <= 1000 THEN {text} END"


def _rules(column: Column, text: str, period: Period) -> list[str]:
    name = column.name
    rules = [
        f'CASE WHEN {text} IS NOT NULL AND "{name}" IS NULL '
        f"THEN {_literal(f'{name} {_WRONG[column.type]}')} END"
    ]
    if column.required:
        rules.append(f"CASE WHEN {text} IS NULL THEN {_literal(f'{name} is missing')} END")
    if column.minimum is not None:
        rules.append(
            f'CASE WHEN "{name}" < {column.minimum} THEN {_literal(f"{name} is below {column.minimum}")} END'
        )
    if column.maximum is not None:
        rules.append(
            f'CASE WHEN "{name}" > {column.maximum} THEN {_literal(f"{name} is above {column.maximum}")} END'
        )
    if column.type in ("date", "month"):
        rules.append(
            f"CASE WHEN \"{name}\" < DATE '1900-01-02' THEN {_literal(f'{name} is before 1900')} END"
        )
        rules.append(_within(column, period))
    return [rule for rule in rules if rule]


def _within(column: Column, period: Period) -> str:
    name = column.name
    if column.in_period:
        return (
            f"CASE WHEN \"{name}\" NOT BETWEEN DATE '{period.first}' AND DATE '{period.end}' "
            f"THEN {_literal(f'{name} lies outside the period {period}')} END"
        )
    last = period.end if not column.future else period.end + dt.timedelta(days=3660)
    return (
        f"CASE WHEN \"{name}\" > DATE '{last}' THEN {_literal(f'{name} lies after the period {period}')} END"
    )
