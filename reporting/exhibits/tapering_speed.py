"""How fast doses came down."""

from __future__ import annotations

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.speed import speed_histogram
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import counted, month, number

MEASURE = "red_speed"


def speed(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Active plans by their largest fall between consecutive 28-day means in the last 12 months."""
    frame = queries.taper_falls(snapshot, scope, selection).frame
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "taper-speed", MEASURE)
    if frame.empty:
        return Exhibit(**common, headline="How fast doses came down", empty=covered.nothing())
    amber, red = (taper_rule(snapshot, name) for name in ("amber_fall_percent", "red_fall_percent"))
    falls = frame["fall_percent"].repeat(list(frame["people"]))
    zones = _zones(falls, amber, red)
    return Exhibit(
        **common,
        headline=speed_headline(zones[2][1], len(falls), red),
        subtitle=(
            f"Largest fall between consecutive 28-day means, people per percentage point, active plans "
            f"with a "
            f"baseline {words}, {month(snapshot.info.month(11))} to {month(snapshot.info.last_month)} "
            f"(n = {number(len(falls))})"
        ),
        figure=speed_histogram(list(falls), amber, red),
        caption=(
            f"Red: above {red}%; overdose was about five times as likely in the month after (Glanz, "
            f"PMC11044711). "
            f"Amber: above {amber}%, faster than two steps of 10% (a convention of this dashboard). Each "
            f"is a "
            f"person to check, not a statistic. {source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame(zones, columns=["Largest fall in 28 days", "People"]),
        alt="; ".join(f"{name}: {counted(people, 'person', 'people')}" for name, people in zones) + ".",
    )


def speed_headline(red_people: int, plans: int, red: int) -> str:
    """How many fell beyond the red limit."""
    if red_people == 0:
        return f"Nobody came down by more than {red}% between 28-day means"
    return (
        f"{number(red_people)} of {counted(plans, 'person', 'people')} came down by more than {red}% "
        "between 28-day means"
    )


def _zones(falls: pd.Series, amber: int, red: int) -> list[tuple[str, int]]:
    return [
        (f"up to {amber}%", int((falls <= amber).sum())),
        (f"amber: above {amber}%, up to {red}%", int(((falls > amber) & (falls <= red)).sum())),
        (f"red: above {red}%", int((falls > red).sum())),
    ]
