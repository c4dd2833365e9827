"""Referrals: the head of the page, and how far help reaches in each practice."""

from __future__ import annotations

from functools import partial

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import among_words, area_name, beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, Head, definition, frame_of
from reporting.exhibits.high_dose.practices import marked
from reporting.exhibits.kinds import case_mix, series
from reporting.exhibits.kinds.across import across, judged, pooled
from reporting.exhibits.kinds.drawn import drawn, drawn_words
from reporting.exhibits.kinds.rates import SHARES_WORDS, SURELY, UNSURE
from reporting.exhibits.wording import (
    ALONE,
    cells,
    counted,
    listed,
    month,
    number,
    of_all,
    part,
    percent,
    share,
    size,
    spelled,
)

OFFERED = "referral_offered"
ATTENDED = "referral_attended_of_cohort"
CONFOUNDED = "People offered a referral are more severely affected, so uptake is no verdict on a practice."

STATES = (  # whose coming and going can be shown, the first unless another is chosen
    "referral_attended_of_cohort", "referral_offered", "referral_made_of_cohort",
    "referral_accepted_of_cohort", "referral_completed_of_cohort",
)  # fmt: skip


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """The page's finding: how many of the cohort were offered help and seen."""
    frame = figures.measure_by_month(
        snapshot, scope, selection, [OFFERED, ATTENDED], [selection.threshold]
    ).frame
    offered, attended = (
        series.judged(snapshot, scope, selection, frame, measure, selection.threshold)
        for measure in (OFFERED, ATTENDED)
    )
    if offered is None or attended is None:
        area = area_name(snapshot, scope, selection)
        covered = coverage(snapshot, scope, selection)
        none = "Referrals are not known" if covered.without("referrals") else "No cohort to refer"
        return Head(f"{none} in {area}", covered.nothing())
    cohort, latest = attended.last["denominator"], attended.last["month"]
    n_offered, n_seen = offered.last["numerator"], attended.last["numerator"]
    return Head(
        f"{of_all(n_offered, cohort, 'people in the cohort')} were offered a referral; "
        f"{part(n_seen, cohort)} were seen",
        f"In the 12 months to {month(latest)} {number(n_offered)} of {number(cohort)} people in the "
        f"cohort were offered a referral, and {number(n_seen)} of the cohort attended a first "
        f"contact after such an offer: {part(n_seen, cohort)}, {attended.words}. {CONFOUNDED}",
    )


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
    shown = drawn(frame, selection, frame["role"] != "common")
    draw = partial(interval_dots, _rows(shown, selection), reference, f"all {percent(reference)}", "{:.0%}")
    low = list(frame.loc[frame["role"] == "concern", "name"])
    return Exhibit(
        **common,
        headline=f"Referrals attended: {ALONE}"
        if len(frame) == 1
        else attended_headline(low, int((frame["role"] == "improvement").sum())),
        subtitle=(
            f"{among_words(snapshot, selection)}People in the cohort ({words} OME a day, or a high-dose "
            "gabapentinoid) with a referral attended in the 12 months to "
            f"{month(snapshot.info.last_month)}, % of the cohort "
            f"({size(frame['denominator'].sum(), 'person', 'people')}, "
            f"{counted(len(frame), 'practice', 'practices')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            f"Dot: share; line: 95% Wilson interval. {SHARES_WORDS} "
            f"{case_mix.words(definition(snapshot, scope, ATTENDED))} Orange: lower; blue: higher; grey: "
            f"{UNSURE}. {CONFOUNDED} {drawn_words(frame, shown)}{source_words(snapshot, covered)}"
        ),
        table=pd.DataFrame(
            {
                "Practice": frame["name"],
                "Code": frame["practice_code"],
                "PCN": frame["pcn"],
                "Attended": cells(frame["numerator"]),
                "Cohort": cells(frame["denominator"]),
                "%": frame["value"] * 100,
                "Lower 95%": frame["lower"] * 100,
                "Upper 95%": frame["upper"] * 100,
            }
        ),
        alt=(
            f"Shares of the cohort seen from {percent(frame['value'].min())} to "
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
    return f"Referrals attended: no practice is high or low with certainty ({SURELY})"


def _rows(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    notes = [share(n, of) for n, of in zip(frame["numerator"], frame["denominator"], strict=True)]
    return frame.assign(label=marked(frame, selection), note=notes)
