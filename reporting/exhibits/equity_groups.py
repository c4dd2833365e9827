"""Every measure of people by age band, sex and deprivation, each group beside everybody else."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.correction import correction
from reporting.analysis.rounding import NOT_JUDGED, Ends, Rounding, Share, among, between, moved
from reporting.analysis.rounding import UNKNOWN as NO_CONTRAST
from reporting.analysis.words import meaning
from reporting.disclosure import WHOLE
from reporting.exhibits.exhibit import Definition, definition
from reporting.exhibits.policy import rounding, suppress_below

YEAR = 12
FEWEST_FOR_A_RATE = 100  # of fewer, one person more or less is ten per 1,000
UNKNOWN = "unknown"
DIMENSIONS = {"age_band": "age", "sex": "sex", "imd_quintile": "deprivation"}
QUINTILES = {"1": "1, most deprived", "5": "5, least deprived"}
REMEMBERED = 64


@lru_cache(maxsize=REMEMBERED)
def measures(snapshot: Snapshot, scope: Scope) -> dict[str, str]:
    """Slug → name of the measures that count people among people and are made by group, in order of code."""
    frame = figures.definitions(snapshot, scope).frame
    kept = frame[frame["grouped"].astype(bool) & (frame["kind"] == "count")]
    return dict(zip(kept["measure"], kept["name"], strict=True))


def is_uptake(snapshot: Snapshot, scope: Scope, measure: str) -> bool:
    """Whether a measure is of care taken up; the others are of use, of which less is better."""
    return definition(snapshot, scope, measure).better != "lower"


@lru_cache(maxsize=REMEMBERED)
def groups(snapshot: Snapshot, scope: Scope, selection: Selection) -> pd.DataFrame:
    """One row a measure, dimension and group at the latest month: measure, dimension, category, label,
    numerator, denominator, before (the share a year ago), and of groups large enough to be told apart value,
    lower, upper (95 % Wilson), rest, rest_lower, rest_upper (everybody else), role, close and of.

    role: concern | improvement | neutral_high | neutral_low where group and rest differ significantly,
    corrected over all groups of all measures (`of` them), else common. close: that depends on how counts were
    rounded, and is not said then. Who belongs to no known group is never judged.
    """
    info = snapshot.info
    months = [info.last_month, info.month(YEAR)]
    frame = figures.measure_by_group(snapshot, scope, selection, [0, selection.threshold], months).frame
    now = frame[pd.to_datetime(frame["month"]) == pd.Timestamp(info.last_month)]
    keys = ["measure", "dimension", "category"]
    then = frame[pd.to_datetime(frame["month"]) == pd.Timestamp(info.month(YEAR))].set_index(keys)
    ago = (then["numerator"] / then["denominator"]).where(then["denominator"] >= suppress_below(snapshot))
    found = now.join(ago.rename("before"), on=keys).reset_index(drop=True)
    rounded = rounding(snapshot, scope)
    wholes = _wholes(found)
    rows = [
        _counted(snapshot, definition(snapshot, scope, measure), rounded, *counts)
        for measure, *counts in zip(
            found["measure"], found["numerator"], found["denominator"],
            wholes["numerator"], wholes["denominator"], strict=True,
        )
    ]  # fmt: skip
    columns = ["value", "lower", "upper", "rest", "rest_lower", "rest_upper"]
    table = pd.DataFrame([shown for shown, _ in rows], columns=columns, index=found.index)
    found = pd.concat([found, table], axis=1).assign(label=_labels(found))
    compared = (found["category"] != UNKNOWN).to_numpy() & found["rest"].notna().to_numpy()
    shares = [both for (_, both), told in zip(rows, compared, strict=True) if told and both is not None]
    contrasts = between([rest for rest, _ in shares], [own for _, own in shares])
    # Of what leaves a group that may not be judged may be one of those that the page compares.
    unknown = int((found["category"] != UNKNOWN).sum()) - len(contrasts) if scope.protects else 0
    family = correction([one.ends for one in contrasts] + [NO_CONTRAST.ends] * unknown)
    words = pd.Series([moved(one, family) for one in contrasts], index=found.index[compared], dtype=object)
    better = found["measure"].map(lambda measure: definition(snapshot, scope, measure).better)
    word = words.reindex(found.index, fill_value="")
    return found.assign(
        role=[meaning(said, way) for said, way in zip(word, better, strict=True)],
        close=word == NOT_JUDGED,
        of=len(contrasts),
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


def _counted(
    snapshot: Snapshot, about: Definition, rounded: Rounding, n: float, d: float, of_n: float, of_d: float
) -> tuple[tuple[float, ...], tuple[Share, Share] | None]:
    """Of a group large enough to be told apart its share with its interval, and those of everybody else (the
    whole without it), NaN where there are too few; then both shares."""
    none, least = (float("nan"),) * 3, fewest(snapshot, about)
    own, (people, _) = rounded.share(n, d), rounded.ends(d)
    if not people >= least or not own.is_known:
        return (*none, *none), None
    shown = (n / d, *own.interval())
    others = _without(rounded.ends(of_d), rounded.ends(d))
    if not others[0] >= least or not of_n - n <= of_d - d:
        return (*shown, *none), None
    rest = among(_without(rounded.ends(of_n), rounded.ends(n)), others)
    return (*shown, (of_n - n) / (of_d - d), *rest.interval()), (rest, own)


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
