"""Which practices to help first: each practice beside all practices together on each item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.rates.grid import item_grid
from reporting.exhibits.coverage import among_words, beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.high_dose.practices import marked
from reporting.exhibits.kinds.across import judged, pooled, with_intervals
from reporting.exhibits.kinds.drawn import drawn, drawn_words
from reporting.exhibits.kinds.rates import SHARES_WORDS, SURELY, UNSURE
from reporting.exhibits.plans.items import PEOPLE
from reporting.exhibits.wording import (
    ALONE,
    FEWEST_FOR_PERCENT,
    cells,
    counted,
    listed,
    month,
    part,
    percent,
    share,
    spelled,
)

NAMED_FROM = 2
CACHED = 64


def practices(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Practices by items of review and plan: shares, marked where surely high or low."""
    among = selection.among()
    frame, order = _standing(snapshot, scope, among)
    covered, words = coverage(snapshot, scope, among), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "plan-practices", *PEOPLE)
    if frame.empty:
        return Exhibit(**common, headline="Reviews and plans by practice", empty=covered.nothing())
    columns = [name for measure, name in PEOPLE.items() if measure in set(frame["measure"])]
    shown = drawn(order, selection)
    notes = _notes(shown)
    headline = practices_headline(order)
    draw = partial(item_grid, _cells(frame, shown, selection), columns, notes)
    return Exhibit(
        **common,
        headline=headline,
        subtitle=(
            f"{among_words(snapshot, selection)}"
            f"Share of each practice’s cohort ({words} OME a day, or a high-dose gabapentinoid) with each "
            f"item, {month(snapshot.info.last_month)}; practices with most items low first "
            f"(n = {counted(len(order), 'practice', 'practices')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            f"Shares; counts of fewer than {FEWEST_FOR_PERCENT} people. {SHARES_WORDS} Not adjusted for "
            "age, sex or deprivation: it is due to everybody alike. Orange frame: lower; "
            f"blue: higher; plain: {UNSURE}. Practices without anybody in the cohort are left out. "
            f"{drawn_words(order, shown)}{source_words(snapshot, covered)}"
        ),
        table=_table(frame, order, columns),
        alt=f"{headline}. All together: {_together(frame)}.",
    )


def behind(
    snapshot: Snapshot, scope: Scope, selection: Selection
) -> Iterator[tuple[dict[Any, Any], list[str]]]:
    """Practices surely low on several items, most first: practice_code, name, pcn, cohort, and the
    items."""
    frame, order = _standing(snapshot, scope, selection.among())
    if frame.empty:
        return
    for row in order[order["below"] >= NAMED_FROM].to_dict("records"):
        rows = frame[(frame["practice_code"] == row["practice_code"]) & (frame["role"] == "concern")]
        yield row, [PEOPLE[str(measure)] for measure in rows["measure"]]


@lru_cache(maxsize=CACHED)
def _standing(snapshot: Snapshot, scope: Scope, among: Selection) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows by practice and item with interval and role, and `_below` of them; not to be changed."""
    months = [snapshot.info.last_month]
    frame = figures.measure_by_practice(snapshot, scope, among, [*PEOPLE], [among.threshold], months).frame
    frame = with_intervals(frame)
    frame = frame if frame.empty else _judged(frame)
    return frame, frame if frame.empty else _below(frame)


def practices_headline(order: pd.DataFrame) -> str:
    """Which practices are surely low on several items."""
    if len(order) == 1:
        return f"Reviews and plans: {ALONE}"
    several = order[order["below"] >= NAMED_FROM]
    if 0 < len(several) <= 3:
        names = listed(list(several["name"]))
        return f"Help {names} first: low on several items ({SURELY})"
    if len(several):
        first = listed(list(several["name"].head(3)))
        many = spelled(len(several), "practice", "practices")
        return f"{many} are low on several items ({SURELY}); begin with {first}"
    if order["below"].any():
        return f"No practice is low on more than one item ({SURELY})"
    return f"Reviews and plans: no practice is low with certainty on an item ({SURELY})"


def _judged(frame: pd.DataFrame) -> pd.DataFrame:
    parts = [judged(part, "higher") for _, part in frame.groupby("measure", sort=False)]
    return pd.concat(parts, ignore_index=True)


def _below(frame: pd.DataFrame) -> pd.DataFrame:
    """One row a practice: practice_code, name, below and above (items), and the people of its cohort."""
    roles = frame.assign(below=frame["role"] == "concern", above=frame["role"] == "improvement")
    grouped = roles.groupby(["practice_code", "name", "pcn"], sort=False)
    found = grouped.agg(
        below=("below", "sum"), above=("above", "sum"), cohort=("denominator", "max")
    ).reset_index()
    return found.sort_values(["below", "above", "name"], ascending=[False, True, True], ignore_index=True)


def _together(frame: pd.DataFrame) -> str:
    parts = frame.groupby("measure", sort=False)
    return ", ".join(f"{PEOPLE[str(measure)]} {percent(pooled(part))}" for measure, part in parts)


def _cells(frame: pd.DataFrame, order: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    labels = dict(zip(order["practice_code"], marked(order, selection), strict=True))
    rank = {code: at for at, code in enumerate(order["practice_code"])}
    frame = frame[frame["practice_code"].isin(order["practice_code"])]
    cells = frame.assign(
        row=frame["practice_code"].map(labels),
        column=frame["measure"].map(PEOPLE),
        words=[
            part(n, of).replace(" of ", "/")
            for n, of in zip(frame["numerator"], frame["denominator"], strict=True)
        ],
        hover=[
            f"{name}, {PEOPLE[str(measure)].lower()}: {share(n, of)}"
            for name, measure, n, of in zip(
                frame["name"], frame["measure"], frame["numerator"], frame["denominator"], strict=True
            )
        ],
        rank=frame["practice_code"].map(rank),
    )
    return cells.sort_values("rank", kind="stable")[["row", "column", "words", "role", "hover"]]


def _notes(order: pd.DataFrame) -> list[str]:
    return [
        counted(cohort, "person", "people") + (f", {below} low" if below else "")
        for cohort, below in zip(order["cohort"], order["below"], strict=True)
    ]


def _table(frame: pd.DataFrame, order: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    shares = frame.assign(column=frame["measure"].map(PEOPLE), percent=frame["value"] * 100)
    wide = shares.pivot(index="practice_code", columns="column", values="percent").reindex(
        index=list(order["practice_code"]), columns=list(columns)
    )
    made = {
        "Practice": order["name"],
        "PCN": order["pcn"],
        "Cohort": cells(order["cohort"]),
        "Items low": order["below"],
    }
    return pd.DataFrame({**made, **{f"{name} %": list(wide[name]) for name in columns}})
