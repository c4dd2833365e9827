"""Every measure of people by age band, sex and deprivation, each group beside everybody else."""

from __future__ import annotations

from functools import lru_cache
from math import isnan

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.intervals import wilson
from reporting.analysis.words import meaning, moved_words
from reporting.disclosure import WHOLE
from reporting.exhibits.exhibit import Definition, definition
from reporting.exhibits.policy import suppress_below

YEAR = 12
FEWEST_FOR_A_RATE = 100  # of fewer, one person more or less is ten per 1,000
NAMED = 0.998  # as beyond the outer limits of a funnel: hundreds of groups are looked at
DRAWN = 0.95
UNKNOWN = "unknown"
DIMENSIONS = {"age_band": "age", "sex": "sex", "imd_quintile": "deprivation"}
QUINTILES = {"1": "1, most deprived", "5": "5, least deprived"}
REMEMBERED = 64


@lru_cache(maxsize=REMEMBERED)
def measures(snapshot: Snapshot, scope: Scope) -> dict[str, str]:
    """Slug → name of the measures that count people among people and are made by group, in order of code."""
    frame = queries.definitions(snapshot, scope).frame
    kept = frame[frame["grouped"].astype(bool) & (frame["kind"] == "count")]
    return dict(zip(kept["measure"], kept["name"], strict=True))


def is_uptake(snapshot: Snapshot, scope: Scope, measure: str) -> bool:
    """Whether a measure is of care taken up; the others are of use, of which less is better."""
    return definition(snapshot, scope, measure).better != "lower"


@lru_cache(maxsize=REMEMBERED)
def groups(snapshot: Snapshot, scope: Scope, selection: Selection) -> pd.DataFrame:
    """One row a measure, dimension and group at the latest month: measure, dimension, category, label,
    numerator, denominator, before (the share a year ago), and of groups large enough to be told apart value,
    lower, upper (95 % Wilson), rest, rest_lower, rest_upper (everybody else), role and named.

    role: concern | improvement | neutral_high | neutral_low where the 95 % intervals of group and rest do
    not overlap, else common. named: those of 99.8 % do not either. Who belongs to no known group is never
    judged.
    """
    info = snapshot.info
    months = [info.last_month, info.month(YEAR)]
    frame = queries.measure_by_group(snapshot, scope, selection, [0, selection.threshold], months).frame
    now = frame[pd.to_datetime(frame["month"]) == pd.Timestamp(info.last_month)]
    keys = ["measure", "dimension", "category"]
    then = frame[pd.to_datetime(frame["month"]) == pd.Timestamp(info.month(YEAR))].set_index(keys)
    ago = (then["numerator"] / then["denominator"]).where(then["denominator"] >= suppress_below(snapshot))
    found = now.join(ago.rename("before"), on=keys).reset_index(drop=True)
    rest = _rest(found)
    judged = [
        _judged(snapshot, definition(snapshot, scope, measure), n, d, rn, rd)
        for measure, n, d, rn, rd in zip(
            found["measure"], found["numerator"], found["denominator"],
            rest["numerator"], rest["denominator"], strict=True,
        )
    ]  # fmt: skip
    columns = ["value", "lower", "upper", "rest", "rest_lower", "rest_upper", "role", "named"]
    table = pd.DataFrame(judged, columns=columns, index=found.index)
    found = pd.concat([found, table], axis=1).assign(label=_labels(found))
    unknown = (found["category"] == UNKNOWN) | found["rest"].isna()
    return found.assign(
        role=found["role"].mask(unknown, "common"), named=found["named"].astype(bool) & ~unknown
    )


def fewest(snapshot: Snapshot, about: Definition) -> int:
    """The fewest people of a group that is judged: as many as may be told apart, 100 for a rate."""
    least = suppress_below(snapshot)
    return least if about.unit == "%" else max(least, FEWEST_FOR_A_RATE)


def _rest(found: pd.DataFrame) -> pd.DataFrame:
    """Everybody else: the whole without the group. Of protected counts both as they are shown, and missing
    where more would be counted than there are."""
    groups = found.groupby(["measure", "dimension"])
    protected = WHOLE + "numerator" in found
    rest = pd.DataFrame(index=found.index)
    for name in ("numerator", "denominator"):
        whole = found[WHOLE + name] if protected else groups[name].transform("sum")
        rest[name] = whole - found[name]
    return rest.where((rest["numerator"] <= rest["denominator"]) | (not protected))


def _judged(
    snapshot: Snapshot, about: Definition, n: float, d: float, rest_n: float, rest_d: float
) -> tuple[float | str | bool, ...]:
    """Of a group large enough to be told apart its share with its interval, of everybody else, and the role
    and name that follow."""
    none, least = (float("nan"),) * 3, fewest(snapshot, about)
    if not d >= least or isnan(n):
        return (*none, *none, "common", False)
    own = (n / d, *wilson(n, d, DRAWN))
    if not rest_d >= least or isnan(rest_n):
        return (*own, *none, "common", False)
    rest = wilson(rest_n, rest_d, DRAWN)
    role = meaning(moved_words(rest, own[1:]), about.better)
    apart = moved_words(wilson(rest_n, rest_d, NAMED), wilson(n, d, NAMED))
    return (*own, rest_n / rest_d, *rest, role, apart in ("rose", "fell"))


def _labels(frame: pd.DataFrame) -> list[str]:
    return [_label(d, c) for d, c in zip(frame["dimension"], frame["category"], strict=True)]


def _label(dimension: str, category: str) -> str:
    if category == UNKNOWN:
        return "Not known"
    if dimension == "imd_quintile":
        return QUINTILES.get(category, category)
    return category.replace("-", "–") if dimension == "age_band" else category.capitalize()
