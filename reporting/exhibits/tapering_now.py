"""Who began beyond the threshold and is below it now, with those who stopped shown apart."""

from __future__ import annotations

from functools import partial

import pandas as pd

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.dots import interval_dots
from reporting.exhibits.across import pooled, roles, with_intervals
from reporting.exhibits.coverage import among_words, beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import rounding, taper_rule
from reporting.exhibits.wording import counted, month, number, percent, share

MEASURE = "below_threshold_now"


def below_now(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Plans now below the threshold with supply, as a share of those beyond it at baseline.

    By PCN for the whole ICB or a place, by practice within a PCN.
    """
    among = selection.among()
    by, title = ("practice", "Practice") if among.pcn is not None else ("pcn", "PCN")
    frame = _grouped(queries.taper_now(snapshot, scope, among).frame, "name" if by == "practice" else "pcn")
    covered, words = coverage(snapshot, scope, among), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "taper-below-now", MEASURE)
    if frame.empty:
        return Exhibit(**common, headline="Below the threshold now", empty=covered.nothing())
    below, plans, stopped = (int(frame[name].sum()) for name in ("numerator", "denominator", "stopped"))
    reference = pooled(frame)
    frame["role"] = roles(frame, "higher", rounding(snapshot, scope))
    draw = partial(interval_dots, _rows(frame), reference, f"all {percent(reference)}", "{:.0%}")
    days = taper_rule(snapshot, "min_plan_days")
    return Exhibit(
        **common,
        headline=(
            f"{share(below, plans)} who began {words} are below it now; {number(stopped)} more "
            f"{'has' if stopped == 1 else 'have'} stopped"
        ),
        subtitle=(
            f"{among_words(snapshot, selection)}"
            f"Plans at least {days} days old with a baseline {words}: no longer beyond it but with "
            f"supply, by "
            f"{'practice' if by == 'practice' else 'PCN'}, {month(snapshot.info.last_month)} "
            f"(n = {counted(plans, 'plan', 'plans')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            "Dot: share; line: 95% Wilson interval. Blue: interval wholly above all together; orange: wholly "
            "below; grey: no significant difference. Stopped means no supply for 60 days: it is not "
            "counted as "
            f"below, because zero is often not the aim. {source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame(
            {
                title: frame["label"],
                "Below now": frame["numerator"],
                "Stopped": frame["stopped"],
                "Plans": frame["denominator"],
                "Below now %": (frame["value"] * 100).round(1),
                "Lower 95%": (frame["lower"] * 100).round(1),
                "Upper 95%": (frame["upper"] * 100).round(1),
            }
        ),
        alt=(
            f"Shares below the threshold from {percent(frame['value'].min())} to "
            f"{percent(frame['value'].max())} "
            f"in {len(frame)} {'practices' if by == 'practice' else 'PCNs'}; all together "
            f"{percent(reference)}."
        ),
    )


def _grouped(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    summed = frame.groupby(by, sort=True)[["below", "plans", "stopped"]].sum().reset_index()
    named = summed.rename(columns={by: "label", "below": "numerator", "plans": "denominator"})
    return with_intervals(named).sort_values("value", ascending=False, ignore_index=True)


def _rows(frame: pd.DataFrame) -> pd.DataFrame:
    notes = [
        f"{percent(value)}  {number(n)} of {number(of)}, {number(stopped)} stopped"
        for value, n, of, stopped in zip(
            frame["value"], frame["numerator"], frame["denominator"], frame["stopped"], strict=True
        )
    ]
    return frame.assign(note=notes)
