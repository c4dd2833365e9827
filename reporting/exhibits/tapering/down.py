"""How people on a plan came down: step by step, too fast or possibly so, or not yet."""

from __future__ import annotations

from functools import partial

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.people.waterfall import waterfall
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import beside, cells, counted, month, number, size

MEASURE, AFTER = "tapering", "tapering_after_fall"
HARM = "a fast fall, a stop or an unknown dose"
POSSIBLY = "too fast or possibly so"
YEAR = 12


def down(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Plans by how the dose came down since their start, as bars of people."""
    asked = [MEASURE, AFTER], [selection.threshold]
    frame = figures.measure_by_month(snapshot, scope, selection, *asked).frame
    least = taper_rule(snapshot, "down_percent")
    now, before = (_ways(frame, pd.Timestamp(snapshot.info.month(back)), least) for back in (0, YEAR))
    covered, common = coverage(snapshot, scope, selection), frame_of(snapshot, "taper-down", MEASURE, AFTER)
    if now.empty:
        return Exhibit(**common, headline="How people on a plan came down", empty=covered.nothing())
    of = now["people"].iloc[0]
    return Exhibit(
        **common,
        headline=down_headline(now["people"].iloc[-1], of, least),
        subtitle=(
            f"Plans at least {taper_rule(snapshot, 'min_plan_days')} days old, from "
            f"{beyond(snapshot, selection.threshold)}, {month(snapshot.info.last_month)} "
            f"({size(of, 'plan', 'plans')})"
        ),
        figure=waterfall(now),
        narrow=partial(waterfall, now, compact=True),
        caption=(
            f"Plans, open or ended, with a baseline {beyond(snapshot, selection.threshold)}; baseline: mean "
            f"of the 12 months before the plan. Step by step: at least {least}% below it without {HARM} "
            "since 90 days before the start, slow stops among them. Too fast or possibly so: as far down "
            f"after one of these; a fast fall is above {taper_rule(snapshot, 'red_fall_percent')}% between "
            "28-day means. A high-dose group falls somewhat without any plan. "
            f"{source_words(snapshot, covered)}"
        ),
        table=_table(now, before),
        alt=f"{'; '.join(now['label'] + ': ' + now['note'])}.",
    )


def down_headline(rest: float, of: float, least: int) -> str:
    """How many have not come down so far; of some of them the dose is not known."""
    if rest == 0:
        return f"Everybody with a plan is at least {least}% down"
    return (
        f"{number(rest)} of {counted(of, 'person', 'people')} with a plan are less than {least}% down, or "
        "their dose is not known"
    )


def harmed_words(people: float) -> str:
    """“29 too fast or possibly so”."""
    return f"{'none' if people == 0 else number(people)} {POSSIBLY}"


def _ways(frame: pd.DataFrame, month: pd.Timestamp, least: int) -> pd.DataFrame:
    """label, start, end, role, note and people of each bar, all plans first; empty without plans."""
    counts = frame[frame["month"] == month].set_index("measure")[["numerator", "denominator"]].astype(float)
    of = float(counts["denominator"].get(MEASURE, 0.0))
    slow = float(counts["numerator"].get(MEASURE, 0.0))
    fast = float(counts["numerator"].get(AFTER, 0.0))
    bars = (
        ("With a plan", 0.0, of, "data_dark"),
        ("Down step by step", 0.0, slow, "improvement"),
        (f"Down {POSSIBLY}", slow, slow + fast, "concern"),
        (f"Not {least}% down, or not known", slow + fast, of, "common"),
    )
    made = pd.DataFrame(bars if of else (), columns=["label", "start", "end", "role"])
    people = made["end"] - made["start"]
    notes = [beside(n, of) if at else number(n) for at, n in enumerate(people)]
    return made.assign(people=people, note=notes)


def _table(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    earlier = cells(before["people"]) if len(before) else ["–"] * len(now)
    shares = now["people"] / now["people"].iloc[0] * 100
    return pd.DataFrame(
        {"Plans": now["label"], "Counted": cells(now["people"]), "%": shares, "A year before": earlier}
    )
