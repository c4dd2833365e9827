"""How far offers of referral came, by service."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.contrast import all_compared
from reporting.analysis.intervals import interval
from reporting.exhibits.coverage import coverage
from reporting.exhibits.kinds.chart import Finding, Nothing
from reporting.exhibits.policy import suppress_below
from reporting.exhibits.wording import FEWEST_FOR_PERCENT, cells, counted, number, part, size

STEPS = (("made", "offered"), ("accepted", "made"), ("attended", "accepted"), ("completed", "attended"))
COMPARED = 2  # services with a share, to be told apart
STAGES = ("offered", "made", "accepted", "attended", "completed")
MEASURES = (
    "referral_made_by_service", "referral_accepted_by_service", "referral_attended_by_service",
    "referral_completed_by_service", "msk_without_indication_of_cohort",
)  # fmt: skip


def read(snapshot: Snapshot, scope: Scope, selection: Selection) -> Finding | Nothing:
    """Each stage of referral as a share of the stage before, by service, with 95 % intervals."""
    frame = figures.referral_stages(snapshot, scope, selection).frame
    if frame.empty or frame["offered"].sum() == 0:
        covered = coverage(snapshot, scope, selection)
        if covered.without("referrals"):
            return Nothing(title="Referrals are not known")
        return Nothing("Choose a wider area or the lower threshold." if covered.counted else "")
    references, least = _references(frame), suppress_below(snapshot)
    frame = frame[(frame[list(STAGES)] != 0).any(axis=1)].sort_values(
        "offered", ascending=False, kind="stable"
    )
    found = steps(frame, least)
    return Finding(
        found,
        _table(frame),
        (found,),
        {
            "n": size(frame["offered"].sum(), "offer", "offers"),
            "least": least,
            "compared": counted(int(found["compared"].max()), "comparison", "comparisons"),
            "mismatch": _mismatch_words(frame["mismatched"].sum()),
        },
        {"references": references, "stage_notes": {step.capitalize(): f"of {of}" for step, of in STEPS}},
        f"Offers: {_through(frame)}; {counted(len(frame), 'service', 'services')}. {stages_headline(found)}.",
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
    made.loc[told.index, "word"] = all_compared(pairs, [together[stage] for stage in told["stage"]])
    return made.assign(
        role=["concern" if word == "lower" else "data" for word in made["word"]], compared=len(told)
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
