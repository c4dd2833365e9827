"""What became of doses in the weeks after a plan began, beside people without a plan."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.intervals import median_notch
from reporting.charts.people.trajectory import trajectory_chart
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import suppress_below, taper_rule
from reporting.exhibits.wording import counted, month, number, percent

MEASURE = "tapering"
PLAN, NONE = "plan", "no plan"
NAMES = {PLAN: "On a plan", NONE: "No plan"}
STILL_FOLLOWED = 0.25
YEAR = 48  # weeks: the 28 days from here end a year after the start


def course(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Relative dose by weeks since the start: median and middle half of plans, median without a plan."""
    least = suppress_below(snapshot)
    frame = figures.taper_course(snapshot, scope, selection, least, STILL_FOLLOWED).frame
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "taper-course", MEASURE)
    plans = frame[frame["series"] == PLAN]
    if not (plans["week"] > 0).any():
        empty = f"Fewer than {least} plans with a baseline {words} have a dose after their start."
        return Exhibit(
            **common,
            headline="Dose since the plan began",
            empty=f"{empty} Choose a wider area or the lower threshold."
            if covered.counted
            else covered.nothing(),
        )
    down = taper_rule(snapshot, "down_percent")
    drawn = frame.assign(group=frame["series"].map(NAMES), n=frame["people"])
    draw = partial(
        trajectory_chart, drawn, reference=1 - down / 100, reference_label=f"tapering: {100 - down}%",
        said=told_week(frame),
    )  # fmt: skip
    return Exhibit(
        **common,
        headline=course_headline(frame),
        subtitle=(
            "Dose as a share of that before the plan, by weeks since the start "
            "(n under the weeks: plans still followed)"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            f"Mean dose of 28 days to {month(snapshot.info.last_month)}, baseline {words}: mean of the 12 "
            "months before. Line: median; band: middle half of those on a plan. "
            "Grey: people who never had a plan, from the third month end running with a high dose; a high "
            "dose falls by itself as well. Who is put on a plan is no accident, so the gap is not the "
            "plan’s effect. Only people with supply on half the days of a window, so n changes: who stopped, "
            "died or left is no longer counted, and "
            f"recent starts reach few weeks. Weeks are drawn while at least {least} people and a "
            "quarter of those at the start are followed. "
            f"{source_words(snapshot, covered)}"
        ),
        table=_table(frame),
        alt=" ".join(_told(frame, series) for series in (PLAN, NONE) if (frame["series"] == series).any()),
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
