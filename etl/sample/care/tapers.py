"""Tapers: how a patient's dose goes after a plan is made.

Outcomes follow the published mix after a year: 15 % stopped, 23 % at 1-49 % of baseline, 32 % at 50-84 %,
25 % unchanged, 5 % escalated (Fenton and Agnoli, JAMA Netw Open 2022).
"""

from etl.sample.chance import Chance
from etl.sample.people.person import Course, Person, Plan, Step
from etl.sample.prescribing.regimens import Regimen, ome, strong

OUTCOMES = {"stopped": 15.0, "far down": 23.0, "down": 32.0, "unchanged": 25.0, "escalated": 5.0}
PAUSES = (
    "Bereavement - pause agreed for now",
    "Acute flare of back pain",
    "Waiting for surgery",
    "Patient’s request – review in six weeks",
    "Housing crisis, pause agreed",
)


def reduce(course: Course, plan: Plan, days: list[int], doses: list[Regimen], end: int) -> None:
    """Add planned steps, one a day given, to a course and a plan; steps after the data end stay planned."""
    for day, regimen in zip(days, doses, strict=True):
        course.doses.append((day, regimen))
        plan.steps.append(Step(day, ome(regimen), day if day <= end else None))


def _ratio(chance: Chance, outcome: str) -> float:
    low, high = {"stopped": (0, 0), "far down": (0.3, 0.49), "down": (0.52, 0.82)}.get(outcome, (1, 1))
    return 0.24 if outcome == "stopped" else chance.within(low, high)


def add_plan(chance: Chance, someone: Person, course: Course, name: str, start: int, end: int) -> None:
    """Give a patient a plan from a day on, and change the course by the outcome that chance deals."""
    plan = Plan(start, interval=chance.weighted({7: 1.0, 14: 1.0, 28: 8.0}))
    plan.template = chance.weighted({"OUH": 4.0, "other": 2.0, "none": 4.0})
    someone.plan = plan
    if chance.happens(0.1):
        return
    plan.taper_start_on = start + chance.between(0, 20)
    plan.consent = "best interest" if chance.happens(0.1) else "shared"
    outcome = chance.weighted(OUTCOMES)
    if outcome == "unchanged":
        _unchanged(chance, course, plan, end)
    elif outcome == "escalated":
        baseline = course.regimen(start)
        raised = strong(name, ome(baseline) * chance.within(1.2, 1.45), someone.style)
        course.doses.append((start + chance.between(60, 200), raised))
        plan.target_ome = ome(baseline) / 2
        _unchanged(chance, course, plan, end)
    else:
        _downwards(chance, someone, course, name, outcome, end)


def _unchanged(chance: Chance, course: Course, plan: Plan, end: int) -> None:
    start = plan.taper_start_on or plan.started_on
    plan.rate_percent = 10
    for number in range(4):
        plan.steps.append(Step(start + 28 * (number + 1), 0, None))
    later = start + chance.between(60, 240)
    fate = chance.weighted({"active": 2.0, "paused": 3.5, "abandoned": 3.0, "abrupt": 0.5})
    if fate == "paused" and later <= end:
        plan.status, plan.paused_on, plan.pause_reason = "paused", later, chance.pick(PAUSES)
    if fate == "abandoned" and later <= end:
        plan.status, plan.ended_on = "abandoned", later
    if fate == "abrupt":
        course.stop = later


def _downwards(chance: Chance, someone: Person, course: Course, name: str, outcome: str, end: int) -> None:
    plan = someone.plan
    assert plan is not None and plan.taper_start_on is not None
    baseline = ome(course.regimen(plan.started_on))
    floor = baseline * _ratio(chance, outcome)
    rate = chance.weighted({8: 2.0, 10: 6.0, 12: 2.0})
    every = course.cycle * (1 if outcome == "stopped" else chance.weighted({1: 8.0, 2: 1.0}))
    leap = chance.between(2, 5) if chance.happens(0.14) else None
    plan.rate_percent, plan.target_ome = rate, 0 if outcome == "stopped" else round(floor / 5) * 5
    days, doses = _steps(someone, name, plan.taper_start_on + 1, baseline, floor, rate / 100, every, leap)
    if not days:
        _unchanged(chance, course, plan, end)
        return
    if outcome == "stopped":
        days.append(days[-1] + every)
        doses.append(())
    reduce(course, plan, days, doses, end)
    done = days[-1] + 28
    if done <= end and (outcome == "stopped" or chance.happens(0.95)):
        plan.status, plan.ended_on = "complete", done


def _steps(
    someone: Person,
    name: str,
    start: int,
    baseline: float,
    floor: float,
    rate: float,
    every: int,
    leap: int | None,
) -> tuple[list[int], list[Regimen]]:
    days: list[int] = []
    doses: list[Regimen] = []
    dose, last, day = baseline, baseline, start
    for number in range(1, 40):
        if dose <= floor:
            break
        dose = max(floor, dose * (1 - (0.45 if number == leap else rate)))
        regimen = strong(name, dose, someone.style)
        if ome(regimen) < last:
            days.append(day)
            doses.append(regimen)
            last = ome(regimen)
        day += every
    return days, doses
