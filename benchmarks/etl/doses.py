"""How long the doses of millions of issues take, as a multiple of only reading those issues."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.etl.extracts import ROOT
from etl.intake.landing.land import in_order
from etl.store import Part, Store, files_of, write_parquet

SAMPLE = ROOT / "data" / "sample"
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
    """Load the sample, make each of its people many, write every entity as one CSV, scan those, and
    build."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        loaded, store = Path(folder) / "loaded", Path(folder) / "store"
        etl("load", str(SAMPLE), "--store", str(loaded))
        copies = max(1, round(issues / _counted(con, f"SELECT count(*) FROM {_read(loaded, 'issues')}")[0]))
        multiply(Store(loaded), store, copies)
        shutil.rmtree(loaded)
        files = [_written(con, store, entity.name, Path(folder)) for entity in (store / "landing").iterdir()]
        start = time.perf_counter()
        for file in files:
            con.execute(SCAN, [str(file)]).fetchall()
        scan = time.perf_counter() - start
        landed = _read(store, "issues")
        counts = _counted(con, f"SELECT count(*), count(DISTINCT patient_key) FROM {landed}")
        start = time.perf_counter()
        etl("build", "--store", str(store))
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


def multiply(store: Store, out: Path, copies: int) -> Store:
    """A store at `out` with so many copies of each person of this one; list sizes grow alike.

    Written as a load writes: parts first, then the receipt with the sum of each, so that build and verify
    find a store like any other.
    """
    made = Store(out, create=True)
    for receipt in store.receipts():
        parts = tuple(_multiplied(store, part, made, copies) for part in receipt.parts)
        for path in files_of(replace(receipt, parts=())):
            shutil.copyfile(store.folder / path, made.folder / path)
        rows = sum(part.rows for part in parts) if parts else receipt.rows_loaded
        made.add(replace(receipt, parts=parts, rows_loaded=rows, rows_read=rows + receipt.rows_quarantined))
    return made


def _multiplied(store: Store, part: Part, made: Store, copies: int) -> Part:
    table = pq.read_table(store.folder / part.path)
    keys = [name for name in KEYS if name in table.column_names]
    if part.entity == "list_sizes":
        table = _with(table, "registered", pc.multiply(table["registered"], copies))
    elif keys:
        table = in_order(pa.concat_tables(_copy(table, keys, number) for number in range(copies)))
    write_parquet(table, made.folder / part.path)
    return replace(part, rows=len(table))


def _copy(table: pa.Table, keys: list[str], number: int) -> pa.Table:
    """The table with people of its own."""
    for key in keys:
        table = _with(table, key, pc.binary_join_element_wise(table[key], str(number), "-"))
    return table


def _with(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    place = table.column_names.index(name)
    return table.set_column(place, table.schema.field(name), values.cast(table.schema.field(name).type))


def etl(*verb: str) -> None:
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
