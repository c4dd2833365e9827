"""Whether Spark makes the same of every model as DuckDB: rows and types, over stories and random issues."""

from __future__ import annotations

import datetime as dt
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.etl import doses
from etl import build, contract
from etl.engines import duckdb as engine
from etl.engines.spark import Place, Spark
from etl.intake.typed.values import schema
from etl.sample.people.stories import STORIES
from etl.store import Store
from measures import measure, policy

Row = dict[str, Any]
FIRST, LAST = dt.date(2024, 4, 1), dt.date(2026, 9, 30)
PERIOD = {"period_from": FIRST, "period_to": LAST}
QUANTITIES = [
    None, 0, -28, 0.1, 0.3, 1e-9, 1, 2.5, 7, 14, 28, 30, 56, 56, 84, 100, 112, 120, 224, 333.333, 500, 1e6,
]  # fmt: skip
DAYS = [None, None, None, None, 0, -1, 7, 14, 28, 28, 30, 56, 84, 400, 1e5]
FAR = [dt.date(1970, 1, 1), dt.date(2019, 2, 28), dt.date(2035, 12, 31), dt.date(2099, 12, 31)]
ODD = [
    ("", ""),
    ("Zomorph", "1 bd"),
    ("MST Continus 30mg tablets", None),
    ("morphine ½ tablet", "½ tab"),
    ("Oramorph 10mg/5ml oral solution", "5ml qds prn"),
    ("Oramorph 10mg/5ml oral solution", "2.5–5 ml 4 hourly"),
    ("Fentanyl 25micrograms/hour transdermal patches", "change every 72 hours"),
    ("BuTrans 5micrograms/hour transdermal patches", "one weekly"),
    ("Targinact 10mg/5mg", "1 bd"),
    ("Methadone 1mg/ml oral solution", "40ml daily"),
    ("Sixmo 74.2mg implant", "as directed"),
    ("Prenoxad 2mg/2ml injection", "as directed"),
    ("Pregabalin 300mg capsules", "1 tds"),
    ("Gabapentin 600mg tablets", "2 tds"),
    ("Diazepam 5mg tablets", "1 nocte"),
    ("Zopiclone 7.5mg tablets", None),
    ("O'Brien's 'pain' mixture; DROP TABLE issues", "\\Q1\\E bd"),
    ("Paracetamol 500mg tablets", "2 qds"),
    ("Tramadol 50mg capsules", "1-2 up to 4 times a day"),
    ("ＭＳＴ ３０ｍｇ", "１日２回"),
]


@dataclass(frozen=True)
class Compared:
    """A model on both engines: its rows on DuckDB, rows that one engine alone has, columns of other types,
    seconds of each."""

    name: str
    rows: int
    only_duckdb: int
    only_spark: int
    types: tuple[str, ...]
    duckdb_seconds: float
    spark_seconds: float

    @property
    def is_same(self) -> bool:
        return not (self.only_duckdb or self.only_spark or self.types)


def sources(store: Path, path: Path, others: int, issues: int, seed: int = 1) -> duckdb.DuckDBPyConnection:
    """A DuckDB file with every source table: all practices and lists of a loaded store, the people of every
    story, with a plan, a referral or a best-interest decision, so many others of it, and so many random
    issues of people of their own."""
    con = engine.connect(path, path.with_suffix(".scratch"))
    kept = Store(store)
    build.sources(con, kept, kept.receipts())
    told = [story.patient_key for story in STORIES if story.patient_key]
    con.execute("CREATE TEMP TABLE chosen AS SELECT unnest($told) AS patient_key", {"told": told})
    con.execute(f"""INSERT INTO chosen SELECT DISTINCT patient_key FROM source_patients
        ORDER BY hash(patient_key) LIMIT {others}""")
    for rare in ("plans", "referrals", "best_interest"):
        con.execute(f"INSERT INTO chosen SELECT patient_key FROM source_{rare}")
    _random_tables(con, issues, random.Random(seed))
    names = ["kept_issue", *(f"{kind}_{n}" for n in contract.entities() for kind in ("source", "every"))]
    for name in names:
        columns = [row[0] for row in con.execute(f"DESCRIBE {name}").fetchall()]
        which = "WHERE patient_key IN (FROM chosen)" if "patient_key" in columns else ""
        entity = name.split("_", 1)[1]
        added = f"UNION ALL BY NAME FROM random_{entity}" if entity in ("issues", "patients") else ""
        con.execute(f"CREATE TEMP TABLE new_{name} AS SELECT * FROM {name} {which} {added}")
    for name in names:
        view = con.execute("SELECT 1 FROM duckdb_views() WHERE view_name = ?", [name]).fetchone()
        con.execute(f"DROP {'VIEW' if view else 'TABLE'} {name}")
        con.execute(f"ALTER TABLE new_{name} RENAME TO {name}")
    build.policy_tables(con, policy.load(policy.SAMPLE))
    build.tables_of_receipts(con, kept)
    return con


def _random_tables(con: duckdb.DuckDBPyConnection, count: int, chance: random.Random) -> None:
    """Tables random_issues and random_patients: odd products, directions, amounts and days; ties."""
    found = con.execute("""SELECT DISTINCT product, directions FROM source_issues
        ORDER BY hash(product || directions) LIMIT 400""").fetchall()
    texts = [*found, *ODD * 5]
    codes = [c for (c,) in con.execute("SELECT practice_code FROM source_practices ORDER BY 1").fetchall()]
    issues, patients = list[Row](), list[Row]()
    while len(issues) < count:
        own = {
            "practice_code": chance.choice(codes),
            "patient_key": f"{chance.getrandbits(64):016x}",
            **PERIOD,
        }
        if chance.random() < 0.97:  # the others are in no patient extract
            patients.append({**own, **_patient(chance)})
        issues += [{**own, **issue} for issue in _issues(chance, texts)]
    for name, rows in (("issues", issues[:count]), ("patients", patients)):
        con.register("given", pa.Table.from_pylist(rows, schema=schema(contract.entities()[name])))
        con.execute(f"CREATE TEMP TABLE random_{name} AS SELECT * FROM given")
        con.unregister("given")


def _patient(chance: random.Random) -> Row:
    left = chance.choice([None] * 5 + [LAST - dt.timedelta(days=chance.randint(0, 500))])
    return {
        "age_band": chance.choice(["0-17", "45-54", "65-74", "85+"]),
        "sex": chance.choice(["female", "male"]),
        "imd_quintile": chance.choice([1, 3, 5, None]),
        "registered_from": FIRST - dt.timedelta(days=chance.randint(-200, 3000)),
        "registered_to": left,
        "left_reason": chance.choice(["died", "deducted", None]) if left else None,
        "cancer_on": chance.choice([None] * 15 + [FIRST]),
        "palliative_on": chance.choice([None] * 30 + [FIRST]),
        "epilepsy_on": chance.choice([None] * 15 + [FIRST]),
        "indication": chance.choice([None, "Low back pain"]),
    }


def _issues(chance: random.Random, texts: Sequence[tuple[str, str | None]]) -> Iterator[Row]:
    usual = [chance.choice(texts) for _ in range(chance.choice([1, 1, 2, 3]))]
    steady, rhythm = chance.random() < 0.6, chance.choice([7, 14, 28, 28, 30, 56])
    day = FIRST + dt.timedelta(days=chance.randint(0, 500))
    for _ in range(chance.randint(1, 45)):
        day = min(day + dt.timedelta(days=rhythm + chance.choice([-3, -1, 0, 0, 0, 1, 4, 20])), LAST)
        for one in usual:
            product, directions = one if steady or chance.random() < 0.8 else chance.choice(texts)
            made = {
                "issued_on": day if chance.random() < 0.999 else chance.choice(FAR),
                "product": product,
                "directions": directions,
                "quantity": chance.choice([56, 28, 112] if steady else QUANTITIES),
                "days_supply": None if steady else chance.choice(DAYS),
                "issue_type": chance.choice(["acute", "repeat", None]),
                "issuer": chance.choice(["GP01", "PH01", None]),
                "requested_early_days": chance.choice([None, 0, 3, 9]),
            }
            yield from [made] * chance.choice([1] * 60 + [2])


def compared(con: duckdb.DuckDBPyConnection, other: Spark, scratch: Path) -> Iterator[Compared]:
    """Every model, temporary ones too, made by both from the same tables; Spark's rest on Spark's.
    `scratch`: the folder that `other` was given."""
    rules = policy.load(policy.SAMPLE)
    files = build.ready(con, measure.load(), rules, lambda _: None)
    sql = {name: text for name, (text, made_as) in files.items() if made_as != "VIEW"}
    for name in sorted({table for text in sql.values() for table in engine.reads(text)} - set(sql)):
        other.put(con, name)
    for name in engine.order(engine.reads_of(sql)):
        start = time.perf_counter()
        con.execute(f"CREATE TEMP TABLE {name} AS {sql[name]}")
        middle = time.perf_counter()
        columns = _described(con, name)
        other.model(name, sql[name], columns)
        seconds = middle - start, time.perf_counter() - middle
        parts = (scratch / "spark" / name / "*.parquet").as_posix()
        con.execute(f"CREATE TEMP VIEW of_spark AS FROM read_parquet('{parts}')")
        odd = tuple(
            f"{column}: {kind} and {got}"
            for (column, kind), (_, got) in zip(columns, _described(con, "of_spark"), strict=True)
            if {"HUGEINT": "DECIMAL(38,0)", '"NULL"': "INTEGER"}.get(kind, kind) != got
        )
        yield Compared(
            name,
            _count(con, name),
            _count(con, f"((FROM {name}) EXCEPT ALL (FROM of_spark))"),
            _count(con, f"((FROM of_spark) EXCEPT ALL (FROM {name}))"),
            odd,
            *seconds,
        )
        con.execute("DROP VIEW of_spark")


def _described(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in con.execute(f"DESCRIBE {name}").fetchall()]


def _count(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    ((found,),) = con.execute(f"SELECT count(*) FROM {rows}").fetchall()
    return int(found)


def measured(issues: int, master: str) -> tuple[int, list[Compared]]:
    """Issues, and the comparison: the sample's people many times over, and 50,000 random issues."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        doses.etl("load", str(doses.SAMPLE), "--store", str(scratch / "loaded"))
        loaded = Store(scratch / "loaded")
        with duckdb.connect() as con:
            landed = (loaded.landing / "issues" / "*" / "*.parquet").as_posix()
            copies = max(1, round(issues / _count(con, f"read_parquet('{landed}')")))
        doses.multiply(loaded, scratch / "store", copies)
        other = Spark(Place(master), scratch)
        try:
            with sources(scratch / "store", scratch / "both.duckdb", 10**9, min(issues, 50_000)) as con:
                return _count(con, "source_issues"), list(compared(con, other, scratch))
        finally:
            other.close()


def table(found: tuple[int, list[Compared]]) -> str:
    """The comparison as Markdown. Raises SystemExit where the engines differ."""
    issues, models = found
    if differ := [one for one in models if not one.is_same]:
        raise SystemExit(f"the engines differ: {differ}")
    duck, spark = (sum(getattr(one, f"{name}_seconds") for one in models) for name in ("duckdb", "spark"))
    return f"""{issues:,} prescription issues; {len(models)} models, {sum(one.rows for one in models):,} rows,
the same on both engines, their types too.

| engine | seconds of all models |
|---|--:|
| DuckDB | {duck:.0f} |
| Spark | {spark:.0f} |
"""
