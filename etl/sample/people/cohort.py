"""People on high doses: as many as the practice's rate expects each month, coming, tapering and leaving."""

from etl.sample.care import tapers
from etl.sample.chance import Chance
from etl.sample.people.person import Course, Person, maybe_leaves, person
from etl.sample.practices import Practice
from etl.sample.prescribing.products import product
from etl.sample.prescribing.regimens import (
    Item,
    Regimen,
    cycle_days,
    gabapentinoid,
    ome,
    optional,
    regular,
    strong,
)

FAMILIES = {
    "zomorph": 24.0,
    "mst": 14.0,
    "morphine_mr": 10.0,
    "longtec": 20.0,
    "oxycodone_mr": 8.0,
    "fentanyl": 12.0,
    "fentanyl_matrifen": 6.0,
    "palexia": 8.0,
    "bupeaze": 4.0,
}
OVER_120: dict[str, tuple[int, ...]] = {
    "palexia": (160, 200),
    "bupeaze": (126, 168, 210),
    "fentanyl": (150, 180, 240, 300),
}
OVER_120["fentanyl_matrifen"] = OVER_120["fentanyl"]
OVER_120["longtec"] = OVER_120["oxycodone_mr"] = (135, 150, 180, 180, 210, 240, 300, 360)
OTHERS_OVER_120 = (130, 140, 140, 160, 160, 180, 200, 200, 240, 260, 320, 400)
OVER_90: dict[str, tuple[int, ...]] = {
    "palexia": (120,),
    "bupeaze": (98,),
    "fentanyl": (120,),
    "fentanyl_matrifen": (120,),
}
OVER_90["longtec"] = OVER_90["oxycodone_mr"] = (105, 120, 120)
OTHERS_OVER_90 = (100, 100, 110, 120, 120)
EXCLUDED_SHARE = 0.09
METHADONE = Item(product("methadone", 1), "40ml daily", 40)
OVER_ORDERING = 0.03
TIDE, LAPSING = 0.15, 0.025


def dose(chance: Chance, name: str, over_120: bool) -> float:
    """A usual dose of a family, in mg OME a day: above 120, or above 90 up to 120."""
    if over_120:
        return chance.pick(OVER_120.get(name, OTHERS_OVER_120))
    return chance.pick(OVER_90.get(name, OTHERS_OVER_90))


def high_dose_people(
    chance: Chance, practice: Practice, told: list[Person], months: list[int], start: int
) -> list[Person]:
    """Patients of a practice above 90 mg OME a day at some time, those of its stories (told) among them.

    Months are month ends and start is the first day, as ordinals.
    """
    people = list(told)
    tide = 0.0
    thresholds = chance.random(), chance.random()
    for index, month_end in enumerate(months):
        expected = practice.expected(index / max(1, len(months) - 1))
        tide = 0.8 * tide + chance.within(-TIDE, TIDE)
        since = start if index == 0 else months[index - 1] + 1
        _lapses(chance, people, since)
        now = [p.ome(month_end) for p in people]
        over_120 = sum(dose > 120 for dose in now)
        over_90 = sum(90 < dose <= 120 for dose in now)
        for band, have in ((0, over_120), (1, over_90)):
            for _ in range(int(expected[band] * (1 + tide) + thresholds[band]) - have):
                people.append(_newcomer(chance, practice, band == 0, since, index == 0, start, months[-1]))
    people += _excluded(chance, practice, months, start)
    return people


def _lapses(chance: Chance, people: list[Person], since: int) -> None:
    """Let some people without a plan come down, half of them for a few months only."""
    for someone in people:
        if someone.plan or someone.story or someone.ome(since) <= 90 or not chance.happens(LAPSING):
            continue
        course = someone.courses[0]
        usual = course.regimen(since)
        lower = strong(usual[0].product.family, ome(usual) * chance.within(0.45, 0.7), someone.style)
        day = since + chance.between(0, 27)
        course.doses.append((day, lower))
        if chance.happens(0.5):
            course.doses.append((day + chance.between(60, 200), usual))


def _newcomer(
    chance: Chance, practice: Practice, over_120: bool, since: int, first: bool, start: int, end: int
) -> Person:
    someone = person(chance, practice, start, "high dose")
    name = chance.weighted(FAMILIES)
    high = strong(name, dose(chance, name, over_120), someone.style)
    arrives = since + chance.between(0, 27)
    course = Course(arrives, end + 400, cycle_days(high), [(arrives, high)])
    if not first and chance.happens(0.3):
        someone.registered_from = arrives - chance.between(0, 10)
    elif not first:
        escalates(chance, someone, course, name, high, start)
    if chance.happens(OVER_ORDERING):
        course.cycle, course.days_supply = course.cycle - 4, course.cycle
    someone.courses.append(course)
    companions(chance, someone, course)
    planned = 0.46 + 0.45 * practice.diligence if over_120 else 0.35 * practice.diligence
    first_day = max(arrives + (60 if first else 330), start + 100)
    if chance.happens(planned) and first_day < end - 30:
        tapers.add_plan(
            chance, someone, course, name, chance.between(first_day, min(end - 10, first_day + 600)), end
        )
    maybe_leaves(chance, someone, max(arrives, start), end, 0.02, 0.03)
    return someone


def escalates(chance: Chance, someone: Person, course: Course, name: str, high: Regimen, start: int) -> None:
    """Put a year of lower doses before a high one."""
    arrives = course.start
    course.start = max(start + chance.between(0, 27), arrives - 28 * chance.between(6, 14))
    target = sum(item.ome for item in high)
    shares = chance.pick(((0.4, 0.7), (0.55,), (0.3, 0.5, 0.75), (0.6, 0.75)))
    gap = max(1, (arrives - course.start) // len(shares))
    doses = [(course.start + i * gap, strong(name, target * s, someone.style)) for i, s in enumerate(shares)]
    course.doses = [(day, regimen) for day, regimen in doses if day < arrives] + course.doses


def companions(chance: Chance, someone: Person, main: Course) -> None:
    """Breakthrough, weak opioid, gabapentinoid, benzodiazepine or z-drug beside the main opioid."""
    style = someone.style

    def beside(regimen: Regimen) -> None:
        course = Course(main.start, main.stop, main.cycle, [(main.start, regimen)])
        course.days_supply = main.days_supply
        someone.courses.append(course)

    if chance.happens(0.14):
        beside((optional("oramorph", 10, chance.pick((100, 100, 200, 300)), style),))
    if chance.happens(0.42):
        beside(gabapentin_dose(chance, style))
    if chance.happens(0.16):
        beside((sedative(chance, style),))


def gabapentin_dose(chance: Chance, style: int, high: bool = True) -> Regimen:
    """A usual gabapentinoid dose; where high is allowed, about one in twenty above the licensed maximum."""
    name = chance.weighted({"pregabalin": 5.0, "gabapentin": 4.0, "lyrica": 0.7})
    if name == "gabapentin":
        return gabapentinoid(
            name, chance.weighted({900: 4.0, 1800: 3.0, 2700: 1.0, 3600: 0.6, 4500: 0.15 * high}), style
        )
    return gabapentinoid(name, chance.weighted({150: 5.0, 300: 4.0, 600: 2.0, 900: 0.25 * high}), style)


def sedative(chance: Chance, style: int) -> Item:
    """A benzodiazepine or z-drug at night or three times a day."""
    name, strength, times = chance.pick(
        (
            ("benzodiazepine", 5.0, 1),
            ("benzodiazepine", 2.0, 3),
            ("benzodiazepine", 10.0, 1),
            ("z_drug", 7.5, 1),
            ("z_drug", 3.75, 1),
        )
    )
    return regular(name, strength, 1, times, style)


def _excluded(chance: Chance, practice: Practice, months: list[int], start: int) -> list[Person]:
    """People on high doses who are left out of the cohort: cancer, palliative care, dependency."""
    people = []
    for _ in range(chance.rounded(practice.expected(0.5)[0] * EXCLUDED_SHARE)):
        someone = person(chance, practice, start, "excluded")
        name = chance.weighted(FAMILIES)
        regimen = strong(name, dose(chance, name, True), someone.style)
        begins = chance.between(start, months[-1] - 60) if months[-1] - 60 > start else start
        reason = chance.weighted({"cancer_on": 6.0, "palliative_on": 3.0, "dependency_on": 1.5})
        setattr(someone, reason, begins - chance.between(5, 300))
        someone.courses.append(Course(begins, months[-1] + 400, cycle_days(regimen), [(begins, regimen)]))
        if reason == "dependency_on":
            someone.beside.append(Course(begins, months[-1] + 400, 28, [(begins, (METHADONE,))]))
        maybe_leaves(chance, someone, begins, months[-1], 0.35 if reason != "dependency_on" else 0.03, 0.02)
        people.append(someone)
    return people
