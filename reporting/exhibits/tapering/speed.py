"""How fast doses came down."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import cells, counted, number, size

MEASURE = "red_speed"


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Active plans one by one, by their largest fall between consecutive 28-day means in the last 12
    months."""
    amber, red = (taper_rule(snapshot, f"{zone}_fall_percent") for zone in ("amber", "red"))
    found, plans = _found(snapshot, scope, selection)
    if plans == 0:
        return Nothing()
    unknown = int(figures.plans_not_known(snapshot, scope, selection).frame["people"].iloc[0])
    zones = _zones(found, amber, red, unknown)
    falls = figures.taper_falls(snapshot, scope, selection).frame
    table = pd.DataFrame(
        {
            "Largest fall in 28 days": zones["label"],
            "People": cells(zones["people"]),
        }
    )
    words = {"n": size(plans, "plan", "plans"), "ended": _ended(snapshot, scope, selection, red)}
    marks, facts = {"amber": amber, "red": red}, (found, plans, amber, red, unknown)
    every = list(falls["fall_percent"].repeat(list(falls["people"])))
    return Finding(every, table, facts, words, marks, _alt(zones))


def _found(snapshot: Snapshot, scope: Scope, selection: Selection) -> tuple[dict[str, float], float]:
    """Zone → people (slow, fast, and of these red), and all of them; 0 where no practice has data to the
    end."""
    frame = figures.taper_zones(snapshot, scope, selection).frame
    if frame.empty:
        return {}, 0.0
    by_zone = dict(zip(frame["zone"].astype(str), frame["people"].astype(float), strict=True))
    return {**by_zone, "red": _beyond_red(snapshot, scope, selection)}, float(frame["people"].sum())


def _alt(zones: pd.DataFrame) -> str:
    people = [counted(n, "person", "people") for n in zones["people"]]
    return "; ".join(f"{label}: {n}" for label, n in zip(zones["label"], people, strict=True)) + "."


def _ended(snapshot: Snapshot, scope: Scope, selection: Selection, red: int) -> str:
    """How many plans that have ended had such a fall."""
    people = int(figures.ended_falls(snapshot, scope, selection).frame["people"].iloc[0])
    if not people:
        return ""
    plans = counted(people, "plan that has ended", "plans that have ended")
    return (
        f"{plans[0].upper()}{plans[1:]} had a fall above {red}% in these months too and "
        f"{'is' if people == 1 else 'are'} not counted here: a step of the same size is a larger share of a "
        "lower dose. "
    )


def speed_headline(
    found: Mapping[str, float], plans: float, amber: int, red: int, unknown: int | None = 0
) -> str:
    """How many fell beyond the red limit; where that may not be shown, beyond the amber one. "Nobody" only
    where it is known of all plans; unknown: of how many it is not, None where that may not be shown."""
    known = _known_headline(found, plans, amber, red, of_all=unknown == 0)
    return f"{known}; of {number(unknown)} it is not known" if unknown else known


def _known_headline(found: Mapping[str, float], plans: float, amber: int, red: int, *, of_all: bool) -> str:
    beyond_red, fast = found["red"], found["fast"]
    if beyond_red == 0 and not of_all:
        return f"No active plan is known to have fallen by more than {red}% in four weeks"
    if beyond_red == 0:
        return f"Nobody on an active plan fell by more than {red}% in four weeks"
    if isnan(beyond_red) and isnan(fast):
        whom = "people" if isnan(plans) else f"of {counted(plans, 'person', 'people')}"
        return f"How many {whom} on an active plan fell by more than {red}% in four weeks is withheld"
    if isnan(beyond_red):
        how_many = f"; how many by more than {red}% is withheld" if fast else ""
        return f"{_people(fast, plans)} by more than {amber}% in four weeks{how_many}"
    return f"{_people(beyond_red, plans)} by more than {red}% in four weeks"


def _people(people: float, plans: float) -> str:
    of = "" if isnan(plans) else f" of {counted(plans, 'person', 'people')}"
    who = counted(people, "person", "people") if isnan(plans) else number(people) if people else "none"
    return f"{who.capitalize()}{of} on an active plan fell"


def _beyond_red(snapshot: Snapshot, scope: Scope, selection: Selection) -> float:
    """How many of the plans fell beyond the red limit; NaN where that may not be shown."""
    asked = [MEASURE], [selection.threshold]
    frame = figures.measure_by_month(snapshot, scope, selection, *asked).frame
    latest = frame[frame["month"] == pd.Timestamp(snapshot.info.last_month)]
    return float(latest["numerator"].iloc[0]) if len(latest) else 0.0


def _zones(found: Mapping[str, float], amber: int, red: int, unknown: int) -> pd.DataFrame:
    """One row a zone, slowest first: label, people. Last, where there is anybody, those who may have fallen
    further than is known."""
    labels = {
        f"up to {amber}%": found["slow"],
        f"above {amber}%": found["fast"],
        f"of these too fast: above {red}%": found["red"],
        **({"not known, counted above": unknown} if unknown else {}),
    }
    return pd.DataFrame({"label": labels.keys(), "people": labels.values()})
