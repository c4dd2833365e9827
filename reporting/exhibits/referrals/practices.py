"""How many people a service has seen, practice by practice."""

from __future__ import annotations

from functools import partial

import pandas as pd

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import among_words, beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, definition, frame_of
from reporting.exhibits.kinds import case_mix
from reporting.exhibits.kinds.across import across, judged, left_out, marked, pooled, to_look_at
from reporting.exhibits.kinds.rates import SHARES_WORDS, SURELY, UNSURE
from reporting.exhibits.wording import (
    ALONE,
    cells,
    counted,
    listed,
    month,
    percent,
    share,
    size,
    spelled,
)

ATTENDED = "referral_attended_of_cohort"
CONFOUNDED = "People offered a referral are more severely affected, so uptake is no verdict on a practice."


def attended(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """People of the cohort with an attended first contact, by practice with 95 % intervals."""
    among = selection.among()
    frame = across(snapshot, scope, among, ATTENDED, selection.threshold, snapshot.info.last_month)
    covered, words = coverage(snapshot, scope, among), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "referral-attended", ATTENDED)
    if frame.empty:
        return Exhibit(**common, headline="Referrals attended by practice", empty=covered.nothing())
    reference = pooled(frame)
    frame = judged(frame, "higher")
    shown = to_look_at(frame, selection, frame["role"] != "common")
    draw = partial(interval_dots, _rows(shown, selection), reference, f"all {percent(reference)}", "{:.0%}")
    low = list(frame.loc[frame["role"] == "concern", "name"])
    return Exhibit(
        **common,
        headline=f"People seen: {ALONE}"
        if len(frame) == 1
        else attended_headline(low, int((frame["role"] == "improvement").sum())),
        subtitle=(
            f"{among_words(snapshot, scope, selection)}People on a high dose seen by a service, 12 months to "
            f"{month(snapshot.info.last_month)} ({size(frame['denominator'].sum(), 'person', 'people')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            f"People on a high dose ({words} OME a day, or a high-dose gabapentinoid) with a referral "
            f"attended, % of them, in {counted(len(frame), 'practice', 'practices')}. Dot: share; "
            f"line: 95% Wilson interval. {SHARES_WORDS} "
            f"{case_mix.words(definition(snapshot, scope, ATTENDED))} Orange: lower; blue: higher; grey: "
            f"{UNSURE}. {CONFOUNDED} {left_out(frame, shown)}{source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame(
            {
                "Practice": frame["name"],
                "Code": frame["practice_code"],
                "PCN": frame["pcn"],
                "Attended": cells(frame["numerator"]),
                "On a high dose": cells(frame["denominator"]),
                "%": frame["value"] * 100,
                "Lower 95%": frame["lower"] * 100,
                "Upper 95%": frame["upper"] * 100,
            }
        ),
        alt=(
            f"Shares seen from {percent(frame['value'].min())} to "
            f"{percent(frame['value'].max())} in "
            f"{counted(len(frame), 'practice', 'practices')}; all together {percent(reference)}. "
            f"Lower, {SURELY}: {listed(low) or 'none'}."
        ),
    )


def attended_headline(low: list[str], high: int) -> str:
    """Which practices are surely low."""
    if low and len(low) <= 3:
        return f"{listed(low)} {'is' if len(low) == 1 else 'are'} low ({SURELY})"
    if low:
        return f"{spelled(len(low), 'practice is', 'practices are')} low ({SURELY})"
    if high:
        return f"No practice is low; {counted(high, 'is', 'are')} high ({SURELY})"
    return f"No practice is surely high or low in people seen ({SURELY})"


def _rows(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    notes = [share(n, of) for n, of in zip(frame["numerator"], frame["denominator"], strict=True)]
    return frame.assign(label=marked(frame, selection), note=notes)
