"""How long people waited from a referral to the first contact, by service."""

from __future__ import annotations

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.correction import correction
from reporting.analysis.intervals import median_chance
from reporting.exhibits.coverage import coverage
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.policy import suppress_below
from reporting.exhibits.wording import cells, counted, days, listed, month, number, size

MEASURE = "days_to_first_contact"
ALL = "All services"
EMPTY = "Fewer than {least} people had a first contact in the last 12 months. Choose a wider area."


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Median days from referral to first contact with the middle half, by service."""
    least = suppress_below(snapshot)
    found = _with_people(snapshot, scope, selection, least)
    together, services = found[found["service"] == ALL], found[found["service"] != ALL]
    if together["median"].isna().all():
        return Nothing(EMPTY.format(least=least) if coverage(snapshot, scope, selection).counted else "")
    total = together.iloc[0]
    if services["median"].isna().all():
        return Nothing(
            f"Days from referral to first contact of {counted(total['people'], 'person', 'people')}, "
            f"{month(snapshot.info.month(11))} to {month(snapshot.info.last_month)}. No service saw "
            f"{least} people, which a median needs. Choose a wider area to compare services.",
            f"Half waited more than {days(total['median'])}",
        )
    median = float(total["median"])
    frame = _judged(services, median)
    told = "; ".join(f"{label}: {note}" for label, note in zip(frame["label"], frame["note"], strict=True))
    return Finding(
        frame,
        _table(found),
        (frame, total),
        {
            "n": size(total["people"], "person", "people"),
            "least": least,
            "services": counted(int(frame["compared"].max()), "service", "services"),
        },
        {"reference": median, "reference_label": f"all {days(median)}", "unit_format": "{:.1f}"},
        f"Median of all {days(median)}, middle half {days(total['lower'])} to {days(total['upper'])}. "
        f"{told}.",
    )


def waits_headline(frame: pd.DataFrame, total: pd.Series) -> str:
    """The median of all, and the services whose wait is longer beyond chance."""
    start = f"Half waited more than {days(total['median'])}"
    if frame["value"].notna().sum() < 2:
        return f"{start}; too few at each service to compare them"
    slow = list(frame.loc[frame["role"] == "concern", "label"])
    if not slow:
        return f"{start}; differences between services could be chance"
    return f"{start}; really longer: {listed(slow, 3)}"


def _with_people(snapshot: Snapshot, scope: Scope, selection: Selection, least: int) -> pd.DataFrame:
    """Services somebody came to, and all of them: service, people, and the quartiles where there are
    enough people for them."""
    found = figures.referral_waits(snapshot, scope, selection).frame
    enough = found["people"] >= least
    shown = {name: found[name].astype(float).where(enough) for name in ("lower", "median", "upper")}
    return found.assign(service=found["service"].replace("", ALL), **shown)


def _judged(services: pd.DataFrame, reference: float) -> pd.DataFrame:
    """Rows for the chart, longest median first; a service without a median last, with its number."""
    frame = services.sort_values("median", ascending=False, na_position="last", ignore_index=True)
    known = frame["median"].notna()
    columns = [frame.loc[known, name].tolist() for name in ("people", "lower", "median", "upper")]
    chances = [
        median_chance(int(people), low, middle, high, reference)
        for people, low, middle, high in zip(*columns, strict=True)
    ]
    among = correction(chances)
    roles, notes = (
        frame["median"].map(lambda _: "common"),
        frame["median"].map(lambda _: "too few for a median"),
    )
    for at, people, median, one in zip(frame.index[known], columns[0], columns[2], chances, strict=True):
        roles[at] = "concern" if median > reference and among.holds(one) else "data"
        notes[at] = f"{days(median)}, n {number(people)}"
    return frame.assign(
        label=frame["service"], value=frame["median"], role=roles, note=notes, compared=len(chances)
    )


def _table(found: pd.DataFrame) -> pd.DataFrame:
    ordered = found.sort_values("median", ascending=False, na_position="last")
    return pd.DataFrame(
        {
            "Service": ordered["service"],
            "People": cells(ordered["people"]),
            "Lower quartile, days": ordered["lower"],
            "Median, days": ordered["median"],
            "Upper quartile, days": ordered["upper"],
        }
    )
