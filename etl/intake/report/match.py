"""Which report is this? A file's header row, held against every layout."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from etl.contract import entities
from etl.intake.privacy.shown_names import shown_heading
from etl.intake.refusal import RefusedError
from etl.intake.report.period import Period, whole_months
from etl.intake.row import Row
from etl.layouts import EntityLayout, Layout, layouts, normal
from etl.layouts.dates import DATE_CELL, dated, read_day

HEADER_WITHIN = 30  # rows from the top
LOOKS_LIKE = "looks like"  # begins what is said of the nearest report
CACHED = 1_000  # lines of headings
_TRY = "the page Try a file, or python -m etl try FILE, shows every column and drafts one."


@dataclass(frozen=True)
class Match:
    layout: Layout
    entity: str
    report: EntityLayout
    header_line: int
    targets: tuple[
        str, ...
    ]  # a column: contract name, "split:<header>", "first:<header>", or "" where ignored
    headers: tuple[str, ...]
    practice: str | None  # from the lines above the header
    period: Period | None
    spelled: tuple[str, ...] = ()  # the headers as the file has them, normalised
    groups: tuple[tuple[int, ...], ...] = ()  # columns of each group, where groups stand side by side
    above: str = ""  # the lines above the header
    heads: tuple[tuple[str, ...], ...] = ()  # the lines down to the header, and the header as it is read


def match(head: list[Row], known: Sequence[Layout] | None = None) -> Match:
    """The layout and entity a file's first rows fit, of `known` or of those that come with the product; where
    several do, the one that reads most of its columns. Raises RefusedError: the nearest, all that differs.
    """
    known = layouts() if known is None else known
    nearest = _Nearest()
    for row, found in _candidates(head):
        fits = []
        for layout, entity, called in _fitting(found, known, nearest):
            above = [r for r in head if r.line < row.line]
            fit = _matched(row, called, layout, entity, above)
            unnamed = [""] * (len(fit.headers) - len(found))
            fits.append(replace(fit, spelled=(*found, *unnamed), heads=_heads(found, [*above, row])))
        if fits:
            best = max(fits, key=lambda fit: sum(map(bool, fit.targets)))
            _check_nothing_above(best, [r for r in head if r.line < row.line])
            return best
    if found_without := _without_header(head, known):
        return found_without
    raise RefusedError(nearest.words())


def _fitting(found: list[str], known: Sequence[Layout], nearest: _Nearest) -> list[_Fit]:
    """The reports that a line of headings fits. Files of one system have the same line: it is judged once."""
    key = tuple(found), tuple(map(id, known))
    if key not in _JUDGED:
        if len(_JUDGED) >= CACHED:
            _JUDGED.clear()
        _JUDGED[key] = *_judged(found, known), known  # kept, so that no other layout gets its identity
    fits, own, _ = _JUDGED[key]
    if own.score > nearest.score:
        nearest.score, nearest.told = own.score, own.told
    return fits


def _judged(found: list[str], known: Sequence[Layout]) -> tuple[list[_Fit], _Nearest]:
    fits, nearest = list[_Fit](), _Nearest()
    for layout in known:
        for entity, report in layout.entities.items():
            called = [report.called(header) for header in found]
            if report.known.isdisjoint(called):
                continue
            problems = _differences(called, found, entity, report)
            if not problems:
                fits.append((layout, entity, called))
            elif not fits:
                nearest.look(called, layout, entity, report, problems)
    return fits, nearest


def _check_nothing_above(found: Match, above: Sequence[Row]) -> None:
    """Raises RefusedError where a line above the header is a row: a sort has moved the header down."""
    columns = entities()[found.entity].columns
    dates = [n for n, name in enumerate(found.targets) if name in columns and columns[name].type == "date"]
    for row in above:
        told = [n for n in dates if n < len(row.cells) and _is_day(row.cells[n], found.layout)]
        if told and 2 * sum(map(bool, row.cells)) > len(found.headers):
            raise RefusedError(
                f"line {row.line} {LOOKS_LIKE} a row, but stands above the header, line {found.header_line}. "
                "Put the header first: sorting the rows has moved it."
            )


def _is_day(text: str, layout: Layout) -> bool:
    return dated(text.strip(), (*layout.dates, DATE_CELL), dt.date.max) is not None


class _Nearest:
    """The report that comes nearest to a file none fits."""

    def __init__(self) -> None:
        self.score, self.told = (2, 0, False, 0.0), ""

    def look(
        self, called: list[str], layout: Layout, entity: str, report: EntityLayout, problems: list[str]
    ) -> None:
        alike = set(called) & report.headers()
        whose = any("practice_code" in report.filled(header) for header in report.headers())
        is_said = not whose or any("practice_code" in report.filled(header) for header in alike)
        score = (len(alike), -len(problems), is_said, len(alike) / max(len(report.headers()), 1))
        if score > self.score:
            what = f"{LOOKS_LIKE} the {layout.name} report of {entity}, but {'; '.join(problems)}"
            self.score, self.told = score, what

    def words(self) -> str:
        if self.told:
            return f"{self.told}. Correct the report, or add the column to the layout; {_TRY}"
        return (
            "no layout fits this file: no row near its top holds the column names of a known report. "
            f"Compare it with docs/extracts.md, or add a layout for this system; {_TRY}"
        )


_Fit = tuple[Layout, str, list[str]]  # entity, and the headings as the layout calls them
_JUDGED: dict[tuple[tuple[str, ...], tuple[int, ...]], tuple[list[_Fit], _Nearest, Sequence[Layout]]] = {}


def _candidates(head: list[Row]) -> Iterator[tuple[Row, list[str]]]:
    """Each row near the top as a line of headings, alone and with the row above where its own cells are
    empty: two rows of headings, or groups named above them."""
    above: Row | None = None
    for row in head[:HEADER_WITHIN]:
        found = _headings(row)
        yield row, found
        if above and above.line + above.lines == row.line:
            upper = [normal(cell) for cell in above.cells]
            both = [own or over for own, over in zip_longest(found, upper, fillvalue="")]
            if both != found and len(both) == len(row.cells):
                yield row, _trimmed(both)
        above = row


def _headings(row: Row) -> list[str]:
    return _trimmed([normal(cell) for cell in row.cells])


def _heads(found: list[str], rows: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    """What is no row wherever it comes again: the header as it is read, and each of the lines down to it."""
    return tuple(dict.fromkeys(tuple(line) for line in (found, *map(_headings, rows)) if line))


def _trimmed(found: list[str]) -> list[str]:
    while found and not found[-1]:
        found.pop()
    return found


def _without_header(head: list[Row], known: Sequence[Layout]) -> Match | None:
    """A report that has no header line, known by its first line and its number of columns."""
    first = head[0] if head else None
    for layout in known:
        for entity, report in layout.entities.items():
            if not first or not report.headings or len(first.cells) != len(report.headings):
                continue
            if re.match(report.first_line, ",".join(first.cells)):
                top = Row(0, list(report.headings))
                found = _matched(top, list(report.headings), layout, entity, [])
                return replace(found, spelled=report.headings)
    return None


def _differences(found: list[str], spelled: list[str], entity: str, report: EntityLayout) -> list[str]:
    """All that a row of headings, as the layout calls them and as the file does, differs in from a report."""
    problems = [
        f"column {position} ({shown_heading(header)}) is not in it"
        for position, header in enumerate(found, start=1)
        if header not in report.known
    ]
    groups, uneven = _groups(found, report.groups), list[str]()
    for header, count in Counter(found).items():
        times = report.columns.get(header, ("",))
        fewest = len(times) - (len(times) > 1 and not times[-1])  # a retired column may be left out
        repeats = header in report.groups and groups is not None
        free = not report.filled(header) and header in report.known
        if fewest <= count <= len(times) or repeats or free:
            continue
        names = list(dict.fromkeys(own for own, name in zip(spelled, found, strict=True) if name == header))
        if len({report.bare(name) for name in names}) > 1:
            both = " and ".join(map(shown_heading, names))
            problems.append(f"two columns hold {', '.join(sorted(report.filled(header)))}: {both}")
        elif header in report.groups or count > len(times):
            uneven.append(shown_heading(names[0]))
        else:
            each = f"{len(times)} times ({', '.join(times)}) or not at all"
            problems.append(f"column {shown_heading(names[0])} must come {each}, and comes {count} times")
    if uneven:
        come = f"{' and '.join(uneven)} come{'s' * (len(uneven) == 1)} more than once"
        problems.append(f"{come}: {_SIDE_BY_SIDE}")
    filled = {name for header in found for name in report.filled(header)} | set(report.fixed)
    if entities()[entity].extract == "practice":
        filled.add("practice_code")  # where no column holds it, the file's name or folder must
    needed = [c.name for c in entities()[entity].columns.values() if c.required and c.name not in filled]
    problems += [f"it has no column for {name}" for name in needed]
    told = [header for header in report.leave_out if header not in found]
    return problems + [f"it has no column {header!r}, which says which rows count" for header in told]


_SIDE_BY_SIDE = (
    "groups of columns repeat side by side, and not all of them alike, or the layout does not name them in "
    "groups. Send one group a file"
)


def _groups(found: list[str], names: Sequence[str]) -> list[list[int]] | None:
    """The columns of each of the groups that stand side by side; None where they are not alike."""
    places: list[list[int]] = []
    for n, header in enumerate(found):
        if header not in names:
            continue
        if not places or header in [found[m] for m in places[-1]]:
            places.append([])
        places[-1].append(n)
    return places if len({tuple(found[n] for n in group) for group in places}) <= 1 else None


def _matched(row: Row, found: list[str], layout: Layout, entity: str, above: list[Row]) -> Match:
    report = layout.entities[entity]
    seen: Counter[str] = Counter()
    targets = []
    found = (
        [*found, *[""] * (len(row.cells) - len(found))] if "" in report.ignore | report.may_hold else found
    )
    for header in found:
        names = report.columns.get(header, ())
        chosen = any(header in says for says in report.first_of.values())
        special = f"split:{header}" if header in report.split else f"first:{header}" if chosen else ""
        targets.append(names[min(seen[header], len(names) - 1)] if names else special)
        seen[header] += 1
    text = "\n".join(" ".join(c for c in r.cells if c) for r in above)
    groups = _groups(found, report.groups) or []
    return Match(
        layout=layout,
        entity=entity,
        report=report,
        header_line=row.line,
        targets=tuple(targets),
        headers=tuple(found),
        practice=_above(layout, text, "practice"),
        period=_period_above(layout, text),
        groups=tuple(map(tuple, groups)) if len(groups) > 1 else (),
        above=text,
    )


def _above(layout: Layout, text: str, name: str) -> str | None:
    pattern = layout.preamble.get(name)
    hit = re.search(pattern, text) if pattern else None
    return hit[1] if hit else None


def _period_above(layout: Layout, text: str) -> Period | None:
    days = [_above(layout, text, name) for name in ("period_from", "period_to")]
    if not (days[0] and days[1]):
        return None
    first, last = (read_day(day, layout.dates[0]) for day in days if day)
    if first is None or last is None:
        raise RefusedError(f"the period above the header ({days[0]} to {days[1]}) is not a date range.")
    return whole_months(first, last)
