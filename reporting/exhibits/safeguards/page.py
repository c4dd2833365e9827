"""Best-interest safeguards: the head of the page, and what it is made of."""

from __future__ import annotations

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import area_name
from reporting.exhibits.exhibit import Head
from reporting.exhibits.kinds.chart import Chart
from reporting.exhibits.kinds.grid import Grid
from reporting.exhibits.kinds.rates import RATES_WORDS, UNSURE
from reporting.exhibits.kinds.shares import Item, Shares
from reporting.exhibits.matrix import GAP, UNKNOWN
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.safeguards import best_interest, items
from reporting.exhibits.safeguards import practices as lacking
from reporting.exhibits.safeguards.decisions import not_known
from reporting.exhibits.wording import counted, number

practices = Grid(
    key="safeguards-practices",
    measures=(items.EACH, items.COMPLETE),
    title="Safeguards by practice",
    read=lacking.read,
    headline=lacking.headline,
    subtitle="Decisions with each safeguard, 12 months to {month}",
    note=(
        "Orange frame: missing from at least one decision. Each is a safety alert to ask about, however few "
        "decisions there are; no share is compared. Practices without a decision are not listed."
    ),
    marks=((GAP, "missing from a decision"), (UNKNOWN, "not sent")),
    counted="practices that lack it",
    total="Missing",
    clear="Every safeguard",
    extract="best_interest",
    opens="safeguards",
    nothing=items.nobody,
)
each = Shares(
    key="safeguards-each",
    items=tuple(Item(items.EACH, label, "decisions", name) for name, label in items.SAFEGUARDS.items()),
    title="Each safeguard",
    headline=items.each,
    subtitle="Decisions with each safeguard, 12 months to {month}; tick: a year before ({n})",
    note=(
        "An attempt that is recorded counts; so does a referral declined, or not suitable with a reason. "
        "What is not recorded may have been said."
    ),
    nothing=items.nobody,
)
together = Shares(
    key="safeguards-together",
    items=tuple(Item(measure, label, "decisions") for measure, label in items.TOGETHER.items()),
    title="Second opinions",
    headline=items.together,
    subtitle="Decisions of the 12 months to {month}; tick: a year before ({n})",
    note=(
        "Offering is the practice’s part and should reach everybody; taking it is the person’s choice. An "
        "opinion of whoever decided does not count."
    ),
    nothing=items.nobody,
)
reductions = Chart(
    key="best-interest-number",
    measures=(items.NUMBER,),
    title="Best-interest reductions",
    read=best_interest.read,
    headline=best_interest.number_headline,
    draw=interval_dots,
    subtitle="Reductions in the 12 months to {month}, {places} by name ({n}, {people} people)",
    note=(
        "Per 100 people {dose} OME a day, or on a high-dose gabapentinoid; line: 95% interval. "
        f"{items.NEVER_AN_AIM} {RATES_WORDS} Purple: high or low, which is a reason to ask, not a verdict; "
        f"grey: {UNSURE}. The Faculty of Pain Medicine advises against forced reductions. Intervals: exact "
        "Poisson below 10, Byar’s from 10. Reductions of people below the threshold count too."
    ),
    among=True,
)

FIRST = (practices,)
MORE = (each, together, reductions)
IN_MORE = "each safeguard, second opinions, reductions by PCN"


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """How many decisions have every safeguard, and how many fell too fast."""
    found = together.found(snapshot, scope, selection)
    if items.COMPLETE not in found:
        area = area_name(snapshot, scope, selection)
        return Head(f"No best-interest reduction in {area}", items.nobody(snapshot, scope, selection))
    complete, decisions = found[items.COMPLETE].now
    frame = figures.measure_by_month(snapshot, scope, selection, [items.RED], [0]).frame
    (red,) = frame.loc[frame["month"] == pd.Timestamp(snapshot.info.last_month), "numerator"]
    all_of = counted(decisions, "best-interest reduction", "best-interest reductions")
    having = f"{number(complete).capitalize() if complete else 'None'} of {all_of}"
    return Head(
        f"{having} {'has' if complete == 1 else 'have'} every safeguard; "
        f"{_fast(red, not_known(snapshot, scope, selection))}",
        f"{_alert(decisions - complete)} Too fast: down by more than "
        f"{taper_rule(snapshot, 'red_fall_percent')}% in four weeks. "
        "Neither many nor few is good.",
    )


def _fast(red: float, unknown: int) -> str:
    """How many fell too fast; "none" only where that is known of all."""
    if red != 0:
        known = f"{number(red)} fell too fast or stopped"
    elif unknown == 0:
        return "none fell too fast or stopped"
    else:
        known = "no fast fall or stop seen"
    return f"{known}, {number(unknown)} not known" if unknown else known


def _alert(lacking: float) -> str:
    if lacking == 0:
        return "Nothing is missing from the records."
    each = (
        "The one without is a safety alert"
        if lacking == 1
        else f"Each of the {number(lacking)} without is a safety alert"
    )
    return f"{each}."
