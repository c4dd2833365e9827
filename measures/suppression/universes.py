"""The rows that counts are of, and each published count as a formula over them.

Counts of one universe can say something of each other: they are of the same people, plans or events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from measures.measure import COHORT_ROWS, GROUPED, Measure, predicate, predicates
from measures.policy import Policy, dose_bands
from measures.published import Fact, Published
from measures.suppression.classes import Classes, classes
from measures.suppression.formulas import Formula, formula

PARTS = ("numerator", "denominator")
NOT_KNOWN = "not known"  # the dose band of somebody whose dose is not
Universe = tuple[str, int]  # mart, and for how many months its rows count
Count = tuple[str, int, str, str]  # measure, threshold, category, part
PEOPLE: Universe = (GROUPED[0], 1)


@dataclass(frozen=True)
class Sorts:
    """The classes of a universe's rows. listed: the numerators of which the denominator is a list."""

    measures: frozenset[str]
    classes: Classes
    listed: tuple[Count, ...]


def universe(m: Measure) -> Universe:
    """What a measure's rows are of; people of the cohort are people."""
    return PEOPLE if m.mart in GROUPED and m.over_months == 1 else (m.mart, m.over_months)


def sorts(
    measures: Iterable[Measure],
    published: Published,
    policy: Policy,
    categories: Mapping[str, Sequence[str]],
) -> list[Sorts]:
    """The classes of every universe. categories: measure → those of its split or each. Raises FormulaError
    and MeasureError."""
    by_universe: dict[Universe, list[Measure]] = {}
    for m in measures:
        if m.slug in published.by_measure:
            by_universe.setdefault(universe(m), []).append(m)
    return [_sorts(found, published, policy, categories) for _, found in sorted(by_universe.items())]


def _sorts(
    measures: Sequence[Measure],
    published: Published,
    policy: Policy,
    categories: Mapping[str, Sequence[str]],
) -> Sorts:
    counts: dict[Count, Formula] = {}
    closed: dict[str, list[str]] = {}
    for m in measures:
        column = m.split or m.each
        if column:
            closed[column] = sorted({*closed.get(column, ()), *categories.get(m.slug, ())})
        for threshold in m.thresholds(policy):
            for category in categories.get(m.slug, ()) if column else ("",):
                counts |= _formulas(m, threshold, category, policy)
    marts = set(GROUPED) if universe(measures[0]) == PEOPLE else {measures[0].mart}
    facts = [formula(sql) for sql in _facts(marts, published.facts, policy)]
    listed = [count for m in measures if m.registered for count in counts if count[0] == m.slug]
    slugs = frozenset(m.slug for m in measures)
    return Sorts(slugs, classes(counts, facts, closed), tuple(listed))


def _formulas(m: Measure, threshold: int, category: str, policy: Policy) -> dict[Count, Formula]:
    """Numerator and denominator, as predicates over the universe's rows."""
    numerator, denominator = predicates(m, threshold, policy)
    within = [f"{m.split or m.each} = {_text(category)}"] if category else []
    base = [f"({cohort_rows(policy)})"] if m.mart == "cohort_month" else []
    found = {"numerator": [*base, numerator, *within]}
    if denominator:
        found["denominator"] = [*base, denominator, *(within if m.each else [])]
    return {(m.slug, threshold, category, part): formula(" AND ".join(sql)) for part, sql in found.items()}


def cohort_rows(policy: Policy) -> str:
    """Which rows of patient_month are in cohort_month too."""
    return predicate(COHORT_ROWS, min(policy.thresholds.values), policy)


def _facts(marts: set[str], facts: Sequence[Fact], policy: Policy) -> list[str]:
    found = []
    for fact in facts:
        if fact.mart in marts:
            sql = filled(fact, policy)
            found.append(f"NOT ({cohort_rows(policy)}) OR {sql}" if fact.mart == "cohort_month" else sql)
    return [*found, *(bands(policy) if GROUPED[0] in marts else [])]


def filled(fact: Fact, policy: Policy) -> str:
    """The predicate of a fact without placeholders."""
    return f"({predicate(fact.holds, 0, policy)})"


def bands(policy: Policy) -> list[str]:
    """What the labels of dose bands say of the dose, as predicates of patient_month."""
    low, high, step = (">", "<=", 1) if policy.thresholds.operator == ">" else (">=", "<", 0)
    limits = {
        label: f"current_ome_milli {low} {least - step} AND current_ome_milli {high} {most + 1 - step}"
        for label, least, most in dose_bands(policy)
    }
    said = [f"dose_band <> {_text(label)} OR ({limit})" for label, limit in limits.items()]
    return [*said, f"dose_band <> {_text(NOT_KNOWN)} OR current_ome_milli <= 0", "dose_band IS NOT NULL"]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
