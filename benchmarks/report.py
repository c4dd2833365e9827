"""docs/performance.md and docs/statistics.md: one section a measurement, each replaced whole by the command
that makes it."""

from __future__ import annotations

import os
import platform
import re
from datetime import date
from importlib.metadata import version
from pathlib import Path

REPORT = Path(__file__).parents[1] / "docs" / "performance.md"
STATISTICS = REPORT.with_name("statistics.md")
OPENING = """# Performance

Ratios count, not seconds: each table is made in one run on one machine, beside the floor it is held against.
"""
LIBRARIES = ("duckdb", "streamlit", "plotly", "pandas")


def with_section(report: str, title: str, body: str) -> str:
    """The report with this section put in, or put in the place of the one of the same title."""
    section = f"## {title}\n\n{body.strip()}\n"
    rest = re.sub(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", "", report or OPENING, flags=re.S | re.M)
    return f"{rest.rstrip()}\n\n{section}"


def write(title: str, command: str, table: str, report: Path = REPORT) -> None:
    """Put a table into a report, with the command that makes it; into docs/performance.md with machine and
    date as well."""
    before = report.read_text(encoding="utf-8") if report.is_file() else ""
    where = f" on {machine()}, {date.today().isoformat()}" if report == REPORT else ""
    body = f"`{command}`{where}:\n\n{table}"
    report.parent.mkdir(exist_ok=True)
    report.write_text(with_section(before, title, body), encoding="utf-8")


def machine() -> str:
    """What was measured on, in words."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {libraries}"
