"""Intake with the whole privacy gate against the floor each format allows: DuckDB's own typed load, calamine
reading the workbook, and the same rows in one file."""

from __future__ import annotations

import contextlib
import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import openpyxl
import psutil

from benchmarks.etl.extracts import ROOT

MONTHS = 13
ROWS_A_FILE = (1_000, 7_700)  # about what a practice issues in a month, and what makes ten million a year
FIRST = "2025-09-01"
PERIOD = "2025-09_2026-09"
TYPES = {
    "practice_code": "VARCHAR", "patient_key": "VARCHAR", "issued_on": "DATE", "product": "VARCHAR",
    "directions": "VARCHAR", "quantity": "DOUBLE", "unit": "VARCHAR", "issue_type": "VARCHAR",
}  # fmt: skip
TYPED_LOAD = """
CREATE TABLE issues AS
SELECT * FROM read_csv(?, columns = {types}, header = true, delim = ',', quote = '"', auto_detect = false,
                       store_rejects = true)
"""
TEXTS = """
CREATE TABLE line AS
SELECT row_number() OVER () - 1 AS place, *
FROM (SELECT DISTINCT "Drug name" AS product, "Dosage" AS directions, "Quantity" AS quantity,
             "Quantity units" AS unit, lower("Issue type") AS issue_type
      FROM read_csv(?, all_varchar = true, header = true) ORDER BY ALL)
"""
# One patient has 65 issues, spread over practices and days by hashing: no order a reader could profit from.
ISSUES = f"""
SELECT 'SYN' || lpad((1 + hash(n // 65) % $practices)::VARCHAR, 3, '0') AS practice_code,
       'P' || upper(substr(md5((n // 65)::VARCHAR), 1, 15)) AS patient_key,
       DATE '{FIRST}' + (hash(n) % 395)::INTEGER AS issued_on,
       product, directions, quantity, unit, issue_type
FROM (SELECT range AS n, ((hash(range // 65) + range) % $lines)::BIGINT AS place FROM range($rows))
JOIN line USING (place)
"""
# An EMIS list: a patient's details on the first row only; one group of issues, or two side by side.
LIST = """
COPY (
    SELECT CASE WHEN n = 1 THEN patient_key END AS "Patient ID", {columns}
    FROM (SELECT patient_key, (nth - 1) // {groups} + 1 AS n,
              {cells}
          FROM (SELECT *, row_number() OVER (PARTITION BY patient_key ORDER BY issued_on) AS nth,
                    concat_ws(', ', product, coalesce(directions, ''), quantity::INTEGER || ' ' || unit)
                        AS medicine,
                    strftime(issued_on, '%d-%b-%Y') AS day
                FROM issues)
          GROUP BY ALL)
    ORDER BY patient_key, n
) TO '{path}' (HEADER false, DELIMITER ',', FORCE_QUOTE *)
"""
NAMED = f"SYN001_{{}}_{PERIOD}.csv"
LISTED = 1_000_000  # rows of the trial and of the lists
TRIED = 3  # seconds that a trial may take
OPENING = """Each load is the whole command into an empty store: privacy gate, quarantine and receipt too.
The typed load is told every type and keeps rejects (store_rejects). A trial (`etl try`) stores nothing.
Processor time is that of all cores, also where other work kept them busy."""


@dataclass(frozen=True)
class Timed:
    """One command: seconds from start to end and the most memory it and its children held, in MB."""

    seconds: float
    megabytes: float = 0.0
    processor: float = 0.0  # seconds of all cores


@dataclass(frozen=True)
class Year:
    """The same rows in one file and in many."""

    files: int
    rows: int
    one: Timed
    many: Timed


@dataclass(frozen=True)
class Intake:
    rows: int
    bytes: int
    typed: Timed
    whole: Timed
    workbook_rows: int
    calamine: Timed
    workbook: Timed
    years: tuple[Year, ...]
    list_rows: int
    tried: Timed
    one_group: Timed
    two_groups: Timed


def measure(rows: int, workbook_rows: int, practices: int) -> Intake:
    """Times each intake and its floor on the same rows, floors first."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        con = duckdb.connect()
        con.execute(TEXTS, [[str(path) for path in (ROOT / "data" / "sample").glob("SYN03_issues_*.csv")]])
        known = _knowing(place, practices)
        big = _issues(con, place / f"SYN001_issues_{PERIOD}.csv", rows, 1)
        typed, whole = _typed_load(big), _load(place, known, big)
        bytes_ = big.stat().st_size
        big.unlink()
        small = _issues(con, place / f"SYN001_issues_{PERIOD}.csv", workbook_rows, 1)
        book = _workbook(small)
        small.unlink()
        calamine, workbook = _calamine(book), _load(place, known, book)
        years = tuple(_year(con, place / str(size), known, practices, size) for size in ROWS_A_FILE)
        many = min(rows, LISTED)
        tried, one, two = _lists(con, place, known, many)
        return Intake(
            rows, bytes_, typed, whole, workbook_rows, calamine, workbook, years, many, tried, one, two
        )


def _lists(con: duckdb.DuckDBPyConnection, place: Path, known: Path, rows: int) -> tuple[Timed, Timed, Timed]:
    """A trial of so many rows; the same loaded as an EMIS list, in one group of columns and in two."""
    path = _issues(con, place / NAMED.format("all"), rows, 1)
    tried = _watched([sys.executable, "-m", "etl", "try", str(path)])
    one, two = (_load(place, known, _listed(con, place, groups)) for groups in (1, 2))
    return tried, one, two


def _listed(con: duckdb.DuckDBPyConnection, place: Path, groups: int) -> Path:
    """The rows of the last file made, as a list with so many groups of columns side by side."""
    path, nth = place / NAMED.format(f"list{groups}"), range(1, groups + 1)
    columns = ", ".join(f"medicine_{n}, day_{n}" for n in nth)
    cells = ", ".join(
        f"any_value({name}) FILTER (WHERE (nth - 1) % {groups} = {n - 1}) AS {name}_{n}"
        for n in nth
        for name in ("medicine", "day")
    )
    con.execute(LIST.format(columns=columns, cells=cells, groups=groups, path=path.as_posix()))
    head = ",".join(['"Patient ID"', *['"Name, Dosage and Quantity","Date of Issue"'] * groups])
    body = path.read_text(encoding="utf-8")
    path.write_text(f"{head}\n{body}", encoding="utf-8")
    return path


def _year(con: duckdb.DuckDBPyConnection, place: Path, known: Path, practices: int, rows_a_file: int) -> Year:
    """The same rows in one file and in a file a practice and month."""
    place.mkdir()
    rows = rows_a_file * MONTHS * practices
    one = _issues(con, place / f"issues_{PERIOD}.csv", rows, practices)
    many = _taken_apart(con, place / "many")
    found = Year(len(list(many.glob("*.csv"))), rows, _load(place, known, one), _load(place, known, many))
    shutil.rmtree(place)
    return found


def _issues(con: duckdb.DuckDBPyConnection, path: Path, rows: int, practices: int) -> Path:
    lines = len(con.table("line"))
    asked = {"rows": rows, "practices": practices, "lines": lines}
    con.execute(f"CREATE OR REPLACE TABLE issues AS {ISSUES}", asked)
    con.execute(f"COPY issues TO '{path.as_posix()}' (HEADER, DELIMITER ',')")
    return path


def _taken_apart(con: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    """The rows of the last file made, a file a practice and month."""
    con.execute("SET threads = 1")  # else a month may come in several files
    con.execute(
        f"""COPY (SELECT *, practice_code AS practice, strftime(issued_on, '%Y-%m') AS month
                  FROM issues ORDER BY practice, month)
            TO '{folder.as_posix()}' (FORMAT csv, HEADER, PARTITION_BY (practice, month))"""
    )
    con.execute("RESET threads")
    for path in sorted(folder.glob("*/*/*.csv")):
        practice, month = (part.partition("=")[2] for part in path.parts[-3:-1])
        path.rename(folder / f"{practice}_issues_{month}.csv")
    return folder


def _workbook(path: Path) -> Path:
    """The same rows as a workbook of text cells, as a spreadsheet makes of a CSV."""
    target = path.with_suffix(".xlsx")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            sheet.append(row)
    book.save(target)
    return target


def _knowing(folder: Path, practices: int) -> Path:
    """A store that knows so many practices and nothing else."""
    path = folder / "practices_2026-09.csv"
    lines = [
        f"SYN{n:03d},Made-up Surgery {n},Made-up PCN,Made-up Place,Made-up ICB,yes"
        for n in range(1, practices + 1)
    ]
    names = "practice_code,name,pcn,place,icb,synthetic"
    path.write_text("\n".join([names, *lines]) + "\n", encoding="utf-8")
    store = folder / "known"
    _watched([sys.executable, "-m", "etl", "load", "--store", str(store), str(path)])
    return store


def _typed_load(path: Path) -> Timed:
    """DuckDB's own load into a database on disk, told the types."""
    database = path.with_suffix(".duckdb")
    query = TYPED_LOAD.format(types=TYPES)
    words = f"import duckdb, sys; duckdb.connect(sys.argv[1]).execute({query!r}, [sys.argv[2]])"
    timed = _watched([sys.executable, "-c", words, str(database), str(path)])
    database.unlink()
    return timed


def _calamine(path: Path) -> Timed:
    """python-calamine reading every cell."""
    words = (
        "import sys, python_calamine as c\n"
        "rows = c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()\n"
        "assert len(rows) > 1"
    )
    return _watched([sys.executable, "-c", words, str(path)])


def _load(place: Path, known: Path, path: Path) -> Timed:
    """The load command with a store of its own that knows the practices. A month that a few invented rows
    leave empty is accepted."""
    store = shutil.copytree(known, place / f"store-{path.stem}{path.suffix}")
    command = [sys.executable, "-m", "etl", "load", "--store", str(store)]
    return _watched([*command, "--accept-smaller", str(path)])


def _watched(command: list[str]) -> Timed:
    """A command's seconds and the most memory of it and its children together."""
    start, most, before = time.perf_counter(), 0, _processor()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT) as process,
    ):
        seen = psutil.Process(process.pid)
        while process.poll() is None:
            with contextlib.suppress(psutil.Error):
                most = max(most, sum(p.memory_info().rss for p in [seen, *seen.children(recursive=True)]))
            time.sleep(0.02)
        seconds = time.perf_counter() - start
        said.seek(0)
        if process.returncode != 0:
            words = said.read().decode(errors="replace")
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{words[-2000:]}")
    return Timed(seconds, most / 1e6, _processor() - before)


def _processor() -> float:
    """Seconds of processor time of the commands that have ended."""
    told = os.times()
    return told.children_user + told.children_system


def table(found: Intake) -> str:
    """The measurements as Markdown."""
    rows = [
        _row(f"{found.rows:,} rows of CSV ({found.bytes / 1e9:.1f} GB): DuckDB's typed load", found.typed),
        _row("**the same, loaded**", found.whole, found.typed, 5, " (at most 1,000)"),
        _row(f"{found.workbook_rows:,} rows of XLSX: calamine reads every cell", found.calamine),
        _row("**the same, loaded**", found.workbook, found.calamine, 3),
    ]
    for year in found.years:
        rows += [
            _row(f"{year.rows:,} rows in one CSV, loaded", year.one),
            _row(f"**the same in {year.files:,} files**", year.many, year.one, 2),
        ]
    rows += [
        _row(
            f"{found.list_rows:,} rows of CSV, tried", found.tried, limit=f" (at most {TRIED} s of processor)"
        ),
        _row(f"{found.list_rows:,} rows of an EMIS list, loaded", found.one_group),
        _row("**the same in two groups of columns**", found.two_groups, found.one_group, 1.2),
    ]
    head = "| | seconds | processor, s | × the floor | target | memory, MB |\n|---|--:|--:|--:|--:|--:|"
    return "\n".join([OPENING, "", head, *rows])


def _row(what: str, timed: Timed, floor: Timed | None = None, target: float = 0, limit: str = "") -> str:
    ratio = f"**{timed.seconds / floor.seconds:.1f}**" if floor else "1"
    work = f"{timed.processor:.1f}" + (
        f" ({timed.processor / floor.processor:.2f} ×)" if floor and floor.processor else ""
    )
    wanted = f"at most {target}" if floor else ""
    return f"| {what} | {timed.seconds:.1f} | {work} | {ratio} | {wanted} | {timed.megabytes:,.0f}{limit} |"
