"""How long people waited from a referral to the first contact, by service."""

from __future__ import annotations

from functools import partial

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.correction import correction
from reporting.analysis.intervals import median_chance
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import suppress_below
from reporting.exhibits.wording import cells, counted, days, listed, month, number, size

MEASURE = "days_to_first_contact"
ALL = "All services"
EMPTY = "Fewer than {least} people had a first contact in the last 12 months. Choose a wider area."


def waits(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Median days from referral to first contact with the middle half, by service."""
    least = suppress_below(snapshot)
    found = _with_people(snapshot, scope, selection, least)
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "referral-waits", MEASURE)
    together, services = found[found["service"] == ALL], found[found["service"] != ALL]
    if together["median"].isna().all():
        empty = EMPTY.format(least=least) if covered.counted else covered.nothing()
        return Exhibit(**common, headline="Days from referral to first contact", empty=empty)
    total = together.iloc[0]
    if services["median"].isna().all():
        return Exhibit(
            **common,
            headline=f"Half waited more than {days(total['median'])}",
            empty=(
                f"Days from referral to first contact of {counted(total['people'], 'person', 'people')}, "
                f"{month(snapshot.info.month(11))} to {month(snapshot.info.last_month)}. No service saw "
                f"{least} people, which a median needs. Choose a wider area to compare services."
            ),
        )
    frame = _judged(services, float(total["median"]))
    draw = partial(interval_dots, frame, float(total["median"]), f"all {days(total['median'])}", "{:.1f}")
    return Exhibit(
        **common,
        headline=waits_headline(frame, total),
        subtitle=(
            f"Days from referral to first contact, by service, {month(snapshot.info.month(11))} to "
            f"{month(snapshot.info.last_month)} ({size(total['people'], 'person', 'people')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            "First attended contacts. Dot: median; line: middle half of people. Orange: longer "
            "than all together by the error of a median "
            f"(McGill 1978), corrected over {counted(int(frame['compared'].max()), 'service', 'services')} "
            "(Benjamini–Hochberg, 5%). Those still waiting are not in it: a service that sees nobody looks "
            "no slower. Contacts by their own date, whenever they were offered, of people on a high dose "
            f"at the offer ({words} OME a day or a high-dose gabapentinoid). A median needs {least} people. "
            f"{source_words(snapshot, covered)}"
        ),
        table=_table(found),
        alt=(
            f"Median of all {days(total['median'])}, middle half {days(total['lower'])} to "
            f"{days(total['upper'])}. "
            + "; ".join(f"{label}: {note}" for label, note in zip(frame["label"], frame["note"], strict=True))
            + "."
        ),
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
