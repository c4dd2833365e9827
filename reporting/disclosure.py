"""The one place every figure's data passes before it may be drawn, tabled or downloaded."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from reporting.access.scope import Edition, Scope

NOT_OF_PEOPLE = frozenset(
    (
        "threshold", "step", "multiplier", "over_months", "number", "override", "practices",
        "months_missing", "rows", "rows_known", "rows_kept_out",
    )
)  # fmt: skip
SIZES = frozenset({"registered", "adults", "patients", "issues"})  # of lists and files, on no slide
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


class NotPublishedError(PermissionError):
    """Something asked for in the published edition that has no published form; the text says why."""


class NotClearedError(PermissionError):
    """Rows that the one who asks may not see; nothing of them is shown."""


@dataclass(frozen=True)
class Rule:
    """How counts are published: those from 1 to below `suppress_below` are withheld, others rounded to the
    nearest `round_to`."""

    suppress_below: int = 8
    round_to: int = 5

    @staticmethod
    def of(policy_json: str) -> Rule:
        """The rule of a release, as its policy says."""
        return Rule(**json.loads(policy_json)["suppression"])


def clear(frame: pd.DataFrame, scope: Scope, told: pd.DataFrame | None = None) -> Cleared:
    """The frame, cleared for this scope; for the published edition with the counts that are published.

    told: for the published edition, of each row, the counts that take the place of the frame's (NaN:
    withheld). Beside each then stands the count itself under “exact_” and its name, for verdicts alone
    (`judging`), never to be drawn or printed. Raises NotClearedError where a practice_code outside the scope
    is among the rows (a query that forgot its filter stops here); for the published edition NotPublishedError
    for rows of single people and for counts that are not told.
    """
    held = set(frame["practice_code"].dropna()) if "practice_code" in frame.columns else set()
    if scope.practices is not None and (outside := held - scope.practices):
        raise NotClearedError(
            f"A query returned rows of {len(outside)} practices outside the scope of role {scope.role!r}. "
            "Nothing is shown. Report this as a fault."
        )
    return Cleared(frame if scope.edition == "internal" else _published(frame, told), scope)


def _published(frame: pd.DataFrame, told: pd.DataFrame | None) -> pd.DataFrame:
    numbers = {
        str(name) for name in frame if is_numeric_dtype(frame[name]) and not is_bool_dtype(frame[name])
    }
    counts = [] if told is None else [name for name in told if name in numbers]
    unknown = sorted(numbers - NOT_OF_PEOPLE - SIZES - {*counts})
    if unknown or "patient_key" in frame:
        what = f"The number “{unknown[0]}”" if unknown else "A row of a single person"
        raise NotPublishedError(f"{what} is not among what is published.")
    exact = {EXACT + name: frame[name] for name in counts}
    drawn = {} if told is None else {str(name): told[name] for name in told}
    return frame.assign(**drawn, **exact, **dict.fromkeys(numbers & SIZES, float("nan")))


def clear_flows(frame: pd.DataFrame, scope: Scope) -> Cleared:
    """Who entered and left a state, cleared for this scope: in the published edition every number is NaN, and
    stands under “exact_” and its name, for the verdict alone (`judging`)."""
    if scope.edition == "internal":
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
    """The rows with exact counts, for verdicts: rounded counts invent them and hide them. Nothing of it may
    be drawn or printed. Of a frame that is exact, the frame."""
    names = [str(name) for name in frame if str(name).startswith(EXACT)]
    exact = {name.removeprefix(EXACT): frame[name] for name in names}
    wholes = [WHOLE + name for name in exact if WHOLE + name in frame]
    return frame.assign(**exact).drop(columns=wholes) if exact else frame


def is_exact(frame: pd.DataFrame) -> bool:
    """Whether the counts of a frame are exact, and not those that may be published."""
    return not any(str(name).startswith(EXACT) for name in frame)


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
