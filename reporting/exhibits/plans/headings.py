"""Which headings of their own plans practices have settled."""

from __future__ import annotations

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.kinds.grid import Read
from reporting.exhibits.matrix import GAP, by_gaps
from reporting.exhibits.wording import counted, listed, number

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
DEALT_WITH, AGAINST = "done", "against"
TOLD = {DEALT_WITH: "yes", AGAINST: "chose not to", GAP: "open"}


def read(snapshot: Snapshot, scope: Scope, among: Selection) -> Read | None:
    """Practices by the headings of their own plan: dealt with, chosen against, or open."""
    months = [snapshot.info.last_month]
    frame = figures.measure_by_practice(snapshot, scope, among, [HEADING], [0], months).frame
    if frame.empty:
        return None
    declined = figures.headings_declined(snapshot, scope, among).frame
    against = set(zip(declined["practice_code"], declined["heading"], strict=True))
    cells = frame.assign(
        item=frame["category"].str.capitalize(),
        words="",
        mark=[
            GAP if not done else AGAINST if (code, heading) in against else DEALT_WITH
            for done, code, heading in zip(
                frame["numerator"], frame["practice_code"], frame["category"], strict=True
            )
        ],
    )
    order = _open(frame)
    note = [f"{number(done)} of {number(of)}" for done, of in zip(order["done"], order["of"], strict=True)]
    items = tuple(name.capitalize() for name in HEADINGS if name in set(frame["category"]))
    return Read(order.assign(note=note), cells, items, _table(cells, order, items))


def headline(found: Read) -> str:
    """How many practices have a gap, and which heading is open most often."""
    gaps = found.cells[found.cells["mark"] == GAP]
    practices, many = gaps["practice_code"].nunique(), len(found.practices)
    if not practices:
        return (
            f"No gap in the plans of {number(many)} practices"
            if many > 1
            else "No gap in the practice’s plan"
        )
    most = by_gaps(found.cells, found.items)[0]
    have = "has" if practices == 1 else "have"
    if many == 1:
        (name,) = found.practices["name"]
        return f"{name} has {counted(len(gaps), 'gap', 'gaps')} in its plan: {listed(_lower(gaps['item']))}"
    start = f"{number(practices)} of {number(many)} practices {have} a gap in their plan"
    return f"{start}; open most often: {most.lower()} ({number((gaps['item'] == most).sum())})"


def _lower(names: pd.Series) -> list[str]:
    return [name.lower() for name in names]


def _open(frame: pd.DataFrame) -> pd.DataFrame:
    grouped = frame.groupby(["practice_code", "name", "pcn"], sort=False)
    found = grouped.agg(done=("numerator", "sum"), of=("denominator", "sum")).reset_index()
    return found.sort_values(["done", "name"], ignore_index=True)


def _table(cells: pd.DataFrame, order: pd.DataFrame, items: tuple[str, ...]) -> pd.DataFrame:
    wide = cells.pivot(index="practice_code", columns="item", values="mark").reindex(order["practice_code"])
    made = {"Practice": order["name"], "PCN": order["pcn"], "Dealt with": order["done"], "Of": order["of"]}
    return pd.DataFrame({**made, **{item: [TOLD.get(mark, "") for mark in wide[item]] for item in items}})
