"""What a table said at the end of an earlier period: rows that existed by then, later dates still blank."""

from etl.sample.files.shapes import contract

Row = tuple[object, ...]
EVENTS = {"issues": "issued_on", "reviews": "reviewed_on"}
BEGINS = {
    "patients": "registered_from",
    "plans": "started_on",
    "referrals": "offered_on",
    "best_interest": "decided_on",
}
# what is known only once a date is
FOLLOWS = {
    "left_reason": "registered_to",
    "rejected_reason": "rejected_on",
    "pause_reason": "paused_on",
}
PLANNED_AHEAD = 84


def events(entity: str, rows: list[Row], start: int, end: int) -> list[Row]:
    """Rows of an event table dated within a period."""
    at = list(contract(entity)).index(EVENTS[entity])
    return [row for row in rows if start <= row[at] <= end]  # type: ignore[operator]


def _blank_later(entity: str, row: Row, end: int) -> list[object]:
    names = list(contract(entity))
    values = list(row)
    for i, (name, rule) in enumerate(contract(entity).items()):
        day = values[i]
        if rule["type"] == "date" and not rule.get("future") and isinstance(day, int) and day > end:
            values[i] = None
            for follower, leader in FOLLOWS.items():
                if leader == name and follower in names:
                    values[names.index(follower)] = None
    return values


def as_of(entity: str, rows: list[Row], end: int) -> list[Row]:
    """Rows of a state table as they stood on a day."""
    names = list(contract(entity))
    begins = names.index(BEGINS[entity])
    found = []
    for row in rows:
        if row[begins] > end:  # type: ignore[operator]
            continue
        values = _blank_later(entity, row, end)
        if entity == "plans":
            _status(names, values)
        found.append(tuple(values))
    return found


def _status(names: list[str], values: list[object]) -> None:
    at = names.index("status")
    needs = {"paused": "paused_on", "complete": "ended_on", "abandoned": "ended_on"}.get(str(values[at]))
    if needs and values[names.index(needs)] is None:
        values[at] = "active"


def steps_as_of(rows: list[Row], started: dict[object, int], end: int) -> list[Row]:
    """Steps of plans begun by a day (plan id → day), planned no more than twelve weeks ahead."""
    names = list(contract("taper_steps"))
    plan, planned = names.index("plan_id"), names.index("planned_on")
    return [
        tuple(_blank_later("taper_steps", row, end))
        for row in rows
        if started[row[plan]] <= end and row[planned] <= end + PLANNED_AHEAD  # type: ignore[operator]
    ]
