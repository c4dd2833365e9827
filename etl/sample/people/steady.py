"""People who come and go at constant rates: as many each month but for chance, from the first month on.

Everybody's course is dealt alike from the day of arrival on, and people arrive for many years before the
data begin, so that who is there at a month end differs from one month to another by chance alone.
"""

from collections.abc import Iterator

from etl.sample.care import tapers
from etl.sample.chance import Chance
from etl.sample.people import cohort, lower_doses
from etl.sample.people.person import Course, Person, Plan, Step, person
from etl.sample.practices import ADULT_SHARE, AGE_SHARES, Practice, female_share
from etl.sample.prescribing.regimens import ome, strong
from etl.sample.worlds import World

BEFORE = 20 * 365  # days that people have arrived before the data begin
RISING = 420  # days at most that a dose rises before it is the one a person arrives at
STAY, LEAVING, EVERYDAY_STAY = 1000, 1500, 1100  # mean days until a dose comes down, a person leaves
ABOVE = 880  # mean days above 120 mg that follow
FINE = {name: cohort.FAMILIES[name] for name in ("mst", "morphine_mr", "longtec", "oxycodone_mr")}
BELOW_120 = 0.35  # people above 90 mg to one above 120
ESCALATED, PLANNED, WITHOUT_A_TAPER = 0.7, 0.5, 0.1
STEPS, EVERY = 11, 28
ENDS = {"stopped": (0.11, 0.13), "far down": (0.30, 0.46), "down": (0.55, 0.80)}  # of the baseline
LOW = (60, 85)
ADULTS = {band: share for band, share in AGE_SHARES.items() if band != "0-17"}
EVERYDAY = 0.2  # of the people below the thresholds whom a practice has in the sample
WINDOW = 45  # days by which a mean of 90 days lags


def people(chance: Chance, practice: Practice, world: World, start: int, end: int) -> list[Person]:
    """Patients of a practice of a world who may be there between two days; who left before has no issues."""
    found = high_dose(chance, practice, world, start, end) + _everyday(chance, practice, start, end)
    for someone in found:
        _as_the_list(chance, someone)
    return found


def high_dose(chance: Chance, practice: Practice, world: World, start: int, end: int) -> list[Person]:
    """Those of them who come above 90 mg OME a day at some time."""
    since = end - 365 - WINDOW
    found = []
    for over_120, to_one in ((True, 1.0), (False, BELOW_120)):
        there = practice.rate * practice.size * ADULT_SHARE / 1000 * to_one
        for day in _arrivals(chance, ABOVE / there, start - BEFORE, end + RISING):
            someone = _newcomer(chance, practice, over_120, day, end)
            if _first_high(someone) < since or chance.happens(world.entry):
                found.append(someone)
            if world.coming_down and chance.happens(world.coming_down):
                _comes_down(chance, someone, chance.between(since, end - WINDOW))
    return found


def _as_the_list(chance: Chance, someone: Person) -> None:
    """Give somebody an age and a sex as the registered adults have them, so that no group differs."""
    someone.age_band = chance.weighted(ADULTS)
    female = female_share(someone.age_band)
    someone.sex = chance.weighted({"female": female, "male": 1 - female})


def _first_high(someone: Person) -> int:
    """The first day on which somebody is above 90 mg OME a day: often before the dose stops rising."""
    return next(day for day, regimen in someone.courses[0].doses if ome(regimen) > 90)


def _arrivals(chance: Chance, apart: float, first: int, last: int) -> Iterator[int]:
    """Days of arrivals by chance alone, so many days apart on average."""
    day = first + chance.waits(apart)
    while day <= last:
        yield int(day)
        day += chance.waits(apart)


def _newcomer(chance: Chance, practice: Practice, over_120: bool, arrives: int, end: int) -> Person:
    someone = person(chance, practice, arrives - 500, "high dose")
    name = chance.weighted(FINE)
    high = strong(name, cohort.dose(chance, name, over_120), someone.style)
    course = Course(arrives, end + 2 * RISING, 28, [(arrives, high)])
    if chance.happens(ESCALATED):
        cohort.escalates(chance, someone, course, name, high, arrives - BEFORE)
    someone.courses.append(course)
    cohort.companions(chance, someone, course)
    if chance.happens(cohort.EXCLUDED_SHARE):
        someone.group, someone.cancer_on = "excluded", course.start - chance.between(5, 300)
    someone.leave(arrives + 30 + int(chance.waits(LEAVING)), chance.pick(("died", "deducted")))
    if chance.happens(PLANNED):
        planned = arrives + 150 + int(chance.waits(400))
        if planned <= end:
            _plan(chance, someone, planned, end)
    else:
        _comes_down(chance, someone, arrives + int(chance.waits(STAY)))
    return someone


def _plan(chance: Chance, someone: Person, day: int, end: int) -> None:
    """A plan, and what becomes of the dose: a year later as the published mix."""
    course = someone.courses[0]
    plan = someone.plan = Plan(day, template=chance.weighted({"OUH": 4.0, "other": 2.0, "none": 4.0}))
    if chance.happens(WITHOUT_A_TAPER):
        return
    plan.taper_start_on = day + chance.between(0, 7)
    plan.consent = "best interest" if chance.happens(0.1) else "shared"
    outcome = chance.weighted(tapers.OUTCOMES)
    baseline, name = ome(course.regimen(day)), course.regimen(day)[0].product.family
    plan.rate_percent, plan.target_ome = 10, round(baseline / 10) * 5
    days = [plan.taper_start_on + 1 + n * EVERY for n in range(STEPS)]
    if outcome in ENDS:
        share = chance.within(*ENDS[outcome])
        doses = [strong(name, baseline * share ** (n / STEPS), someone.style) for n in range(1, STEPS + 1)]
        if outcome == "stopped":
            plan.target_ome, doses[-1] = 0, ()
        tapers.reduce(course, plan, days, doses, end)
        plan.status, plan.ended_on = "complete", days[-1] + EVERY
        return
    plan.steps = [Step(day, baseline * 0.9, None) for day in days[:4]]
    if outcome == "escalated":
        raised = strong(name, baseline * chance.within(1.2, 1.4), someone.style)
        course.doses.append((day + chance.between(60, 200), raised))
    if chance.happens(0.5):
        plan.status, plan.ended_on = "abandoned", day + chance.between(60, 240)


def _comes_down(chance: Chance, someone: Person, day: int) -> None:
    """Bring a dose down in small steps, without a plan, unless it is low by then."""
    course, low = someone.courses[0], chance.within(*LOW)
    while (usual := course.regimen(day)) and ome(usual) > low:
        course.doses = [one for one in course.doses if one[0] <= day]
        lower = strong(usual[0].product.family, max(low, ome(usual) * 0.86), someone.style)
        if ome(lower) >= ome(usual):
            return
        course.doses.append((day, lower))
        day += EVERY


def _everyday(chance: Chance, practice: Practice, start: int, end: int) -> list[Person]:
    """People on lower doses for long, on a gabapentinoid alone, and with a short course."""
    adults = practice.size * ADULT_SHARE / 1000 * EVERYDAY
    lasting = (
        (lower_doses.long_term, lower_doses.LONG_TERM),
        (lower_doses.on_gabapentinoid, lower_doses.GABAPENTINOID),
    )
    found = []
    for made, there in lasting:
        for day in _arrivals(chance, EVERYDAY_STAY / (adults * there), start - 6 * EVERYDAY_STAY, end):
            span = day, day + 28 + int(chance.waits(EVERYDAY_STAY))
            found.append(made(chance, practice, start, end, span))
    apart = 30 / (adults * lower_doses.SHORT_A_MONTH)
    found += [lower_doses.short(chance, practice, day) for day in _arrivals(chance, apart, start - 100, end)]
    return found
