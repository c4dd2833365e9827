"""Who began beyond the threshold and is below it now, with those who stopped shown apart."""

from __future__ import annotations

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import beyond
from reporting.exhibits.exhibit import definition
from reporting.exhibits.kinds import case_mix
from reporting.exhibits.kinds.across import judged, with_intervals
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.tapering.down import POSSIBLY
from reporting.exhibits.wording import beside, cells, counted, number, percent, size

MEASURE, AFTER = "below_threshold_now", "below_threshold_after_fall"


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Plans now below the threshold with supply, as a share of those beyond it at baseline.

    By PCN for the whole ICB or a place, by practice within a PCN.
    """
    among = selection.among()
    by, key, title, read, read_stopped = (
        ("name", "practice_code", "Practice", figures.measure_by_practice, figures.taper_now_by_practice)
        if among.pcn is not None
        else ("pcn", "pcn", "PCN", figures.measure_by_pcn, figures.taper_now_by_pcn)
    )
    asked = [MEASURE, AFTER], [selection.threshold]
    every = read(snapshot, scope, among, *asked, [snapshot.info.last_month]).frame
    found = every[every["measure"] == MEASURE].reset_index(drop=True)
    after = every[every["measure"] == AFTER].set_index(key)["numerator"]
    together = figures.measure_by_month(snapshot, scope, among, *asked).frame
    together = together[together["month"] == pd.Timestamp(snapshot.info.last_month)].set_index("measure")
    numerator, denominator = (together[name].astype(float) for name in ("numerator", "denominator"))
    if found.empty or denominator[MEASURE] == 0:
        return Nothing()
    stopped = read_stopped(snapshot, scope, among).frame.set_index(key)["stopped"]
    frame = judged(with_intervals(found), "higher")
    frame = frame.assign(after=frame[key].map(after), stopped=frame[key].map(stopped), label=frame[by])
    frame = frame.sort_values(["value", "label"], ascending=[False, True], ignore_index=True)
    below, plans = numerator[MEASURE], denominator[MEASURE]
    reference, stopped = below / plans, figures.taper_now(snapshot, scope, among).frame["stopped"]
    of = "practice" if by == "name" else "PCN"
    return Finding(
        _rows(frame),
        _table(frame, title),
        (below, plans, beyond(snapshot, selection.threshold), numerator[AFTER], stopped),
        {
            "by": of,
            "n": size(plans, "plan", "plans"),
            "case_mix": case_mix.words(definition(snapshot, scope, MEASURE)),
        },
        {"reference": reference, "reference_label": f"all {percent(reference)}"},
        f"Shares below the threshold from {percent(frame['value'].min())} to "
        f"{percent(frame['value'].max())} in {len(frame)} {of}s; all together {percent(reference)}.",
    )


def headline(below: float, plans: float, dose: str, after: float, stopped: pd.Series) -> str:
    """How many are no longer beyond the threshold step by step, after a fall, or stopped."""
    also = "" if after == 0 else f"; {number(after)} {POSSIBLY}"
    more = "".join(f"; {number(n)} stopped" for n in stopped)  # no row where no plan is old enough
    people = counted(plans, "person", "people")
    return f"{number(below)} of {people} are no longer {dose}, step by step{also}{more}"


def _rows(frame: pd.DataFrame) -> pd.DataFrame:
    notes = [
        beside(n, of) if stopped != stopped else f"{beside(n, of)}, {number(stopped)} stopped"
        for n, of, stopped in zip(frame["numerator"], frame["denominator"], frame["stopped"], strict=True)
    ]
    return frame.assign(label=frame["label"].replace("", "no PCN"), note=notes)


def _table(frame: pd.DataFrame, title: str) -> pd.DataFrame:
    made = pd.DataFrame(
        {
            title: frame["label"].replace("", "no PCN"),
            "Below now": cells(frame["numerator"]),
            "Below after a fall": cells(frame["after"]),
            "Stopped": frame["stopped"],
            "Plans": cells(frame["denominator"]),
            "Below now %": frame["value"] * 100,
            "Lower 95%": frame["lower"] * 100,
            "Upper 95%": frame["upper"] * 100,
        }
    )
    return made.drop(columns="Stopped") if frame["stopped"].isna().any() else made
