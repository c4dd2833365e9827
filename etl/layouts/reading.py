"""A layout from its TOML file. A field that is not known is an error: it would be passed over in silence."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from etl.contract import Entity, entities
from etl.layouts.layout import EntityLayout, Layout, LayoutError, LeaveOut

FOOTER = (
    r"(?:(?:total|number of|total number of) (?:rows|records):? ?(?P<rows>[0-9]+)"
    r"|(?:grand )?totals?\b.*|end of (?:report|file)\b.*)"
)  # of a layout that says nothing else
NEEDED = ("name", "description", "encodings", "delimiter", "dates", "blank", "yes", "no")
MAY = ("basis", "reviewed_by", "reviewed_on", "version", "contract_names", "preamble", "footer",
       "final_line_end", "entities")  # fmt: skip
PREAMBLE = ("practice", "period_from", "period_to")
REPORT = ("columns", "also", "split", "ignore", "may_hold", "forward_fill", "values", "groups", "group_names",
          "first_of",
          "leave_out", "row_number", "headings", "first_line", "fixed", "add_up", "day_before",
          "leave_unlisted", "pseudonym", "quantity_with_unit")  # fmt: skip


def normal(header: str) -> str:
    """A header as it is compared: without case, byte-order mark, repeated spaces or a spreadsheet's ="…"."""
    bare = header.replace("\ufeff", "").strip()
    if bare.startswith('="') and bare.endswith('"'):
        bare = bare[2:-1]
    return " ".join(bare.split()).casefold()


def read(path: Path) -> Layout:
    """The layout in one TOML file. Raises LayoutError naming file and field."""
    return parsed(path.read_text(encoding="utf-8"), path.name)


def parsed(text: str, file: str) -> Layout:
    """The layout in a TOML text, which messages call `file`. Raises LayoutError naming file and field."""
    try:
        raw = tomllib.loads(text)
        _check_fields(raw, (*NEEDED, *MAY), "")
        _check_fields(raw.get("preamble", {}), PREAMBLE, "preamble.")
        reports = {name: _report(name, part) for name, part in raw.get("entities", {}).items()}
        if raw.get("contract_names"):
            plain = {
                e.name: EntityLayout({**{c: (c,) for c in e.columns}, **dict.fromkeys(e.retired, ("",))})
                for e in entities().values()
            }
            reports = {**plain, **reports}
        preamble, footer = raw.get("preamble", {}), raw.get("footer", FOOTER)
        for pattern in (footer, *preamble.values()):
            re.compile(pattern)
        return Layout(
            name=raw["name"],
            description=raw["description"],
            encodings=tuple(raw["encodings"]),
            delimiter=raw["delimiter"],
            dates=tuple(raw["dates"]),
            blank=tuple(raw["blank"]),
            yes=tuple(raw["yes"]),
            no=tuple(raw["no"]),
            preamble=preamble,
            footer=footer,
            final_line_end=_one_of(raw.get("final_line_end", "required"), "final_line_end"),
            entities=reports,
            basis=raw.get("basis", ""),
            reviewed_by=raw.get("reviewed_by", ""),
            reviewed_on=str(raw.get("reviewed_on", "")),
            version=int(raw.get("version", 0)),
        )
    except KeyError as error:
        raise LayoutError(f"{file}: {error.args[0]} is missing") from None
    except (tomllib.TOMLDecodeError, LayoutError, re.error, AttributeError, TypeError, ValueError) as error:
        raise LayoutError(f"{file}: {error}") from None


def _check_fields(raw: Mapping[str, Any], known: Collection[str], where: str) -> None:
    if unknown := sorted(set(raw) - set(known)):
        raise LayoutError(f"{where}{unknown[0]}: there is no such field. There are {', '.join(known)}")


def _one_of(value: str, field_name: str) -> str:
    if value not in ("required", "optional"):
        raise LayoutError(f"{field_name}: must be required or optional, not {value!r}")
    return value


def _report(name: str, raw: dict[str, Any]) -> EntityLayout:
    where = f"entities.{name}"
    if name not in entities():
        raise LayoutError(f"{where}: no such entity in the contract")
    _check_fields(raw, REPORT, f"{where}.")
    entity: Entity = entities()[name]
    report = EntityLayout(
        columns=_columns(raw.get("columns", {}), entity),
        split={normal(h): pattern for h, pattern in raw.get("split", {}).items()},
        ignore=frozenset(map(normal, raw.get("ignore", []))),
        may_hold=frozenset(map(normal, raw.get("may_hold", []))),
        forward_fill=frozenset(h for level in _levels(raw) for h in level),
        levels=_levels(raw),
        values=raw.get("values", {}),
        groups=tuple(map(normal, raw.get("groups", []))),
        group_names=tuple(sorted(map(normal, raw.get("group_names", [])), key=len, reverse=True)),
        first_of=_first_of(raw.get("first_of", {})),
        leave_out={
            normal(h): _leave_out(part, f"{where}.leave_out.{h}")
            for h, part in raw.get("leave_out", {}).items()
        },
        row_number=normal(raw.get("row_number", "")),
        headings=tuple(map(normal, raw.get("headings", []))),
        first_line=raw.get("first_line", ""),
        fixed=raw.get("fixed", {}),
        add_up=raw.get("add_up", ""),
        day_before=frozenset(raw.get("day_before", [])),
        leave_unlisted=bool(raw.get("leave_unlisted", False)),
        pseudonym=raw.get("pseudonym", ""),
        quantity_with_unit=bool(raw.get("quantity_with_unit", False)),
    )
    _check_report(report, entity, where)
    return replace(report, also=_also(raw.get("also", {}), report, where))


def _levels(raw: Mapping[str, Any]) -> tuple[frozenset[str], ...]:
    """The headings that are carried down, by level: a plain list is one."""
    told = raw.get("forward_fill", [])
    nested = told if told and isinstance(told[0], list) else [told]
    return tuple(frozenset(map(normal, level)) for level in nested if level)


def _columns(raw: Mapping[str, Any], entity: Entity) -> dict[str, tuple[str, ...]]:
    found = {}
    for header, target in raw.items():
        targets = (target,) if isinstance(target, str) else tuple(target)
        found[normal(header)] = tuple("" if name in entity.retired else name for name in targets)
    return found


def _also(raw: Mapping[str, Any], report: EntityLayout, where: str) -> dict[str, str]:
    """Every other heading a report may use for a contract column → the one that the other fields name."""
    found: dict[str, str] = {}
    for target, others in raw.items():
        own = [header for header in report.headers() if target in report.filled(header)]
        if len(own) != 1:
            raise LayoutError(f"{where}.also: {target!r} is not filled by one column of this report")
        for other in map(normal, others):
            if other in found or other in report.headers():
                raise LayoutError(f"{where}.also: {other!r} stands for two columns")
            found[other] = own[0]
    return found


def _first_of(raw: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    """Target → heading, the first that is filled counts → what it says of other columns."""
    return {
        target: {
            normal(header): dict(says)
            for header, says in (part.items() if isinstance(part, dict) else ((h, {}) for h in part))
        }
        for target, part in raw.items()
    }


def _leave_out(raw: Mapping[str, Any], where: str) -> LeaveOut:
    _check_fields(raw, ("because", "values", "keep"), f"{where}.")
    if not raw.get("because") or not (raw.get("values") or raw.get("keep")):
        raise LayoutError(f"{where}: says because, and values or keep")
    values, keep = (frozenset(v.casefold() for v in raw.get(part, ())) for part in ("values", "keep"))
    return LeaveOut(raw["because"], values, keep)


def _check_report(report: EntityLayout, entity: Entity, where: str) -> None:
    """Raises LayoutError for names that are none of the contract's or of the report's, two headings on one
    target, and patterns that are none."""
    named = report.provides() | set(report.values) | report.day_before | set(filter(None, [report.add_up]))
    if unknown := sorted(named - set(entity.columns)):
        raise LayoutError(f"{where}: {unknown[0]!r} is not a column of the contract")
    if unknown := sorted(report.forward_fill - _spelled_out(report)):
        raise LayoutError(f"{where}.forward_fill: {unknown[0]!r} is not a column of this report")
    direct = [
        name
        for header, names in report.columns.items()
        for name in names
        if name and header not in report.first_of.get(name, {})
    ]
    direct += [name for pattern in report.split.values() for name in re.compile(pattern).groupindex]
    direct += [*report.fixed, *report.first_of]
    if twice := [name for name, times in Counter(direct).items() if times > 1]:
        raise LayoutError(
            f"{where}: two columns go to {twice[0]}. Say which counts first in first_of, or list other "
            "spellings of one heading in also"
        )
    if report.headings and not report.first_line:
        raise LayoutError(f"{where}: a report without a header line says what its first line looks like")
    for pattern in (report.first_line, report.pseudonym, *(p for p in _patterns(report))):
        re.compile(pattern)


def _spelled_out(report: EntityLayout) -> set[str]:
    """The headings that a report does not only carry down."""
    return replace(report, forward_fill=frozenset()).headers()


def _patterns(report: EntityLayout) -> list[str]:
    words = [word for part in report.values.values() for word in part]
    return [word[1:-1] for word in words if is_pattern(word)]


def is_pattern(word: str) -> bool:
    """Whether a word of `values` is a pattern: it stands between slashes."""
    return len(word) > 2 and word.startswith("/") and word.endswith("/")
