"""Every measure of people by age band, sex and deprivation, each group beside everybody else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.contrast import Pair, all_moved
from reporting.analysis.intervals import interval
from reporting.analysis.words import meaning
from reporting.disclosure import WHOLE, judging
from reporting.exhibits.exhibit import Definition, definition
from reporting.exhibits.policy import suppress_below
from reporting.once import once

YEAR = 12
FEWEST_FOR_A_RATE = 100  # of fewer, one person more or less is ten per 1,000
UNKNOWN = "unknown"
KEYS = ["measure", "dimension", "category"]
SHARES = ["value", "lower", "upper"]
REST = ["rest", "rest_lower", "rest_upper"]
DIMENSIONS = {"age_band": "age", "sex": "sex", "imd_quintile": "deprivation"}
QUINTILES = {"1": "1, most deprived", "5": "5, least deprived"}
CACHED = 64


@once(CACHED)
def measures(snapshot: Snapshot, scope: Scope) -> dict[str, str]:
    """Slug → name of the measures that count people among people and are made by group, in order of code."""
    frame = figures.definitions(snapshot, scope).frame
    kept = frame[frame["grouped"].astype(bool) & (frame["kind"] == "count")]
    return dict(zip(kept["measure"], kept["name"], strict=True))


def is_uptake(snapshot: Snapshot, scope: Scope, measure: str) -> bool:
    """Whether a measure is of care taken up; the others are of use, of which less is better."""
    return definition(snapshot, scope, measure).better != "lower"


@once(CACHED)
def groups(snapshot: Snapshot, scope: Scope, selection: Selection) -> pd.DataFrame:
    """One row a measure, dimension and group at the latest month: measure, dimension, category, label,
    numerator, denominator, before (the share a year ago), and of groups large enough to be told apart value,
    lower, upper (95 % Wilson), rest, rest_lower, rest_upper (everybody else), word, role and of; whole_n and
    whole_of: all groups of the measure and dimension together.

    word: rose (higher than everybody else) | fell (lower) | no sure change, of exact counts, corrected
    over all groups of all measures (`of` them); "" of groups that are not judged, and of those that rounding
    puts on the other side of everybody else, of which no share is drawn either. role: concern | improvement |
    neutral_high | neutral_low by it, else common. Who belongs to no known group is never judged.
    """
    words = _words(snapshot, scope.internal(), selection)
    found = _latest(snapshot, scope, selection).join(words, on=KEYS)
    misread = found["word"].map({"rose": 1.0, "fell": -1.0}) != np.sign(found["value"] - found["rest"])
    misread &= found["word"].isin(["rose", "fell"]) & found["rest"].notna()
    word = found["word"].fillna("").mask(misread | found["rest"].isna(), "")
    better = found["measure"].map(lambda measure: definition(snapshot, scope, measure).better)
    return found.assign(
        word=word,
        role=[meaning(said, way) for said, way in zip(word, better, strict=True)],
        of=len(words),
        label=_labels(found),
        **{name: found[name].mask(misread) for name in SHARES},
    )


def _words(snapshot: Snapshot, scope: Scope, selection: Selection) -> pd.Series:
    """Measure, dimension and group → word, of exact counts."""
    found = _latest(snapshot, scope, selection)
    compared = found[(found["category"] != UNKNOWN) & found["rest"].notna()]
    own, rest = list[Pair](), list[Pair]()
    for n, of, whole_n, whole_of in compared[["numerator", "denominator", "whole_n", "whole_of"]].itertuples(
        index=False
    ):
        own.append((n, of))
        rest.append((whole_n - n, whole_of - of))
    return pd.Series(
        all_moved(rest, own),
        index=pd.MultiIndex.from_frame(compared[KEYS]),
        name="word",
        dtype=object,
    )


def _latest(snapshot: Snapshot, scope: Scope, selection: Selection) -> pd.DataFrame:
    """The rows of `groups` without verdict and label."""
    info = snapshot.info
    months = [info.last_month, info.month(YEAR)]
    frame = figures.measure_by_group(snapshot, scope, selection, [0, selection.threshold], months).frame
    now, then = (frame[pd.to_datetime(frame["month"]) == pd.Timestamp(month)] for month in months)
    then = then.set_index(KEYS)
    ago = (then["numerator"] / then["denominator"]).where(then["denominator"] >= suppress_below(snapshot))
    found = now.join(ago.rename("before"), on=KEYS).reset_index(drop=True)
    together = found.groupby(KEYS[:2])
    wholes = {
        name: found[WHOLE + count] if WHOLE + count in found else together[count].transform("sum")
        for name, count in (("whole_n", "numerator"), ("whole_of", "denominator"))
    }
    found = found.assign(**wholes, least=_least(snapshot, scope, found["measure"]))
    enough = judging(found)["denominator"] >= found["least"]
    rows = [
        _shares(*counts) if told else (float("nan"),) * 6
        for told, *counts in zip(
            enough, found["numerator"], found["denominator"], found["whole_n"], found["whole_of"],
            found["least"], strict=True,
        )
    ]  # fmt: skip
    return pd.concat([found, pd.DataFrame(rows, columns=[*SHARES, *REST], index=found.index)], axis=1)


def _least(snapshot: Snapshot, scope: Scope, measures: pd.Series) -> list[int]:
    return [fewest(snapshot, definition(snapshot, scope, measure)) for measure in measures]


def fewest(snapshot: Snapshot, about: Definition) -> int:
    """The fewest people of a group that is judged: as many as may be told apart, 100 for a rate."""
    least = suppress_below(snapshot)
    return least if about.unit == "%" else max(least, FEWEST_FOR_A_RATE)


def _shares(n: float, of: float, whole_n: float, whole_of: float, least: int) -> tuple[float, ...]:
    """The share of a group with its interval, and those of everybody else (the whole without it), NaN where
    there are too few."""
    none = (float("nan"),) * 3
    if n != n or of != of:
        return (*none, *none)
    own = (n / of, *interval(n, of))
    rest_n, rest_of = whole_n - n, whole_of - of
    if not rest_of >= least or not 0 <= rest_n <= rest_of:
        return (*own, *none)
    return (*own, rest_n / rest_of, *interval(rest_n, rest_of))


def _labels(frame: pd.DataFrame) -> list[str]:
    return [_label(d, c) for d, c in zip(frame["dimension"], frame["category"], strict=True)]


def _label(dimension: str, category: str) -> str:
    if category == UNKNOWN:
        return "Not known"
    if dimension == "imd_quintile":
        return QUINTILES.get(category, category)
    return category.replace("-", "–") if dimension == "age_band" else category.capitalize()
