"""docs/extracts.md: what a practice sends, from the contract and the layouts."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Any

from etl import contract, layouts
from etl.contract import Column, Entity
from etl.docs.rules import TYPES, opening
from etl.docs.table import code, table
from etl.layouts import Layout

ORDINAL = ("first", "second", "third", "fourth", "fifth", "sixth")
STILL = "An extract that holds it loads; the column is not read"


def page() -> str:
    """The document: the rules, the shapes of each system, then every entity with every column."""
    parts = [
        opening(),
        _types(),
        "## How each system writes\n",
        _systems(),
        *map(_entity, contract.entities().values()),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _types() -> str:
    rows = [[name, TYPES[name]] for name in contract.TYPES]
    return "## Types\n\n" + table(["Type", "What is accepted"], rows) + "\n"


def _systems() -> str:
    rows = [
        [
            layout.name,
            layout.description,
            ", ".join(_date_words(written) for written in layout.dates),
            ", ".join(code(word) if word else "an empty cell" for word in layout.blank),
            " / ".join(["; ".join(layout.yes), "; ".join(layout.no)]),
            "the lines above the header, or the file’s name"
            if layout.preamble
            else "its column, or the file’s name or folder",
            layout.basis or "this project",
        ]
        for layout in layouts.layouts()
    ]
    head = [
        "Layout",
        "Shape",
        "Dates",
        "Counts as blank",
        "Yes / no",
        "Practice and period from",
        "Known from",
    ]
    return table(head, rows) + "\n"


def _date_words(written: str) -> str:
    words = {"%Y": "yyyy", "%m": "mm", "%d": "dd", "%b": "Mon", "%y": "yy"}
    for mark, word in words.items():
        written = written.replace(mark, word)
    return code(written)


def _entity(entity: Entity) -> str:
    systems = [layout for layout in layouts.layouts() if entity.name in _raw(layout).get("entities", {})]
    head = ["Column", "Type", "Unit", "Allowed", "Required", "What it is", "Used for: it …"]
    head += [f"Header in {layout.name}" for layout in systems]
    rows = [_row(column, entity, systems) for column in entity.columns.values()]
    parts = [
        f"## {entity.name}\n",
        f"{entity.description} {entity.grain}",
        f"{_replacing(entity)}\n",
        table(head, rows),
    ]
    notes = [f"- Header line for {layout.name}: {code(header_line(layout, entity))}" for layout in systems]
    notes += [note for layout in systems for note in _notes(layout, entity)]
    notes += [f"- No longer asked for: {code(name)}. {why}. {STILL}" for name, why in entity.retired.items()]
    if not systems:
        notes.append("- Comes in the plain layout only: the headers are the column names.")
    return "\n".join([*parts, "", *notes, ""])


def _replacing(entity: Entity) -> str:
    where = (
        "One file holds every practice." if entity.extract == "area" else "One file a practice and period."
    )
    if not entity.key:
        return f"{where} Rows are events: each counts once, in the period it falls in."
    key = ", ".join(code(name) for name in entity.key)
    return f"{where} A row is known by {key}; where several extracts hold it, the latest period’s row counts."


def _row(column: Column, entity: Entity, systems: list[Layout]) -> list[str]:
    return [
        code(column.name),
        column.type,
        column.unit,
        _allowed(column),
        "yes" if column.required else "",
        column.description + _when(column),
        column.used_for,
        *(_header(layout, entity, column.name) for layout in systems),
    ]


def _allowed(column: Column) -> str:
    if column.allowed:
        return ", ".join(column.allowed)
    if column.minimum is not None or column.maximum is not None:
        return " to ".join(
            "" if bound is None else f"{bound:g}" for bound in (column.minimum, column.maximum)
        )
    return ""


def _when(column: Column) -> str:
    if column.in_period:
        return ". Must lie in the period"
    if column.future:
        return ". May lie after the period"
    return ". Free text" if column.free_text else ""


def _header(layout: Layout, entity: Entity, column: str) -> str:
    """The header a column comes from, as the system writes it; which occurrence, where it comes again."""
    report = _raw(layout)["entities"][entity.name]
    for header, target in report.get("columns", {}).items():
        if target == column:
            return header
        if isinstance(target, list) and column in target:
            return f"{header} ({ORDINAL[target.index(column)]})"
    for header, pattern in report.get("split", {}).items():
        if f"(?P<{column}>" in pattern:
            return f"{header} (part of it)"
    if column in report.get("first_of", {}):
        return " or ".join(report["first_of"][column])
    if column in report.get("fixed", {}):
        return f"always “{report['fixed'][column]}”"
    if column == "practice_code" and layout.preamble.get("practice"):
        return "above the header"
    return "—"


def header_line(layout: Layout, entity: Entity) -> str:
    """The header of a system's report as CSV, every column in it."""
    report = _raw(layout)["entities"][entity.name]
    if "headings" in report:
        return ",".join(report["headings"])
    other = set(report.get("may_hold", ()))
    cells = [*(h for h in _carried(report) if h not in other), *report.get("split", ())]
    cells += [h for h in report.get("leave_out", ()) if h not in (*cells, *report.get("columns", ()))]
    for header, target in report.get("columns", {}).items():
        asked = [n for n in (target if isinstance(target, list) else [target]) if n not in entity.retired]
        cells += [header] * (len(asked) if isinstance(target, list) else bool(asked) and header not in cells)
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _notes(layout: Layout, entity: Entity) -> Iterator[str]:
    report = _raw(layout)["entities"][entity.name]
    for column, words in report.get("values", {}).items():
        said = ", ".join(f"{code(theirs)} for {ours}" for theirs, ours in words.items())
        yield f"- {layout.name} writes {code(column)} as {said}."
    if filled := _carried(report):
        names = ", ".join(map(code, filled))
        yield f"- {layout.name} writes {names} on a patient’s first row only; it is carried down."
    for header, target in report.get("columns", {}).items():
        if set(target if isinstance(target, list) else [target]) & set(entity.retired):
            again = f" a {ORDINAL[len(target) - 1]} time" if isinstance(target, list) else ""
            yield f"- {layout.name} may hold {code(header)}{again}, which is no longer read."
    if ignored := [h for h in (*report.get("ignore", ()), *report.get("may_hold", ())) if h]:
        yield f"- {layout.name} may also hold {', '.join(map(code, ignored))}, which is not read."
    for column, others in report.get("also", {}).items():
        yield f"- {layout.name} may call {code(column)} {', '.join(map(code, others))} too."
    for column, headings in report.get("first_of", {}).items():
        named = ", ".join(map(code, headings))
        yield f"- {layout.name} takes {code(column)} from the first that is filled of {named}."
    for header, rule in report.get("leave_out", {}).items():
        yield f"- {layout.name} leaves rows out by {code(header)}: {rule['because']}. The receipt tells."
    if groups := report.get("groups"):
        yield (
            f"- {layout.name} may hold {', '.join(map(code, groups))} again and again, side by side, each "
            "filled from the top: each is a row of its own."
        )
    if number := report.get("row_number") or report.get("issue_count"):
        yield f"- {layout.name} tells two equal rows apart by {code(number)}: they are two supplies."


def _carried(report: dict[str, Any]) -> list[str]:
    """The headings that are carried down, those of a practice before those of a patient."""
    told = report.get("forward_fill", [])
    return (
        [header for level in told for header in level] if told and isinstance(told[0], list) else list(told)
    )


def _raw(layout: Layout) -> dict[str, Any]:
    """The layout's file as written, for its headers in the system's own spelling."""
    return _files()[layout.name]


@cache
def _files() -> dict[str, dict[str, Any]]:
    found = (
        tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(layouts.FOLDER.glob("*.toml"))
    )
    return {raw["name"]: raw for raw in found}
