"""What a build over millions of issues costs, as a multiple of only reading them, and the dose step alone
against other ways to do it."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.etl import dose_step
from benchmarks.etl.extracts import ROOT
from etl.intake.landing.land import in_order
from etl.store import Part, Store, files_of, write_parquet

SAMPLE = ROOT / "data" / "sample"
TARGET = 20.0
BYTES = 60  # an issue, of a release
LARGEST = 10
MB = 1e6
KEYS = ("patient_key", "plan_id", "referral_id", "record_id")
SCAN = """SELECT count(*), count(COLUMNS(*))
FROM read_csv(?, all_varchar = true, header = true, delim = ',', quote = '"')"""


@dataclass(frozen=True)
class Doses:
    """Issues, patients with one, megabytes of all extracts as CSV; seconds and processor seconds of the scan
    and of the whole build; the most memory the build held, in megabytes; bytes of the release; the steps of
    the build that took longest, and the dose step alone."""

    issues: int
    patients: int
    megabytes: float
    scan: tuple[float, float]
    build: tuple[float, float]
    memory: float
    release: int
    steps: list[dict[str, str]]
    ways: list[dose_step.Way]


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
        megabytes = sum(file.stat().st_size for file in files) / 1e6
        with _timed() as scan:
            for file in files:
                con.execute(SCAN, [str(file)]).fetchall()
        for file in files:
            file.unlink()
        landed = _read(store, "issues")
        counts = _counted(con, f"SELECT count(*), count(DISTINCT patient_key) FROM {landed}")
        profile = Path(folder) / "profile.csv"
        with _timed() as build:
            etl("build", "--store", str(store), "--profile", str(profile))
        memory = dose_step.most_memory(of_children=True)
        with profile.open(encoding="utf-8", newline="") as opened:
            steps = sorted(csv.DictReader(opened), key=lambda step: -float(step["seconds"]))[:LARGEST]
        release = Store(store).releases / f"{Store(store).current()}.duckdb"
        return Doses(
            issues=counts[0],
            patients=counts[1],
            megabytes=megabytes,
            scan=(scan[0], scan[1]),
            build=(build[0], build[1]),
            memory=memory,
            release=release.stat().st_size,
            steps=steps,
            ways=dose_step.measure(release, Path(folder)),
        )


@contextmanager
def _timed() -> Iterator[list[float]]:
    """Gives seconds, and processor seconds of this process and those it waited for."""
    spent: list[float] = []
    begun, before = time.perf_counter(), os.times()
    yield spent
    spent += [time.perf_counter() - begun, sum(os.times()[:4]) - sum(before[:4])]


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
    (scan, scan_processor), (build, processor) = found.scan, found.build
    times, ratio = build / scan, processor / scan_processor
    steps = [
        f"| {step['kind']} {step['name']} | {float(step['seconds']):.1f} | {float(step['processor']):.1f} | "
        f"{_number(step['rows'])} | {_number(step['bytes'], MB)} | {_number(step['spilled'], MB)} |"
        for step in found.steps
    ]
    return f"""{found.issues:,} prescription issues of {found.patients:,} people, {found.megabytes:,.0f} MB.

| | seconds | × the scan | processor seconds | × the scan | target |
|---|--:|--:|--:|--:|--:|
| raw `read_csv` scan of all extracts | {scan:.1f} | 1 | {scan_processor:.1f} | 1 | |
| **the whole build** | {build:.0f} | **{times:.1f}** | {processor:.0f} | {ratio:.1f} | at most {TARGET:g} |

The build held {found.memory:,.0f} MB at most; the release has {found.release / found.issues:.0f} bytes an
issue (at most {BYTES}). What took longest (rows and MB made, before compression; MB on the disk meanwhile):

| | seconds | processor seconds | rows | MB | spilled |
|---|--:|--:|--:|--:|--:|
{chr(10).join(steps)}

{dose_step.table(found.ways)}"""


def _number(text: str, unit: float = 1) -> str:
    return f"{float(text) / unit:,.0f}" if text else ""
