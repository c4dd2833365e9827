"""The published edition: which counts of which measures, areas, months and groups may leave, and no others.

Read from published.toml, beside the facts that tie the counts and that no predicate of a measure shows.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from measures.measure import MARTS, PLACEHOLDER, PLACEHOLDERS, Measure, MeasureError
from measures.suppression.formulas import FormulaError, formula
from measures.toml_lines import line_of

PATH = Path(__file__).with_name("published.toml")
LEVELS = ("icb", "place", "pcn")  # practices are never published with a count
DIMENSIONS = ("age_band", "sex", "imd_quintile")
MOST_QUARTERS = 20
FIXED = PLACEHOLDERS - {"beyond", "within"}  # what is the same for every threshold


class PublishedError(MeasureError):
    """A declaration that cannot be used; the message names file, line and field."""


@dataclass(frozen=True)
class Entry:
    """Measures published alike: at which levels, for which thresholds (all of the policy where none are
    given), by which groups in the whole ICB; of dose bands perhaps only those beyond the lowest threshold."""

    measures: tuple[str, ...]
    levels: tuple[str, ...]
    thresholds: tuple[int, ...] = ()
    groups: tuple[str, ...] = ()
    beyond_only: bool = False


@dataclass(frozen=True)
class Fact:
    """A predicate that holds in every row of a mart."""

    mart: str
    holds: str
    why: str


@dataclass(frozen=True)
class Published:
    """What is published: of the latest so many quarters' last months."""

    quarters: int
    entries: tuple[Entry, ...]
    facts: tuple[Fact, ...]

    @property
    def by_measure(self) -> Mapping[str, Entry]:
        """Measure → what is published of it."""
        return {slug: entry for entry in self.entries for slug in entry.measures}

    def only(self, measures: Iterable[str]) -> Published:
        """The same of no other measures."""
        wanted = set(measures)
        entries = (
            replace(one, measures=tuple(slug for slug in one.measures if slug in wanted))
            for one in self.entries
        )
        return replace(self, entries=tuple(entries))

    def beside(self, measures: Iterable[str]) -> Published:
        """The same, and measures that were published once."""
        more = tuple(sorted(set(measures) - set(self.by_measure)))
        return replace(self, entries=(*self.entries, Entry(more, LEVELS)))


class _WrongError(Exception):
    def __init__(self, words: str, *path: str | int) -> None:
        super().__init__(words)
        self.path = path


def load(measures: Sequence[Measure], path: Path = PATH) -> Published:
    """What is declared in a TOML file. Raises PublishedError naming file, line and field."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PublishedError(f"{path.name}: not readable as TOML: {error}") from None
    try:
        return _published(raw, {m.slug: m for m in measures})
    except _WrongError as wrong:
        line = line_of(text, *wrong.path) if wrong.path else None
        raise PublishedError(f"{path.name}: {f'line {line}: ' if line else ''}{wrong}") from None


def wrong_fact(at: int, words: str, path: Path = PATH) -> PublishedError:
    """That a fact, counted from 0, says nothing of its mart; with its line."""
    line = line_of(path.read_text(encoding="utf-8"), "facts", at, "holds")
    return PublishedError(f"{path.name}: line {line}: holds: {words}")


def _published(raw: dict[str, Any], measures: Mapping[str, Measure]) -> Published:
    if unknown := sorted(set(raw) - {"quarters", "measures", "facts"}):
        raise _WrongError(f"{unknown[0]}: no such field", unknown[0])
    quarters: Any = raw.get("quarters")
    if not _whole(quarters) or not 1 <= quarters <= MOST_QUARTERS:
        raise _WrongError(f"quarters: {quarters!r} is not a number from 1 to {MOST_QUARTERS}", "quarters")
    entries, seen = list[Entry](), set[str]()
    for at, row in enumerate(_list(raw, "measures")):
        entry = _entry(row, measures, at)
        if twice := [slug for slug in entry.measures if slug in seen or entry.measures.count(slug) > 1]:
            raise _WrongError(f"measures: {twice[0]} is declared twice", "measures", at, "measures")
        seen.update(entry.measures)
        entries.append(entry)
    facts = tuple(_fact(row, at) for at, row in enumerate(_list(raw, "facts")))
    return Published(quarters, tuple(entries), facts)


def _entry(row: dict[str, Any], measures: Mapping[str, Measure], at: int) -> Entry:
    fields = {
        "measures": _texts, "levels": _texts, "thresholds": _numbers, "groups": _texts, "beyond_only": _flag,
    }  # fmt: skip
    made = Entry(**_fields(row, fields, ("measures", "levels"), "measures", at))
    _known("measures", made.measures, measures, at)
    _known("levels", made.levels, LEVELS, at)
    _known("groups", made.groups, DIMENSIONS, at)
    for slug in made.measures:
        if words := _unfit(measures[slug], made):
            raise _WrongError(f"measures: {slug} {words}", "measures", at, "measures")
    return made


def _unfit(m: Measure, entry: Entry) -> str:
    """Why a measure cannot be published so; nothing where it can."""
    if m.kind != "count" or m.mart == "plan_month_heading":
        return "counts no people or events among others, so no count of it is published"
    if m.over_months > 1:
        return f"counts {m.over_months} months at once; such counts of quarters in a row tell each other"
    if entry.groups and (not m.grouped or m.registered):
        return "is not published by group: it has none, or is a rate of registered people"
    if entry.thresholds and not m.per_threshold:
        return "has no threshold"
    if entry.beyond_only and m.split != "dose_band":
        return "is not split by dose band, so beyond_only says nothing"
    return ""


def _fact(row: dict[str, Any], at: int) -> Fact:
    fields = {"mart": _text, "holds": _text, "why": _text}
    made = Fact(**_fields(row, fields, tuple(fields), "facts", at))
    if made.mart not in MARTS:
        raise _WrongError(f"mart: {made.mart!r} is not one of {', '.join(MARTS)}", "facts", at, "mart")
    _check_predicate(made.holds, at)
    return made


def _check_predicate(sql: str, at: int) -> None:
    if unknown := sorted(set(PLACEHOLDER.findall(sql)) - FIXED):
        raise _WrongError(f"holds: {{{unknown[0]}}} is no number of policy [taper]", "facts", at, "holds")
    try:
        formula(PLACEHOLDER.sub("0", sql))
    except FormulaError as error:
        raise _WrongError(f"holds: {error}", "facts", at, "holds") from None


def _fields(
    row: Any, fields: Mapping[str, Callable[[Any], Any]], needed: Sequence[str], *at: str | int
) -> dict[str, Any]:
    if unknown := sorted(set(row) - set(fields)):
        raise _WrongError(f"{unknown[0]}: no such field", *at, unknown[0])
    if missing := [name for name in needed if name not in row]:
        raise _WrongError(f"{missing[0]}: missing", *at)
    found = {}
    for name, value in row.items():
        try:
            found[name] = fields[name](value)
        except ValueError as error:
            raise _WrongError(f"{name}: {value!r} is not {error}", *at, name) from None
    return found


def _list(raw: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = raw.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _WrongError(f"{name}: write each as [[{name}]]", name)
    return rows


def _known(name: str, given: Sequence[str], known: Any, at: int) -> None:
    if unknown := [one for one in given if one not in known]:
        raise _WrongError(f"{name}: {unknown[0]!r} is not one of {', '.join(known)}", "measures", at, name)
    if name != "measures" and len(set(given)) < len(given):
        raise _WrongError(f"{name}: one is named twice", "measures", at, name)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("some text")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise ValueError("a list of names")
    return tuple(value)


def _numbers(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not value or not all(map(_whole, value)):
        raise ValueError("a list of whole numbers")
    return tuple(value)
