"""How long extracts take to become a release, as a multiple of only reading the same files."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.etl.extracts import ROOT, write_extracts

TARGET = 20.0
SCAN = """
SELECT count(*), count(COLUMNS(*))
FROM read_csv(?, columns = {columns}, header = false, skip = {skip}, delim = ',', quote = '"',
              auto_detect = false)
"""


@dataclass(frozen=True)
class Build:
    """Seconds of each run; issues and megabytes say how much was read."""

    issues: int
    files: int
    megabytes: float
    scans: list[float]
    loads: list[float]
    builds: list[float]

    @property
    def ratio(self) -> float:
        """Load and build together as a multiple of the scan, medians of each."""
        together = [load + build for load, build in zip(self.loads, self.builds, strict=True)]
        return median(together) / median(self.scans)


def measure(issues: int, runs: int) -> Build:
    """Time scan, load and build of the same files in turn, each run with a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        extracts = write_extracts(Path(folder), issues)
        files = sorted(str(path) for path in extracts.glob("*.csv"))
        found = Build(
            issues=_rows([file for file in files if "_issues_" in file]),
            files=len(files),
            megabytes=sum(Path(file).stat().st_size for file in files) / 1e6,
            scans=[],
            loads=[],
            builds=[],
        )
        alike = _alike(files)
        for run in range(runs):
            store = Path(folder) / f"store{run}"
            found.scans.append(_seconds_of_scan(alike))
            found.loads.append(_seconds_of("load", str(extracts), "--store", str(store)))
            found.builds.append(_seconds_of("build", "--store", str(store)))
            print(
                f"run {run + 1} of {runs}: scan {found.scans[-1]:.2f} s, load {found.loads[-1]:.1f} s, "
                f"build {found.builds[-1]:.1f} s",
                file=sys.stderr,
                flush=True,
            )
    return found


def _rows(files: list[str]) -> int:
    return sum(Path(file).read_bytes().count(b"\n") - 1 for file in files)


def _alike(files: list[str]) -> dict[tuple[int, int], list[str]]:
    """Files by how many columns they have and how many lines stand above the header."""
    found = defaultdict[tuple[int, int], list[str]](list)
    for file in files:
        with Path(file).open(encoding="utf-8-sig", newline="") as opened:
            widths = [len(line) for line in csv.reader(opened)]
        found[widths[-1], widths.index(widths[-1])].append(file)
    return found


def _seconds_of_scan(alike: dict[tuple[int, int], list[str]]) -> float:
    """Reading every value as text, told the exact columns so that nothing need be guessed or padded."""
    with duckdb.connect() as connection:
        start = time.perf_counter()
        for (width, skip), files in alike.items():
            columns = {f"c{number}": "VARCHAR" for number in range(width)}
            connection.execute(SCAN.format(columns=columns, skip=skip), [files]).fetchall()
        return time.perf_counter() - start


def _seconds_of(*verb: str) -> float:
    start = time.perf_counter()
    command = [sys.executable, "-m", "etl", *verb]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return time.perf_counter() - start


def table(found: Build, runs: int) -> str:
    """The measurements as Markdown."""
    together = median(found.loads) + median(found.builds)
    read = f"{found.issues:,} prescription issues, {found.megabytes:,.0f} MB of CSV in {found.files:,} files"
    return f"""{read}; medians of {runs} runs.

| | seconds | × the scan | target |
|---|--:|--:|--:|
| raw `read_csv` scan of the same files | {median(found.scans):.2f} | 1 | |
| load | {median(found.loads):.1f} | {median(found.loads) / median(found.scans):.1f} | |
| build | {median(found.builds):.1f} | {median(found.builds) / median(found.scans):.1f} | |
| **load and build** | {together:.1f} | **{found.ratio:.1f}** | at most {TARGET:g} |
"""
