"""One practice's figures on the main measures beside those of similar practices and of its area."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.contrast import Pair
from reporting.analysis.intervals import Interval, poisson_rate, wilson
from reporting.analysis.shrinkage import rate_of_others, share_of_others
from reporting.exhibits.compare.similar import Nearest, practices, similar
from reporting.exhibits.exhibit import Definition, definition
from reporting.exhibits.kinds.case_mix import expected
from reporting.exhibits.kinds.rates import beside_expected, beside_others
from reporting.exhibits.policy import suppress_below
from reporting.once import once

PREVALENCE = "high_dose_prevalence"  # shown beyond each threshold
MAIN = (
    PREVALENCE, "long_term_opioids", "opioid_with_gabapentinoid", "reviewed_6_months", "clinicians_named",
    "referral_offered", "referral_attended_of_cohort", "on_taper_plan", "tapering", "red_speed", "stalled",
    "best_interest_reductions", "safeguards_complete",
)  # fmt: skip
MEANING = {
    ("higher", "higher"): "improvement",
    ("lower", "higher"): "concern",
    ("higher", "lower"): "concern",
    ("lower", "lower"): "improvement",
    ("higher", "neither"): "neutral",
    ("lower", "neither"): "neutral",
}
CACHED = 64
UNTOLD = (
    "Its data do not reach back far enough for any measure, or a month of the last three or the list size is "
    "missing."
)


@dataclass(frozen=True)
class Standing:
    """A measure at one practice. numerator and denominator are of people; None: no figure has been made.

    value, lower, upper (95 %), others (each similar practice), together (they added up) and area are in the
    measure's own unit, shares as 0 to 1; None where nobody can be counted. word: higher | lower | no
    sure difference | too few | not compared; role: concern | improvement | neutral | own.
    missing: those not in the numerator.
    """

    measure: str
    threshold: int
    about: Definition
    numerator: float | None
    denominator: float | None
    value: float | None
    interval: tuple[float, float] | None
    others: tuple[float, ...]
    together: float | None
    area: float | None
    word: str
    role: str
    missing: float | None = None
    due: float | None = None

    @property
    def per(self) -> int:
        """What a share is multiplied by to be drawn: 1 for percentages, which are drawn as shares."""
        return 1 if self.about.unit == "%" else self.about.multiplier


@dataclass(frozen=True)
class Standings:
    """All main measures of a practice in a month; nothing: why there is none, else ""."""

    rows: tuple[Standing, ...]
    month: dt.date | None = None
    peers: int = 0
    nothing: str = ""

    @property
    def apart(self) -> dict[str, list[Standing]]:
        """The measures that lie apart from the similar practices by what it means."""
        kinds = ("concern", "improvement", "neutral")
        return {kind: [row for row in self.rows if row.role == kind] for kind in kinds}

    @property
    def judged(self) -> int:
        """How many measures were compared."""
        return sum(row.word not in ("too few", "not compared") for row in self.rows)


@once(CACHED)
def standings(snapshot: Snapshot, scope: Scope, selection: Selection, nearest: Nearest) -> Standings:
    """Where the selected practice stands in its own last month; similar ones in the same month."""
    own = practices(snapshot, scope)
    own = own[own["practice_code"] == selection.practice]
    if own.empty or pd.isna(own["data_to"].iloc[0]):
        return Standings((), nothing="No data have been received from this practice yet.")
    month = min(pd.Timestamp(own["data_to"].iloc[0]).date(), snapshot.info.data_to).replace(day=1)
    thresholds = sorted({0, *snapshot.info.thresholds, selection.threshold})
    whole = Selection(selection.threshold)
    counts = figures.measure_by_practice(snapshot, scope, whole, MAIN, thresholds, [month]).frame
    found = similar(snapshot, scope, selection, nearest)
    together = figures.measures_together(snapshot, scope, found.codes, MAIN, thresholds, month).frame
    if (counts["practice_code"] == selection.practice).sum() == 0:
        return Standings((), month, nothing=UNTOLD)
    told = pd.DataFrame()
    if scope.practices is not None:
        told = figures.published_of_icb(snapshot, scope, MAIN, thresholds).frame
    rows = [
        _standing(snapshot, scope, selection, measure, threshold, counts, together, told, found.codes, month)
        for measure in MAIN
        for threshold in _thresholds(snapshot, scope, selection, measure, counts)
    ]
    return Standings(tuple(rows), month, len(found.codes), found.nothing)


def _thresholds(
    snapshot: Snapshot, scope: Scope, selection: Selection, measure: str, counts: pd.DataFrame
) -> tuple[int, ...]:
    if measure == PREVALENCE:
        return snapshot.info.thresholds
    return (0,) if 0 in set(counts.loc[counts["measure"] == measure, "threshold"]) else (selection.threshold,)


def _standing(
    snapshot: Snapshot, scope: Scope, selection: Selection, measure: str, threshold: int,
    counts: pd.DataFrame, together: pd.DataFrame, told: pd.DataFrame, codes: tuple[str, ...], month: dt.date,
) -> Standing:  # fmt: skip
    about = definition(snapshot, scope, measure)
    here = counts[(counts["measure"] == measure) & (counts["threshold"] == threshold)]
    own = here[here["practice_code"] == selection.practice]
    numerator, denominator = _pair(own)
    others = here[here["practice_code"].isin(codes) & (here["denominator"] > 0)]
    summed = together[(together["measure"] == measure) & (together["threshold"] == threshold)]
    reference, area = _ratio(summed), _ratio(_of_area(here, selection))
    if scope.practices is not None:
        area = _ratio(told[(told["measure"] == measure) & (told["threshold"] == threshold)])
    enough = denominator is not None and not denominator < suppress_below(snapshot)
    sees_all = scope.practices is None
    pair = (numerator or 0, denominator or 1) if enough else None
    interval = None if pair is None else _method(about)(*pair)
    due = expected(snapshot, measure, threshold, month, [str(selection.practice), *codes])
    word, role = _judged(pair, _reference(summed, about.unit, due, denominator), about)
    return Standing(
        measure, threshold, about, numerator, denominator,
        _ratio(own) if enough else None, interval,
        tuple(others["numerator"] / others["denominator"]) if sees_all else (),
        reference, area, word, role,
        None if numerator is None or denominator is None else denominator - numerator,
        due[0] / denominator if enough and denominator and sees_all and not isnan(due[0]) else None,
    )  # fmt: skip


def _judged(pair: Pair | None, reference: float | None, about: Definition) -> tuple[str, str]:
    if pair is None:
        return "too few", "own"
    if reference is None:
        return "not compared", "own"
    word = beside_others(pair, reference, about.unit).word
    return word, MEANING.get((word, about.better), "own")


def _pair(frame: pd.DataFrame) -> tuple[float | None, float | None]:
    if frame.empty:
        return None, None
    return frame["numerator"].iloc[0], frame["denominator"].iloc[0]


def _ratio(frame: pd.DataFrame) -> float | None:
    """All rows together as a share; None of nobody, and of too few to be told."""
    numerator, denominator = (frame[name].sum(skipna=False) for name in ("numerator", "denominator"))
    return float(numerator / denominator) if numerator >= 0 and denominator > 0 else None


def _of_area(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The rows of the selected PCN or place, else of the ICB."""
    frame = frame if selection.place is None else frame[frame["place"] == selection.place]
    return frame if selection.pcn is None else frame[frame["pcn"] == selection.pcn]


def _reference(
    together: pd.DataFrame, unit: str, due: Sequence[float], denominator: float | None
) -> float | None:
    """The share or rate of similar practices, moved as far as is expected for the practice's own people. due:
    how many are expected of it, then of each of the others."""
    if _ratio(together) is None:
        return None
    numerator, whole = (float(together[name].sum()) for name in ("numerator", "denominator"))
    reference = float((share_of_others if unit == "%" else rate_of_others)(numerator, whole))
    if denominator and all(one > 0 for one in due):
        reference = beside_expected(reference, unit, (due[0], denominator), (sum(due[1:]), whole))
    return reference


def _method(about: Definition) -> Interval:
    """Wilson's for people among people, Poisson's for events, which may be more than the people."""
    return poisson_rate if about.unit == "per 100" else wilson
