"""Every measure of people by age band, sex and deprivation, each group beside everybody else."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.rounding import NOT_JUDGED, Ends, Rounding, among, moved
from reporting.analysis.words import meaning
from reporting.disclosure import WHOLE
from reporting.exhibits.exhibit import Definition, definition
from reporting.exhibits.policy import rounding, suppress_below

YEAR = 12
FEWEST_FOR_A_RATE = 100  # of fewer, one person more or less is ten per 1,000
NAMED = 0.998  # as beyond the outer limits of a funnel: hundreds of groups are looked at
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
    lower, upper (95 % Wilson), rest, rest_lower, rest_upper (everybody else), role, named and close.

    role: concern | improvement | neutral_high | neutral_low where the 95 % intervals of group and rest do
    not overlap, else common. named: those of 99.8 % do not either. close: either depends on how counts
    were rounded, and is not said then. Who belongs to no known group is never judged.
    """
    info = snapshot.info
    months = [info.last_month, info.month(YEAR)]
    frame = queries.measure_by_group(snapshot, scope, selection, [0, selection.threshold], months).frame
    now = frame[pd.to_datetime(frame["month"]) == pd.Timestamp(info.last_month)]
    keys = ["measure", "dimension", "category"]
    then = frame[pd.to_datetime(frame["month"]) == pd.Timestamp(info.month(YEAR))].set_index(keys)
    ago = (then["numerator"] / then["denominator"]).where(then["denominator"] >= suppress_below(snapshot))
    found = now.join(ago.rename("before"), on=keys).reset_index(drop=True)
    rounded = rounding(snapshot, scope)
    wholes = _wholes(found)
    judged = [
        _judged(snapshot, definition(snapshot, scope, measure), rounded, *counts)
        for measure, *counts in zip(
            found["measure"], found["numerator"], found["denominator"],
            wholes["numerator"], wholes["denominator"], strict=True,
        )
    ]  # fmt: skip
    columns = ["value", "lower", "upper", "rest", "rest_lower", "rest_upper", "role", "named", "close"]
    table = pd.DataFrame(judged, columns=columns, index=found.index)
    found = pd.concat([found, table], axis=1).assign(label=_labels(found))
    known = (found["category"] != UNKNOWN) & found["rest"].notna()
    return found.assign(
        role=found["role"].where(known, "common"),
        named=found["named"].astype(bool) & known,
        close=found["close"].astype(bool) & known,
    )


def fewest(snapshot: Snapshot, about: Definition) -> int:
    """The fewest people of a group that is judged: as many as may be told apart, 100 for a rate."""
    least = suppress_below(snapshot)
    return least if about.unit == "%" else max(least, FEWEST_FOR_A_RATE)


def _wholes(found: pd.DataFrame) -> pd.DataFrame:
    """All groups of the measure and dimension together, as may be told."""
    together = found.groupby(["measure", "dimension"])
    protected = WHOLE + "numerator" in found
    return pd.DataFrame(
        {
            name: found[WHOLE + name] if protected else together[name].transform("sum")
            for name in ("numerator", "denominator")
        }
    )


def _judged(
    snapshot: Snapshot, about: Definition, rounded: Rounding, n: float, d: float, of_n: float, of_d: float
) -> tuple[float | str | bool, ...]:
    """Of a group large enough to be told apart its share with its interval, of everybody else (the whole
    without it), and the role and name that follow."""
    none, least = (float("nan"),) * 3, fewest(snapshot, about)
    own, (people, _) = rounded.share(n, d), rounded.ends(d)
    if not people >= least or not own.is_known:
        return (*none, *none, "common", False, False)
    shown = (n / d, *own.interval())
    others = _without(rounded.ends(of_d), rounded.ends(d))
    if not others[0] >= least or not of_n - n <= of_d - d:
        return (*shown, *none, "common", False, False)
    rest = among(_without(rounded.ends(of_n), rounded.ends(n)), others)
    word, apart = moved(rest, own), moved(rest, own, NAMED)
    return (
        *shown, (of_n - n) / (of_d - d), *rest.interval(), meaning(word, about.better),
        apart in ("rose", "fell"), NOT_JUDGED in (word, apart),
    )  # fmt: skip


def _without(whole: Ends, part: Ends) -> Ends:
    return max(0.0, whole[0] - part[1]), whole[1] - part[0]


def _labels(frame: pd.DataFrame) -> list[str]:
    return [_label(d, c) for d, c in zip(frame["dimension"], frame["category"], strict=True)]


def _label(dimension: str, category: str) -> str:
    if category == UNKNOWN:
        return "Not known"
    if dimension == "imd_quintile":
        return QUINTILES.get(category, category)
    return category.replace("-", "–") if dimension == "age_band" else category.capitalize()
