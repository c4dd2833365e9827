"""The one place every figure's data passes before it may be drawn, tabled or downloaded."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from reporting.access import Edition, Scope

PEOPLE_OR_EVENTS = frozenset(
    (
        "numerator", "denominator", "people", "offers", "plans", "below", "stopped", "offered", "made",
        "accepted", "attended", "completed", "mismatched", "registered", "adults", "patients", "issues",
    )
)  # fmt: skip
NOT_OF_PEOPLE = frozenset(
    (
        "threshold", "step", "week", "multiplier", "over_months", "number", "override", "practices",
        "months_missing", "rows", "rows_known", "rows_kept_out", "lower", "median", "upper",
    )  # the last three are quartiles, which queries give of enough people only
)  # fmt: skip
OF_PRACTICES = frozenset({"practice_plan_current", "heading_complete", "resources_in_use"})
# Sizes of lists and of files, in which nobody can be few beside others that are shown.
NO_PART_OF_SUMS = frozenset({"registered", "adults", "patients", "issues"})
FLOWS = (
    "entered", "left", "moved_in", "moved_out", "from_people", "to_people", "from_whole", "to_whole",
    "people", "fell", "fall_unknown",
)  # fmt: skip
EXACT, WHOLE = "exact_", "whole_"
INTERNAL = "Internal edition: not for publication"
PUBLISHED = "Published edition"
FEWEST_TOGETHER = 8  # people of other practices


@dataclass(frozen=True)
class Cleared:
    """A frame that has passed `clear`, and for whom it was cleared."""

    frame: pd.DataFrame
    scope: Scope


@dataclass(frozen=True)
class Plan:
    """What a plan of protection says of the counts of a frame, each a frame of as many rows: whether a count
    is withheld, and what all rows beside it make up, as it may be shown (NaN where it may not)."""

    hidden: pd.DataFrame
    wholes: pd.DataFrame


class NotPublishedError(PermissionError):
    """Something asked for in the published edition that has no published form; the text says why."""


class NotClearedError(PermissionError):
    """Rows that the one who asks may not see; nothing of them is shown."""


@dataclass(frozen=True)
class Rule:
    """How counts that leave are protected: those from 1 to below `suppress_below` are suppressed, others
    rounded to the nearest `round_to`."""

    suppress_below: int = 8
    round_to: int = 5

    @staticmethod
    def of(policy_json: str) -> Rule:
        """The rule of a release, as its policy says."""
        return Rule(**json.loads(policy_json)["suppression"])


def clear(frame: pd.DataFrame, scope: Scope, rule: Rule | None = None, plan: Plan | None = None) -> Cleared:
    """The frame, cleared for this scope: for one that protects, every count suppressed or rounded.

    A suppressed count is NaN in a float column, and so is one that the plan withholds; beside it stands the
    count itself under “exact_” and its name, for the signals of a trend alone (`judging`), never to be drawn
    or printed. Raises NotClearedError where a practice_code outside the scope is among the rows (a
    query that forgot its filter stops here), and, of what leaves, for rows of single people, for counts
    without a plan, and for numbers of which it is not said whether they count people.
    """
    held = set(frame["practice_code"].dropna()) if "practice_code" in frame.columns else set()
    if scope.practices is not None and (outside := held - scope.practices):
        raise NotClearedError(
            f"A query returned rows of {len(outside)} practices outside the scope of role {scope.role!r}. "
            "Nothing is shown. Report this as a fault."
        )
    return Cleared(_protect(frame, rule or Rule(), plan) if scope.protects else frame, scope)


def _protect(frame: pd.DataFrame, rule: Rule, plan: Plan | None) -> pd.DataFrame:
    numbers = {
        str(name) for name in frame if is_numeric_dtype(frame[name]) and not is_bool_dtype(frame[name])
    }
    unknown = sorted(numbers - PEOPLE_OR_EVENTS - NOT_OF_PEOPLE)
    planned = set() if plan is None else {*plan.hidden}
    alone = sorted((numbers & PEOPLE_OR_EVENTS) - NO_PART_OF_SUMS - planned)
    if unknown or alone or "patient_key" in frame:
        what = f"The number {(unknown or alone)[0]!r}" if unknown or alone else "Rows of single people"
        raise NotClearedError(
            f"{what} may not leave: no rule of protection is known. Report this as a fault."
        )
    made = frame.copy()
    people = frame if "measure" not in frame else frame[~frame["measure"].isin(OF_PRACTICES)]
    for name in PEOPLE_OR_EVENTS.intersection(numbers):
        made[name] = frame[name].astype(float)
        made.loc[people.index, name] = protected(people[name], rule).set_axis(people.index).astype(float)
        made[EXACT + name] = frame[name]
        if plan is not None and name in planned:
            made[name] = made[name].mask(plan.hidden[name])
            made[WHOLE + name] = plan.wholes[name]
    return made


def clear_flows(frame: pd.DataFrame, scope: Scope) -> Cleared:
    """Who entered and left a state, cleared for this scope: where they leave every number is NaN, and stands
    under “exact_” and its name, for the verdict alone (`judging`)."""
    if not scope.protects:
        return Cleared(frame, scope)
    names = [name for name in FLOWS if name in frame]
    exact = {EXACT + name: frame[name] for name in names}
    return Cleared(frame.assign(**dict.fromkeys(names, float("nan")), **exact), scope)


def clear_together(frame: pd.DataFrame, scope: Scope) -> Cleared:
    """Numerators and denominators of several practices added up, cleared for this scope: for one that sees
    its own practices only both are NaN where either counts somebody, but fewer than FEWEST_TOGETHER."""
    if scope.practices is None:
        return Cleared(frame, scope)
    names = ["numerator", "denominator"]
    few = frame[names].gt(0) & frame[names].lt(FEWEST_TOGETHER)
    told = frame[names].astype(float).mask(few.any(axis=1))
    return Cleared(frame.assign(**{name: told[name] for name in names}), scope)


def judging(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with exact counts, to work out the signals of a trend by: rounded counts invent them and hide
    them. Nothing of it may be drawn or printed. Of a frame that is exact, the frame."""
    names = [str(name) for name in frame if str(name).startswith(EXACT)]
    exact = {name.removeprefix(EXACT): frame[name] for name in names}
    wholes = [WHOLE + name for name in exact if WHOLE + name in frame]
    return frame.assign(**exact).drop(columns=wholes) if exact else frame


def is_exact(frame: pd.DataFrame) -> bool:
    """Whether the counts of a frame are exact, and not those that may be published."""
    return not any(str(name).startswith(EXACT) for name in frame)


def half_up(count: int, base: int) -> int:
    """A count to the nearest multiple of base; halfway goes up."""
    return (2 * count + base) // (2 * base) * base


def protected(counts: Iterable[Any], rule: Rule) -> pd.Series:
    """Counts as they may leave, in a nullable Int64 series: suppressed is NA, never 0; 0 stays 0."""
    return pd.Series([shown(count, rule) for count in counts], dtype=float).astype("Int64")


def shown(count: Any, rule: Rule) -> float:
    """One count as it may leave; NaN where it is suppressed."""
    if pd.isna(count) or 0 < count < rule.suppress_below:
        return float("nan")
    return float(half_up(int(count), rule.round_to))


def whole(frame: pd.DataFrame, name: str) -> float:
    """All rows of a query's table together, in one column, as they may be shown: of exact counts their sum;
    of protected ones what the plan lets be told of the whole, and NaN where that is nothing."""
    if WHOLE + name not in frame:
        return float(frame[name].sum())
    return float(frame[WHOLE + name].iloc[0]) if len(frame) else 0.0


def edition_words(edition: Edition) -> str:
    """How an edition is named on whatever is taken out."""
    return INTERNAL if edition == "internal" else PUBLISHED


def protection_words(rule: Rule, edition: Edition) -> str:
    """What may be done with it, or how its counts were protected, for the foot of what is taken out."""
    if edition == "internal":
        return f"{INTERNAL}."
    return (
        f"{PUBLISHED}. [c] withheld: {suppressed_words(rule)}, or what would tell such a count; other counts "
        f"to the nearest {rule.round_to}, rates and shares of those. What is said of them is of exact counts."
    )


def suppressed_words(rule: Rule) -> str:
    """How a suppressed count is written: “1 to 7”."""
    return f"1 to {rule.suppress_below - 1}"
