"""Which safeguards are missing at which practice."""

from __future__ import annotations

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.kinds.grid import Read
from reporting.exhibits.matrix import GAP
from reporting.exhibits.safeguards.items import COMPLETE, EACH, RED, SAFEGUARDS
from reporting.exhibits.wording import cells, counted, listed, number, spelled
from reporting.once import once

CACHED = 64


@once(CACHED)
def practices_with_decisions(snapshot: Snapshot, scope: Scope, among: Selection) -> pd.DataFrame:
    """Rows of practices with a decision in the 12 months to the latest month."""
    months = [snapshot.info.last_month]
    frame = figures.measure_by_practice(snapshot, scope, among, [COMPLETE, EACH, RED], [0], months).frame
    return frame[frame["denominator"] > 0]


def read(snapshot: Snapshot, scope: Scope, among: Selection) -> Read | None:
    """Practices with decisions by safeguard: of how many decisions each is recorded."""
    every = practices_with_decisions(snapshot, scope, among)
    frame = every[every["measure"] == EACH]
    if frame.empty:
        return None
    order = _order(frame, every)
    decisions = every.loc[every["measure"] == COMPLETE, "denominator"].sum()
    counts = list(zip(frame["numerator"], frame["denominator"], strict=True))
    found = frame.assign(
        item=frame["category"].map(SAFEGUARDS),
        mark=[GAP if n < of else "done" for n, of in counts],
        words=[_of(n, of, "/") for n, of in counts],
    )
    note = [
        f"{_of(n, of, ' of ')} complete" for n, of in zip(order["complete"], order["decisions"], strict=True)
    ]
    items = tuple(title for name, title in SAFEGUARDS.items() if name in set(frame["category"]))
    n = counted(decisions, "decision", "decisions")
    return Read(order.assign(note=note), found, items, _table(frame, order), n)


def _of(n: float, of: float, between: str) -> str:
    return f"{number(n)}{between}{number(of)}"


def headline(found: Read) -> str:
    """Which practices lack a safeguard somewhere."""
    order = found.practices
    lacking = list(order.loc[order["complete"] < order["decisions"], "name"])
    if not lacking:
        return f"No safeguard is missing in {counted(len(order), 'practice', 'practices')}"
    if len(lacking) <= 3:
        return f"Ask {listed(lacking)} for the safeguards that are missing"
    return f"{spelled(len(lacking), 'practice lacks', 'practices lack')} a safeguard; begin with {lacking[0]}"


def _order(frame: pd.DataFrame, every: pd.DataFrame) -> pd.DataFrame:
    complete = every[every["measure"] == COMPLETE].set_index("practice_code")["numerator"]
    found = frame.groupby(["practice_code", "name", "pcn"], sort=False).agg(
        done=("numerator", "sum"), of=("denominator", "sum"), decisions=("denominator", "max")
    )
    found = found.reset_index()
    found["complete"] = complete.reindex(found["practice_code"], fill_value=0).to_numpy()
    found["missing"] = found["of"] - found["done"]
    return found.sort_values(["missing", "name"], ascending=[False, True], ignore_index=True)


def _table(frame: pd.DataFrame, order: pd.DataFrame) -> pd.DataFrame:
    wide = frame.pivot(index="practice_code", columns="category", values="numerator").reindex(
        list(order["practice_code"])
    )
    made = {
        "Practice": order["name"],
        "PCN": order["pcn"],
        "Decisions": cells(order["decisions"]),
        "Every safeguard": cells(order["complete"]),
    }
    return pd.DataFrame(
        {**made, **{SAFEGUARDS[name]: cells(wide[name]) for name in SAFEGUARDS if name in wide}}
    )
