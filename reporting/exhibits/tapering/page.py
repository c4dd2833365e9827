"""The page Tapering: the rule of its head, and what it shows in order."""

from __future__ import annotations

from math import isnan

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.people.flow import band_flow
from reporting.charts.people.outcomes import outcome_dots
from reporting.charts.people.speed import speed_histogram
from reporting.charts.people.trajectory import trajectory_chart
from reporting.charts.people.waterfall import waterfall
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import area_name, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.kinds.also_measured import AlsoMeasured
from reporting.exhibits.kinds.chart import Chart
from reporting.exhibits.kinds.come_and_gone import ComeAndGone
from reporting.exhibits.kinds.rates import SHARES_WORDS, UNSURE
from reporting.exhibits.kinds.series import judged
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.tapering import course, down, everybody, flow, now, outcomes, speed
from reporting.exhibits.wording import HIDDEN, counted, month, number, part

RED = "red_speed"

DOWN = Chart(
    key="taper-down",
    measures=(down.MEASURE, down.AFTER),
    title="How people on a plan came down",
    read=down.read,
    headline=down.down_headline,
    draw=waterfall,
    subtitle="Plans at least {min_plan_days} days old, from {dose}, {month} ({n})",
    note=(
        "Plans, open or ended, with a baseline {dose}; baseline: mean of the 12 months before the plan. Step "
        "by step: at least {down_percent}% below it "
        f"without {down.HARM} since 90 days before the start, slow stops among them. "
        "Too fast or possibly so: as far down after one of these; a fast fall is above {red_fall_percent}% "
        "between 28-day means. A high-dose group falls somewhat without any plan."
    ),
)
EVERYBODY = Chart(
    key="falls-everybody",
    measures=(everybody.FALLS, everybody.STOPS, everybody.UNKNOWN),
    title="Falls and stops of everybody",
    read=everybody.read,
    headline=everybody.everybody_headline,
    draw=waterfall,
    subtitle=(
        "People {dose} a year ago; too fast: more than {red_fall_percent}% in four weeks, {year} ({n})"
    ),
    note=(
        "Bars: people; orange: fell or stopped; grey: not known. Whether a share changed in a year is in the "
        "table. {judged} Fell fast: by more than {red_fall_percent}% between 28-day means, from "
        "{watch_from_mg} mg a day or more; stopped: {days} days without supply after at least "
        "{abrupt_percent}% of the dose before. Not known: what was issued has no dose, and a fall or a stop "
        "may be in it; Worklist lists those people. Falls and stops of gabapentinoids are not looked for."
    ),
)
COURSE = Chart(
    key="taper-course",
    measures=(down.MEASURE,),
    title="Dose since the plan began",
    read=course.read,
    headline=course.course_headline,
    draw=trajectory_chart,
    subtitle=(
        "Dose as a share of that before the plan, by weeks since the start ({n} in week {week}; under the "
        "weeks: plans still followed)"
    ),
    note=(
        "Mean dose of 28 days to {month}, baseline {dose}: mean of the 12 months before. Line: median; band: "
        "middle half of those on a plan. Grey: people who never had a plan, from the third month end running "
        "with a high dose; a high dose falls by itself as well. Who is put on a plan is no accident, so the "
        "gap is not the plan’s effect. Only people with supply on half the days of a window, so n changes: "
        "who stopped, died or left is no longer counted, and recent starts reach few weeks. Weeks are drawn "
        "while at least {least} people and a quarter of those at the start are followed."
    ),
)
OUTCOMES = Chart(
    key="taper-outcomes",
    measures=(outcomes.OUTCOMES, outcomes.OUTCOMES_AFTER),
    title="Outcomes after {outcome_months} months",
    read=outcomes.read,
    headline=outcomes.outcomes_headline,
    draw=outcome_dots,
    subtitle="Dose as % of before the plan, {outcome_months} months or more on, {month} ({n})",
    note=(
        "Dose of the last 60 days, of plans with a baseline {dose}. Dot: these practices, with 95% Wilson "
        "interval. Tick: Fenton and Agnoli, JAMA Netw Open 2022 (n = 21,515); a difference is said by an "
        "exact test, corrected over {bands} (Benjamini–Hochberg, 5%). {after}{unknown}Stopping is no aim in "
        "itself. People who died or left are not counted."
    ),
)
SPEED = Chart(
    key="taper-speed",
    measures=(speed.MEASURE,),
    title="How fast doses came down",
    read=speed.read,
    headline=speed.speed_headline,
    draw=speed_histogram,
    subtitle="Largest fall in four weeks, active plans, {year} ({n})",
    note=(
        "Active plans with a baseline {dose}, people per percentage point; a fall lies between consecutive "
        "28-day means. Too fast: above {red_fall_percent}%; overdose was about five times as likely in the "
        "month after (Glanz, PMC11044711). Above {amber_fall_percent}%: more than two steps of 10% (a "
        "convention of this dashboard). Each is a person to check, not a statistic. {ended}"
    ),
    one_size=True,
)
FLOW = Chart(
    key="taper-flow",
    measures=(down.MEASURE,),
    title="Dose bands at baseline and now",
    read=flow.read,
    headline=flow.flow_headline,
    draw=band_flow,
    subtitle="Dose bands (mg a day) before the plan and in {month} (n = {n})",
    note=(
        "People with a plan and a baseline {dose}. Blue: to a lower band without harm; orange: to a lower "
        f"one after harm, or to a higher one; grey: same band. Harm: {down.HARM} on the way. Baseline: mean "
        "of the 12 months before the plan. A high-dose group falls somewhat without any plan. {undrawn}"
    ),
)
BELOW_NOW = Chart(
    key="taper-below-now",
    measures=(now.MEASURE, now.AFTER),
    title="Below the threshold now",
    read=now.read,
    headline=now.headline,
    draw=interval_dots,
    subtitle="Plans from {dose}, still with supply, by {by}, {month} ({n})",
    note=(
        "Plans at least {min_plan_days} days old with a baseline {dose}. Step by step: without "
        f"{down.HARM}. Dot: share; line: 95% Wilson interval. {SHARES_WORDS} "
        "{case_mix} "
        f"Blue: higher; orange: lower; grey: {UNSURE}. Those below after one of these are told apart. "
        "Stopped means no supply for 60 days: it is not counted as below, because zero is often not the aim."
    ),
    among=True,
)
FIRST = (DOWN, EVERYBODY, COURSE, OUTCOMES)
MORE = (SPEED, FLOW, BELOW_NOW, ComeAndGone(down.MEASURE))
ALSO = AlsoMeasured((
    "escalated", "amber_speed", "abrupt_stops", "steps_in_range", "sustained", "sustained_after_fall",
    "on_template", "both_coming_down",
))  # fmt: skip
IN_MORE = "speed of active plans, dose bands, below the threshold by PCN, new and left, other measures"


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """The page's finding: how many came down step by step, and how many too fast."""
    asked = [down.MEASURE, down.AFTER, RED], [selection.threshold]
    frame = figures.measure_by_month(snapshot, scope, selection, *asked).frame
    progress = judged(snapshot, scope, selection, frame, down.MEASURE, selection.threshold)
    if progress is None:
        area, covered = area_name(snapshot, scope, selection), coverage(snapshot, scope, selection)
        none = "Taper plans are not known" if covered.without("plans") else "No taper plans to judge"
        return Head(f"{none} in {area}", covered.nothing())
    last = frame[frame["month"] == progress.last["month"]].set_index("measure")
    n, of = progress.last[["numerator", "denominator"]]
    too_fast, active = last.loc[RED, ["numerator", "denominator"]] if RED in last.index else (0.0, 0.0)
    red = taper_rule(snapshot, "red_fall_percent")
    harmed = float(last["numerator"].get(down.AFTER, 0.0))
    return Head(
        f"{number(n) if n else 'None'} of {counted(of, 'person', 'people')} with a plan came down step by "
        f"step; {down.harmed_words(harmed)}",
        f"Of plans at least {taper_rule(snapshot, 'min_plan_days')} days old: {part(n, of)} by "
        f"{month(progress.last['month'])}, {progress.words}. "
        f"{_of_active(too_fast, active)} fell by more than {red}% within four weeks in the last 12 months.",
    )


def _of_active(too_fast: float, active: float) -> str:
    """“3 of 52 active plans”; a suppressed number without what it is of, which another slide may withhold."""
    if isnan(too_fast):
        return f"{HIDDEN} active plans"
    return f"{number(too_fast)} of {counted(active, 'active plan', 'active plans')}"
