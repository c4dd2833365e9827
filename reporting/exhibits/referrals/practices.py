"""How many people a service has seen, practice by practice."""

from __future__ import annotations

import pandas as pd

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.exhibit import definition
from reporting.exhibits.kinds import case_mix
from reporting.exhibits.kinds.across import across, judged, left_out, marked, pooled, to_look_at
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.kinds.rates import SURELY
from reporting.exhibits.wording import ALONE, cells, counted, listed, percent, share, size, spelled

ATTENDED = "referral_attended_of_cohort"
CONFOUNDED = "People offered a referral are more severely affected, so uptake is no verdict on a practice."


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """People of the cohort with an attended first contact, by practice with 95 % intervals."""
    last, among = snapshot.info.last_month, selection.among()
    frame = across(snapshot, scope, among, ATTENDED, selection.threshold, last)
    if frame.empty:
        return Nothing()
    reference = pooled(frame)
    frame = judged(frame, "higher")
    shown = to_look_at(frame, selection, frame["role"] != "common")
    low, practices = list(frame.loc[frame["role"] == "concern", "name"]), len(frame)
    return Finding(
        _rows(shown, selection),
        _table(frame),
        (low, int((frame["role"] == "improvement").sum()), practices),
        {
            "n": size(frame["denominator"].sum(), "person", "people"),
            "practices": counted(practices, "practice", "practices"),
            "case_mix": case_mix.words(definition(snapshot, scope, ATTENDED)),
            "left_out": left_out(frame, shown),
        },
        {"reference": reference, "reference_label": f"all {percent(reference)}"},
        f"Shares seen from {percent(frame['value'].min())} to {percent(frame['value'].max())} in "
        f"{counted(practices, 'practice', 'practices')}; all together {percent(reference)}. "
        f"Lower, {SURELY}: {listed(low) or 'none'}.",
    )


def attended_headline(low: list[str], high: int, practices: int) -> str:
    """Which of the practices are surely low."""
    if practices == 1:
        return f"People seen: {ALONE}"
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


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
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
    )
