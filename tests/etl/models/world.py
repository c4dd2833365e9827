"""A small world: the rows a test states, everything else filled in, and the marts made of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, cast

import duckdb
import pyarrow as pa

from etl import build, contract
from etl.engines.duckdb import connect, reads
from etl.intake.typed.values import schema
from measures import measure, policy

Row = dict[str, Any]
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2026, 9, 1)
START = dt.date(2024, 1, 1)
TEXTS = [(name, pa.string()) for name in ("practice_code", "patient_key", "product")]
MEASURES = measure.load()
KEPT = pa.schema([*TEXTS, ("first_on", pa.date32()), ("last_on", pa.date32())])
MST30 = "MST Continus 30mg tablets"
MST60 = "MST Continus 60mg tablets"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def patient(key: str, **fields: Any) -> Row:
    return {
        "practice_code": "A", "patient_key": key, "age_band": "45-54", "sex": "female",
        "registered_from": day("2000-01-01"), **fields,
    }  # fmt: skip


def issue(
    key: str, on: dt.date, product: str, directions: str | None, quantity: float | None, **more: Any
) -> Row:
    return {
        "practice_code": "A", "patient_key": key, "issued_on": on, "product": product,
        "directions": directions, "quantity": quantity, **more,
    }  # fmt: skip


def every(
    key: str, first: str, times: int, product: str, directions: str, quantity: float | None, days: int = 28
) -> list[Row]:
    """An issue every so many days."""
    start = day(first)
    return [
        issue(key, start + dt.timedelta(days=days * i), product, directions, quantity) for i in range(times)
    ]


def plan(key: str, start: str, **fields: Any) -> Row:
    return {
        "practice_code": "A", "patient_key": key, "plan_id": f"PL-{key}", "started_on": day(start),
        "taper_start_on": day(start), "status": "active", **fields,
    }  # fmt: skip


class World:
    """A connection in which a model is made when a statement first reads it."""

    def __init__(self, con: duckdb.DuckDBPyConnection, rules: policy.Policy) -> None:
        self._con = con
        self._models = build.ready(con, MEASURES, rules, lambda _: None)

    def execute(self, query: str, *parameters: Any) -> duckdb.DuckDBPyConnection:
        if self._con.extract_statements(query)[0].type == duckdb.StatementType.SELECT:
            self._make(query)
        return self._con.execute(query, *parameters)

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def _make(self, query: str) -> None:
        for name in reads(query.replace("?", "NULL")):
            if name in self._models:
                sql, _ = self._models.pop(name)
                self._make(sql)
                self._con.execute(f"CREATE TEMP TABLE {name} AS {sql}")


def world(
    rules: policy.Policy | None = None,
    last: dt.date = LAST,
    covered: Any = None,
    last_of: Any = None,
    begun: Any = None,
    **rows: list[Row],
) -> duckdb.DuckDBPyConnection:
    """A connection to every model of these rows of entities, each made when a statement first reads it.

    Practices A and B cover every month from January 2024 to `last`, or the spans of months in `covered`
    (pairs of first days as text); `last_of`: practice → its own last month; `begun`: (practice, extract) →
    the first month for which that extract came.
    """
    rules = rules or policy.load()
    con = connect(Path(":memory:"), Path())
    rows.setdefault("practices", [_practice(code) for code in "AB"])
    if "patients" not in rows:
        keys = sorted({r["patient_key"] for r in rows.get("issues", [])})
        rows["patients"] = [patient(key) for key in keys]
    rows.setdefault("list_sizes", _lists(last))
    for entity in contract.entities().values():
        given = [{"period_from": FIRST, "period_to": last, **row} for row in rows.get(entity.name, [])]
        table = pa.Table.from_pylist(given, schema=schema(entity))
        con.register("given", table)
        con.execute(f"CREATE TEMP TABLE every_{entity.name} AS SELECT * FROM given")
        key = ", ".join(entity.key)
        latest = f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY period_to DESC) = 1" if key else ""
        con.execute(f"CREATE TEMP TABLE source_{entity.name} AS SELECT * FROM every_{entity.name} {latest}")
    sent_by_month = ["issues", "patients", *measure.EXTRACTS]
    codes = [p["practice_code"] for p in rows["practices"]]
    spans = covered or [(str(FIRST), str(last))]
    sent = [
        {"entity": entity, "practice_code": code,
         "period_from": max(day(since), (begun or {}).get((code, entity), day(since))),
         "period_to": min(day(to), (last_of or {}).get(code, last)), "rows": 1}
        for entity in sent_by_month for code in codes for since, to in spans
    ]  # fmt: skip
    con.register("given", pa.Table.from_pylist(sent))
    con.execute("CREATE TEMP TABLE extract_period AS SELECT * FROM given")
    con.register("given", pa.Table.from_pylist(rows.get("kept_issue", []), schema=KEPT))
    con.execute("CREATE TEMP TABLE kept_issue AS SELECT * FROM given")
    columns = (
        "number BIGINT, reason VARCHAR, practice_code VARCHAR, entity VARCHAR, period VARCHAR, rows BIGINT"
    )
    con.execute(f"CREATE TEMP TABLE quarantine ({columns})")
    con.execute("CREATE TEMP TABLE receipt (number BIGINT)")
    months = "practice_code VARCHAR, entity VARCHAR, first_month VARCHAR, last_month VARCHAR"
    con.execute(f"CREATE TEMP TABLE quality_parts ({months})")
    dates = "practice_code VARCHAR, entity VARCHAR, first_month DATE, last_month DATE"
    con.execute(f"CREATE TEMP TABLE refused_file ({dates})")
    build.policy_tables(con, rules)
    return cast(duckdb.DuckDBPyConnection, World(con, rules))


def rows_of(con: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _practice(code: str) -> Row:
    return {
        "practice_code": code,
        "name": f"Practice {code}",
        "pcn": "North",
        "place": "East",
        "icb": "Example ICB",
    }


def _lists(last: dt.date) -> list[Row]:
    months = []
    month = FIRST
    while month <= last:
        months.append(month)
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return [
        {"practice_code": code, "month": month, "age_band": band, "sex": "female", "registered": n}
        for code in "AB"
        for month in months
        for band, n in (("0-17", 200), ("45-54", 800))
    ]
