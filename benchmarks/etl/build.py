"""How long extracts take to become a release, as a multiple of only reading the same files."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

import duckdb

from benchmarks.etl.extracts import ROOT, write_extracts

TARGET = 20.0
SCAN = """
SELECT count(*), count(COLUMNS(*))
FROM read_csv(?, columns = {columns}, header = false, skip = {skip}, delim = ',', quote = '"',
              auto_detect = false)
"""


class Spent(NamedTuple):
    """Seconds from start to end, and seconds of all cores, which other work beside it changes less."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Build:
    """What each run took; issues and megabytes say how much was read."""

    issues: int
    files: int
    megabytes: float
    scans: list[Spent]
    loads: list[Spent]
    builds: list[Spent]


def measure(issues: int, runs: int) -> Build:
    """Time scan, load and build of the same files in turn, each run with a store of its own. A month that is
    empty, as of a few invented rows some are, is accepted."""
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
            found.loads.append(_seconds_of("load", "--accept-smaller", str(extracts), "--store", str(store)))
            found.builds.append(_seconds_of("build", "--store", str(store)))
            print(
                f"run {run + 1} of {runs}: scan {found.scans[-1]}, load {found.loads[-1]}, "
                f"build {found.builds[-1]}",
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


def _seconds_of_scan(alike: dict[tuple[int, int], list[str]]) -> Spent:
    """Reading every value as text, told the exact columns so that nothing need be guessed or padded."""
    with duckdb.connect() as connection:
        start, before = time.perf_counter(), time.process_time()
        for (width, skip), files in alike.items():
            columns = {f"c{number}": "VARCHAR" for number in range(width)}
            connection.execute(SCAN.format(columns=columns, skip=skip), [files]).fetchall()
        return Spent(time.perf_counter() - start, time.process_time() - before)


def _seconds_of(*verb: str) -> Spent:
    start, before = time.perf_counter(), _of_children()
    command = [sys.executable, "-m", "etl", *verb]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return Spent(time.perf_counter() - start, _of_children() - before)


def _of_children() -> float:
    """Processor seconds of the commands that have ended."""
    told = os.times()
    return told.children_user + told.children_system


def table(found: Build, runs: int) -> str:
    """The measurements as Markdown."""
    together = [
        Spent(load.wall + build.wall, load.processor + build.processor)
        for load, build in zip(found.loads, found.builds, strict=True)
    ]
    read = f"{found.issues:,} prescription issues, {found.megabytes:,.0f} MB of CSV in {found.files:,} files"
    rows = [
        _row("raw `read_csv` scan of the same files", found.scans),
        _row("load", found.loads, found.scans),
        _row("build", found.builds, found.scans),
        _row("**load and build**", together, found.scans, f"at most {TARGET:g}"),
    ]
    head = "| | seconds | × the scan | processor, s | × the scan’s | target |\n|---|--:|--:|--:|--:|--:|"
    return "\n".join([f"{read}; medians of {runs} runs.", "", head, *rows])


def _row(what: str, spent: list[Spent], scans: list[Spent] | None = None, target: str = "") -> str:
    wall, processor = (median(times) for times in zip(*spent, strict=True))
    floor = [median(times) for times in zip(*(scans or spent), strict=True)]
    told = f"{wall / floor[0]:.1f}", f"{processor / floor[1]:.1f}"
    shown = [f"**{ratio}**" if target else ratio for ratio in told] if scans else ["1", "1"]
    return f"| {what} | {wall:.2f} | {shown[0]} | {processor:.2f} | {shown[1]} | {target} |"
