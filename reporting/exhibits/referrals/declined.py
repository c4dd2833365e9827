"""Why people decline a referral, in the words recorded."""

from __future__ import annotations

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.intervals import interval
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.policy import suppress_below
from reporting.exhibits.wording import cells, counted, number, percent, share, size

MEASURE = "declined_reasons"


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Reasons for declining as shares of the offers declined, with 95 % intervals."""
    frame = figures.measure_by_month(snapshot, scope, selection, [MEASURE], [selection.threshold]).frame
    found = frame[frame["month"] == pd.Timestamp(snapshot.info.last_month)]
    offers = figures.referral_stages(snapshot, scope, selection).frame["offered"].sum()
    total = found["denominator"].max() if len(found) else 0
    if total == 0:
        none = f"Of {counted(offers, 'offer', 'offers')} in the last 12 months none was declined."
        return Nothing(none if offers else "")
    frame = _shares(found[found["numerator"] != 0], total)
    told = "; ".join(f"{row.label} {row.note}" for row in frame.itertuples())
    return Finding(
        frame,
        _table(frame, total),
        (frame, total, offers),
        {"n": size(total, "offer", "offers"), "least": suppress_below(snapshot)},
        alt=f"{number(total)} of {counted(offers, 'offer', 'offers')} declined: {told}.",
    )


def declined_headline(frame: pd.DataFrame, total: float, offers: float) -> str:
    """How many declined, and the reason that is commoner than every other beyond chance."""
    start = (
        f"{number(total)} of {counted(offers, 'offer', 'offers')} {'was' if total == 1 else 'were'} declined"
    )
    first, others = frame.iloc[0], frame.iloc[1:]
    if others.empty:
        return f"{start}; reason: {first['label']}"
    if first["lower"] > others["upper"].max():
        return f"{start}; most often: {first['label']} ({percent(first['value'])})"
    return f"{start}; no reason stands out"


def _shares(found: pd.DataFrame, total: float) -> pd.DataFrame:
    """Reasons, commonest first."""
    ordered = found.sort_values(["numerator", "category"], ascending=[False, True], ignore_index=True)
    bounds = [interval(count, total) for count in ordered["numerator"]]
    return pd.DataFrame(
        {
            "label": [str(reason)[:1].upper() + str(reason)[1:] for reason in ordered["category"]],
            "numerator": ordered["numerator"],
            "value": ordered["numerator"] / total,
            "lower": [low for low, _ in bounds],
            "upper": [high for _, high in bounds],
            "note": [share(count, total) for count in ordered["numerator"]],
            "role": "data",
        }
    )


def _table(frame: pd.DataFrame, total: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Reason": frame["label"],
            "Offers declined": cells(frame["numerator"]),
            "Of": cells([total] * len(frame)),
            "%": frame["value"] * 100,
            "Lower 95%": frame["lower"] * 100,
            "Upper 95%": frame["upper"] * 100,
        }
    )
