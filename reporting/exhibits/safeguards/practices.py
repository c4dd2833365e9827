"""Which safeguards are missing at which practice."""

from __future__ import annotations

from functools import lru_cache, partial

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.rates.grid import item_grid
from reporting.exhibits.coverage import among_words, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.high_dose.practices import marked
from reporting.exhibits.kinds.drawn import drawn, drawn_words
from reporting.exhibits.safeguards.page import COMPLETE, EACH, RED, SAFEGUARDS, nobody, year_words
from reporting.exhibits.wording import cells, counted, listed, number, size, spelled

CACHED = 64


@lru_cache(maxsize=CACHED)
def practices_with_decisions(snapshot: Snapshot, scope: Scope, among: Selection) -> pd.DataFrame:
    """Rows of practices with a decision in the 12 months to the latest month."""
    months = [snapshot.info.last_month]
    frame = figures.measure_by_practice(snapshot, scope, among, [COMPLETE, EACH, RED], [0], months).frame
    return frame[frame["denominator"] > 0]


def practices(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Practices with decisions by safeguard: of how many decisions each is recorded."""
    among = selection.among()
    frame = practices_with_decisions(snapshot, scope, among)
    frame = frame[frame["measure"] == EACH]
    covered = coverage(snapshot, scope, among)
    common = frame_of(snapshot, "safeguards-practices", EACH, COMPLETE)
    if frame.empty:
        return Exhibit(**common, headline="Safeguards by practice", empty=nobody(snapshot, scope, among))
    order = _order(frame, practices_with_decisions(snapshot, scope, among))
    columns = [title for name, title in SAFEGUARDS.items() if name in set(frame["category"])]
    shown = drawn(order, selection)
    notes = [
        f"{_of(n, of, ' of ')} complete" for n, of in zip(shown["complete"], shown["decisions"], strict=True)
    ]
    headline = practices_headline(order)
    draw = partial(item_grid, _cells(frame, shown, selection), columns, notes)
    return Exhibit(
        **common,
        headline=headline,
        subtitle=(
            f"{among_words(snapshot, selection)}"
            f"Best-interest reductions with each safeguard, of all of the practice’s, {year_words(snapshot)} "
            f"({size(_decisions(snapshot, scope, among), 'decision', 'decisions')}, "
            f"{counted(len(order), 'practice', 'practices')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            "Of how many decisions each is recorded. Orange frame: missing from at least one. Each is a "
            "safety alert to ask about, however few decisions there are; no share is compared. Practices "
            "without a decision are not listed. "
            f"{drawn_words(order, shown)}{source_words(snapshot, covered)}"
        ),
        table=_table(frame, order),
        alt=f"{headline}. "
        + "; ".join(f"{name}: {n}" for name, n in zip(shown["name"], notes, strict=True))
        + ".",
    )


def _decisions(snapshot: Snapshot, scope: Scope, among: Selection) -> float:
    frame = practices_with_decisions(snapshot, scope, among)
    return float(frame.loc[frame["measure"] == COMPLETE, "denominator"].sum())


def _of(n: float, of: float, between: str) -> str:
    return f"{number(n)}{between}{number(of)}"


def practices_headline(order: pd.DataFrame) -> str:
    """Which practices lack a safeguard somewhere."""
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


def _cells(frame: pd.DataFrame, order: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    labels = dict(zip(order["practice_code"], marked(order, selection), strict=True))
    rank = {code: at for at, code in enumerate(order["practice_code"])}
    frame = frame[frame["practice_code"].isin(order["practice_code"])]
    counts = list(zip(frame["numerator"], frame["denominator"], strict=True))
    cells = frame.assign(
        row=frame["practice_code"].map(labels),
        column=frame["category"].map(SAFEGUARDS),
        words=[_of(n, of, "/") for n, of in counts],
        role=["concern" if n < of else "common" for n, of in counts],
        hover=[
            f"{name}, {category}: {_of(n, of, ' of ')}"
            for name, category, (n, of) in zip(frame["name"], frame["category"], counts, strict=True)
        ],
        rank=frame["practice_code"].map(rank),
    )
    return cells.sort_values("rank", kind="stable")[["row", "column", "words", "role", "hover"]]


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
