"""What became of doses in the weeks after a plan began, beside people without a plan."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.intervals import median_notch
from reporting.exhibits.coverage import beyond, coverage
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.policy import suppress_below, taper_rule
from reporting.exhibits.wording import counted, number, percent, size

MEASURE = "tapering"
PLAN, NONE = "plan", "no plan"
NAMES = {PLAN: "On a plan", NONE: "No plan"}
STILL_FOLLOWED = 0.25
YEAR = 48  # weeks: the 28 days from here end a year after the start


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Relative dose by weeks since the start: median and middle half of plans, median without a plan."""
    least = suppress_below(snapshot)
    frame = figures.taper_course(snapshot, scope, selection, least, STILL_FOLLOWED).frame
    plans = frame[frame["series"] == PLAN]
    if not (plans["week"] > 0).any():
        if not coverage(snapshot, scope, selection).counted:
            return Nothing()
        return Nothing(
            f"Fewer than {least} plans with a baseline {beyond(snapshot, selection.threshold)} have a dose "
            "after their start. Choose a wider area or the lower threshold."
        )
    week = told_week(frame)
    told = float(plans.loc[plans["week"] == week, "people"].iloc[0])
    reference = 100 - taper_rule(snapshot, "down_percent")
    return Finding(
        frame.assign(group=frame["series"].map(NAMES), n=frame["people"]),
        _table(frame),
        (frame,),
        {"least": least, "n": size(told, "plan", "plans"), "week": week},
        {
            "reference": reference / 100,
            "reference_label": f"tapering: {reference}%",
            "said": week,
        },
        " ".join(_told(frame, series) for series in (PLAN, NONE) if (frame["series"] == series).any()),
    )


def course_headline(frame: pd.DataFrame) -> str:
    """The medians a year after the start (or at the last window both reach), and whether they differ."""
    plans, others = _weeks(frame)
    week: Any = told_week(frame)
    on = plans.loc[week]
    those = counted(on["people"], "plan", "plans")
    if week not in others.index:
        return f"{_after(week)} half of {those} are below {percent(on['median'])} of before"
    off = others.loc[week]
    found = (
        f"{_after(week)} the middle dose of {those} is {percent(on['median'])} of before, "
        f"{percent(off['median'])} without a plan"
    )
    return found if _apart(on, off) else f"{found}: could be chance"


def _weeks(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The weeks of the first year after the start, of those on a plan and of those on none."""
    plans, others = (
        frame[(frame["series"] == series) & (frame["week"] > 0) & (frame["week"] <= YEAR)].set_index("week")
        for series in (PLAN, NONE)
    )
    return plans, others


def told_week(frame: pd.DataFrame) -> int:
    """The week that the headline tells, within a year: the last that both reach, else the last of plans."""
    plans, others = _weeks(frame)
    both = plans.index.intersection(others.index)
    return int(plans.index.max() if both.empty else both.max())


def _after(week: Any) -> str:
    return "A year on" if week == YEAR else f"{number(week)} weeks on"


def _apart(one: Any, other: Any) -> bool:
    low, high = (
        median_notch(int(row["people"]), row["lower"], row["median"], row["upper"]) for row in (one, other)
    )
    return low[1] < high[0] or high[1] < low[0]


def _told(frame: pd.DataFrame, series: str) -> str:
    part = frame[frame["series"] == series]
    shown = part[(part["week"] % 24 == 0) & (part["week"] >= 0)]
    each = ", ".join(
        f"week {row['week']} {percent(row['median'])} (n {row['people']})" for row in shown.to_dict("records")
    )
    return f"{NAMES[series]}, median: {each}."


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Group": frame["series"].map(NAMES),
            "28 days from week": frame["week"],
            "People": frame["people"],
            "Lower quartile, % of baseline": frame["lower"] * 100,
            "Median, % of baseline": frame["median"] * 100,
            "Upper quartile, % of baseline": frame["upper"] * 100,
        }
    )
