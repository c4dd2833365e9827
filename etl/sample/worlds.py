"""Worlds of a known truth, to hold the dashboard's claims against: what is true in each, and nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from etl.sample.care.referrals import ALIKE, Service
from etl.sample.chance import Chance
from etl.sample.people.person import Course, Person, Plan, person
from etl.sample.practices import ADULT_SHARE, Practice
from etl.sample.prescribing.regimens import strong

PEOPLE = 200  # above 120 mg OME a day in all practices together, one practice as any other
DILIGENCE = 0.6
SLOW = "Circle MSK"
LATEST = {"fall": 75, "stop": 150}  # days before the end by which it can be told


@dataclass(frozen=True)
class World:
    """What is true in a world. `says`: in words. entry: arrivals in the year that counts, of the usual ones;
    coming_down: share of those on a high dose who come down in it besides; falls: how many people fall
    rapidly or stop; times: the rate of one practice, of the others'; services: as referrals take them."""

    says: str
    entry: float = 1.0
    coming_down: float = 0.0
    falls: int = 0
    times: float = 1.0
    services: Mapping[str, Service] = field(default_factory=lambda: ALIKE)


def _slow() -> dict[str, Service]:
    share, attended, (least, most), reasons = ALIKE[SLOW]
    return {**ALIKE, SLOW: (share, attended / 3, (3 * least, 3 * most), reasons)}


WORLDS: dict[str, World] = {
    "steady": World("nothing changes; no practice, service or group differs from another"),
    "falling": World(
        "a fifth fewer people are above 120 mg OME a day at the end than a year before",
        entry=0.55,
        coming_down=0.1,
    ),
    "rapid-falls": World("known people fall by more than half in one step, or stop", falls=16),
    "one-high-practice": World(
        "one practice of middling size has three times the rate of the others", times=3
    ),
    "services-differ": World(
        f"{SLOW} has three times the wait and a third of the attendance", services=_slow()
    ),
}


def alike(found: list[Practice], world: World) -> list[Practice]:
    """The practices with one rate that makes PEOPLE in all, and nothing else that tells them apart but their
    size and place; in a world with a high one, the one of middling size is it."""
    middle = sorted(found, key=lambda practice: practice.size)[len(found) // 2].number
    adults = sum(p.size * ADULT_SHARE for p in found)
    return [
        replace(
            practice,
            system="other",
            layout="plain",
            packing="zip",
            growth=0.0,
            rate=1000 * PEOPLE / adults * (world.times if practice.number == middle else 1),
            change=1.0,
            diligence=DILIGENCE,
            referring=1.0,
            referring_change=1.0,
            story=None,
            latest_missing=False,
        )
        for practice in found
    ]


@dataclass(frozen=True)
class Fall:
    """A rapid fall that is true: kind: fall (to less than half in one step) or stop; day as an ordinal."""

    someone: Person
    kind: str
    day: int


def rapid_falls(found: list[Practice], world: World, seed: int, start: int, end: int) -> list[Fall]:
    """People of a world on a high dose that falls or stops at a known day, whom nobody has reviewed since."""
    chance, falls = Chance(seed, "falls"), []
    for number in range(world.falls):
        practice = found[number % len(found)]
        someone = person(chance, practice, start, "high dose")
        dose, name = chance.pick((140, 180, 200, 240)), chance.pick(("mst", "morphine_mr", "longtec"))
        begins = start - chance.between(100, 400)
        course = Course(begins, end + 400, 28, [(begins, strong(name, dose, someone.style))])
        kind = "stop" if number % 2 else "fall"
        due = end - chance.between(LATEST[kind], 330)
        day = begins + (due - begins) // course.cycle * course.cycle
        if kind == "stop":
            course.stop = day
        else:
            course.doses.append((day, strong(name, dose * chance.within(0.3, 0.45), someone.style)))
        someone.courses.append(course)
        someone.reviewed_to = day - 1
        if number % 4 < 2:
            someone.plan = Plan(max(start + 90, day - chance.between(30, 200)))
        falls.append(Fall(someone, kind, day))
    return falls


def truth(name: str, seed: int, found: list[Practice], falls: list[Fall]) -> dict[str, Any]:
    """What is true in a world, for its file of the truth."""
    usual = min(practice.rate for practice in found)
    return {
        "world": name,
        "seed": seed,
        "says": WORLDS[name].says,
        "high_practice": next((p.code for p in found if p.rate > usual), None),
        "other_service": SLOW if WORLDS[name].services != ALIKE else None,
        "falls": [
            {
                "practice_code": fall.someone.practice.code,
                "patient_key": fall.someone.key,
                "kind": fall.kind,
                "on": date.fromordinal(fall.day).isoformat(),
            }
            for fall in falls
        ],
    }
