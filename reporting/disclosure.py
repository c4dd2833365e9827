"""The one place every figure's data passes before it may be drawn, tabled or downloaded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from reporting.access import Scope

PEOPLE_OR_EVENTS = frozenset(
    (
        "numerator", "denominator", "people", "offers", "plans", "below", "stopped", "offered", "made",
        "accepted", "attended", "completed", "mismatched", "registered", "adults", "patients", "issues",
    )
)  # fmt: skip
NOT_OF_PEOPLE = frozenset(
    (
        "threshold", "step", "week", "multiplier", "over_months", "number", "override", "practices",
        "months_missing", "rows", "rows_kept_out", "lower", "median", "upper",
    )  # the last three are quartiles, which queries give of enough people only
)  # fmt: skip
OF_PRACTICES = frozenset({"practice_plan_current", "heading_complete", "resources_in_use"})
EXACT = "exact_"
KEYS = ("measure", "threshold", "category", "month")


@dataclass(frozen=True)
class Cleared:
    """A frame that has passed `clear`, and for whom it was cleared."""

    frame: pd.DataFrame
    scope: Scope


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


def clear(frame: pd.DataFrame, scope: Scope, rule: Rule | None = None) -> Cleared:
    """The frame, cleared for this scope: for one that protects, every count suppressed or rounded.

    A suppressed count is NaN in a float column; beside it stands the count itself under “exact_” and its
    name, for limits and tests of chance alone (`judging`), never to be drawn or printed. Raises
    NotClearedError where a practice_code outside the scope is among the rows (a query that forgot its filter
    stops here), and, of what leaves, for rows of single people and for numbers of which it is not said
    whether they count people.
    """
    held = set(frame["practice_code"].dropna()) if "practice_code" in frame.columns else set()
    if scope.practices is not None and (outside := held - scope.practices):
        raise NotClearedError(
            f"A query returned rows of {len(outside)} practices outside the scope of role {scope.role!r}. "
            "Nothing is shown. Report this as a fault."
        )
    return Cleared(_protect(frame, rule or Rule()) if scope.protects else frame, scope)


def _protect(frame: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    numbers = {
        str(name) for name in frame if is_numeric_dtype(frame[name]) and not is_bool_dtype(frame[name])
    }
    unknown = sorted(numbers - PEOPLE_OR_EVENTS - NOT_OF_PEOPLE)
    if unknown or "patient_key" in frame:
        what = f"The number {unknown[0]!r}" if unknown else "Rows of single people"
        raise NotClearedError(
            f"{what} may not leave: no rule of protection is known. Report this as a fault."
        )
    made = frame.copy()
    people = frame if "measure" not in frame else frame[~frame["measure"].isin(OF_PRACTICES)]
    for name in PEOPLE_OR_EVENTS.intersection(numbers):
        made[name] = frame[name].astype(float)
        made.loc[people.index, name] = protected(people[name], rule).set_axis(people.index).astype(float)
        made[EXACT + name] = frame[name]
    if {"practice_code", "numerator"} <= {*frame}:
        for rows in _groups(people):
            if narrowed(frame.loc[rows, "numerator"], rule):
                made.loc[rows, "numerator"] = float("nan")
    return made


def judging(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with exact counts, to work out limits and signals by: rounded counts invent signals and hide
    them. Nothing of it may be drawn or printed. Of a frame that is exact, the frame."""
    names = [str(name) for name in frame if str(name).startswith(EXACT)]
    exact = {name.removeprefix(EXACT): frame[name] for name in names}
    return frame.assign(**exact) if exact else frame


def _groups(frame: pd.DataFrame) -> Iterator[pd.Index]:
    """Rows of practices that a published total may be of: of one measure and month all, by place, by PCN."""
    keys = [name for name in KEYS if name in frame]
    for area in ([], ["place"], ["pcn"]):
        if keys and {*area} <= {*frame}:
            yield from (part.index for _, part in frame.groupby([*keys, *area], dropna=False))


def narrowed(counts: Iterable[int], rule: Rule) -> bool:
    """Whether cells as published, beside their total as published, tell more of a suppressed cell than that
    it is suppressed: what it can be at least and at most, when every other cell takes the side that helps."""
    exact = [int(count) for count in counts]
    bounds = [_bounds(count, rule) for count in exact]
    least, most = _bounds(sum(exact), rule)
    low, high = sum(lower for lower, _ in bounds), sum(upper for _, upper in bounds)
    return any(
        0 < count < rule.suppress_below and (least - (high - upper) > lower or most - (low - lower) < upper)
        for count, (lower, upper) in zip(exact, bounds, strict=True)
    )


def _bounds(count: int, rule: Rule) -> tuple[int, int]:
    """The counts that are published as this one is, the least and the most of them."""
    if count == 0:
        return 0, 0
    if count < rule.suppress_below:
        return 1, rule.suppress_below - 1
    shown = half_up(count, rule.round_to)
    half = rule.round_to / 2
    least = int(-(-(shown - half) // 1))
    return max(rule.suppress_below, least), least + rule.round_to - 1


def half_up(count: int, base: int) -> int:
    """A count to the nearest multiple of base; halfway goes up."""
    return (2 * count + base) // (2 * base) * base


def protected(counts: Iterable[Any], rule: Rule) -> pd.Series:
    """Counts as they may leave, in a nullable Int64 series: suppressed is NA, never 0; 0 stays 0."""
    return pd.Series(
        [
            pd.NA if pd.isna(count) or 0 < count < rule.suppress_below else half_up(int(count), rule.round_to)
            for count in counts
        ],
        dtype="Int64",
    )


def shown(count: float, rule: Rule) -> float:
    """One count as it may leave; NaN where it is suppressed."""
    return float(protected([count], rule).astype(float).iloc[0])


def whole(frame: pd.DataFrame, name: str, rule: Rule) -> float:
    """All cells of a column together, as they may be shown: of exact cells their sum; of protected ones the
    sum of what they stand for, protected itself, and NaN where it would tell more of a suppressed cell."""
    cells = judging(frame)[name]
    if EXACT + name not in frame:
        return float(cells.sum())
    return float("nan") if narrowed(cells, rule) else shown(cells.sum(), rule)


def protection_words(rule: Rule) -> str:
    """How counts were protected, for the foot of what leaves."""
    return (
        f"Few: {suppressed_words(rule)}, suppressed; other counts to the nearest {rule.round_to}, shares of "
        "those, rough where small; signals of exact counts."
    )


def suppressed_words(rule: Rule) -> str:
    """How a suppressed count is written: “1 to 7”."""
    return f"1 to {rule.suppress_below - 1}"
