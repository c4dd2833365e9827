"""A measure: what is counted, of whom, which way is better and why it matters. One TOML file each."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any

from measures.policy import Policy, Taper

DEFINITIONS = Path(__file__).resolve().parent / "definitions"
GROUPED = ("patient_month", "cohort_month")  # a row a person: their measures are also made by group
STATES = (*GROUPED, "taper_month")  # a row says how a person or plan stands at a month's end
MARTS = (
    *GROUPED, "patient_crossing", "cohort_issue", "plan_month_heading", "taper_month", "taper_step_made",
    "referral", "review", "first_contact", "best_interest", "safeguard", "fall_month",
)  # fmt: skip
REGISTERED = {"registered:adults": "adults", "registered:all": "registered"}
COHORT = "cohort:people"
IN_COHORT = "current_ome_milli {beyond} OR high_gaba"  # among the rows of cohort_month
COHORT_ROWS = f"is_adult AND NOT excluded AND ({IN_COHORT})"  # of patient_month, at the lowest threshold
EXTRACTS = ("reviews", "plans", "taper_steps", "referrals", "practice_plans", "best_interest")
UNITS = {
    "per 1,000": 1000, "mg per 1,000": 1000, "DDD per 1,000": 1000,
    "%": 100, "per 100": 100, "n": 1, "days": 1,
}  # fmt: skip
BETTER = ("lower", "higher", "neither")
PLACEHOLDERS = {
    "beyond", "within", "offered_naloxone", "naloxone_months", *(field.name for field in fields(Taper))
}  # fmt: skip
NEEDED = ("naloxone",)  # sections of the policy that may be unset
PLACEHOLDER = re.compile(r"\{(\w+)\}")


class MeasureError(ValueError):
    """A measure file that cannot be used; the message names file and field."""


@dataclass(frozen=True)
class Measure:
    """One measure. `numerator` and `denominator` are SQL predicates over `mart`, whose rows (people, plans,
    issues, events) each have a month; `denominator` may instead be a registered list or the cohort's people.

    An event counts in its month, or with `over_months` in so many months from its own on.
    """

    slug: str
    code: str
    name: str
    short_name: str
    question: str
    mart: str
    numerator: str
    numerator_words: str
    denominator: str
    denominator_words: str
    unit: str
    per_threshold: bool
    days_needed: int  # of data before a month's end, for the month to count
    better: str
    why: str
    caveats: str
    source: str
    reviewed_on: dt.date
    split: str | None = None  # a column of the mart; the numerator is counted in each of its values
    each: str | None = (
        None  # a column of the mart; numerator and denominator (or median) are counted in each of its values
    )
    amount_milli: str | None = (
        None  # thousandths to add up over the numerator's rows, instead of counting them
    )
    median_of: str | None = None  # a column of the mart; its median over the numerator's rows
    over_months: int = 1
    extracts: str | None = (
        None  # beside issues and patients, what must have come: of so many months to the last
    )
    needs: str | None = None  # a section of the policy; while it is unset the measure is not counted or shown

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None and field.default is None:
                continue
            kind = {"bool": bool, "int": int, "dt.date": dt.date}.get(str(field.type), str)
            if not isinstance(value, kind) or (isinstance(value, str) and not value.strip()):
                raise MeasureError(f"{field.name}: {value!r} is not {_kind_words(kind)}")
        self._one_of("mart", MARTS)
        self._one_of("unit", UNITS)
        self._one_of("better", BETTER)
        if self.needs is not None:
            self._one_of("needs", NEEDED)
        self._fits_together()
        used = set()
        for part in ("numerator", "denominator"):
            used |= (names := set(PLACEHOLDER.findall(getattr(self, part))))
            if unknown := sorted(names - PLACEHOLDERS):
                raise MeasureError(
                    f"{part}: {{{unknown[0]}}} is neither beyond, within nor in policy [taper]"
                )
        uses = bool(used & {"beyond", "within"}) or self.denominator == COHORT
        if uses != self.per_threshold:
            raise MeasureError(f"per_threshold: must be {str(uses).lower()}, going by {{beyond}} in the SQL")
        lists = (*REGISTERED, COHORT)
        if re.match(r"\w+:", self.denominator) and self.denominator not in lists:
            raise MeasureError(f"denominator: {self.denominator!r} is not one of {', '.join(lists)}")

    def _fits_together(self) -> None:
        if self.median_of and self.numerator != self.denominator:
            raise MeasureError("denominator: must repeat the numerator, whose rows the median is of")
        chosen = [f for f in ("split", "each", "amount_milli", "median_of") if getattr(self, f)]
        if chosen[1:] and chosen != ["each", "median_of"]:
            raise MeasureError(
                f"{chosen[1]}: a measure has one of split, each, amount_milli and median_of; "
                "or each and median_of"
            )
        if not 1 <= self.over_months <= 12:
            raise MeasureError(f"over_months: {self.over_months} is not 1 to 12")
        for name, months in self.extracts_needed.items():
            if name not in EXTRACTS or not 1 <= months <= 12:
                raise MeasureError(
                    f"extracts: {name} {months} is not one of {', '.join(EXTRACTS)} and 1 to 12 months"
                )

    def _one_of(self, field: str, allowed: Any) -> None:
        if getattr(self, field) not in allowed:
            raise MeasureError(f"{field}: {getattr(self, field)!r} is not one of {', '.join(allowed)}")

    @property
    def multiplier(self) -> int:
        return UNITS[self.unit]

    @property
    def extracts_needed(self) -> dict[str, int]:
        """Extract → of how many months, the last among them, it must have come for a month to count."""
        try:
            return {
                name: int(months)
                for name, months in (one.split() for one in (self.extracts or "").split(",") if one.strip())
            }
        except ValueError:
            raise MeasureError(
                f'extracts: {self.extracts!r} is not a list such as "plans 1, reviews 12"'
            ) from None

    @property
    def kind(self) -> str:
        """count: rows among rows; ratio: an amount, or rows that are not of the denominator; median."""
        if self.median_of:
            return "median"
        return "ratio" if self.amount_milli or self.denominator == COHORT else "count"

    @property
    def grouped(self) -> bool:
        """Whether it is also made by age band, sex and deprivation."""
        return self.mart in GROUPED and self.over_months == 1 and not (self.split or self.each)

    @property
    def is_state(self) -> bool:
        """Whether it counts who is in a state at a month's end: its change is who entered and who left.

        What happened in the month is no state: the marts' columns of such events end in _this_month.
        """
        apart = self.split or self.each or self.amount_milli or self.median_of or self.over_months > 1
        return self.mart in STATES and not apart and "_this_month" not in self.numerator

    @property
    def adjusted(self) -> bool:
        """Whether practices are compared beside what is expected for their people: of use, which goes with
        age, sex and deprivation. What is asked of practices is due to everybody alike, and is not
        adjusted."""
        return self.mart == "patient_month" and self.is_state and self.grouped and self.better == "lower"

    @property
    def by_gabapentinoid(self) -> bool:
        """Whether its numerator goes by the dose of gabapentinoids, not of opioids."""
        return self.mart == "patient_month" and "high_gaba" in self.numerator

    @property
    def counts(self) -> str:
        """What its rows are in words, where they are states: people or plans."""
        return "plans" if self.mart == "taper_month" else "people"

    @property
    def registered(self) -> str | None:
        """The column of practice_month that is the denominator, or None where it is a predicate."""
        return REGISTERED.get(self.denominator)

    def thresholds(self, policy: Policy) -> tuple[int, ...]:
        """The thresholds this measure is made for, mg a day; (0,) where it has none."""
        return policy.thresholds.values if self.per_threshold else (0,)


def predicate(sql: str, threshold: int, policy: Policy) -> str:
    """A measure's SQL with its placeholders filled: {beyond}, {within} and the numbers of policy [taper].

    Raises MeasureError for a placeholder that policy does not have.
    """
    operator = policy.thresholds.operator
    values: dict[str, Any] = {
        "beyond": f"{operator} {threshold * 1000}",
        "within": f"{'<=' if operator == '>' else '<'} {threshold * 1000}",
        **vars(policy.taper),
    }
    if policy.naloxone:
        values["offered_naloxone"] = policy.naloxone.offered
        values["naloxone_months"] = policy.naloxone.valid_months
    for name in PLACEHOLDER.findall(sql):
        if name not in values:
            raise MeasureError(f"{{{name}}} is neither beyond, within nor a field of policy [taper]")
    return PLACEHOLDER.sub(lambda match: str(values[match[1]]), sql)


def predicates(m: Measure, threshold: int, policy: Policy) -> tuple[str, str]:
    """SQL of numerator and denominator; "" for a denominator that is not of the mart's rows."""
    numerator = f"({predicate(m.numerator, threshold, policy)})"
    if m.registered or m.denominator == COHORT:
        return numerator, ""
    denominator = f"({predicate(m.denominator, threshold, policy)})"
    return f"({numerator} AND {denominator})", denominator


def read(path: Path) -> Measure:
    """The measure in one TOML file. Raises MeasureError naming the file and the field."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        known = {f.name: f for f in fields(Measure) if f.name != "slug"}
        if unknown := sorted(set(raw) - set(known)):
            raise MeasureError(f"{unknown[0]}: no such field")
        if missing := [n for n, f in known.items() if f.default is MISSING and n not in raw]:
            raise MeasureError(f"{missing[0]}: missing")
        return Measure(slug=path.stem, **raw)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MeasureError(f"{path.name}: {_field_at(path, error)}not readable as TOML: {error}") from None
    except MeasureError as error:
        raise MeasureError(f"{path.name}: {error}") from None


def load(folder: Path = DEFINITIONS) -> tuple[Measure, ...]:
    """Every measure of a folder, by number of its code (M1, M2, M10 …)."""
    found = [read(path) for path in sorted(folder.glob("*.toml"))]
    return tuple(sorted(found, key=lambda m: (int(re.sub(r"\D", "", m.code) or 0), m.code, m.slug)))


def under(measures: tuple[Measure, ...], policy: Policy) -> tuple[Measure, ...]:
    """The measures that this policy lets be counted, as it lets them be judged.

    Where others supply naloxone too, practices issue a part of it: more or less of that says nothing.
    """
    found = tuple(m for m in measures if m.needs is None or getattr(policy, m.needs) is not None)
    if policy.naloxone is None or policy.naloxone.supplied_by == "practices":
        return found
    return tuple(replace(m, better="neither") if m.needs == "naloxone" else m for m in found)


def _field_at(path: Path, error: ValueError) -> str:
    """The field on the line that a TOML error speaks of, as "field: "; nothing where it names no line."""
    line = re.search(r"at line (\d+)", str(error))
    written = path.read_text(encoding="utf-8").splitlines()[int(line[1]) - 1] if line else ""
    field = re.match(r"\s*(\w+)\s*=", written)
    return f"{field[1]}: " if field else ""


def _kind_words(kind: type) -> str:
    return {bool: "true or false", int: "a whole number", dt.date: "a date", str: "some text"}[kind]
