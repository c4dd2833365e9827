"""A layout from its TOML file. A field that is not known is an error: it would be passed over in silence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from etl.contract import Entity, entities
from etl.layouts import forms
from etl.layouts.layout import EntityLayout, Layout, LayoutError, LeaveOut

FOOTER = (
    r"(?:(?=.*\b(?:rows?|records?)\b)\(?"
    r"(?:(?:total |number of |total number of )?(?:rows?|records?)(?: count)?:? ?)?"
    r"(?P<rows>[0-9]+)(?: (?:rows?|records?)(?: (?:affected|returned|found|selected|exported))?)?\)?\.?"
    r"|(?:grand )?totals?\b.*|end of (?:report|file)\b.*)"
)  # of a layout that says nothing else
SHORT = 100  # characters; longer headings are not kept in memory
NEEDED = ("name", "description", "encodings", "delimiter", "dates", "blank", "yes", "no")


def normal(header: str) -> str:
    """A header as it is compared: without case, byte-order mark, repeated spaces or a spreadsheet's ="…"."""
    return _cached_normal(header) if len(header) <= SHORT else _normal(header)


def _normal(header: str) -> str:
    bare = header.replace("\ufeff", "").strip()
    if bare.startswith('="') and bare.endswith('"'):
        bare = bare[2:-1]
    return " ".join(bare.split()).casefold()


_cached_normal = lru_cache(maxsize=65_536)(_normal)


def read(path: Path) -> Layout:
    """The layout in one TOML file. Raises LayoutError naming file and field."""
    try:
        if path.stat().st_size > 4 * forms.LARGEST:
            raise LayoutError(f"{path.name}: larger than {forms.LARGEST // 1000} KB, which no layout is")
        return parsed(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError:
        raise LayoutError(f"{path.name}: this is no text in UTF-8") from None
    except OSError as error:
        raise LayoutError(f"{path.name}: cannot be read ({error.strerror})") from None


def parsed(text: str, file: str) -> Layout:
    """The layout in a TOML text, which messages call `file`. Raises LayoutError naming file and field."""
    try:
        raw = forms.toml(text)
        if absent := [name for name in NEEDED if name not in raw]:
            raise LayoutError(f"{absent[0]} is missing")
        forms.check_writing(raw)
        reports = {name: _report(name, part) for name, part in raw.get("entities", {}).items()}
        if raw.get("contract_names"):
            plain = {
                e.name: EntityLayout({**{c: (c,) for c in e.columns}, **dict.fromkeys(e.retired, ("",))})
                for e in entities().values()
            }
            reports = {**plain, **reports}
        preamble, footer = raw.get("preamble", {}), raw.get("footer", FOOTER)
        for field_name, pattern in (("footer", footer), *preamble.items()):
            forms.check_pattern(pattern, field_name)
        if unnamed := [n for n in preamble if not re.compile(preamble[n]).groups]:
            raise LayoutError(f"preamble.{unnamed[0]}: has no part in brackets, which would be its value")
        if not reports:
            raise LayoutError("it reads no extract")
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
            version=raw.get("version", 0),
        )
    except LayoutError as error:
        raise LayoutError(f"{file}: {error}") from None


def _one_of(value: str, field_name: str) -> str:
    if value not in ("required", "optional"):
        raise LayoutError(f"{field_name}: must be required or optional, not {value!r}")
    return value


def _report(name: str, raw: dict[str, Any]) -> EntityLayout:
    where = f"entities.{name}"
    if name not in entities():
        raise LayoutError(f"{where[:60]}: no such entity in the contract")
    forms.check_fields(raw, forms.REPORT, f"{where}.")
    entity: Entity = entities()[name]
    report = EntityLayout(
        columns=_columns(raw.get("columns", {}), entity, f"{where}.columns"),
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
        issue_count=normal(raw.get("issue_count", "")),
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
    forms.check_words(report, entity, where)
    return replace(report, also=_also(raw.get("also", {}), report, where))


def _levels(raw: Mapping[str, Any]) -> tuple[frozenset[str], ...]:
    """The headings that are carried down, by level: a plain list is one."""
    told = raw.get("forward_fill", [])
    nested = told if told and isinstance(told[0], list) else [told]
    return tuple(frozenset(map(normal, level)) for level in nested if level)


def _columns(raw: Mapping[str, Any], entity: Entity, where: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for header, target in raw.items():
        targets = (target,) if isinstance(target, str) else tuple(target)
        if normal(header) in found:
            raise LayoutError(f"{where}: the heading {header!r} stands twice but for capitals or spaces")
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
    forms.check_fields(raw, forms.LEAVE_OUT, f"{where}.")
    if not raw.get("because") or not (raw.get("values") or raw.get("keep")):
        raise LayoutError(f"{where}: says because, and values or keep")
    values, keep = (frozenset(v.casefold() for v in raw.get(part, ())) for part in ("values", "keep"))
    return LeaveOut(raw["because"], values, keep)


def _check_report(report: EntityLayout, entity: Entity, where: str) -> None:
    """Raises LayoutError for patterns that are none, names that are none of the contract's or of the
    report's, and two headings on one target."""
    for pattern in report.split.values():
        forms.check_pattern(pattern, f"{where}.split", by_arrow=True)
    for pattern in (report.first_line, report.pseudonym, *_patterns(report)):
        forms.check_pattern(pattern, where)
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


def _spelled_out(report: EntityLayout) -> set[str]:
    """The headings that a report does not only carry down."""
    return replace(report, forward_fill=frozenset()).headers()


def _patterns(report: EntityLayout) -> list[str]:
    words = [word for part in report.values.values() for word in part]
    return [word[1:-1] for word in words if is_pattern(word)]


def is_pattern(word: str) -> bool:
    """Whether a word of `values` is a pattern: it stands between slashes."""
    return len(word) > 2 and word.startswith("/") and word.endswith("/")
