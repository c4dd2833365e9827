"""A measure of one area by month, judged: states by who came and who went, plans by shares, events by XmR."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.correction import Correction
from reporting.analysis.quarters import Quarters, quarterly, quarters
from reporting.analysis.spc import Xmr, xmr
from reporting.analysis.words import change_words
from reporting.disclosure import is_exact, judging
from reporting.exhibits.coverage import area_name
from reporting.exhibits.exhibit import Definition, definition
from reporting.exhibits.kinds import families
from reporting.exhibits.kinds.state_change import Flowed, bands, flowed
from reporting.exhibits.policy import method_breaks, method_words, policy_of
from reporting.exhibits.wording import in_unit

BASELINE_MONTHS = 12
MONTHS_FOR_A_BASELINE = 24
COUNT, PLANS = "n", "plans"
AMOUNTS = ("mg per 1,000", "DDD per 1,000")
SAME_PEOPLE = "mostly the same people take it each month"
YEAR = 12
EVER = 100  # years
SHARES = ("value", "lower", "upper")
LATELY = {
    "improvement": "Really better",
    "concern": "Really worse",
    "neutral_high": "Really higher",
    "neutral_low": "Really lower",
    "common": "Could be chance",
}
LIMITS = ("mean", "lower", "upper", "lower_near", "upper_near")


@dataclass(frozen=True)
class Series:
    """frame: month, numerator, denominator, practices, value (numerator / denominator × multiplier; the
    numerator itself where the unit is a number), in order.

    change: the judgement of a state in an area, None where there is nothing to compare; bands: where its
    values would lie had nothing changed (start, lower, upper), else None. xmr: that of an area's events. Both
    are None for one practice, which has too few people for either, for states of plans, and of published
    counts; these have quarters instead. rebases and targets come from the ICB's policy for this measure and
    area; decisions says in sentences who decided on each rebase and by when the target is to be met, and what
    is to be known about a month. partly_hidden: an end of the change is withheld, so that it is not judged.
    same_people: an amount, which is not judged either. breaks: months from which figures left that were
    counted in another way, and words. among: what change is compared at once with; None of events
    in an area. began: the month the programme began in the area, where it is set and there are data of the
    month before; benchmarks: names and values of figures from outside to draw beside the series.
    """

    measure: str
    threshold: int
    better: str
    frame: pd.DataFrame
    xmr: Xmr | None
    baseline: int | None
    rebases: tuple[tuple[dt.date, str], ...]
    target: float | None
    decisions: tuple[str, ...] = ()
    quarters: Quarters | None = None
    partly_hidden: bool = False
    same_people: bool = False
    breaks: tuple[tuple[dt.date, str], ...] = ()
    change: Flowed | None = None
    bands: pd.DataFrame | None = None
    among: Correction | None = None
    began: dt.date | None = None
    benchmarks: tuple[tuple[str, float], ...] = ()

    @property
    def by_flows(self) -> bool:
        """Whether change is that of people in a state, judged by who came and who went."""
        return self.bands is not None or self.change is not None

    @property
    def judged(self) -> bool:
        """Whether there is enough to judge change by."""
        if self.by_flows:
            return self.change is not None and not self.partly_hidden and self.begun_anew is None
        if self.quarters is not None:
            return self.quarters.moved is not None and not self.partly_hidden
        return self.xmr is not None and not self.xmr.provisional and not self.same_people

    @property
    def kind(self) -> str:
        """improvement | concern | neutral_high | neutral_low | common, and common while it is too early."""
        if self.change is not None:
            return self.change.kind if self.judged else "common"
        if self.quarters is not None:
            return self.quarters.kind if self.judged else "common"
        return self.xmr.variation if self.xmr is not None and self.judged else "common"

    @property
    def words(self) -> str:
        """The judgement in a few words."""
        if self.partly_hidden:
            return "change not judged: a number it rests on is withheld"
        if self.same_people:
            return f"change not judged: {SAME_PEOPLE}"
        if self.by_flows:
            return self._state_words()
        if self.xmr is not None:
            return change_words(self.xmr, self.better)
        if self.quarters is None or self.quarters.moved is None:
            return "change not judged: one quarter only"
        if self.kind == "common":
            return f"no sure change since {self.quarters.since:%b %Y}"
        since = self.quarters.since
        return f"{self.quarters.moved} since {since:%b %Y}: {self.kind.split('_')[0]}"

    def finding(self, now: str, them: str) -> str:
        """The verdict, and from what to what: “Really fell: from 249 to 205 people above 120 mg”; where there
        is none the latest number and why. now: that number with its words; them: what is said of people."""
        if self.same_people:
            return now
        if not self.judged:
            return f"{now}; {self.words}"
        if self.change is not None:
            return self.change.finding(them)
        if self.quarters is None:
            return f"{LATELY[self.kind]}: {now}"
        verdict = "Could be chance" if self.kind == "common" else f"Really {self.quarters.moved}"
        return f"{verdict} since {self.quarters.since:%b %Y}: {now}"

    @property
    def joined(self) -> str:
        """The same after what it is said of: “, 33 fewer people …”, “: no sure change”."""
        return f", {self.words}" if self.by_flows and self.judged else f": {self.words}"

    @property
    def then(self) -> str:
        """What the latest month is judged against: “a year ago”, “in Mar 2026”."""
        if self.change is not None:
            return self.change.then_dated
        return f"in {self.quarters.since:%b %Y}" if self.quarters is not None else "before"

    @property
    def begun_anew(self) -> dt.date | None:
        """The month from which a state is counted anew, where it lies within the time it is judged over."""
        if self.change is None:
            return None
        since = [day for day, _ in self.rebases if self.change.since < day <= self.change.to]
        return max(since, default=None)

    def _state_words(self) -> str:
        if self.change is None:
            return "change not judged: no earlier month to compare with"
        if self.begun_anew is not None:
            return f"change not judged: counted anew since {self.begun_anew:%b %Y}"
        return self.change.words

    @property
    def last(self) -> pd.Series:
        """The latest month."""
        return self.frame.iloc[-1]


def series(
    snapshot: Snapshot, scope: Scope, selection: Selection, measure: str, threshold: int
) -> Series | None:
    """The series of a measure in the selected area and period; None where no month has anything to count."""
    about = definition(snapshot, scope, measure)
    # An area is judged over all months there are, whichever are drawn.
    asked = selection if selection.practice else replace(selection, years=EVER)
    frame = figures.measure_by_month(snapshot, scope, asked, [measure], [threshold]).frame
    found = judged(snapshot, scope, selection, frame, measure, threshold)
    if found is None or selection.practice:
        return found
    back = max(selection.months - 1, YEAR if about.is_state else 0)
    return _from(found, snapshot.info.month(back))


def _from(found: Series, since: dt.date) -> Series:
    """The part of an area's series from a month on, as it was judged among all of them."""
    kept = (found.frame["month"] >= pd.Timestamp(since)).to_numpy()
    if kept.all() or not kept.any():
        return found
    first = found.frame.loc[kept, "month"].iloc[0]
    return replace(
        found,
        frame=found.frame[kept].reset_index(drop=True),
        xmr=found.xmr and replace(found.xmr, frame=found.xmr.frame[kept].reset_index(drop=True)),
        bands=None if found.bands is None else found.bands[kept].reset_index(drop=True),
        rebases=tuple(one for one in found.rebases if one[0] > first),
        breaks=tuple(one for one in found.breaks if pd.Timestamp(one[0]) > first),
    )


def judged(
    snapshot: Snapshot, scope: Scope, selection: Selection, frame: pd.DataFrame, measure: str, threshold: int
) -> Series | None:
    """As `series`, from rows of `figures.measure_by_month` that may hold other measures too."""
    about = definition(snapshot, scope, measure)
    rows = _counted(frame[(frame["measure"] == measure) & (frame["threshold"] == threshold)], about)
    if rows.empty:
        return None
    made = _judged(snapshot, scope, selection, rows, about, measure, threshold)
    return made if is_exact(rows) else _without_misread(made, _valued(judging(rows), about))


def _without_misread(made: Series, exact: pd.DataFrame) -> Series:
    """A series of published counts; the quarter that a change is judged from is not drawn where rounding
    makes the share go another way than exact counts do."""
    if made.quarters is None or made.kind == "common":
        return made
    since = made.quarters.since if made.change is None else made.change.since
    drawn = made.quarters.frame
    if _way(drawn, since) == _way(exact, since):
        return made
    shown = drawn.assign(**{name: drawn[name].mask(drawn["month"] == since) for name in SHARES})
    return replace(made, quarters=replace(made.quarters, frame=shown))


def _way(frame: pd.DataFrame, since: pd.Timestamp) -> int:
    """1 where the share of the last month is above that of another, -1 where it is below, else 0."""
    then = frame.loc[frame["month"] == since, "value"]
    change = float(frame["value"].iloc[-1] - then.iloc[0]) if len(then) else 0.0
    return int(change > 0) - int(change < 0)


def _judged(
    snapshot: Snapshot, scope: Scope, selection: Selection, rows: pd.DataFrame, about: Definition,
    measure: str, threshold: int,
) -> Series:  # fmt: skip
    found = _valued(rows, about)
    policy, scopes = policy_of(snapshot), _scopes(snapshot, scope, selection)
    began, since = _began(snapshot, scope, selection)
    area = scopes[0]
    of_plans = about.is_state and about.counts == PLANS
    by_quarters = selection.practice is not None or of_plans or not is_exact(rows)
    rebases = () if by_quarters else _rebases(policy, measure, area, found)
    breaks = tuple(
        one
        for one in method_breaks(snapshot)
        if threshold and pd.Timestamp(one[0]) in set(found["month"].iloc[1:])
    )
    target = next((one for one in _of(policy, "targets", measure, threshold) if one["scope"] in scopes), None)
    marks = _of(policy, "benchmarks", measure, threshold)
    made = Series(
        measure, threshold, about.better, found, None, None, rebases,
        float(target["value"]) if target else None,
        (
            *_decisions(policy, measure, area, rebases, about.is_state),
            *_aims(target, marks, found.iloc[-1], about.unit),
            *(method_words(snapshot) if threshold else ()),
        ),
        breaks=breaks,
        began=began,
        benchmarks=tuple((str(one["name"]), float(one["value"])) for one in marks),
    )  # fmt: skip
    if by_quarters:
        among = families.of_years(snapshot, scope, selection)
        every = _counted(_of_all_months(snapshot, scope, selection, made), about)
        made = _by_quarters(made, _valued(judging(every), about), about, among)
    if about.is_state:
        if of_plans:
            return made
        return _of_state(snapshot, scope, selection, made, about, since)
    if by_quarters:
        return made
    events = _of_events(made)
    return _of_amounts(events) if about.unit in AMOUNTS else events


def _began(
    snapshot: Snapshot, scope: Scope, selection: Selection
) -> tuple[dt.date | None, pd.Timestamp | None]:
    """The month the programme began in the area and the month before; None before it began or without one."""
    rows = figures.programme_start(snapshot, scope, selection).frame
    if rows.empty or rows["began"].iloc[0] > pd.Timestamp(snapshot.info.last_month):
        return None, None
    return rows["began"].iloc[0].date(), rows["from_month"].iloc[0]


def _of_state(
    snapshot: Snapshot,
    scope: Scope,
    selection: Selection,
    made: Series,
    about: Definition,
    since: pd.Timestamp | None,
) -> Series:
    """A series judged by who came and who went since the programme began, else in a year, whatever part of
    the data is drawn. One practice's has quarters and no band; who does not see every practice
    sees no flows of areas."""
    rows = figures.flows(snapshot, scope, selection, [made.measure], [made.threshold]).frame
    last = made.last["month"]
    among = families.of_states(snapshot, scope, selection)
    reasons = figures.flow_reasons(snapshot, scope, selection, made.measure, made.threshold).frame
    found = flowed(rows, about, last, made.frame, among, reasons)
    if made.quarters is not None and found is None:
        return made
    bound = None if made.quarters is not None else bands(
        made.frame, rows, about.multiplier, [month for month, _ in made.rebases], since
    )  # fmt: skip
    lacking = since is not None and found is not None and found.span != "programme"
    words = f"No figure of {since:%b %Y}, before the programme began, to compare with." if lacking else ""
    return replace(
        made,
        change=found,
        bands=bound,
        partly_hidden=_is_hidden(made.frame, last, last if found is None else found.since),
        among=among,
        decisions=(*([words] if words else []), *made.decisions),
    )


def _of_all_months(snapshot: Snapshot, scope: Scope, selection: Selection, made: Series) -> pd.DataFrame:
    """The rows of a series over all of the data, where it is judged from before the months asked for."""
    ever = replace(selection, years=EVER)
    rows = figures.measure_by_month(snapshot, scope, ever, [made.measure], [made.threshold]).frame
    return rows[rows["measure"] == made.measure]


def _is_hidden(frame: pd.DataFrame, *ends: pd.Timestamp) -> bool:
    """Whether a count of one of these months is withheld."""
    counts = frame.loc[frame["month"].isin(ends), ["numerator", "denominator"]]
    return bool(counts.isna().to_numpy().any())


def _of_events(made: Series) -> Series:
    """A series of separate periods, judged by XmR rules."""
    found = made.frame
    baseline = BASELINE_MONTHS if len(found) >= MONTHS_FOR_A_BASELINE and not made.rebases else None
    result = xmr(
        list(found["month"]),
        list(found["value"]),
        better=made.better,
        target=made.target,
        rebase=[month for month, _ in made.rebases],
        baseline_points=baseline,
    )
    return replace(made, xmr=result, baseline=baseline)


def _of_amounts(made: Series) -> Series:
    """A series of what people take in a month, without limits: they are of separate periods, and most of an
    amount is taken by those who took it the month before, so that it wanders as a state does."""
    if made.xmr is None:
        return made
    frame = made.xmr.frame.assign(kind="common", signal=None, **dict.fromkeys(LIMITS, float("nan")))
    return replace(
        made, xmr=replace(made.xmr, frame=frame, variation="common", assurance=None), same_people=True
    )


def _counted(rows: pd.DataFrame, about: Definition) -> pd.DataFrame:
    return rows if about.unit == COUNT else rows[rows["denominator"] != 0]


def _valued(rows: pd.DataFrame, about: Definition) -> pd.DataFrame:
    found = rows[["month", "numerator", "denominator", "practices"]].sort_values("month", ignore_index=True)
    share = found["numerator"] if about.unit == COUNT else found["numerator"] / found["denominator"]
    return found.assign(value=share.astype(float) * about.multiplier)


def _by_quarters(made: Series, every: pd.DataFrame, about: Definition, among: Correction) -> Series:
    """A series of one practice, of plans, or of published counts, by the shares of quarters. It may have a
    target and a start of its own, and no rebase, even where a practice is called as an area is.

    every: exact rows of all months, by which it is judged whatever part is drawn. Plans stay in the figures
    when they have ended, so more of them come into any state than leave it.
    """
    if about.unit == COUNT:
        raise ValueError(f"{made.measure} is a number, which has no interval to judge a practice by.")
    judged = quarters(every, better=about.better, multiplier=about.multiplier, among=among)
    drawn = quarterly(made.frame, about.multiplier)
    return replace(
        made,
        quarters=replace(judged, frame=drawn),
        breaks=(),
        among=among,
        partly_hidden=_is_hidden(drawn, judged.since, drawn["month"].iloc[-1]),
    )


def _scopes(snapshot: Snapshot, scope: Scope, selection: Selection) -> tuple[str, ...]:
    """How the policy names the selected area."""
    if selection.practice is not None:
        return (selection.practice,)
    return ("icb",) if _whole(selection) else (area_name(snapshot, scope, selection),)


def _whole(selection: Selection) -> bool:
    return selection.place is None and selection.pcn is None


def _rebases(
    policy: dict[str, Any], measure: str, area: str, frame: pd.DataFrame
) -> tuple[tuple[dt.date, str], ...]:
    months = set(frame["month"].iloc[1:])
    given = [
        (pd.Timestamp(f"{entry['month']}-01"), str(entry["reason"]))
        for entry in policy.get("rebase", [])
        if entry["measure"] == measure and entry["scope"] == area
    ]
    return tuple((month, reason) for month, reason in sorted(given) if month in months)


def _decisions(
    policy: dict[str, Any],
    measure: str,
    area: str,
    rebases: tuple[tuple[dt.date, str], ...],
    is_state: bool,
) -> Iterator[str]:
    what = "Counted" if is_state else "Limits start"
    for month, reason in rebases:
        deciders = [
            entry["by_whom"]
            for entry in policy.get("rebase", [])
            if (entry["measure"], entry["scope"], entry["reason"]) == (measure, area, reason)
            and f"{month:%Y-%m}" == entry["month"]
        ]
        yield f"{what} anew in {month:%b %Y}: {reason} (decided by {', '.join(deciders)})."
    notes = [
        entry for entry in policy.get("notes", []) if (entry["measure"], entry["scope"]) == (measure, area)
    ]
    for entry in sorted(notes, key=lambda entry: str(entry["month"])):
        yield f"{pd.Timestamp(entry['month']):%b %Y}: {entry['text']} ({entry['by_whom']})."


def _aims(
    target: dict[str, Any] | None, marks: list[dict[str, Any]], last: pd.Series, unit: str
) -> Iterator[str]:
    """The target beside the latest value, in numbers; and what a figure from outside is and is not."""
    if target is not None:
        now = "" if isnan(last["value"]) else f" ({in_unit(last['value'], unit)} in {last['month']:%b %Y})"
        by = pd.Timestamp(f"{target['by']}-01")
        yield f"Target: {in_unit(target['value'], unit)} by {by:%b %Y}{now}."
    for one in marks:
        yield (
            f"{one['name']}: {in_unit(one['value'], unit)}, {one['differs']}; drawn beside, not judged by "
            f"({one['source']}, {one['licence']})."
        )


def _of(policy: dict[str, Any], section: str, measure: str, threshold: int) -> list[dict[str, Any]]:
    """The entries of a section for a measure at a threshold."""
    found = policy.get(section, [])
    return [one for one in found if (one["measure"], one["threshold"]) == (measure, threshold)]
