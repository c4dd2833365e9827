"""How fast doses came down."""

from __future__ import annotations

from math import isnan

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.intervals import wilson_where_known
from reporting.charts.canvas import Figure
from reporting.charts.dots import interval_dots
from reporting.charts.speed import speed_histogram
from reporting.disclosure import whole
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import beside, cells, counted, month, number, size

MEASURE = "red_speed"


def speed(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Active plans by their largest fall between consecutive 28-day means in the last 12 months: one by one,
    or where it will leave by zone only, since each fall is one person's."""
    amber, red = (taper_rule(snapshot, name) for name in ("amber_fall_percent", "red_fall_percent"))
    frame = queries.taper_zones(snapshot, scope, selection).frame
    found = frame.set_index("zone")["people"]
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "taper-speed", MEASURE)
    plans = whole(frame, "people")
    if frame.empty or plans == 0:
        return Exhibit(**common, headline="How fast doses came down", empty=covered.nothing())
    zones = _zones(found, amber, red)
    return Exhibit(
        **common,
        headline=speed_headline(found["red"], plans, red),
        subtitle=(
            f"Largest fall between consecutive 28-day means, {'share' if scope.protects else 'people'} per "
            f"{'zone' if scope.protects else 'percentage point'}, active plans with a baseline {words}, "
            f"{month(snapshot.info.month(11))} to {month(snapshot.info.last_month)} "
            f"({size(plans, 'plan', 'plans')})"
        ),
        figure=_by_zone(zones, plans)
        if scope.protects
        else speed_histogram(_falls(snapshot, scope, selection), amber, red),
        caption=(
            f"Red: above {red}%; overdose was about five times as likely in the month after (Glanz, "
            f"PMC11044711). Amber: above {amber}%, faster than two steps of 10% (a convention of this "
            f"dashboard). Each is a person to check, not a statistic. "
            f"{_ended(snapshot, scope, selection, red)}{source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame({"Largest fall in 28 days": zones["label"], "People": cells(zones["people"])}),
        alt="; ".join(
            f"{label}: {counted(people, 'person', 'people')}"
            for label, people in zip(zones["label"], zones["people"], strict=True)
        )
        + ".",
    )


def _ended(snapshot: Snapshot, scope: Scope, selection: Selection, red: int) -> str:
    """How many plans that have ended had such a fall; nothing in what leaves, which counts active ones."""
    if scope.protects:
        return ""
    people = int(queries.ended_falls(snapshot, scope, selection, red).frame["people"].iloc[0])
    if not people:
        return ""
    plans = counted(people, "plan that has ended", "plans that have ended")
    return (
        f"{plans[0].upper()}{plans[1:]} had a fall above {red}% in these months too and "
        f"{'is' if people == 1 else 'are'} not counted here: a step of the same size is a larger share of a "
        "lower dose. Patients lists who. "
    )


def speed_headline(red_people: float, plans: float, red: int) -> str:
    """How many fell beyond the red limit."""
    if red_people == 0:
        return f"Nobody on an active plan came down by more than {red}% between 28-day means"
    if isnan(red_people):
        whom = "people" if isnan(plans) else f"of {counted(plans, 'person', 'people')}"
        return f"How many {whom} on an active plan came down by more than {red}% in 28 days may not be shown"
    if isnan(plans):
        who = counted(red_people, "person", "people").capitalize()
        return f"{who} on an active plan came down by more than {red}% between 28-day means"
    return (
        f"{number(red_people).capitalize()} of {counted(plans, 'person', 'people')} on an active plan "
        f"came down by more than {red}% between 28-day means"
    )


def _zones(found: pd.Series, amber: int, red: int) -> pd.DataFrame:
    """One row a zone, slowest first: label, people."""
    labels = {
        "slow": f"up to {amber}%",
        "amber": f"amber: above {amber}%, up to {red}%",
        "red": f"red: above {red}%",
    }
    return pd.DataFrame({"label": labels.values(), "people": [found[zone] for zone in labels]})


def _falls(snapshot: Snapshot, scope: Scope, selection: Selection) -> list[float]:
    frame = queries.taper_falls(snapshot, scope, selection).frame
    return list(frame["fall_percent"].repeat(list(frame["people"])))


def _by_zone(zones: pd.DataFrame, plans: float) -> Figure:
    bounds = [wilson_where_known(people, plans) for people in zones["people"]]
    return interval_dots(
        zones.assign(
            value=zones["people"] / plans,
            lower=[low for low, _ in bounds],
            upper=[high for _, high in bounds],
            note=[number(people) if isnan(plans) else beside(people, plans) for people in zones["people"]],
            role=["common", "common", "concern"],
        )
    )
