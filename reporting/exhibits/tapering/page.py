"""The page Tapering: the rule of its head, and what it shows in order."""

from __future__ import annotations

from math import isnan

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import area_name, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.kinds.also_measured import AlsoMeasured
from reporting.exhibits.kinds.come_and_gone import ComeAndGone
from reporting.exhibits.kinds.series import judged
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.tapering import course, down, everybody, flow, now, outcomes, speed
from reporting.exhibits.wording import HIDDEN, counted, month, number, part

RED = "red_speed"

FIRST = (down.down, everybody.everybody, course.course, outcomes.outcomes)
MORE = (speed.speed, flow.flow, now.below_now, ComeAndGone(down.MEASURE))
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
