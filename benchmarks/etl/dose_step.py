"""The dose step three ways: supplies to each person's mean daily dose of each month end's window, by DuckDB,
by polars with its streaming engine, and by pandas. Plainly written; all must agree to the last row."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl

WINDOW = 90  # days to a month's end
DAY_ONE = "2000-01-01"

SUPPLIES = """COPY (
    SELECT CAST(dense_rank() OVER (ORDER BY patient_key) AS INTEGER) AS person,
        CAST(date_diff('day', DATE '2000-01-01', from_day) AS INTEGER) AS from_day,
        CAST(date_diff('day', DATE '2000-01-01', to_day) AS INTEGER) AS to_day, ome_milli
    FROM supply
    WHERE class = 'opioid' AND ome_milli IS NOT NULL AND to_day > from_day
) TO '{}'"""
MONTHS = """COPY (
    SELECT month, CAST(date_diff('day', DATE '2000-01-01', month_end) AS INTEGER) AS month_end
    FROM (SELECT DISTINCT month, last_day(month) AS month_end FROM patient_month)
) TO '{}'"""
SWEEP = f"""
WITH change AS (
    SELECT person, from_day AS day, ome_milli AS ome FROM read_parquet($supplies)
    UNION ALL SELECT person, to_day, -ome_milli FROM read_parquet($supplies)
), daily AS (
    SELECT person, day, sum(ome) AS ome FROM change GROUP BY person, day
), run AS (
    SELECT person, day AS from_day, lead(day) OVER days AS to_day, sum(ome) OVER (
        PARTITION BY person ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS ome
    FROM daily WINDOW days AS (PARTITION BY person ORDER BY day)
)
SELECT r.person, m.month_end, sum(r.ome * (least(r.to_day, m.month_end + 1)
        - greatest(r.from_day, m.month_end - {WINDOW - 1})))
    / sum(least(r.to_day, m.month_end + 1) - greatest(r.from_day, m.month_end - {WINDOW - 1})) AS mean
FROM run AS r
INNER JOIN read_parquet($months) AS m
    ON r.from_day <= m.month_end AND r.to_day > m.month_end - {WINDOW - 1}
WHERE r.ome > 0
GROUP BY ALL"""


@dataclass(frozen=True)
class Way:
    """Seconds, processor seconds, the most memory in MB, rows and the sum of their means in mg; None of these
    where it did not end well, and why."""

    name: str
    seconds: float = float("nan")
    processor: float = float("nan")
    memory: float = float("nan")
    found: tuple[int, int] | None = None
    why: str = ""


def measure(release: Path, folder: Path) -> list[Way]:
    """Each way in a process of its own, on the supplies of a release. Raises ValueError where ways differ."""
    supplies, months = folder / "supplies.parquet", folder / "months.parquet"
    with duckdb.connect(str(release), read_only=True) as con:
        con.execute(SUPPLIES.format(supplies.as_posix()))
        con.execute(MONTHS.format(months.as_posix()))
    ways = [_apart(name, supplies, months) for name in WAYS]
    if len({way.found for way in ways if way.found}) > 1:
        raise ValueError(f"the ways disagree: {[(way.name, way.found) for way in ways]}")
    return ways


def by_duckdb(supplies: Path, months: Path) -> tuple[int, int]:
    """Rows, and the sum of their means, mg."""
    with duckdb.connect(config={"memory_limit": "4GB"}) as con:
        asked = {"supplies": str(supplies), "months": str(months)}
        row = con.execute(f"SELECT count(*), sum(mean) FROM ({SWEEP})", asked).fetchone()
    assert row is not None
    return row[0], round(row[1] / 1000)


def by_polars(supplies: Path, months: Path) -> tuple[int, int]:
    """Rows, and the sum of their means, mg."""
    given, ends = pl.scan_parquet(supplies), pl.scan_parquet(months).select("month_end")
    ome, day = pl.col("ome_milli"), pl.col("day")
    change = pl.concat(
        [
            given.select("person", pl.col("from_day").alias("day"), ome),
            given.select("person", pl.col("to_day").alias("day"), -ome),
        ]
    )
    run = (
        change.group_by("person", "day")
        .agg(ome.sum())
        .sort("person", "day")
        .with_columns(
            ome.cum_sum().over("person"),
            day.shift(-1).over("person").alias("to_day"),
        )
        .filter(ome > 0)
    )
    overlap = run.join_where(
        ends, pl.col("day") <= pl.col("month_end"), pl.col("to_day") > pl.col("month_end") - (WINDOW - 1)
    ).with_columns(
        (
            pl.min_horizontal("to_day", pl.col("month_end") + 1)
            - pl.max_horizontal("day", pl.col("month_end") - (WINDOW - 1))
        ).alias("days")
    )
    mean = overlap.group_by("person", "month_end").agg(
        ((ome * pl.col("days")).sum() / pl.col("days").sum()).alias("mean")
    )
    rows, total = mean.select(pl.len(), pl.col("mean").sum()).collect(engine="streaming").row(0)
    return rows, round(total / 1000)


def by_pandas(supplies: Path, months: Path) -> tuple[int, int]:
    """Rows, and the sum of their means, mg."""
    given, ends = pd.read_parquet(supplies), pd.read_parquet(months)["month_end"].to_numpy()
    begun = given.rename(columns={"from_day": "day"})[["person", "day", "ome_milli"]]
    ended = given.rename(columns={"to_day": "day"})[["person", "day", "ome_milli"]]
    ended["ome_milli"] *= -1
    daily = pd.concat([begun, ended]).groupby(["person", "day"], as_index=False)["ome_milli"].sum()
    daily["to_day"] = daily.groupby("person")["day"].shift(-1)
    daily["ome_milli"] = daily.groupby("person")["ome_milli"].cumsum()
    run = daily[(daily["ome_milli"] > 0) & daily["to_day"].notna()].astype({"to_day": "int32"})
    rows, total = 0, 0.0
    for end in ends:  # a month at a time: all at once is more than the memory holds
        first = end - (WINDOW - 1)
        here = run[(run["day"] <= end) & (run["to_day"] > first)]
        days = here["to_day"].clip(upper=end + 1) - here["day"].clip(lower=first)
        sums = pd.DataFrame({"ome": here["ome_milli"] * days, "days": days}).groupby(here["person"]).sum()
        rows, total = rows + len(sums), total + float((sums["ome"] / sums["days"]).sum())
    return rows, round(total / 1000)


WAYS = {"DuckDB": by_duckdb, "polars, streaming": by_polars, "pandas": by_pandas}


def _apart(name: str, supplies: Path, months: Path) -> Way:
    context = get_context("spawn")
    mine, its = context.Pipe(duplex=False)
    process = context.Process(target=_told, args=(name, supplies, months, its))
    process.start()
    its.close()
    try:
        way: Way = mine.recv()
    except EOFError:
        process.join()
        return Way(name, why=f"ended with {process.exitcode}")
    process.join()
    return way


def _told(name: str, supplies: Path, months: Path, to: object) -> None:
    begun, processor = time.perf_counter(), time.process_time()
    try:
        found, why = WAYS[name](supplies, months), ""
    except MemoryError as error:
        found, why = None, str(error) or "out of memory"
    seconds, processor = time.perf_counter() - begun, time.process_time() - processor
    to.send(Way(name, seconds, processor, most_memory(), found, why))  # type: ignore[attr-defined]


def most_memory(of_children: bool = False) -> float:
    """The most memory that this process (or one it started) has held, in megabytes; nan where the system does
    not say."""
    status = Path("/proc/self/status")
    if not of_children and status.is_file():  # getrusage begins with what the process that started it held
        return int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) / 1e3
    if sys.platform == "win32":
        return float("nan")
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN if of_children else resource.RUSAGE_SELF).ru_maxrss
    return used / (1e6 if sys.platform == "darwin" else 1e3)


def table(ways: list[Way]) -> str:
    """The measurement as Markdown."""
    rows = [
        f"| {way.name} | {way.seconds:.1f} | {way.processor:.1f} | {way.memory:,.0f} | "
        f"{f'{way.found[0]:,}' if way.found else way.why} |"
        for way in ways
    ]
    return f"""The dose step alone, from supplies to each person's mean daily dose of opioids in the {WINDOW}
days to each month's end, each way in a process of its own:

| | seconds | processor seconds | memory, MB | rows |
|---|--:|--:|--:|--:|
{chr(10).join(rows)}
"""
