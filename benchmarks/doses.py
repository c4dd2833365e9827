"""How long the doses of millions of issues take, as a multiple of only reading those issues."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.extracts import ROOT

TARGET = 20.0
KEYS = ("patient_key", "plan_id", "referral_id", "record_id")
SCAN = "SELECT count(*), count(COLUMNS(*)) FROM read_csv(?, all_varchar = true, header = true)"


@dataclass(frozen=True)
class Doses:
    """Issues, patients with one, megabytes of all extracts as CSV; seconds of the scan and of the whole
    build; the most memory the build held, in megabytes."""

    issues: int
    patients: int
    megabytes: float
    scan: float
    build: float
    memory: float


def measure(issues: int) -> Doses:
    """Load the sample, make each of its people many, write every extract as one CSV, scan those, and
    build."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        store = Path(folder) / "store"
        _etl("load", str(ROOT / "data" / "sample"), "--store", str(store))
        landed = _read(store, "issues")
        copies = max(1, round(issues / _counted(con, f"SELECT count(*) FROM {landed}")[0]))
        for part in sorted((store / "landing").glob("*/*/*.parquet")):
            _multiply(con, part, copies)
        files = [_written(con, store, entity.name, Path(folder)) for entity in (store / "landing").iterdir()]
        start = time.perf_counter()
        for file in files:
            con.execute(SCAN, [str(file)]).fetchall()
        scan = time.perf_counter() - start
        counts = _counted(con, f"SELECT count(*), count(DISTINCT patient_key) FROM {landed}")
        start = time.perf_counter()
        _etl("build", "--store", str(store))
        build = time.perf_counter() - start
        megabytes = sum(file.stat().st_size for file in files) / 1e6
        return Doses(counts[0], counts[1], megabytes, scan, build, _most_memory())


def _most_memory() -> float:
    """The most memory that a process started here has held, in megabytes; nan where the system does not
    say."""
    if sys.platform == "win32":
        return float("nan")
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return used / (1e6 if sys.platform == "darwin" else 1e3)


def _read(store: Path, entity: str) -> str:
    return f"read_parquet('{(store / 'landing' / entity / '*' / '*.parquet').as_posix()}')"


def _counted(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = con.execute(sql).fetchone()
    assert row is not None
    return row


def _written(con: duckdb.DuckDBPyConnection, store: Path, entity: str, folder: Path) -> Path:
    """All landed rows of an entity as one CSV."""
    path = folder / f"{entity}.csv"
    con.execute(f"COPY (FROM {_read(store, entity)}) TO '{path.as_posix()}' (HEADER)")
    return path


def _multiply(con: duckdb.DuckDBPyConnection, part: Path, copies: int) -> None:
    """Write so many copies of a landed part in its place, each with people of its own; list sizes grow
    alike."""
    columns = [row[0] for row in con.execute(f"DESCRIBE FROM read_parquet('{part}')").fetchall()]
    keys = [f"{name} || '-' || copy AS {name}" for name in KEYS if name in columns]
    if part.parent.parent.name == "list_sizes":
        select = f"SELECT * REPLACE (registered * {copies} AS registered) FROM read_parquet('{part}')"
    elif keys:
        select = (
            f"SELECT * EXCLUDE (copy) REPLACE ({', '.join(keys)}) "
            f"FROM read_parquet('{part}') CROSS JOIN range({copies}) AS r(copy)"
        )
    else:
        return
    beside = part.with_suffix(".beside")
    con.execute(f"COPY ({select}) TO '{beside}' (FORMAT parquet)")
    beside.replace(part)


def _etl(*verb: str) -> None:
    command = [sys.executable, "-m", "etl", *verb]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")


def table(found: Doses) -> str:
    """The measurement as Markdown."""
    ratio = found.build / found.scan
    return f"""{found.issues:,} prescription issues of {found.patients:,} people, {found.megabytes:,.0f} MB.

| | seconds | × the scan | target |
|---|--:|--:|--:|
| raw `read_csv` scan of all extracts | {found.scan:.1f} | 1 | |
| **build**: readings, doses, measures, checks | {found.build:.0f} | **{ratio:.1f}** | at most {TARGET:g} |

The build held {found.memory:,.0f} MB at most.
"""
