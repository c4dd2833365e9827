"""How each clinical system's export maps onto the contract: one TOML file a system, no code."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from etl.contract import Entity, entities

FOLDER = Path(__file__).resolve().parent


FOOTER = (
    r"(?:(?:total|number of|total number of) (?:rows|records):? ?(?P<rows>[0-9]+)"
    r"|(?:grand )?totals?\b.*|end of (?:report|file)\b.*)"
)  # of a layout that says nothing else


class LayoutError(ValueError):
    """A layout file that cannot be used; the message names file and field."""


@dataclass(frozen=True)
class EntityLayout:
    """One report of a system. `columns` maps a header, normalised, to the contract columns its
    occurrences hold from left to right; "" for one the contract has retired, which is not read."""

    columns: dict[str, tuple[str, ...]]
    split: dict[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    forward_fill: frozenset[str] = frozenset()
    values: dict[str, dict[str, str]] = field(default_factory=dict)

    def headers(self) -> set[str]:
        return set(self.columns) | set(self.split) | self.ignore

    def provides(self) -> set[str]:
        """The contract columns a file of this shape fills."""
        groups = {name for pattern in self.split.values() for name in re.compile(pattern).groupindex}
        return {name for names in self.columns.values() for name in names if name} | groups


@dataclass(frozen=True)
class Layout:
    name: str
    description: str
    encodings: tuple[str, ...]
    delimiter: str
    dates: tuple[str, ...]
    blank: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    preamble: dict[str, str]
    footer: str  # a line of totals that closes a file, its cells joined by spaces; any case
    final_line_end: str  # "required", or "optional" where the system leaves it out of whole files
    entities: dict[str, EntityLayout]


def normal(header: str) -> str:
    """A header as it is compared: without case, byte-order mark or repeated spaces."""
    return " ".join(header.replace("\ufeff", "").split()).casefold()


def read(path: Path) -> Layout:
    """The layout in one TOML file. Raises LayoutError naming file and field."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
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
        )
    except KeyError as error:
        raise LayoutError(f"{path.name}: {error.args[0]} is missing") from None
    except (tomllib.TOMLDecodeError, LayoutError, re.error) as error:
        raise LayoutError(f"{path.name}: {error}") from None


@cache
def layouts() -> tuple[Layout, ...]:
    """Every layout, by file name."""
    return tuple(read(path) for path in sorted(FOLDER.glob("*.toml")))


def _one_of(value: str, field_name: str) -> str:
    if value not in ("required", "optional"):
        raise LayoutError(f"{field_name}: must be required or optional, not {value!r}")
    return value


def _report(name: str, raw: dict[str, Any]) -> EntityLayout:
    if name not in entities():
        raise LayoutError(f"entities.{name}: no such entity in the contract")
    entity: Entity = entities()[name]
    columns = {}
    for header, target in raw.get("columns", {}).items():
        targets = (target,) if isinstance(target, str) else tuple(target)
        columns[normal(header)] = tuple("" if name in entity.retired else name for name in targets)
    report = EntityLayout(
        columns=columns,
        split={normal(h): pattern for h, pattern in raw.get("split", {}).items()},
        ignore=frozenset(normal(h) for h in raw.get("ignore", [])),
        forward_fill=frozenset(normal(h) for h in raw.get("forward_fill", [])),
        values=raw.get("values", {}),
    )
    if unknown := sorted((report.provides() | set(report.values)) - set(entity.columns)):
        raise LayoutError(f"entities.{name}: {unknown[0]!r} is not a column of the contract")
    if unknown := sorted(report.forward_fill - report.headers()):
        raise LayoutError(f"entities.{name}.forward_fill: {unknown[0]!r} is not a column of this report")
    return report
