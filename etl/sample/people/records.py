"""Everything one practice holds: the rows of its eight entities over all months."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from etl.sample.care import care_rows, referrals
from etl.sample.care.referrals import SERVICES, Service
from etl.sample.chance import Chance
from etl.sample.people import cohort, lower_doses, steady
from etl.sample.people.person import Person
from etl.sample.practices import Practice
from etl.sample.prescribing import issues
from etl.sample.worlds import World

Row = tuple[object, ...]
EARLIER = 360  # days of care before the first day of a world


@dataclass
class Records:
    """Rows of a practice by entity, in the order of the contract's columns."""

    practice: Practice
    people: list[Person]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    started: dict[object, int] = field(default_factory=dict)
    first_issue: dict[tuple[object, object], int] = field(default_factory=dict)


def patient_row(someone: Person) -> Row:
    """A row of patients."""
    return (
        someone.practice.code,
        someone.key,
        someone.age_band,
        someone.sex,
        someone.imd,
        someone.registered_from,
        someone.registered_to,
        someone.left_reason,
        someone.indication,
        someone.cancer_on,
        someone.palliative_on,
        someone.dependency_on,
        someone.epilepsy_on,
    )


def records(
    seed: int,
    practice: Practice,
    told: list[Person],
    months: list[int],
    start: int,
    world: World | None = None,
) -> Records:
    """All rows of a practice; told are its patients of stories, months month ends, start the first day.

    In a world everything has gone on before the first day as it does after it.
    """
    code, end = practice.code, months[-1]
    if world is None:
        people = cohort.high_dose_people(Chance(seed, code, "high dose"), practice, told, months, start)
        people += lower_doses.everyday_people(Chance(seed, code, "everyday"), practice, months, start)
    else:
        people = told + steady.people(Chance(seed, code, "people"), practice, world, start, end)
        months = [start - 1 - days for days in range(EARLIER, 0, -30)] + months
    since = months[0] - 29 if world else start
    found = Records(practice, sorted(people, key=lambda p: (p.key, p.registered_from)))
    _prescribe(found, Chance(seed, code, "issues"), start, end)
    _care(found, Chance(seed, code, "care"), since, end)
    _referrals(found, Chance(seed, code, "referrals"), months, since, world.services if world else SERVICES)
    return found


def _prescribe(found: Records, chance: Chance, start: int, end: int) -> None:
    issued: list[Row] = []
    patients: list[Row] = []
    for someone in found.people:
        rows = issues.issues(chance, someone, start, end)
        if someone.story is None and someone.group != "high dose":
            rows = issues.blurred(chance, rows, lower_doses.UNCLEAR, lower_doses.UNMAPPED)
        if someone.beside:
            apart = replace(someone, courses=someone.beside)
            own = Chance(found.practice.code, someone.key, "beside")
            rows = sorted(rows + issues.issues(own, apart, start, end), key=lambda row: row[2])
        if rows:
            patient = patient_row(someone)
            found.first_issue[patient[1], patient[5]] = rows[0][2]
            patients.append(patient)
            issued += rows
    found.rows |= {"issues": issued, "patients": patients}


def _care(found: Records, chance: Chance, start: int, end: int) -> None:
    rows = found.rows
    rows |= {"reviews": [], "plans": [], "taper_steps": [], "best_interest": []}
    issued = {(row[1], row[5]) for row in rows["patients"]}
    for someone in found.people:
        if (someone.key, someone.registered_from) not in issued:
            continue
        rows["reviews"] += care_rows.reviews(chance, someone, start, end)
        plan = someone.plan
        if plan is None or plan.started_on > min(end, (someone.registered_to or end + 1) - 1):
            continue
        plan_id = f"PLAN-{len(found.started) + 1:04d}"
        found.started[plan_id] = plan.started_on
        rows["plans"].append(care_rows.plan_row(chance, someone, plan_id))
        rows["taper_steps"] += care_rows.step_rows(chance, someone, plan_id)
        if care_rows.has_taper(plan) and plan.consent == "best interest":
            record_id = f"BI-{len(rows['best_interest']) + 1:04d}"
            rows["best_interest"].append(care_rows.best_interest_row(chance, someone, record_id))


def _referrals(
    found: Records, chance: Chance, months: list[int], start: int, services: Mapping[str, Service]
) -> None:
    rows: list[Row] = []
    for someone in found.people:
        if someone.group == "high dose" and not someone.cancer_on:
            for day, service in referrals.offers(chance, someone, months, start, services):
                referral_id = f"REF-{len(rows) + 1:04d}"
                rows.append(referrals.referral_row(chance, someone, referral_id, day, service, services))
    found.rows["referrals"] = rows
