"""Where to help first: practices with a reason to ring, why, and the next step of process. Not a ranking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.change import Change, flows
from reporting.analysis.correction import correction
from reporting.exhibits.coverage import beyond, coverage
from reporting.exhibits.kinds.across import pooled, with_intervals
from reporting.exhibits.kinds.case_mix import DUE, expected
from reporting.exhibits.kinds.rates import SURELY, TIMES, surely
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import month, number, percent

PREVALENCE, PLANNED = "high_dose_prevalence", "on_taper_plan"
OFFERED, ATTENDED = "referral_offered", "referral_attended_of_cohort"
FEWEST_PRACTICES = 5
YEAR = 12
SAFETY = "patients"  # the page of reasons that are somebody to call
CALL = "Ring the practice about them"
NOT_LOOKED = "No review since"
NOT_SEEN = "not looked at"  # of `people.WHY`
LOOK_FIRST = "Look at the falls first"


@dataclass(frozen=True)
class Reason:
    """One reason of one practice. kind: concern | improvement. page: where its numbers are (a page's
    address). why_listed: the reason of `people.WHY` by which that page lists exactly those counted here
    (people of them). on: the latest day of what it tells, where it has one."""

    practice: str
    code: str
    pcn: str
    kind: str
    finding: str
    detail: str
    why: str
    next_step: str
    page: str
    why_listed: str = ""
    people: int = 0
    on: dt.date | None = None


@dataclass(frozen=True)
class Reasons:
    """Every reason, and what to say where there is none."""

    shown: tuple[Reason, ...]
    nothing: str = "No practice here has a reason to be rung this month."


def reasons(snapshot: Snapshot, scope: Scope, selection: Selection) -> Reasons:
    """Reasons of the latest month in the selected area: safety first, the newest before the others."""
    frame = figures.measure_by_practice(
        snapshot,
        scope,
        selection.among(),
        [PREVALENCE, PLANNED, OFFERED, ATTENDED],
        [selection.threshold],
        [snapshot.info.last_month],
    ).frame
    came = figures.flows_of_practices(snapshot, scope, selection.among(), PREVALENCE, selection.threshold)
    waiting = figures.unlooked(snapshot, scope, selection.among()).frame
    found = _Found(
        snapshot, scope, selection, with_intervals(frame), came.frame, frozenset(waiting["practice_code"])
    )
    safety = unlooked(waiting, taper_rule(snapshot, "red_fall_percent"))
    others = (found.high(), found.rising(), found.unoffered(), found.unseen(), found.fallen())
    return Reasons((*safety, *(reason for sort in others for reason in sort)))


def unlooked(waiting: pd.DataFrame, red: int) -> list[Reason]:
    """Falls, stops and doses not known that nobody has looked at, by practice, the newest first. waiting:
    rows of `figures.unlooked`; red: the limit in per cent."""
    return sorted(_waiting(waiting, red), key=lambda one: (-_ordinal(one.on), one.practice, one.why_listed))


def _ordinal(on: dt.date | None) -> int:
    return 0 if on is None else on.toordinal()


def _waiting(waiting: pd.DataFrame, red: int) -> Iterator[Reason]:
    for row in waiting.to_dict("records"):
        if n := int(row["fell"]):
            latest = f"28-day means, latest in {month(row['fell_on'])}{_alone(row['fell_alone'])}"
            yield _call(row, "fell", "fell", doses_fell(n, red), latest)
        if n := int(row["stopped"]):
            latest = f"latest in {month(row['stopped_on'])}{_alone(row['stopped_alone'])}"
            why = f"{NOT_LOOKED}; supply may be elsewhere"
            yield _call(row, "stopped", "stopped", f"{whose(n, 'supply', 'supplies')} stopped", latest, why)
        if n := int(row["unknown"]):
            finding = f"{whose(n, 'dose is', 'doses are')} not known"
            latest = f"Issued without a dose we can tell, latest since {month(row['unknown_on'])}"
            why = "There may be a fall or a stop in it"
            yield _call(row, "unknown", "dose not known", finding, latest, why)
        if n := int(row["aside"]):
            finding = (
                f"{whose(n, 'dose', 'doses')} fell fast, stopped or {'is' if n == 1 else 'are'} not known"
            )
            latest = f"cancer, palliative or dependency, latest in {month(row['aside_on'])}"
            yield _call(row, "aside", "not in the cohort", finding, latest)


def _alone(people: int) -> str:
    return f"; {number(people)} on no plan" if people else ""


def _call(
    row: dict[Any, Any], column: str, listed_as: str, finding: str, detail: str, why: str = NOT_LOOKED
) -> Reason:
    """A reason to call about the people of a column, listed under a reason of `people.WHY`."""
    found = reason(row, "concern", finding, f"{detail[0].upper()}{detail[1:]}", why, CALL, SAFETY)
    on = pd.Timestamp(row[f"{column}_on"]).date()
    return replace(found, why_listed=listed_as, people=int(row[column]), on=on)


class _Found:
    """The rows of all measures, and each sort of reason in them. flows: who came and who went in a year;
    waiting: codes of practices with a fall, stop or unknown dose that nobody has looked at."""

    def __init__(
        self,
        snapshot: Snapshot,
        scope: Scope,
        selection: Selection,
        frame: pd.DataFrame,
        flows: pd.DataFrame,
        waiting: frozenset[str],
    ) -> None:
        self.snapshot = snapshot
        self.words = beyond(snapshot, selection.threshold)
        self.frame, self.flows, self.waiting = frame, flows, waiting
        year = replace(selection.among(), years=1)
        self.without_referrals = coverage(snapshot, scope, year).without("referrals")

    def high(self) -> Iterator[Reason]:
        """Surely above TIMES the rate of all other practices together."""
        rows = self._of(PREVALENCE)
        if len(rows) < FEWEST_PRACTICES:
            return
        last, threshold = self.snapshot.info.last_month, int(rows["threshold"].iloc[0])
        due = expected(self.snapshot, PREVALENCE, threshold, last, rows["practice_code"])
        rows = rows.assign(**{DUE: due})
        high = rows[[one.word == "higher" for one in surely(rows)]]
        for row in high.sort_values("value", ascending=False).to_dict("records"):
            n = int(row["numerator"])
            found = reason(
                row,
                "concern",
                f"High dose: {SURELY}, above {TIMES:g} times the others",
                f"{number(n)} of {number(row['denominator'])} adults {self.words}",
                self._planned(row["practice_code"]),
                f"Review the {number(n)}, each with a named clinician"
                if n > 1
                else "Review with a named clinician",
                SAFETY,
            )
            yield replace(found, why_listed="high dose", people=n)

    def rising(self) -> Iterator[Reason]:
        """More people than a year before, by who came and who went."""
        for row, change in self._moved(1):
            yield reason(
                row,
                "concern",
                f"{self._start()}: {number(change.net)} more than a year ago",
                _came_and_went(change),
                self._planned(row["practice_code"]),
                "Ask what changed; review new starters together",
                "high_dose",
            )

    def unoffered(self) -> Iterator[Reason]:
        """No offer in 12 months where that is surely low, or where some have not come."""
        rows = self._of(OFFERED)
        reference = pooled(rows) if len(rows) else 0.0
        for row in rows[(rows["numerator"] == 0) & _low(rows)].to_dict("records"):
            unknown = row["name"] in self.without_referrals
            yield reason(
                row,
                "concern",
                f"No referral {'is known of' if unknown else 'offered'} in 12 months",
                f"0 of {number(row['denominator'])} people on a high dose",
                f"All practices: {percent(reference)} were offered one",
                "Ask for its extracts of referrals, which have not come for every month"
                if unknown
                else "Ask what stands in the way; send the list of services",
                "referrals",
            )

    def unseen(self) -> Iterator[Reason]:
        """Referrals attended surely low, where some were offered."""
        rows, offered = self._of(ATTENDED), self._of(OFFERED)
        reference = pooled(rows) if len(rows) else 0.0
        some = rows["practice_code"].isin(offered.loc[offered["numerator"] > 0, "practice_code"])
        for row in rows[some & _low(rows)].sort_values("value").to_dict("records"):
            yield reason(
                row,
                "concern",
                f"Referrals attended: low, {SURELY}",
                f"{number(row['numerator'])} of {number(row['denominator'])} people on a high dose",
                f"All practices: {percent(reference)}",
                "Ask at which step people are lost; offer again",
                "referrals",
            )

    def fallen(self) -> Iterator[Reason]:
        """Fewer people than a year before, by who came and who went: worth sharing, once somebody has looked
        at every fall and stop."""
        for row, change in self._moved(-1):
            waits = row["practice_code"] in self.waiting
            found = reason(
                row,
                "concern" if waits else "improvement",
                f"{self._start()}: {number(-change.net)} fewer than a year ago",
                _came_and_went(change),
                "A fall or stop there waits to be looked at"
                if waits
                else self._planned(row["practice_code"]),
                LOOK_FIRST if waits else "Ask to share what worked at the next forum",
                SAFETY if waits else "high_dose",
            )
            yield replace(found, why_listed=NOT_SEEN if waits else "")

    def _of(self, measure: str) -> pd.DataFrame:
        return self.frame[self.frame["measure"] == measure]

    def _moved(self, way: int) -> Iterator[tuple[dict[Any, Any], Change]]:
        """Practices whose people of a year ago and now differ, corrected over all practices with both."""
        known = self.flows.set_index("area")[["entered", "left"]].to_dict("index")
        alone = {code: flows(row["entered"], row["left"], better="lower") for code, row in known.items()}
        among = correction(one.p for one in alone.values())
        for row in self._of(PREVALENCE).to_dict("records"):
            one = alone.get(row["practice_code"])
            if one is not None and one.net_way == way and among.holds(one.p):
                yield row, one

    def _planned(self, code: object) -> str:
        rows = self._of(PLANNED)
        row = rows[rows["practice_code"] == code]
        if row.empty:
            return "Nobody is on a high dose now"
        with_plan, cohort = int(row["numerator"].iloc[0]), int(row["denominator"].iloc[0])
        return f"{number(with_plan)} of {number(cohort)} on a high dose have a taper plan"

    def _start(self) -> str:
        return f"{self.words[0].upper()}{self.words[1:]}"


def _low(rows: pd.DataFrame) -> pd.Series:
    return pd.Series([one.word == "lower" for one in surely(rows, unit="%")], rows.index, dtype=bool)


def _came_and_went(change: Change) -> str:
    return f"{number(change.entered)} new, {number(change.left)} left; more than chance"


def doses_fell(people: int, red: int) -> str:
    """“1 person’s dose fell by more than 30%”."""
    return f"{whose(people, 'dose', 'doses')} fell by more than {red}%"


def whose(people: int, one: str, many: str) -> str:
    """“1 person’s dose”, “6 people’s doses”."""
    return f"1 person’s {one}" if people == 1 else f"{number(people)} people’s {many}"


def reason(
    row: dict[Any, Any], kind: str, finding: str, detail: str, why: str, next_step: str, page: str
) -> Reason:
    """A reason of the practice of a row: practice_code, name, pcn."""
    return Reason(
        practice=str(row["name"]),
        code=str(row["practice_code"]),
        pcn=str(row["pcn"]),
        kind=kind,
        finding=finding,
        detail=detail,
        why=why,
        next_step=next_step,
        page=page,
    )
