"""Who began beyond the threshold and is below it now, with those who stopped shown apart."""

from __future__ import annotations

from functools import partial

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import among_words, beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, definition, frame_of
from reporting.exhibits.kinds import case_mix
from reporting.exhibits.kinds.across import judged, with_intervals
from reporting.exhibits.kinds.rates import SHARES_WORDS, UNSURE
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.tapering.down import HARM, POSSIBLY
from reporting.exhibits.wording import beside, cells, counted, month, number, percent, size

MEASURE, AFTER = "below_threshold_now", "below_threshold_after_fall"


def below_now(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
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
    covered, words = coverage(snapshot, scope, among), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "taper-below-now", MEASURE, AFTER)
    if found.empty or denominator[MEASURE] == 0:
        return Exhibit(**common, headline="Below the threshold now", empty=covered.nothing())
    stopped = read_stopped(snapshot, scope, among).frame.set_index(key)["stopped"]
    frame = judged(with_intervals(found), "higher")
    frame = frame.assign(after=frame[key].map(after), stopped=frame[key].map(stopped), label=frame[by])
    frame = frame.sort_values(["value", "label"], ascending=[False, True], ignore_index=True)
    below, plans = numerator[MEASURE], denominator[MEASURE]
    reference, more = below / plans, _more(figures.taper_now(snapshot, scope, among).frame["stopped"])
    draw = partial(interval_dots, _rows(frame), reference, f"all {percent(reference)}", "{:.0%}")
    days = taper_rule(snapshot, "min_plan_days")
    return Exhibit(
        **common,
        headline=(
            f"{number(below)} of {counted(plans, 'person', 'people')} are no longer {words}, step by step"
            f"{_also(numerator[AFTER])}{more}"
        ),
        subtitle=(
            f"{among_words(snapshot, scope, selection)}Plans from {words}, still with supply, by "
            f"{'practice' if by == 'name' else 'PCN'}, {month(snapshot.info.last_month)} "
            f"({size(plans, 'plan', 'plans')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            f"Plans at least {days} days old with a baseline {words}. Step "
            f"by step: without {HARM}. Dot: share; line: 95% Wilson interval. {SHARES_WORDS} "
            f"{case_mix.words(definition(snapshot, scope, MEASURE))} Blue: higher; orange: lower; grey: "
            f"{UNSURE}. Those below after one of these are told apart. Stopped means no supply for 60 days: "
            "it is not counted as below, because zero is often not the aim. "
            f"{source_words(snapshot, covered)}"
        ),
        table=_table(frame, title),
        alt=(
            f"Shares below the threshold from {percent(frame['value'].min())} to "
            f"{percent(frame['value'].max())} "
            f"in {len(frame)} {'practices' if by == 'name' else 'PCNs'}; all together "
            f"{percent(reference)}."
        ),
    )


def _also(after: float) -> str:
    return "" if after == 0 else f"; {number(after)} {POSSIBLY}"


def _more(stopped: pd.Series) -> str:
    """How many plans have stopped; nothing where none is old enough to be among them."""
    return "".join(f"; {number(n)} stopped" for n in stopped)


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
