"""Doses a year or more after a plan began, beside the published outcomes."""

from __future__ import annotations

from math import isnan

import numpy as np
import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.contrast import all_compared
from reporting.disclosure import judging
from reporting.exhibits.kinds.across import with_intervals
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.tapering.down import HARM
from reporting.exhibits.wording import cells, counted, listed, number, percent, size

OUTCOMES = "outcome_band_share"
OUTCOMES_AFTER = "outcome_band_after_fall"
# Fenton and Agnoli, JAMA Network Open 2022: outcomes of 21,515 tapers, in per cent.
PUBLISHED = {"stopped": 15.2, "1–49%": 23.3, "50–84%": 31.9, "85–114%": 24.9, "115%+": 4.7}
NAMES = {"85–114%": "85–114%, unchanged", "115%+": "115%+, escalated"}
NOT_KNOWN = "not known"
ARE = {
    "stopped": "have stopped",
    "1–49%": "are at 1–49% of their dose before",
    "50–84%": "are at 50–84% of their dose before",
    "85–114%": "are at 85–114% of their dose before",
    "115%+": "are at 115% of their dose before or more",
}


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Plans of 12 months or more by dose as a share of baseline, beside the published cohort."""
    both, asked = [OUTCOMES, OUTCOMES_AFTER], [selection.threshold]
    frame = figures.measure_by_month(snapshot, scope, selection, both, asked).frame
    frame = frame[frame["month"] == pd.Timestamp(snapshot.info.last_month)]
    after = frame[frame["measure"] == OUTCOMES_AFTER].set_index("category")["numerator"]
    frame = with_intervals(frame[frame["measure"] == OUTCOMES])
    unknown = frame.loc[frame["category"] == NOT_KNOWN, "numerator"].sum(skipna=False)
    if frame.empty:
        return Nothing()
    frame = frame.set_index("category").reindex(list(PUBLISHED)).dropna(subset=["denominator"]).reset_index()
    frame["after"] = after.reindex(frame["category"], fill_value=0).to_numpy()
    frame["published"] = [PUBLISHED[band] / 100 for band in frame["category"]]
    frame = with_words(frame)
    people = frame["denominator"].iloc[0]
    words = {
        "n": size(people, "plan", "plans"),
        "bands": counted(len(frame), "band", "bands"),
        "after": _after_words(frame),
        "unknown": _unknown_words(unknown),
    }
    alt = ("" if isnan(people) else f"Of {number(people)} plans: ") + ", ".join(
        f"{band} of baseline {percent(value)} (published {percent(published)})"
        for band, value, published in zip(frame["category"], frame["value"], frame["published"], strict=True)
    )
    facts = (frame, taper_rule(snapshot, "outcome_months"))
    return Finding(_rows(frame), _table(frame), facts, words, alt=f"{alt}.")


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Dose as % of baseline": frame["category"],
            "Plans": cells(frame["numerator"]),
            f"After {HARM}": cells(frame["after"]),
            "Of": ["withheld" if isnan(of) else int(of) for of in frame["denominator"]],
            "%": frame["value"] * 100,
            "Lower 95%": frame["lower"] * 100,
            "Upper 95%": frame["upper"] * 100,
            "Published %": frame["published"] * 100,
        }
    )


def _unknown_words(plans: float) -> str:
    if plans == 0:
        return ""
    return f"Among all, {counted(plans, 'plan', 'plans')} whose dose is not known. "


def _after_words(frame: pd.DataFrame) -> str:
    """How many of each band that is below baseline had a fast fall, a stop or an unknown dose on the way."""
    down = frame[frame["category"].isin(["stopped", "1–49%", "50–84%"]) & (frame["after"] != 0)]
    if down.empty:
        return f"Nobody below baseline had {HARM} on the way. "
    parts = [f"{number(n)} of those at {band}" if band != "stopped" else f"{number(n)} of those who stopped"
             for band, n in zip(down["category"], down["after"], strict=True)]  # fmt: skip
    return f"After {HARM}: {listed(parts)}. "


def outcomes_headline(frame: pd.DataFrame, months: int) -> str:
    """Of which bands there are more or fewer people than published (word). A band that is withheld is not
    named."""
    differing: dict[str, list[str]] = {"higher": [], "lower": []}
    known = frame[frame["value"].notna()]
    for row in known[known["word"].isin(list(differing))].to_dict("records"):
        differing[row["word"]].append(ARE[row["category"]])
    more, fewer = (listed(differing[word]) for word in ("higher", "lower"))
    some = len(known) < len(frame)
    if not more and not fewer:
        plans = known["denominator"].iloc[0] if len(known) else float("nan")
        whose = "Plans" if isnan(plans) else counted(plans, "plan", "plans")
        shown = " of the bands shown" if some else ""
        return f"{whose} after {months} months: no sure difference{shown} from a published study"
    said = f"More people than published {more}" if more else f"Fewer people than published {fewer}"
    said += f"; fewer {fewer}" if more and fewer else ""
    return f"{said}, of the bands that are shown" if some else said


def with_words(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with word: higher | lower | no sure difference of each band, corrected over the bands;
    without a share that rounding puts on the other side of the published one."""
    exact = judging(frame)
    pairs = list(zip(exact["numerator"], exact["denominator"], strict=True))
    words = all_compared(pairs, list(exact["published"]))
    way = np.sign(frame["value"] - frame["published"])
    misread = pd.Series(words, frame.index).map({"higher": 1.0, "lower": -1.0}).sub(way).fillna(0) != 0
    return frame.assign(
        word=words, **{name: frame[name].mask(misread) for name in ("value", "lower", "upper")}
    )


def _rows(frame: pd.DataFrame) -> pd.DataFrame:
    notes = [
        number(n) if isnan(of) else f"{number(n)} of {number(of)}"
        for n, of in zip(frame["numerator"], frame["denominator"], strict=True)
    ]
    return frame.assign(band=[NAMES.get(band, band) for band in frame["category"]], note=notes)
