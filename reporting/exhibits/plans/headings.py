"""Which headings of their own plans practices have settled."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.rates.grid import item_grid
from reporting.exhibits.coverage import among_words, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.high_dose.practices import marked
from reporting.exhibits.kinds.drawn import drawn, drawn_words
from reporting.exhibits.wording import counted, month, number

HEADING, CURRENT = "heading_complete", "practice_plan_current"
HEADINGS = (
    "current plan",
    "search run in 12 months",
    "who issues",
    "one pharmacy",
    "interval of supply",
    "early requests",
    "meeting in 12 months",
    "minutes filed",
    "patient resources",
)
DEALT_WITH, OPEN = "●", "○"


def headings(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Practices by the nine headings of their own plan: dealt with or open."""
    among = selection.among()
    months = [snapshot.info.last_month]
    frame = figures.measure_by_practice(snapshot, scope, among, [HEADING], [0], months).frame
    covered = coverage(snapshot, scope, among)
    common = frame_of(snapshot, "plan-headings", HEADING, CURRENT)
    if frame.empty:
        return Exhibit(**common, headline="Practice plans by heading", empty=covered.nothing())
    order = _open(frame)
    columns = [name for name in HEADINGS if name in set(frame["category"])]
    totals = frame.groupby("category")["numerator"].sum()
    shown = drawn(order, selection)
    draw = partial(item_grid, _dots(frame, shown, selection), [c.capitalize() for c in columns], _left(shown))
    return Exhibit(
        **common,
        headline=headings_headline(totals, len(order)),
        subtitle=(
            f"{among_words(snapshot, selection)}"
            f"Headings of each practice’s plan: {DEALT_WITH} dealt with, {OPEN} open, "
            f"{month(snapshot.info.last_month)}; most open first "
            f"(n = {counted(len(order), 'practice', 'practices')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            "Where the plan asks to consider something, either choice is dealt with; open means not "
            "considered, overdue or not sent. A practice that sends no record of its plan has all open. "
            f"{drawn_words(order, shown)}{source_words(snapshot, covered)}"
        ),
        table=_headings_table(frame, order, columns),
        alt=(
            f"{headings_headline(totals, len(order))}. "
            + ", ".join(f"{name}: {number(totals[name])} of {number(len(order))}" for name in columns)
            + "."
        ),
    )


def headings_headline(totals: pd.Series, practices_counted: int) -> str:
    """How many plans are current, and which other heading is open most often."""
    current = int(totals.get("current plan", 0))
    others = totals.drop("current plan", errors="ignore")
    start = f"{number(current) if current else 'None'} of {number(practices_counted)} practice plans current"
    if others.empty or others.min() == practices_counted:
        return f"{start}; every other heading is dealt with"
    most = min(HEADINGS[1:], key=lambda name: others.get(name, practices_counted))
    return f"{start}; open most often: {most} ({number(practices_counted - others[most])})"


def _open(frame: pd.DataFrame) -> pd.DataFrame:
    grouped = frame.groupby(["practice_code", "name", "pcn"], sort=False)
    found = grouped.agg(done=("numerator", "sum"), of=("denominator", "sum")).reset_index()
    return found.sort_values(["done", "name"], ignore_index=True)


def _left(order: pd.DataFrame) -> list[str]:
    return [f"{number(done)} of {number(of)}" for done, of in zip(order["done"], order["of"], strict=True)]


def _dots(frame: pd.DataFrame, order: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    labels = dict(zip(order["practice_code"], marked(order, selection), strict=True))
    rank = {code: at for at, code in enumerate(order["practice_code"])}
    frame = frame[frame["practice_code"].isin(order["practice_code"])]
    cells = frame.assign(
        row=frame["practice_code"].map(labels),
        column=frame["category"].str.capitalize(),
        words=[DEALT_WITH if done else OPEN for done in frame["numerator"]],
        role=["data" if done else "common" for done in frame["numerator"]],
        hover=[
            f"{name}, {category}: {'dealt with' if done else 'open'}"
            for name, category, done in zip(frame["name"], frame["category"], frame["numerator"], strict=True)
        ],
        rank=frame["practice_code"].map(rank),
    )
    return cells.sort_values("rank", kind="stable")[["row", "column", "words", "role", "hover"]]


def _headings_table(frame: pd.DataFrame, order: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    wide = frame.pivot(index="practice_code", columns="category", values="numerator").reindex(
        list(order["practice_code"])
    )
    made = {"Practice": order["name"], "PCN": order["pcn"], "Dealt with": order["done"], "Of": order["of"]}
    states = {name.capitalize(): ["yes" if done else "open" for done in wide[name]] for name in columns}
    return pd.DataFrame({**made, **states})
