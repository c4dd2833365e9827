"""Who is prescribed what: patients, their courses of treatment and their plans."""

from dataclasses import dataclass, field

from etl.sample.chance import Chance
from etl.sample.practices import Practice
from etl.sample.prescribing.regimens import Regimen, ome

AGES = {
    "18-24": 2.0,
    "25-34": 7.0,
    "35-44": 13.0,
    "45-54": 22.0,
    "55-64": 26.0,
    "65-74": 17.0,
    "75-84": 10.0,
    "85+": 3.0,
}
INDICATIONS = {
    "Chronic low back pain": 9.0,
    "Osteoarthritis": 6.0,
    "Neuropathic pain": 4.0,
    "Fibromyalgia": 3.0,
    "Sciatica": 3.0,
    "Post-surgical pain": 1.5,
    "Rheumatoid arthritis": 1.0,
    None: 5.0,
}


@dataclass
class Course:
    """Issues of a regimen every `cycle` days from start until, not including, stop.

    `doses` are (day, regimen) in order: what is issued from that day on; an empty regimen issues nothing.
    """

    start: int
    stop: int
    cycle: int
    doses: list[tuple[int, Regimen]]
    issue_type: str = "repeat"
    exact: bool = False
    days_supply: int = 0

    def regimen(self, day: int) -> Regimen:
        """What is issued on a day; nothing outside the course."""
        if not self.start <= day < self.stop:
            return ()
        current: Regimen = ()
        for since, regimen in self.doses:
            if since > day:
                break
            current = regimen
        return current


@dataclass
class Step:
    """One step of a taper."""

    planned_on: int
    planned_ome: float
    actual_on: int | None


@dataclass
class Plan:
    """A patient's management plan; days None where the thing did not happen."""

    started_on: int
    taper_start_on: int | None = None
    target_ome: float | None = None
    rate_percent: float | None = None
    interval: int = 28
    status: str = "active"
    paused_on: int | None = None
    pause_reason: str | None = None
    ended_on: int | None = None
    consent: str = "shared"
    template: str | None = None
    steps: list[Step] = field(default_factory=list)
    safeguards: str = "by chance"


@dataclass
class Person:
    """A patient registered at one practice; a move is a second Person with the same key."""

    practice: Practice
    key: str
    age_band: str
    sex: str
    imd: int | None
    registered_from: int
    style: int
    registered_to: int | None = None
    left_reason: str | None = None
    indication: str | None = None
    cancer_on: int | None = None
    palliative_on: int | None = None
    dependency_on: int | None = None
    epilepsy_on: int | None = None
    group: str = "everyday"
    story: str | None = None
    courses: list[Course] = field(default_factory=list)
    beside: list[Course] = field(default_factory=list)  # drawn apart, so that it shifts nobody's issues
    plan: Plan | None = None
    offers: list[tuple[int, str]] = field(default_factory=list)
    reviewed_to: int | None = None  # no review after this day

    def ome(self, day: int) -> float:
        """mg OME a day as prescribed on a day; 0 after leaving the practice."""
        if self.registered_to is not None and day >= self.registered_to:
            return 0.0
        return sum(ome(course.regimen(day)) for course in self.courses)

    def leave(self, day: int, reason: str) -> None:
        """End the registration, and with it every course, on a day."""
        self.registered_to, self.left_reason = day, reason


def person(chance: Chance, practice: Practice, before: int, group: str = "everyday") -> Person:
    """An adult of the practice, registered some years before a day."""
    imd = min(5, max(1, practice.deprivation + chance.weighted({-1: 1.0, 0: 2.0, 1: 1.0})))
    return Person(
        practice=practice,
        key=chance.key(),
        age_band=chance.weighted(AGES),
        sex=chance.weighted({"female": 58.0, "male": 41.7, "other": 0.3}),
        imd=None if chance.happens(0.02) else imd,
        registered_from=before - chance.between(200, 9000),
        style=chance.between(0, 3),
        indication=chance.weighted(INDICATIONS),
        group=group,
    )


def maybe_leaves(chance: Chance, someone: Person, start: int, end: int, deaths: float, moves: float) -> None:
    """A death or a deduction by chance between two days; deaths and moves are probabilities a year."""
    years = (end - start) / 365
    for reason, rate in (("died", deaths), ("deducted", moves)):
        if chance.happens(rate * years):
            someone.leave(chance.between(start + 20, max(start + 21, end)), reason)
            return
