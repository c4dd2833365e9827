"""People below the thresholds: long-term lower doses, gabapentinoids alone, and short courses."""

from etl.sample.chance import Chance
from etl.sample.people.cohort import METHADONE, gabapentin_dose, sedative
from etl.sample.people.person import Course, Person, maybe_leaves, person
from etl.sample.practices import ADULT_SHARE, Practice
from etl.sample.prescribing.regimens import Regimen, cycle_days, optional, regular, strong

# people per 1,000 adults: on opioids for long, on a gabapentinoid alone, and with a short course each month
LONG_TERM, GABAPENTINOID, SHORT_A_MONTH = 14.5, 4.5, 3.4
EVERY_OTHER_MONTH = 0.6
SUBSTITUTED_EACH, SUBSTITUTED_AT = 8, 6  # of eight practices, the sixth
OVER_ORDERING = 0.012
LOW_DOSES = (
    ("zomorph", (20, 40, 60)),
    ("mst", (10, 20, 30, 60)),
    ("longtec", (30, 45, 60)),
    ("palexia", (40, 60)),
    ("fentanyl", (30, 60)),
    ("butec", (12, 24, 36, 48)),
    ("butec", (12, 24)),
)
UNCLEAR = (
    "As directed",
    "mdu",
    "Take as per hospital letter",
    "As directed by the pain clinic – see letter",
    "",
)
UNMAPPED = (
    "Specials item - see notes",
    "Pain relief medicine (hospital only)",
    "Named patient supply - analgesic",
)


def _low(chance: Chance, style: int) -> Regimen:
    kind = chance.weighted({"weak": 6.0, "optional": 3.0, "strong": 4.0})
    if kind == "optional":
        name, strength = chance.pick(
            (("co_codamol", 30), ("codeine", 30), ("tramadol", 50), ("dihydrocodeine", 30))
        )
        return (optional(name, strength, chance.pick((60, 100, 100, 112, 200)), style),)
    if kind == "strong":
        name, doses = chance.pick(LOW_DOSES)
        return strong(name, chance.pick(doses), style)
    name, strength, each, times = chance.pick(
        (
            ("co_codamol", 30, 2, 4),
            ("co_codamol", 15, 2, 4),
            ("co_codamol", 8, 2, 4),
            ("codeine", 30, 1, 4),
            ("codeine", 30, 2, 4),
            ("dihydrocodeine", 30, 1, 4),
            ("tramadol", 50, 1, 4),
            ("tramadol", 50, 2, 4),
            ("tramadol_mr", 100, 1, 2),
            ("tramadol_mr", 200, 1, 2),
            ("co_dydramol", 10, 2, 3),
        )
    )
    return (regular(name, strength, each, times, style),)


def everyday_people(chance: Chance, practice: Practice, months: list[int], start: int) -> list[Person]:
    """Patients of a practice who stay below the thresholds; months are month ends, start the first day."""
    adults = practice.size * ADULT_SHARE / 1000
    end = months[-1]
    people = [long_term(chance, practice, start, end) for _ in range(chance.rounded(adults * LONG_TERM))]
    people += [
        on_gabapentinoid(chance, practice, start, end) for _ in range(chance.rounded(adults * GABAPENTINOID))
    ]
    for month_end in months:
        people += [short(chance, practice, month_end) for _ in range(chance.rounded(adults * SHORT_A_MONTH))]
    if practice.number % SUBSTITUTED_EACH == SUBSTITUTED_AT:
        _substituted(people, end)
    return people


def _substituted(people: list[Person], end: int) -> None:
    """Give the first person on a lasting strong opioid methadone as well; nothing is drawn."""
    for someone in people:
        course = someone.courses[0]
        strong_one = course.regimen(course.start)[0].product.family in ("zomorph", "mst", "longtec")
        if strong_one and course.stop > end and someone.registered_to is None:
            someone.beside.append(
                Course(course.start, course.stop, 28, [(course.start, (METHADONE,))], course.issue_type)
            )
            return


def _begins(chance: Chance, start: int, end: int) -> int:
    usual = start + chance.between(0, 55)
    return usual if chance.happens(0.75) or end - start < 200 else chance.between(start, end - 60)


def _lasting(chance: Chance, start: int, end: int) -> tuple[int, int]:
    begins = _begins(chance, start, end)
    return begins, end + 400 if chance.happens(0.75) else begins + chance.between(150, 700)


def long_term(
    chance: Chance, practice: Practice, start: int, end: int, span: tuple[int, int] | None = None
) -> Person:
    """Somebody on lower doses for long. span: first day and the day after the last; else by chance, and the
    person may leave."""
    someone = person(chance, practice, start)
    regimen = _low(chance, someone.style)
    begins, stop = span or _lasting(chance, start, end)
    cycle = cycle_days(regimen)
    if cycle == 28 and chance.happens(EVERY_OTHER_MONTH):
        cycle = 56
    kind = chance.weighted({"repeat": 8.0, "repeat dispensing": 2.0})
    main = Course(begins, stop, cycle, [(begins, regimen)], kind)
    if chance.happens(OVER_ORDERING):
        main.cycle, main.days_supply = cycle - 4, cycle
    someone.courses.append(main)
    if chance.happens(0.18):
        dose = gabapentin_dose(chance, someone.style, practice.rate > 0)
        someone.courses.append(Course(begins, stop, cycle, [(begins, dose)], kind))
    if chance.happens(0.06):
        someone.courses.append(Course(begins, stop, 28, [(begins, (sedative(chance, someone.style),))], kind))
    if span is None:
        maybe_leaves(chance, someone, begins, end, 0.012, 0.03)
    return someone


def on_gabapentinoid(
    chance: Chance, practice: Practice, start: int, end: int, span: tuple[int, int] | None = None
) -> Person:
    """Somebody on a gabapentinoid alone. span: as of `long_term`."""
    someone = person(chance, practice, start)
    someone.indication = chance.weighted(
        {"Neuropathic pain": 5.0, "Sciatica": 2.0, "Epilepsy": 1.0, None: 2.0}
    )
    begins, stop = span or (_begins(chance, start, end), end + 400)
    if someone.indication == "Epilepsy":
        someone.epilepsy_on = begins - chance.between(100, 3000)
    dose = gabapentin_dose(chance, someone.style, practice.rate > 0)
    someone.courses.append(Course(begins, stop, chance.pick((28, 56)), [(begins, dose)]))
    if span is None:
        maybe_leaves(chance, someone, begins, end, 0.01, 0.03)
    return someone


def short(chance: Chance, practice: Practice, month_end: int) -> Person:
    """Somebody with one to three short courses, the first within four weeks to a day."""
    someone = person(chance, practice, month_end - 40)
    day = month_end - chance.between(0, 27)
    name, strength, quantity = chance.pick(
        (
            ("co_codamol", 30, 100),
            ("co_codamol", 30, 30),
            ("co_codamol", 15, 100),
            ("codeine", 30, 28),
            ("codeine", 15, 28),
            ("dihydrocodeine", 30, 28),
            ("tramadol", 50, 30),
            ("tramadol", 50, 100),
            ("oramorph", 10, 100),
        )
    )
    items = (optional(name, strength, quantity, someone.style),)
    again = 1 if chance.happens(0.75) else chance.between(2, 3)
    someone.courses.append(Course(day, day + 14 * again, 14, [(day, items)], "acute"))
    someone.indication = None
    return someone
