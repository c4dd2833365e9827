"""Offers of referral and what became of them: made, accepted, attended, completed."""

from collections.abc import Mapping

from etl.sample.chance import Chance
from etl.sample.people.person import Person

Row = tuple[object, ...]
Service = tuple[float, float, tuple[int, int], tuple[str, ...]]
# service: share of offers, attended of accepted, days to first contact, reasons
SERVICES: dict[str, Service] = {
    "Circle MSK": (3.0, 0.42, (30, 95), ("musculoskeletal pain",)),
    "Bedfordshire Wellbeing Service": (2.5, 0.55, (14, 50), ("mental health",)),
    "Luton & Dunstable pain clinic": (
        2.0,
        0.60,
        (60, 170),
        ("neuropathic pain", "other pain", "musculoskeletal pain"),
    ),
    "Path 2 Recovery": (1.0, 0.50, (7, 30), ("addiction",)),
    "Social prescriber": (2.0, 0.68, (5, 28), ("social", "mental health")),
}
# the same services, and nothing that tells one from another
ALIKE: dict[str, Service] = {name: (1.0, 0.55, (10, 90), reasons) for name, (*_, reasons) in SERVICES.items()}
MADE, ACCEPTED, MISSED, COMPLETED = 0.86, 0.90, 0.6, 0.65
DECLINED = (
    "Does not want to travel",
    "Tried before without benefit",
    "Wants to think about medicines only",
    None,
)
REJECTED = ("Does not meet criteria", "More information needed", "Referred to another service")
A_MONTH = 0.06


def offers(
    chance: Chance, someone: Person, months: list[int], start: int, services: Mapping[str, Service]
) -> list[tuple[int, str]]:
    """Days and services of offers to a patient above 90 mg OME a day; months are month ends."""
    found = []
    previous = start - 1
    for index, month_end in enumerate(months):
        ready = someone.practice.offering(index / max(1, len(months) - 1)) * A_MONTH
        if chance.happens(ready) and someone.ome(month_end) > 90:
            service = chance.weighted({name: values[0] for name, values in services.items()})
            day = max(previous + 1, month_end - chance.between(0, 27))
            found.append((day, service))
        previous = month_end
    return found


def referral_row(
    chance: Chance,
    someone: Person,
    referral_id: str,
    offered: int,
    service: str,
    services: Mapping[str, Service],
) -> Row:
    """One offer and its later dates; a Circle MSK offer now and then for other than musculoskeletal pain."""
    _, attending, wait, reasons = services[service]
    reason = chance.pick(reasons)
    if service == "Circle MSK" and chance.happens(0.09):
        reason = "neuropathic pain"
    dates: dict[str, int] = {}
    why_not = None
    made = chance.happens(MADE)
    said = "agreed" if made else chance.weighted({"declined": 9.0, "thinking about it": 4.0, "agreed": 1.0})
    if made:
        dates["referred"] = offered + chance.between(0, 12)
        answered = dates["referred"] + chance.between(3, 21)
        if chance.happens(ACCEPTED):
            dates["accepted"] = answered
            _contact(chance, dates, attending, wait)
        else:
            dates["rejected"], why_not = answered, chance.pick(REJECTED)
    return (
        someone.practice.code,
        someone.key,
        referral_id,
        service,
        reason,
        offered,
        said,
        chance.pick(DECLINED) if said == "declined" else None,
        dates.get("referred"),
        dates.get("accepted"),
        dates.get("rejected"),
        why_not,
        dates.get("contact"),
        dates.get("missed"),
        dates.get("completed"),
    )


def _contact(chance: Chance, dates: dict[str, int], attending: float, wait: tuple[int, int]) -> None:
    appointment = dates["accepted"] + chance.between(*wait)
    if chance.happens(attending):
        dates["contact"] = appointment
        if chance.happens(COMPLETED):
            dates["completed"] = appointment + chance.between(40, 180)
    elif chance.happens(MISSED):
        dates["missed"] = appointment
