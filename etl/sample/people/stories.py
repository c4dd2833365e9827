"""The stories of the sample: practices and patients a pharmacist would recognise, whatever the seed."""

from collections.abc import Callable
from dataclasses import dataclass

from etl.sample.chance import Chance
from etl.sample.people.cohort import METHADONE
from etl.sample.people.person import Course, Person, Plan, Step, person
from etl.sample.practices import Practice
from etl.sample.prescribing.products import product
from etl.sample.prescribing.regimens import Item, Regimen, gabapentinoid, ome, optional, regular, strong

MINIMUM_PRACTICES = 8


@dataclass(frozen=True)
class Story:
    """A story by slug: where, whose (None for a practice's own) and what a pharmacist would see."""

    slug: str
    practice_code: str
    patient_key: str | None
    expectation: str


# slug of a patient story: practice number and what a pharmacist would see
PATIENTS: dict[str, tuple[int, str]] = {
    "exactly-90": (8, "mean dose exactly 90: not above 90, at or above 90"),
    "exactly-120": (8, "mean dose exactly 120: above 90, not above 120, at or above 120"),
    "two-patches": (1, "two fentanyl 50 patches at once: 240 mg OME a day"),
    "combination": (2, "Targinact and co-codamol: only the opioid parts count, 144 mg OME a day"),
    "prn": (7, "Oramorph when required beside Zomorph: its dose comes from quantity, not from the label"),
    "stock-piling": (6, "28 days' supply every 20 days: over-supply flagged, dose by directions 120"),
    "moving": (1, "registered at SYN08 the day SYN01 deducted them: one person, counted once a month"),
    "dying": (6, "died with an active plan: censored, not stopped"),
    "deducted": (7, "deducted with an active plan: censored, not stopped"),
    "abrupt-stop": (6, "no supply since May 2026 from 200 mg OME a day: abrupt stop"),
    "too-fast": (7, "from 160 to 70 in one step: a 28-day mean falls by more than 30 %"),
    "stalled": (8, "active plan without a fall for four months and without a pause: stalled"),
    "paused": (8, "no fall, but the pause is documented: paused, not stalled"),
    "escalated": (7, "dose 140 to 180 on a taper plan: more than 15 % above baseline"),
    "excluded-cancer": (1, "high dose with a recent cancer code: excluded, still visible"),
    "excluded-methadone": (2, "methadone beside morphine: excluded, not converted, still visible"),
    "best-interest-supported": (8, "reduction in the best interest with every safeguard: supported"),
    "best-interest-unsupported": (6, "reduction in the best interest without safeguards: alert"),
    "gabapentinoid-rising": (2, "opioid falls from 200 to 100 while pregabalin rises from 150 to 600 mg"),
    "below-threshold": (
        1,
        "steady taper from 180 to 80 in steps of about 10 %: below both thresholds now; pregabalin falls too",
    ),
    "stopped": (8, "slow taper to nothing: stopped for more than 180 days, not abrupt"),
}
PRACTICES: dict[str, tuple[int, str]] = {
    "far-above-and-falling": (1, "several times the area's rate of high doses, falling over the months"),
    "referrals-declining": (2, "offers of referral fall from many to few"),
    "tiny": (3, "a list of about 1,200: wide intervals"),
    "no-cases": (4, "nobody above 90 mg OME a day in any month"),
    "latest-extract-missing": (5, "no extract for the last month: awaited, not zero"),
    "never-refers": (6, "people on high doses and not one offer of referral"),
    "rising": (7, "high doses rise over the months"),
}


def key(slug: str) -> str:
    """The pseudonym of a story's patient."""
    return Chance("story", slug).key()


STORIES: list[Story] = [Story(slug, f"SYN{n:02d}", None, words) for slug, (n, words) in PRACTICES.items()] + [
    Story(slug, f"SYN{n:02d}", key(slug), words) for slug, (n, words) in PATIENTS.items()
]


@dataclass(frozen=True)
class Scene:
    """A patient of a story before anything happens, with the first day and the last day of the data."""

    someone: Person
    start: int
    end: int

    def ago(self, days: int) -> int:
        """The day so many days before the data end, but not before the first day."""
        return max(self.start, self.end - days)

    def takes(self, *regimens: Regimen, cycle: int = 28, supply: int = 0, stop: int | None = None) -> Course:
        """A course over the whole data on exact days, all regimens' items together."""
        items = tuple(item for regimen in regimens for item in regimen)
        until = self.end + 400 if stop is None else stop
        course = Course(self.start, until, cycle, [(self.start, items)], exact=True, days_supply=supply)
        self.someone.courses.append(course)
        return course

    def plans(self, days_ago: int, **values: object) -> Plan:
        """A plan with a taper from so many days before the end."""
        day = self.ago(days_ago)
        plan = Plan(day, taper_start_on=day, target_ome=60, rate_percent=10, template="OUH")
        for name, value in values.items():
            setattr(plan, name, value)
        self.someone.plan = plan
        return plan

    def steps(self, course: Course, doses: list[float], days_ago: int, every: int = 28) -> None:
        """Steps of the course's taper to these doses, the first so many days before the end."""
        name = course.doses[0][1][0].product.family
        first = course.start + -(-(self.ago(days_ago) - course.start) // course.cycle) * course.cycle
        plan = self.someone.plan
        assert plan is not None
        for number, dose in enumerate(doses):
            day = first + number * every
            regimen = strong(name, dose, self.someone.style) if dose else ()
            course.doses.append((day, regimen))
            plan.steps.append(Step(day, ome(regimen), day if day <= self.end else None))


def _oxycodone(scene: Scene, dose: float) -> Regimen:
    return strong("longtec", dose, scene.someone.style)


def _morphine(scene: Scene, dose: float, name: str = "zomorph") -> Regimen:
    return strong(name, dose, scene.someone.style)


def _exactly_90(scene: Scene) -> None:
    scene.takes(_oxycodone(scene, 90))


def _exactly_120(scene: Scene) -> None:
    scene.takes(_morphine(scene, 120, "mst"))


def _two_patches(scene: Scene) -> None:
    words = "Apply TWO patches every 3 days"
    scene.takes((Item(product("fentanyl", 50), words, 2, 72),), cycle=30)


def _combination(scene: Scene) -> None:
    style = scene.someone.style
    scene.takes((regular("targinact", 40, 1, 2, style), regular("co_codamol", 30, 2, 4, style)))


def _prn(scene: Scene) -> None:
    scene.takes(_morphine(scene, 120), (optional("oramorph", 10, 300, scene.someone.style),))


def _stock_piling(scene: Scene) -> None:
    scene.takes(_morphine(scene, 120), cycle=20, supply=28)


def _dying(scene: Scene) -> None:
    course = scene.takes(_morphine(scene, 180))
    scene.plans(300)
    scene.steps(course, [160, 145], 280, every=56)
    scene.someone.leave(scene.ago(170), "died")


def _deducted(scene: Scene) -> None:
    course = scene.takes(_oxycodone(scene, 150))
    scene.plans(330)
    scene.steps(course, [135, 120], 300, every=84)
    scene.someone.leave(scene.ago(120), "deducted")


def _abrupt_stop(scene: Scene) -> None:
    scene.takes(_morphine(scene, 200), stop=scene.ago(140))
    scene.plans(330, target_ome=100)


def _too_fast(scene: Scene) -> None:
    course = scene.takes(_morphine(scene, 180))
    scene.plans(280)
    scene.steps(course, [160, 70], 250, every=56)


def _stalled(scene: Scene) -> None:
    course = scene.takes(_morphine(scene, 180))
    scene.plans(320)
    scene.steps(course, [160, 140], 290)


def _paused(scene: Scene) -> None:
    course = scene.takes(_morphine(scene, 200))
    scene.plans(
        320, status="paused", paused_on=scene.ago(150), pause_reason="Bereavement – pause agreed until autumn"
    )
    scene.steps(course, [180, 160], 290)


def _escalated(scene: Scene) -> None:
    course = scene.takes(_morphine(scene, 140))
    scene.plans(400)
    course.doses.append((scene.ago(230), _morphine(scene, 160)))
    course.doses.append((scene.ago(150), _morphine(scene, 180)))


def _cancer(scene: Scene) -> None:
    scene.takes(_morphine(scene, 240, "mst"))
    scene.someone.cancer_on = scene.ago(500)


def _methadone(scene: Scene) -> None:
    scene.takes(_morphine(scene, 140), (METHADONE,))


def _best_interest(safeguards: str) -> Callable[[Scene], None]:
    def tell(scene: Scene) -> None:
        course = scene.takes(_morphine(scene, 200, "mst"))
        scene.plans(300, consent="best interest", safeguards=safeguards)
        scene.steps(course, [180, 160, 145, 130, 120], 290, every=56)

    return tell


def _gabapentinoid_rising(scene: Scene) -> None:
    course = scene.takes(_morphine(scene, 200))
    scene.plans(330)
    scene.steps(course, [180, 160, 140, 120, 100], 310, every=56)
    pregabalin = scene.takes(gabapentinoid("pregabalin", 150, scene.someone.style))
    for days, milligrams in ((250, 300), (120, 600)):
        pregabalin.doses.append(
            (scene.ago(days), gabapentinoid("pregabalin", milligrams, scene.someone.style))
        )


def _below_threshold(scene: Scene) -> None:
    course = scene.takes(_morphine(scene, 180, "mst"))
    scene.plans(430, target_ome=80)
    scene.steps(course, [160, 145, 130, 120, 110, 100, 90, 80], 420, every=28)
    style = scene.someone.style
    doses = [(scene.start, 600), (scene.ago(380), 450), (scene.ago(200), 300)]
    falling = [(day, gabapentinoid("pregabalin", milligrams, style)) for day, milligrams in doses]
    scene.someone.beside.append(Course(scene.start, scene.end + 400, 28, falling, exact=True))


def _stopped(scene: Scene) -> None:
    course = scene.takes(_morphine(scene, 120, "mst"))
    scene.plans(560, status="complete", ended_on=scene.ago(200), target_ome=0)
    falling = [110.0, 100, 90, 80, 70, 60, 50, 40, 35, 30, 25, 0]
    scene.steps(course, falling, 550, every=28)


TELL: dict[str, Callable[[Scene], None]] = {
    "exactly-90": _exactly_90,
    "exactly-120": _exactly_120,
    "two-patches": _two_patches,
    "combination": _combination,
    "prn": _prn,
    "stock-piling": _stock_piling,
    "dying": _dying,
    "deducted": _deducted,
    "abrupt-stop": _abrupt_stop,
    "too-fast": _too_fast,
    "stalled": _stalled,
    "paused": _paused,
    "escalated": _escalated,
    "excluded-cancer": _cancer,
    "excluded-methadone": _methadone,
    "best-interest-supported": _best_interest("all"),
    "best-interest-unsupported": _best_interest("none"),
    "gabapentinoid-rising": _gabapentinoid_rising,
    "below-threshold": _below_threshold,
    "stopped": _stopped,
}


def _patient(slug: str, practice: Practice, start: int) -> Person:
    someone = person(Chance("story", slug, "person"), practice, start, "high dose")
    someone.key, someone.story = key(slug), slug
    someone.age_band, someone.imd, someone.indication = "55-64", 2, "Chronic low back pain"
    return someone


def _moving(old: Practice, new: Practice, start: int, end: int) -> list[Person]:
    day = start + (end - start) // 2
    before, after = _patient("moving", old, start), _patient("moving", new, start)
    before.leave(day, "deducted")
    after.registered_from = day
    for someone in (before, after):
        Scene(someone, start, end).takes(strong("mst", 160, 0))
    return [before, after]


def story_people(found: list[Practice], start: int, end: int) -> dict[int, list[Person]]:
    """Patients of the stories by practice number, over the days of the data; none below eight practices."""
    people: dict[int, list[Person]] = {practice.number: [] for practice in found}
    if len(found) < MINIMUM_PRACTICES:
        return people
    for slug, tell in TELL.items():
        practice = found[PATIENTS[slug][0] - 1]
        someone = _patient(slug, practice, start)
        tell(Scene(someone, start, end))
        people[practice.number].append(someone)
    for someone in _moving(found[0], found[7], start, end):
        people[someone.practice.number].append(someone)
    return people
