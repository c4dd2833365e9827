"""From courses to issues: one row per item on each prescription, with the unevenness of real dates."""

from etl.sample.chance import Chance
from etl.sample.people.person import Course, Person

# practice, patient, day, product, code, directions, quantity, unit, days, type, issuer, pharmacy, days early
Issue = tuple[str, str, int, str, str | None, str, float, str, int | None, str, str, str | None, int | None]
DAYS_OFF = (-4, -3, -2, -2, -1, -1, -1, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3)
MISSED = 0.012


def _weekday(day: int) -> int:
    """The day itself, the Friday before a Saturday or the Monday after a Sunday."""
    return day + {6: -1, 0: 1}.get(day % 7, 0)


def issue_days(chance: Chance, course: Course, first: int, last: int) -> list[int]:
    """Days on which a course is issued between two days, never more than a few days off its cycle."""
    days = []
    for due in range(course.start, min(course.stop, last + 1), course.cycle):
        if course.exact:
            day = due
        elif chance.happens(MISSED):
            continue
        else:
            day = max(_weekday(due + chance.pick(DAYS_OFF)), course.start)
        if first <= day <= last and day < course.stop:
            days.append(day)
    return days


def issues(chance: Chance, someone: Person, first: int, last: int) -> list[Issue]:
    """A patient's issues between two days, by date; none on or after the day of leaving."""
    if someone.registered_to is not None:
        last = min(last, someone.registered_to - 1)
    first = max(first, someone.registered_from)
    issuers = [f"GP{n:02d}" for n in range(1, someone.practice.clinicians() + 1)]
    usual, coded = chance.pick(issuers), chance.happens(0.85)
    pharmacies = [f"SYNPH{someone.practice.number}{letter}" for letter in "ABCD"]
    nominated = chance.pick(pharmacies) if chance.happens(0.8) else None
    counted = chance.happens(0.5)
    rows: list[Issue] = []
    shared: dict[tuple[int, int, int], list[int]] = {}
    for course in someone.courses:
        before, supply = None, course.days_supply or course.cycle
        rhythm = (course.start, course.stop, course.cycle)
        for day in shared.setdefault(rhythm, issue_days(chance, course, first, last)):
            issuer = usual if chance.happens(0.7) else chance.pick(issuers)
            pharmacy = nominated if chance.happens(0.88) else chance.pick(pharmacies)
            early = before + supply - day if before is not None else 0
            before = day
            for item in course.regimen(day):
                rows.append(
                    (
                        someone.practice.code,
                        someone.key,
                        day,
                        item.product.name,
                        item.product.dmd_code if coded else None,
                        item.directions,
                        item.quantity(supply),
                        item.product.unit,
                        supply if counted and course.issue_type != "acute" else None,
                        course.issue_type,
                        issuer,
                        pharmacy,
                        early if early > 2 else None,
                    )
                )
    return sorted(rows, key=lambda row: row[2])


def _with_text(row: Issue, product: str, code: str | None, directions: str) -> Issue:
    return (*row[:3], product, code, directions, *row[6:])


def blurred(
    chance: Chance, rows: list[Issue], unclear: tuple[str, ...], unmapped: tuple[str, ...]
) -> list[Issue]:
    """The same issues with a few unclear directions and a few products no list knows."""
    result = []
    for row in rows:
        if chance.happens(0.004):
            row = _with_text(row, row[3], row[4], chance.pick(unclear))
        if chance.happens(0.0008):
            result.append(_with_text(row, chance.pick(unmapped), None, "As directed"))
        result.append(row)
    return result
