"""What the ICB decides: thresholds, the dose method's numbers, services. Read from config/policy.toml."""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from measures.toml_lines import line_of

PATH = Path(__file__).resolve().parent.parent / "config" / "policy.toml"
SAMPLE = PATH.with_name("policy_of_sample.toml")  # the same, with a start and a target
OPERATORS = {">": "above", ">=": "at or above"}
ALWAYS = (90, 120)
INFINITY = float("inf")
FOREVER = 9_000_000_000  # thousandths of a mg: above any dose
DEFINITIONS = ("carried_forward", "sum_of_days_supply", "unique_days", "fixed_window", "peak_day")


OFFERED_TO = {
    "cohort": "true",
    "cohort with a gabapentinoid or sedative": "opioid_with_depressant",
}
SUPPLIED_BY = ("practices", "practices and others")


MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


class PolicyError(ValueError):
    """A policy file that cannot be used; the message names file, line, section and field."""


@dataclass(frozen=True)
class Thresholds:
    values: tuple[int, ...]
    default: int
    operator: str
    band_edges: tuple[int, ...]

    @property
    def words(self) -> str:
        return OPERATORS[self.operator]

    def __post_init__(self) -> None:
        if self.operator not in OPERATORS:
            raise ValueError(f"operator is {self.operator!r}; it must be '>' or '>='")
        if not self.values or any(not isinstance(v, int) or v <= 0 for v in self.values):
            raise ValueError("values must be whole numbers of mg a day above 0")
        if len(set(self.values)) < len(self.values):
            raise ValueError("values must not repeat")
        if self.default not in self.values:
            raise ValueError(f"default {self.default} is not one of values {list(self.values)}")
        if missing := [v for v in ALWAYS if v not in self.values]:
            raise ValueError(f"values must hold 90 and 120, which are compared nationally; missing {missing}")
        if any(not isinstance(v, int) or v <= 0 for v in self.band_edges):
            raise ValueError("band_edges must be whole numbers of mg a day above 0")
        if list(self.band_edges) != sorted(set(self.band_edges)) or not self.band_edges:
            raise ValueError("band_edges must rise and not repeat")
        if missing := [v for v in self.values if v not in self.band_edges]:
            raise ValueError(f"band_edges must hold every threshold, so that bands add up; missing {missing}")


@dataclass(frozen=True)
class Dose:
    definition: str
    factor_version: str
    late_days: int
    carry_days: int
    over_supply_days: int
    default_days: int
    window_days: int
    no_supply_days: int
    stopped_days: int
    acute_days: int
    differs_percent: int

    def __post_init__(self) -> None:
        if self.definition not in DEFINITIONS:
            raise ValueError(f"definition is {self.definition!r}; it must be one of {list(DEFINITIONS)}")


@dataclass(frozen=True)
class Gabapentinoid:
    high_dose_ddd: float


@dataclass(frozen=True)
class Taper:
    down_percent: int
    up_percent: int
    amber_fall_percent: int
    red_fall_percent: int
    stall_days: int
    stall_percent: int
    abrupt_percent: int
    watch_from_mg: int
    min_plan_days: int
    outcome_months: int


@dataclass(frozen=True)
class Suppression:
    suppress_below: int
    round_to: int

    def __post_init__(self) -> None:
        if not 1 <= self.round_to <= 2 * self.suppress_below:
            raise ValueError(
                f"round_to is {self.round_to}; it must be 1 to {2 * self.suppress_below}, twice "
                "suppress_below, so that no count that is not suppressed becomes 0"
            )


@dataclass(frozen=True)
class Naloxone:
    """Who is offered take-home naloxone. Without this section nobody knows, and nothing of it is counted."""

    offered_to: str
    supplied_by: str
    valid_months: int

    @property
    def offered(self) -> str:
        """SQL over the mart cohort_month: the people to whom it is offered."""
        return OFFERED_TO[self.offered_to]

    def __post_init__(self) -> None:
        if self.offered_to not in OFFERED_TO:
            raise ValueError(f"offered_to is {self.offered_to!r}; it must be one of {list(OFFERED_TO)}")
        if self.supplied_by not in SUPPLIED_BY:
            raise ValueError(f"supplied_by is {self.supplied_by!r}; it must be one of {list(SUPPLIED_BY)}")
        if not 1 <= self.valid_months <= 60:
            raise ValueError(f"valid_months is {self.valid_months}; it must be 1 to 60")


@dataclass(frozen=True)
class Privacy:
    identifier_in_free_text: str

    @property
    def always_refuse(self) -> bool:
        return self.identifier_in_free_text == "refuse file"

    def __post_init__(self) -> None:
        if self.identifier_in_free_text not in ("withhold row", "refuse file"):
            raise ValueError(
                f"identifier_in_free_text is {self.identifier_in_free_text!r}; it must be 'withhold row' or "
                "'refuse file'"
            )


@dataclass(frozen=True)
class Extracts:
    due_days: int


@dataclass(frozen=True)
class Peers:
    count: int
    named: bool


@dataclass(frozen=True)
class Service:
    name: str
    type: str
    criteria: str


@dataclass(frozen=True)
class Programme:
    """When the programme began in an area (icb, a place, a PCN or a practice's code): change of people in a
    state is judged from the end of the month before. began: a month, as 2025-04."""

    scope: str
    began: str

    def __post_init__(self) -> None:
        if not MONTH.fullmatch(self.began):
            raise ValueError(f"began is {self.began!r}; write the month as 2025-04")


@dataclass(frozen=True)
class Target:
    measure: str
    threshold: int
    scope: str
    value: float
    by: str


@dataclass(frozen=True)
class Benchmark:
    """A figure from outside to set a measure beside, on the measure's own scale. differs: in what it is not
    the same as the measure."""

    measure: str
    threshold: int
    name: str
    value: float
    differs: str
    source: str
    licence: str


@dataclass(frozen=True)
class Rebase:
    measure: str
    scope: str
    month: str
    reason: str
    by_whom: str


@dataclass(frozen=True)
class Note:
    measure: str
    scope: str
    month: str
    text: str
    by_whom: str


@dataclass(frozen=True)
class Policy:
    icb: str
    thresholds: Thresholds
    dose: Dose
    gabapentinoid: Gabapentinoid
    taper: Taper
    suppression: Suppression
    privacy: Privacy
    extracts: Extracts
    peers: Peers
    services: tuple[Service, ...]
    programme: tuple[Programme, ...]
    targets: tuple[Target, ...]
    benchmarks: tuple[Benchmark, ...]
    rebase: tuple[Rebase, ...]
    notes: tuple[Note, ...]
    naloxone: Naloxone | None = None
    file: str = field(default="config/policy.toml", repr=False, compare=False)
    text: str = field(default="", repr=False, compare=False)

    def as_json(self) -> str:
        """The policy as a release keeps it: what was decided, not how the file is written."""
        told = asdict(self)
        return json.dumps({name: value for name, value in told.items() if name not in ("file", "text")})

    def at(self, *path: str | int) -> str:
        """“config/policy.toml: line 57: ”, where a value stands; without a line where the file has none."""
        line = line_of(self.text, *path)
        return f"{self.file}: line {line}: " if line else f"{self.file}: "


_SECTIONS = {
    "thresholds": Thresholds,
    "dose": Dose,
    "gabapentinoid": Gabapentinoid,
    "taper": Taper,
    "suppression": Suppression,
    "privacy": Privacy,
    "extracts": Extracts,
    "peers": Peers,
}
_MAY_BE_UNSET = {"naloxone": Naloxone}
_LISTS = {
    "services": Service,
    "programme": Programme,
    "targets": Target,
    "benchmarks": Benchmark,
    "rebase": Rebase,
    "notes": Note,
}
_Section = TypeVar("_Section")


class _WrongError(Exception):
    """What is wrong with the value at a path of the file, in words."""

    def __init__(self, words: str, *path: str | int) -> None:
        super().__init__(words)
        self.path = path


def load(path: Path | str | None = None) -> Policy:
    """The policy in a TOML file: the one given, else that named by DASHBOARD_POLICY, else the project's.

    Raises PolicyError naming file, line, section and field.
    """
    path = Path(path or os.environ.get("DASHBOARD_POLICY") or PATH)
    try:
        text = path.read_bytes().decode("utf-8")
        raw = tomllib.loads(text)
    except FileNotFoundError:
        raise PolicyError(f"{path}: no such file. Restore it from the project's config folder.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: not readable as TOML: {error}") from None
    try:
        named: dict[str, Any] = {} if path == PATH else {"file": str(path)}
        return _policy(raw, text, named)
    except _WrongError as wrong:
        line = line_of(text, *wrong.path) if wrong.path else None
        at = f"line {line}: " if line else ""
        raise PolicyError(f"{path}: {at}{wrong}") from None


def dose_bands(policy: Policy) -> list[tuple[str, int, int]]:
    """Label and whole thousandths of a mg, both ends included. An edge belongs to the side the operator says,
    so that the bands beyond a threshold add up to the measure at it."""
    step = 1 if policy.thresholds.operator == ">" else 0
    edges = [edge * 1000 for edge in policy.thresholds.band_edges]
    names = [str(edge) for edge in policy.thresholds.band_edges]
    first, last = ("up to", "over") if step else ("under", "from")
    bands = [("none", 0, 0), (f"{first} {names[0]}", 1, edges[0] - 1 + step)]
    for i in range(len(edges) - 1):
        bands.append((f"{names[i]} to {names[i + 1]}", edges[i] + step, edges[i + 1] - 1 + step))
    return [*bands, (f"{last} {names[-1]}", edges[-1] + step, FOREVER)]


def _policy(raw: dict[str, Any], text: str, named: dict[str, Any]) -> Policy:
    if unknown := sorted(set(raw) - {"icb"} - set(_SECTIONS) - set(_MAY_BE_UNSET) - set(_LISTS)):
        raise _WrongError(f"unknown section {unknown[0]!r}. Remove it or correct its name.", unknown[0])
    if not isinstance(raw.get("icb"), str) or not raw["icb"].strip():
        raise _WrongError("icb is missing. Give the board's name.", "icb")
    sections: dict[str, Any] = {name: _section(cls, raw.get(name), name) for name, cls in _SECTIONS.items()}
    sections |= {name: _section(cls, raw[name], name) for name, cls in _MAY_BE_UNSET.items() if name in raw}
    lists: dict[str, Any] = {name: _entries(cls, raw.get(name, []), name) for name, cls in _LISTS.items()}
    return Policy(icb=raw["icb"], **sections, **lists, text=text, **named)


def _entries(cls: type[_Section], raw: Any, name: str) -> tuple[_Section, ...]:
    if not isinstance(raw, list):
        raise _WrongError(f"[{name}] is one entry of a list. Write its header as [[{name}]].", name)
    return tuple(_section(cls, row, name, place) for place, row in enumerate(raw))


def _section(cls: type[_Section], raw: Any, *path: str | int) -> _Section:
    name = f"[{path[0]}]" if len(path) == 1 else f"[[{path[0]}]] {int(path[1]) + 1}"
    if not isinstance(raw, dict):
        raise _WrongError(f"section {name} is missing.", *path)
    wanted = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    if unknown := sorted(set(raw) - set(wanted)):
        raise _WrongError(f"{name} has an unknown field {unknown[0]!r}.", *path, unknown[0])
    given: dict[str, Any] = {}
    for one in wanted.values():
        if one.name not in raw:
            raise _WrongError(f"{name} has no field {one.name!r}.", *path)
        try:
            given[one.name] = _typed(str(one.type), raw[one.name])
        except ValueError as error:
            words = f"{name} {one.name} is {raw[one.name]!r}; it must be {error}."
            raise _WrongError(words, *path, one.name) from None
    try:
        return cls(**given)
    except ValueError as error:
        raise _WrongError(f"{name} {error}", *path) from None


def _typed(kind: str, value: Any) -> Any:
    """The value of a field. Raises ValueError with what it must be."""
    if kind == "int" and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if (
        kind == "float"
        and isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 <= value < INFINITY
    ):
        return float(value)
    if (kind == "bool" and isinstance(value, bool)) or (
        kind == "str" and isinstance(value, str) and value.strip()
    ):
        return value
    if kind.startswith("tuple") and isinstance(value, list):
        return tuple(value)
    words = {"int": "a whole number, 0 or more", "float": "a number, 0 or more", "str": "some text"}
    words["bool"] = "true or false"
    raise ValueError(words.get(kind, "a list"))
