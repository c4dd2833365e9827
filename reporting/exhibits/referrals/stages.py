"""How far offers of referral came, by service."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.contrast import beside, compared
from reporting.analysis.correction import correction
from reporting.analysis.intervals import interval
from reporting.charts.people import stages as chart
from reporting.exhibits.coverage import beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import suppress_below
from reporting.exhibits.wording import FEWEST_FOR_PERCENT, cells, counted, month, number, part, size

STEPS = (("made", "offered"), ("accepted", "made"), ("attended", "accepted"), ("completed", "attended"))
COMPARED = 2  # services with a share, to be told apart
STAGES = ("offered", "made", "accepted", "attended", "completed")
MEASURES = (
    "referral_made_by_service", "referral_accepted_by_service", "referral_attended_by_service",
    "referral_completed_by_service", "msk_without_indication_of_cohort",
)  # fmt: skip


def stages(snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
    """Each stage of referral as a share of the stage before, by service, with 95 % intervals."""
    frame = figures.referral_stages(snapshot, scope, selection).frame
    covered, words = coverage(snapshot, scope, selection), beyond(snapshot, selection.threshold)
    common = frame_of(snapshot, "referral-stages", *MEASURES)
    if frame.empty or frame["offered"].sum() == 0:
        unsent = covered.without("referrals")
        return Exhibit(
            **common,
            headline="Referrals are not known" if unsent else "No referral was offered in the last 12 months",
            empty=covered.nothing()
            if unsent or covered.counted == 0
            else "Choose a wider area or the lower threshold.",
        )
    references = _references(frame)
    frame = frame[(frame[list(STAGES)] != 0).any(axis=1)].sort_values(
        "offered", ascending=False, kind="stable"
    )
    found = steps(frame, suppress_below(snapshot))
    notes = {step.capitalize(): f"of {of}" for step, of in STEPS}
    draw = partial(chart.referral_stages, found, references, notes)
    return Exhibit(
        **common,
        headline=stages_headline(found),
        subtitle=(
            f"Share of the stage before, by service, offers of {month(snapshot.info.month(11))} to "
            f"{month(snapshot.info.last_month)} ({size(frame['offered'].sum(), 'offer', 'offers')})"
        ),
        figure=draw(),
        narrow=partial(draw, compact=True),
        caption=(
            f"Figure: share and number of offers, counts alone of fewer than {FEWEST_FOR_PERCENT}; line: "
            "95% Wilson interval; dotted: all services together. Orange: below all services by an exact "
            f"test, of {suppress_below(snapshot)} referrals or more, corrected over "
            f"{counted(int(found['compared'].max()), 'comparison', 'comparisons')} made at once "
            f"(Benjamini–Hochberg, 5%). Offers to people on a high dose then ({words} OME a day or a "
            "high-dose gabapentinoid, not excluded), as far as they had come by the end of the data: "
            "recent ones may still be on their way. "
            f"{_mismatch_words(frame['mismatched'].sum())}{source_words(snapshot, covered)}"
        ),
        table=_table(frame),
        alt=(
            f"Offers: {_through(frame)}; {counted(len(frame), 'service', 'services')}. "
            f"{stages_headline(found)}."
        ),
    )


def stages_headline(steps: pd.DataFrame) -> str:
    """The step at which one service lies wholly below all together; the widest gap first."""
    if (steps.groupby("stage")["value"].count() < COMPARED).all():
        return "No two services have enough people to be compared"
    low = steps[steps["role"] == "concern"]
    if low.empty:
        return "Differences between services could be chance at every stage"
    worst = low.sort_values("gap").iloc[-1]
    more = f"; {counted(len(low) - 1, 'other step is', 'other steps are')} low too" if len(low) > 1 else ""
    return (
        f"{worst['service']}: {number(worst['numerator'])} of {number(worst['denominator'])} "
        f"{worst['before']} referrals were {worst['stage'].lower()}{more}"
    )


def _through(frame: pd.DataFrame) -> str:
    return ", ".join(f"{number(frame[stage].sum())} {stage}" for stage in STAGES)


def _references(frame: pd.DataFrame) -> dict[str, float]:
    """Step → its share of the step before, of all services together."""
    found = {step.capitalize(): (frame[step].sum(), frame[of].sum()) for step, of in STEPS}
    return {step: n / d for step, (n, d) in found.items() if d > 0}


def steps(frame: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """One row a service and step, of rows of `figures.referral_stages`: service, stage, before, numerator,
    denominator, value, lower, upper, word (higher | lower | no sure difference; "" of fewer referrals
    at the step before than `fewest`), role, compared (how many comparisons that is corrected over), gap (of
    all services' share and its own), and figure and beside, the words at its dot."""
    together = {step.capitalize(): _share(frame[step].sum(), frame[of].sum()) for step, of in STEPS}
    made = pd.DataFrame(
        [
            _step(row, step, of, together[step.capitalize()])
            for row in frame.to_dict("records")
            for step, of in STEPS
        ]
    )
    told = made[made["denominator"] >= fewest]
    pairs = list(zip(told["numerator"], told["denominator"], strict=True))
    apart = beside(pairs, [together[stage] for stage in told["stage"]])
    among = correction(one.p for one in apart)
    made.loc[told.index, "word"] = [compared(one, among) for one in apart]
    return made.assign(
        role=["concern" if word == "lower" else "data" for word in made["word"]], compared=len(apart)
    )


def _share(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else float("nan")


def _step(row: dict[Any, Any], step: str, of: str, together: float) -> dict[Any, Any]:
    numerator, denominator = float(row[step]), float(row[of])
    found = {
        "service": row["service"],
        "stage": step.capitalize(),
        "before": of,
        "numerator": numerator,
        "denominator": denominator,
        "value": float("nan"),
        "lower": float("nan"),
        "upper": float("nan"),
        "word": "",
        "gap": 0.0,
        "figure": "",
        "beside": "",
    }
    if denominator == 0 or together != together:
        return found
    value = numerator / denominator
    lower, upper = interval(numerator, denominator)
    words = {
        "figure": part(numerator, denominator),
        "beside": "" if denominator < FEWEST_FOR_PERCENT else number(numerator),
    }
    return found | words | {"value": value, "lower": lower, "upper": upper, "gap": together - value}


def _mismatch_words(mismatched: float) -> str:
    if not mismatched > 0:
        return ""
    return (
        f"{counted(mismatched, 'referral', 'referrals').capitalize()} to a musculoskeletal service "
        f"{'has' if mismatched == 1 else 'have'} another indication. "
    )


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame({"Service": frame["service"], "Offered": cells(frame["offered"])})
    for step, of in STEPS:
        table[step.capitalize()] = cells(frame[step])
        table[f"{step.capitalize()} % of {of}"] = [
            n / d * 100 if d else None for n, d in zip(frame[step], frame[of], strict=True)
        ]
    return table
