"""What is done for people on high doses: reviews, plans with their steps, and best-interest records.

Rows are tuples in the order of the contract's columns; days are ordinals and may lie after the data end,
where the extracts leave them out.
"""

from etl.sample.chance import Chance
from etl.sample.people.person import Person, Plan, Step

Row = tuple[object, ...]
DISCUSSIONS, SERVICES = 5, 5


def reviews(chance: Chance, someone: Person, first: int, last: int) -> list[Row]:
    """A patient's reviews: every three to five months on a high dose at a diligent practice, else yearly."""
    practice = someone.practice
    watched = someone.group != "everyday"
    gap = int(110 / (0.4 + practice.diligence)) if watched else 420
    if someone.courses[0].issue_type == "acute" or (not watched and chance.happens(0.4)):
        return []
    last = min(last, (someone.registered_to or last + 1) - 1, someone.reviewed_to or last)
    day = max(first, someone.courses[0].start) + chance.between(0, gap)
    rows = []
    pain = chance.between(4, 9)
    while day <= last:
        pain = min(10, max(0, pain + chance.between(-1, 1)))
        rows.append(_review(chance, someone, day, pain, gap))
        day += chance.between(gap * 2 // 3, gap * 4 // 3)
    return rows


def _review(chance: Chance, someone: Person, day: int, pain: int, gap: int) -> Row:
    practice, diligence = someone.practice, someone.practice.diligence
    tapering = someone.plan is not None and (someone.plan.taper_start_on or day + 1) <= day
    outcomes = {"continue": 6.0, "taper": 1.0, "switch": 0.4, "refer": 0.8, "stop": 0.1}
    reviewer = f"GP{chance.between(1, practice.clinicians()):02d}" if chance.happens(0.7) else "PH01"
    template = chance.weighted({"ardens": diligence, "other": 0.3, "none": 0.9 - diligence * 0.8})
    clear = chance.happens(0.5 + 0.45 * diligence)
    chance.between(-2, 2)  # a score no longer asked for; without the draw all later ones would change
    return (
        practice.code,
        someone.key,
        day,
        reviewer,
        template,
        clear,
        pain,
        day if chance.happens(0.25 + 0.6 * diligence) else None,
        chance.weighted({"yes": 0.3, "none taken": 0.3 + diligence, "not asked": 1.0 - diligence}),
        "taper" if tapering and chance.happens(0.7) else chance.weighted(outcomes),
        day + gap if chance.happens(0.8) else None,
    )


def plan_row(chance: Chance, someone: Person, plan_id: str) -> Row:
    """A patient's plan with its final status; more is written down at a diligent practice."""
    plan, practice = someone.plan, someone.practice
    assert plan is not None
    diligence = practice.diligence
    named, cover = chance.shuffled([f"GP{n:02d}" for n in range(1, practice.clinicians() + 1)])[:2]
    consent = chance.weighted({"given": diligence, "declined": 0.15, "not asked": 0.8 - diligence * 0.6})
    both = chance.happens(0.4 + 0.5 * diligence)
    return (
        practice.code,
        someone.key,
        plan_id,
        plan.started_on,
        named,
        cover if both else None,
        plan.started_on + chance.between(0, 7) if both else None,
        chance.happens(0.3 + 0.5 * diligence),
        plan.started_on + chance.between(0, 14) if chance.happens(0.2 + 0.7 * diligence) else None,
        consent,
        f"SYNPH{practice.number}A" if consent == "given" else None,
        plan.interval,
        plan.taper_start_on,
        plan.target_ome,
        plan.rate_percent,
        28 if plan.taper_start_on else None,
        plan.template,
        plan.consent if plan.taper_start_on else None,
        plan.status,
        plan.paused_on,
        plan.pause_reason,
        plan.ended_on,
    )


def step_rows(chance: Chance, someone: Person, plan_id: str) -> list[Row]:
    """The steps of a patient's taper, planned and made."""
    plan = someone.plan
    assert plan is not None
    return [_step(chance, someone, plan_id, number, step) for number, step in enumerate(plan.steps, 1)]


def _step(chance: Chance, someone: Person, plan_id: str, number: int, step: Step) -> Row:
    diligence = someone.practice.diligence
    made = step.actual_on
    left = someone.registered_to
    if made is not None and left is not None and made >= left:
        made = None
    letters = made is not None and chance.happens(0.2 + 0.6 * diligence)
    discussed = made is not None and chance.happens(0.15 + 0.5 * diligence)
    return (
        someone.practice.code,
        someone.key,
        plan_id,
        number,
        step.planned_on,
        step.planned_ome,
        made,
        (made or 0) - chance.between(0, 10) if letters else None,
        (made or 0) - chance.between(0, 20) if discussed else None,
        chance.happens(0.35),
    )


def best_interest_row(chance: Chance, someone: Person, record_id: str) -> Row:
    """The record of a reduction without full agreement; `plan.safeguards` is all, none or by chance."""
    plan, practice = someone.plan, someone.practice
    assert plan is not None
    likely = {"all": 1.0, "none": 0.0}.get(plan.safeguards, 0.94)
    decided = plan.started_on
    named, other = chance.shuffled([f"GP{n:02d}" for n in range(1, practice.clinicians() + 1)])[:2]

    def discussed() -> str:
        if chance.happens(likely):
            return chance.weighted({"discussed": 8.0, "attempted": 2.0})
        return "not done"

    talks = [discussed() for _ in range(DISCUSSIONS)]
    offers = [_offer(chance, likely) for _ in range(SERVICES)]
    unsuitable = "not appropriate" in offers
    explained = chance.happens(likely)
    second = chance.weighted({"offered": 2.0, "taken": 1.0}) if chance.happens(likely) else "not offered"
    return (
        practice.code,
        someone.key,
        record_id,
        decided,
        named,
        chance.happens(likely),
        *talks,
        *offers,
        "Already known to the service; patient housebound" if unsuitable and likely else None,
        chance.weighted({"yes": 2.0, "partly": 5.0, "no": 3.0}),
        False,
        chance.between(1, 4) if likely else 0,
        decided - chance.between(3, 20) if explained else None,
        decided - chance.between(0, 3) if explained else None,
        second,
        other if second == "taken" else None,
    )


def _offer(chance: Chance, likely: float) -> str | None:
    if not likely:
        return None
    return chance.weighted({"offered": 5.0, "already done": 2.0, "not appropriate": 1.0, "declined": 2.0})


def practice_plan_row(chance: Chance, someone_found: int, code: str, diligence: float, end: int) -> Row:
    """The practice's own plan as it stands at the end of a period; the same draws give the same policies."""
    approved = end - chance.between(30, 700) if chance.happens(0.4 + 0.55 * diligence) else None
    consider = {"yes": diligence, "no": 0.25, "not considered": 1 - diligence}
    resources = (
        "Pain Toolkit",
        "Live Well with Pain",
        "Brainman stops his opioids",
        "Headspace",
        "Active 10",
    )
    offered = [name for name in resources if chance.happens(0.2 + 0.6 * diligence)]
    return (
        code,
        approved,
        approved + 365 if approved else None,
        end - chance.between(5, 160) if chance.happens(0.5 + 0.5 * diligence) else None,
        someone_found,
        someone_found * chance.between(5, 15) // 100,
        chance.weighted(consider),
        chance.weighted(consider),
        chance.weighted(
            {"monthly": 5.0, "individual": 3.0, "fortnightly": 1.0, "not considered": 1 - diligence}
        ),
        chance.weighted(consider),
        end - chance.between(3, 85) if chance.happens(0.3 + 0.6 * diligence) else None,
        chance.happens(diligence),
        "; ".join(offered) or None,
    )


def has_taper(plan: Plan | None) -> bool:
    """Whether the patient has a plan with a taper."""
    return plan is not None and plan.taper_start_on is not None
