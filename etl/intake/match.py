"""Which report is this? A file's header row, held against every layout."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass

from etl.contract import entities
from etl.intake.privacy.names import shown_heading
from etl.intake.refusal import RefusedError
from etl.intake.row import Row
from etl.layouts import EntityLayout, Layout, layouts, normal

HEADER_WITHIN = 30  # rows from the top
_PERIOD = re.compile(r"(?<!\d)(20\d\d)-(\d{2})(?:_(20\d\d)-(\d{2}))?(?!\d)")


@dataclass(frozen=True)
class Period:
    """Whole months, first and last included."""

    first: dt.date
    last: dt.date  # first day of the last month

    @property
    def end(self) -> dt.date:
        return (self.last.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)

    def months(self) -> list[str]:
        """Each month, as "2026-09"."""
        first, last = (day.year * 12 + day.month - 1 for day in (self.first, self.last))
        return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(first, last + 1)]

    def __str__(self) -> str:
        first, last = f"{self.first:%Y-%m}", f"{self.last:%Y-%m}"
        return first if first == last else f"{first}_{last}"


@dataclass(frozen=True)
class Match:
    layout: Layout
    entity: str
    report: EntityLayout
    header_line: int
    targets: tuple[str, ...]  # a column: contract name, "split:<header>" or "" where ignored
    headers: tuple[str, ...]
    practice: str | None  # from the lines above the header
    period: Period | None


def match(head: list[Row]) -> Match:
    """The layout and entity a file's first rows fit. Raises RefusedError: the nearest, what differs."""
    nearest: tuple[int, str] = (0, "")
    for row in head[:HEADER_WITHIN]:
        found = [normal(cell) for cell in row.cells]
        while found and not found[-1]:
            found.pop()
        for layout in layouts():
            for entity, report in layout.entities.items():
                problem = _difference(found, entity, report, bool(layout.preamble.get("practice")))
                if not problem:
                    above = [r for r in head if r.line < row.line]
                    return _matched(row, found, layout, entity, above)
                alike = len(set(found) & report.headers())
                if alike > max(nearest[0], 2):
                    nearest = alike, f"looks like the {layout.name} report of {entity}, but {problem}"
    if nearest[1]:
        raise RefusedError(f"{nearest[1]}. Correct the report, or add the column to the layout.")
    raise RefusedError(
        "no layout fits this file: no row near its top holds the column names of a known report. "
        "Compare it with docs/extracts.md, or add a layout for this system."
    )


def _difference(found: list[str], entity: str, report: EntityLayout, practice_above: bool) -> str:
    allowed = report.headers()
    for position, header in enumerate(found, start=1):
        if header not in allowed:
            return f"column {position} ({shown_heading(header)}) is not in it"
    for header, count in Counter(found).items():
        times = report.columns.get(header, ("",))
        fewest = len(times) - (len(times) > 1 and not times[-1])  # a retired column may be left out
        if not fewest <= count <= len(times):
            return f"column {header!r} comes {count} times, not {len(times)}"
    filled = {name for header in found for name in report.columns.get(header, ()) if name}
    filled |= {name for header in found for name in re.compile(report.split.get(header, "")).groupindex}
    filled |= {"practice_code"} if practice_above else set()
    needed = [c.name for c in entities()[entity].columns.values() if c.required and c.name not in filled]
    return f"it has no column for {needed[0]}" if needed else ""


def _matched(row: Row, found: list[str], layout: Layout, entity: str, above: list[Row]) -> Match:
    report = layout.entities[entity]
    seen: Counter[str] = Counter()
    targets = []
    for header in found:
        names = report.columns.get(header, ())
        split = f"split:{header}" if header in report.split else ""
        targets.append(names[seen[header]] if names else split)
        seen[header] += 1
    text = "\n".join(" ".join(c for c in r.cells if c) for r in above)
    return Match(
        layout=layout,
        entity=entity,
        report=report,
        header_line=row.line,
        targets=tuple(targets),
        headers=tuple(found),
        practice=_above(layout, text, "practice"),
        period=_period_above(layout, text),
    )


def _above(layout: Layout, text: str, name: str) -> str | None:
    pattern = layout.preamble.get(name)
    hit = re.search(pattern, text) if pattern else None
    return hit[1] if hit else None


def _period_above(layout: Layout, text: str) -> Period | None:
    days = [_above(layout, text, name) for name in ("period_from", "period_to")]
    if not (days[0] and days[1]):
        return None
    try:
        first, last = (dt.datetime.strptime(day, layout.dates[0]).date() for day in days if day)
    except ValueError:
        raise RefusedError(
            f"the period above the header ({days[0]} to {days[1]}) is not a date range."
        ) from None
    return _whole_months(first, last)


def _whole_months(first: dt.date, last: dt.date) -> Period:
    if first.day != 1 or (last + dt.timedelta(days=1)).day != 1 or last < first:
        raise RefusedError(
            f"the period {first} to {last} is not whole months. Run the report for whole months."
        )
    return Period(first, last.replace(day=1))


def period_named(name: str) -> Period | None:
    """The period in a file's name, "2026-09" or "2024-04_2026-06"; None where there is none."""
    hits = [m for m in _PERIOD.finditer(name) if 1 <= int(m[2]) <= 12 and (not m[4] or 1 <= int(m[4]) <= 12)]
    if not hits:
        return None
    hit = hits[-1]
    first = dt.date(int(hit[1]), int(hit[2]), 1)
    last = dt.date(int(hit[3]), int(hit[4]), 1) if hit[3] else first
    return Period(first, last) if first <= last else None
