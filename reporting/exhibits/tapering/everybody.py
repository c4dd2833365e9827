"""Falls and stops of everybody on a high dose a year ago: on a plan, in the best interest or neither."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.year_apart import YearApart
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.kinds.shares import alt, judged_words, rows, table, to_latest
from reporting.exhibits.policy import policy_of
from reporting.exhibits.wording import counted, number, size

FALLS, STOPS, UNKNOWN = "falls_of_everybody", "stops_of_everybody", "falls_not_known"
STATUSES = {"neither": "no plan", "plan": "on a plan", "best interest": "best interest"}


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Of those beyond the threshold a year before, the shares whose dose fell by more than the red limit or
    who stopped abruptly in the 12 months since: by plan, best interest or neither; and a year before. Of whom
    it is not known stands beside them."""
    asked = [FALLS, STOPS, UNKNOWN], [selection.threshold]
    frame = figures.measure_by_month(snapshot, scope, selection, *asked).frame
    names = {(FALLS, one): f"Fell fast, {words}" for one, words in STATUSES.items()}
    names |= {(STOPS, one): f"Stopped, {words}" for one, words in STATUSES.items()}
    names |= {(UNKNOWN, one): f"Not known, {words}" for one, words in STATUSES.items()}
    found: dict[str, YearApart] = {}
    for (measure, status), label in names.items():
        part = frame[(frame["measure"] == measure) & (frame["category"] == status)]
        one = to_latest(snapshot, scope, selection, part) if len(part) else None
        if one is not None and (measure != UNKNOWN or one.now[0] != 0):
            found[label] = one
    if not found:
        return Nothing()
    made = rows(found, {label: label for label in names.values()})
    fell = {one: found[names[FALLS, one]].now for one in STATUSES if names[FALLS, one] in found}
    people = sum(of for _, of in fell.values())
    stopped, unknown = (
        sum(found[names[measure, one]].now[0] for one in STATUSES if names[measure, one] in found)
        for measure in (STOPS, UNKNOWN)
    )
    words = {
        "n": size(people, "person", "people"),
        "judged": judged_words(snapshot, scope, selection),
        "days": policy_of(snapshot)["dose"]["no_supply_days"],
    }
    return Finding(_bars(made), table(made), (fell, stopped, unknown), words, alt=alt(made))


def everybody_headline(
    fell: Mapping[str, tuple[float, float]], stopped: float = 0, unknown: float = 0
) -> str:
    """How many fell in all, and how many of them on no plan. fell: status → people, of how many. "Nobody"
    only where it is known of all; unknown: of how many it is not."""
    rest = f"; {number(stopped)} stopped suddenly" if stopped != 0 else ""
    if unknown != 0:
        rest += f"; of {number(unknown)} it is not known"
    together, people = (sum(pair[at] for pair in fell.values()) for at in (0, 1))
    if together == 0 and unknown != 0:
        return f"No dose is known to have fallen too fast in a year{rest}"
    if together == 0:
        return f"Nobody’s dose fell too fast in a year, plan or no plan{rest}"
    alone = fell.get("neither", (0, 0))[0]
    without = f", {number(alone)} on no plan" if alone != 0 else ""
    return (
        f"{number(together)} of {counted(people, 'person', 'people')} fell too fast in a year{without}{rest}"
    )


def _bars(made: pd.DataFrame) -> pd.DataFrame:
    """Rows of `rows` as bars of people: orange of harm, grey of what is not known."""
    known = ~made["label"].str.startswith("Not known")
    return made.assign(start=0, end=made["numerator"], role=known.map({True: "concern", False: "common"}))
