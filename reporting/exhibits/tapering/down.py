"""How people on a plan came down: step by step, too fast or possibly so, or not yet."""

from __future__ import annotations

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import beside, cells, counted, number, size

MEASURE, AFTER = "tapering", "tapering_after_fall"
HARM = "a fast fall, a stop or an unknown dose"
POSSIBLY = "too fast or possibly so"
YEAR = 12


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Plans by how the dose came down since their start, as bars of people."""
    asked = [MEASURE, AFTER], [selection.threshold]
    frame = figures.measure_by_month(snapshot, scope, selection, *asked).frame
    least = taper_rule(snapshot, "down_percent")
    now, before = (_ways(frame, pd.Timestamp(snapshot.info.month(back)), least) for back in (0, YEAR))
    if now.empty:
        return Nothing()
    of = now["people"].iloc[0]
    facts = (now["people"].iloc[-1], of, least)
    return Finding(now, _table(now, before), facts, {"n": size(of, "plan", "plans")})


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
