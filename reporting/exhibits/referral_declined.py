"""Why people decline a referral, in the words recorded."""

from __future__ import annotations

from functools import partial

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.intervals import wilson
from reporting.charts.dots import interval_dots
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import suppress_below
from reporting.exhibits.wording import counted, month, number, percent, share

MEASURE = "declined_reasons"


def declined(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Reasons for declining as shares of the offers declined, with 95 % intervals."""
    found = queries.declined_reasons(snapshot, scope, selection).frame
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "referral-declined", MEASURE)
    offers = int(found["offers"].sum())
    frame = _shares(found[found["reason"].notna()])
    if frame.empty:
        empty = (
            f"Of {counted(offers, 'offer', 'offers')} in the last 12 months none was declined."
            if offers
            else covered.nothing()
        )
        return Exhibit(**common, headline="Why people decline a referral", empty=empty)
    total = int(frame["numerator"].sum())
    draw = partial(interval_dots, frame, None, "", "{:.0%}")
    return Exhibit(
        **common,
        headline=declined_headline(frame, total, offers),
        subtitle=(
            f"Reasons recorded, share of the offers declined, {month(snapshot.info.month(11))} to "
            f"{month(snapshot.info.last_month)} (n = {counted(total, 'offer', 'offers')} declined)"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            "Dot: share; line: 95% Wilson interval. A reason is named where at least "
            f"{suppress_below(snapshot)} people of the ICB gave it at any time; everything else is another "
            "reason. No share is good or bad. Offers to people in the "
            f"cohort when offered ({words} OME a day or a high-dose gabapentinoid). "
            f"{source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame(
            {
                "Reason": frame["label"],
                "Offers declined": frame["numerator"],
                "Of": total,
                "%": (frame["value"] * 100).round(1),
                "Lower 95%": (frame["lower"] * 100).round(1),
                "Upper 95%": (frame["upper"] * 100).round(1),
            }
        ),
        alt=(
            f"{number(total)} of {counted(offers, 'offer', 'offers')} declined: "
            + "; ".join(f"{row.label} {row.note}" for row in frame.itertuples())
            + "."
        ),
    )


def declined_headline(frame: pd.DataFrame, total: int, offers: int) -> str:
    """How many declined, and the reason that is commoner than every other beyond chance."""
    start = f"{share(total, offers)} of the offers were declined"
    first, others = frame.iloc[0], frame.iloc[1:]
    if others.empty:
        return f"{start}; reason: {first['label']}"
    if first["lower"] > others["upper"].max():
        return f"{start}; most often: {first['label']} ({percent(first['value'])})"
    return f"{start}; no reason stands out"


def _shares(found: pd.DataFrame) -> pd.DataFrame:
    total = int(found["offers"].sum())
    ordered = found.sort_values(["offers", "reason"], ascending=[False, True], ignore_index=True)
    bounds = [wilson(count, total) for count in ordered["offers"]]
    return pd.DataFrame(
        {
            "label": [str(reason)[:1].upper() + str(reason)[1:] for reason in ordered["reason"]],
            "numerator": ordered["offers"],
            "value": ordered["offers"] / total if total else [],
            "lower": [low for low, _ in bounds],
            "upper": [high for _, high in bounds],
            "note": [share(count, total) for count in ordered["offers"]],
            "role": "data",
        }
    )
