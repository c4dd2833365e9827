"""What the ICB decides: thresholds, the dose method's numbers, services. Read from config/policy.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

PATH = Path(__file__).resolve().parent.parent / "config" / "policy.toml"
OPERATORS = {">": "above", ">=": "at or above"}
ALWAYS = (90, 120)
DEFINITIONS = ("carried_forward", "sum_of_days_supply", "unique_days", "fixed_window", "peak_day")


OFFERED_TO = {
    "cohort": "true",
    "cohort with a gabapentinoid or sedative": "opioid_with_depressant",
}
SUPPLIED_BY = ("practices", "practices and others")


class PolicyError(ValueError):
    """A policy file that cannot be used; the message names file, section and field."""


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


@dataclass(frozen=True)
class Service:
    name: str
    type: str
    criteria: str


@dataclass(frozen=True)
class Target:
    measure: str
    threshold: int
    scope: str
    value: float
    by: str


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
    targets: tuple[Target, ...]
    rebase: tuple[Rebase, ...]
    notes: tuple[Note, ...]
    naloxone: Naloxone | None = None


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
_LISTS = {"services": Service, "targets": Target, "rebase": Rebase, "notes": Note}
_Section = TypeVar("_Section")


def load(path: Path | str = PATH) -> Policy:
    """The policy in a TOML file. Raises PolicyError naming file, section and field."""
    path = Path(path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PolicyError(f"{path}: no such file. Restore it from the project's config folder.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: not readable as TOML: {error}") from None
    if unknown := sorted(set(raw) - {"icb"} - set(_SECTIONS) - set(_MAY_BE_UNSET) - set(_LISTS)):
        raise PolicyError(f"{path}: unknown section {unknown[0]!r}. Remove it or correct its name.")
    if not isinstance(raw.get("icb"), str) or not raw["icb"].strip():
        raise PolicyError(f"{path}: icb is missing. Give the board's name.")
    sections: dict[str, Any] = {
        name: _section(path, name, cls, raw.get(name)) for name, cls in _SECTIONS.items()
    }
    sections |= {
        name: _section(path, name, cls, raw[name]) for name, cls in _MAY_BE_UNSET.items() if name in raw
    }
    lists: dict[str, Any] = {
        name: tuple(_section(path, f"{name}[{i}]", cls, row) for i, row in enumerate(raw.get(name, [])))
        for name, cls in _LISTS.items()
    }
    return Policy(icb=raw["icb"], **sections, **lists)


def _section(path: Path, name: str, cls: type[_Section], raw: Any) -> _Section:
    if not isinstance(raw, dict):
        raise PolicyError(f"{path}: section [{name}] is missing.")
    wanted = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    if unknown := sorted(set(raw) - set(wanted)):
        raise PolicyError(f"{path}: [{name}] has an unknown field {unknown[0]!r}.")
    values: dict[str, Any] = {}
    for field in wanted.values():
        if field.name not in raw:
            raise PolicyError(f"{path}: [{name}] has no field {field.name!r}.")
        values[field.name] = _typed(path, name, field.name, str(field.type), raw[field.name])
    try:
        return cls(**values)
    except ValueError as error:
        raise PolicyError(f"{path}: [{name}] {error}") from None


def _typed(path: Path, section: str, field: str, kind: str, value: Any) -> Any:
    if kind == "int" and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if kind == "float" and isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return float(value)
    if kind == "str" and isinstance(value, str) and value.strip():
        return value
    if kind.startswith("tuple") and isinstance(value, list):
        return tuple(value)
    raise PolicyError(f"{path}: [{section}] {field} is {value!r}; it must be {_wanted(kind)}.")


def _wanted(kind: str) -> str:
    words = {"int": "a whole number, 0 or more", "float": "a number, 0 or more", "str": "some text"}
    return words.get(kind, "a list")
