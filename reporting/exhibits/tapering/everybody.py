"""Falls and stops of everybody on a high dose a year ago: on a plan, in the best interest or neither."""

from __future__ import annotations

from collections.abc import Mapping

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.kinds.year_before import COLOURS, alt, judged_words, narrow, rows, table, to_latest
from reporting.exhibits.kinds.yearly import YearApart
from reporting.exhibits.policy import policy_of, taper_rule
from reporting.exhibits.wording import counted, listed, month, number, size

FALLS, STOPS, UNKNOWN = "falls_of_everybody", "stops_of_everybody", "falls_not_known"
SAID = {"neither": "on no plan", "plan": "on a plan", "best interest": "in the best interest"}
STATUSES = {"neither": "no plan", "plan": "on a plan", "best interest": "best interest"}


def everybody(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Of those beyond the threshold a year before, the shares whose dose fell by more than the red limit or
    who stopped abruptly in the 12 months since: by plan, best interest or neither; and a year before. Of whom
    it is not known stands beside them."""
    asked = [FALLS, STOPS, UNKNOWN], [selection.threshold]
    frame = figures.measure_by_month(snapshot, scope, selection, *asked).frame
    red = taper_rule(snapshot, "red_fall_percent")
    names = {(FALLS, one): f"Fell fast, {words}" for one, words in STATUSES.items()}
    names |= {(STOPS, one): f"Stopped, {words}" for one, words in STATUSES.items()}
    names |= {(UNKNOWN, one): f"Not known, {words}" for one, words in STATUSES.items()}
    found: dict[str, YearApart] = {}
    for (measure, status), label in names.items():
        part = frame[(frame["measure"] == measure) & (frame["category"] == status)]
        one = to_latest(snapshot, scope, selection, part) if len(part) else None
        if one is not None and (measure != UNKNOWN or one.now[0] != 0):
            found[label] = one
    covered = coverage(snapshot, scope, selection)
    common = frame_of(snapshot, "falls-everybody", FALLS, STOPS, UNKNOWN)
    if not found:
        return Exhibit(**common, headline="Falls and stops of everybody", empty=covered.nothing())
    made = rows(found, {label: label for label in names.values()})
    fell = {one: found[names[FALLS, one]].now for one in STATUSES if names[FALLS, one] in found}
    people = sum(of for _, of in fell.values())
    stopped, unknown = (
        sum(found[names[measure, one]].now[0] for one in STATUSES if names[measure, one] in found)
        for measure in (STOPS, UNKNOWN)
    )
    return Exhibit(
        **common,
        headline=everybody_headline(fell, red, stopped, unknown),
        subtitle=(
            f"People {beyond(snapshot, selection.threshold)} twelve months ago, by what their dose was part "
            f"of, {month(snapshot.info.month(11))} to {month(snapshot.info.last_month)} "
            f"({size(people, 'person', 'people')})"
        ),
        figure=interval_dots(made),
        narrow=narrow(made),
        caption=(
            f"{COLOURS} {judged_words(snapshot, scope, selection)} Fell fast: by more than {red}% between "
            f"28-day means, from {taper_rule(snapshot, 'watch_from_mg')} mg a day or more; stopped: "
            f"{policy_of(snapshot)['dose']['no_supply_days']} days without supply after at least "
            f"{taper_rule(snapshot, 'abrupt_percent')}% of the dose before. Not known: what was issued has "
            "no dose, and a fall or a stop may be in it; Patients lists those people. Falls and stops of "
            f"gabapentinoids are not looked for. {source_words(snapshot, covered)}"
        ),
        table=table(made),
        alt=alt(made),
    )


def everybody_headline(
    fell: Mapping[str, tuple[float, float]], red: int, stopped: float = 0, unknown: float = 0
) -> str:
    """How many fell in all, and how many of them on no plan. fell: status → people, of how many. "Nobody"
    only where it is known of all; unknown: of how many it is not."""
    rest = f"; {number(stopped)} stopped abruptly" if stopped != 0 else ""
    if unknown != 0:
        rest += f"; of {number(unknown)} it is not known"
    together = sum(n for n, _ in fell.values())
    people = sum(of for _, of in fell.values())
    if together == 0 and unknown != 0:
        return f"No dose is known to have fallen by more than {red}% in 12 months{rest}"
    if together == 0:
        return f"Nobody’s dose fell by more than {red}% in 12 months, plan or no plan{rest}"
    parts = [
        f"{number(fell[one][0])} {SAID[one]}"
        for one, words in STATUSES.items()
        if one in fell and fell[one][0]
    ]
    return (
        f"{number(together)} of {counted(people, 'person', 'people')} fell by more than {red}% in 12 months: "
        f"{listed(parts)}{rest}"
    )
