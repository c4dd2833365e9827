"""Which parts count: what a later part replaces, and what is held back until all pieces have come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from etl.store.receipts import Part, Receipt


def live(receipts: list[Receipt]) -> dict[Part, Receipt]:
    """The parts that count and the receipt of each: a later part replaces the earlier ones of its
    entity and practice whose months it holds."""
    parts: dict[Part, Receipt] = {}
    by_practice: dict[tuple[str, str], list[Part]] = {}
    for receipt in receipts:
        for part in receipt.parts:
            rivals = by_practice.setdefault((part.entity, part.practice), [])
            for old in [p for p in rivals if holds(part, p)]:
                rivals.remove(old)
                del parts[old]
            rivals.append(part)
            parts[part] = receipt
    return parts


def whole(parts: Mapping[Part, Receipt]) -> dict[Part, Receipt]:
    """The parts that count in a release: of those that are live, all but those of months a piece of which has
    not come."""
    told = pieces(parts)
    return {
        part: receipt for part, receipt in parts.items() if not missing_pieces(told.get(_months(part), ()))
    }


def pieces(parts: Iterable[Part]) -> dict[tuple[str, str, str, str], list[Part]]:
    """Entity, practice, first and last month → the parts that are pieces of them, in order."""
    found: dict[tuple[str, str, str, str], list[Part]] = {}
    for part in sorted((part for part in parts if part.piece), key=lambda part: int(part.piece)):
        found.setdefault(_months(part), []).append(part)
    return found


def missing_pieces(found: Iterable[Part]) -> list[int]:
    """Which pieces of the same months have not come: of as many as any of them says, at least up to the last
    that came. One alone is never all."""
    here = {int(part.piece): part.of for part in found}
    return [n for n in range(1, max([2, *here, *here.values()]) + 1) if n not in here] if here else []


def _months(part: Part) -> tuple[str, str, str, str]:
    return part.entity, part.practice, part.period_from, part.period_to


def adds_to(new: Part, old: Part) -> bool:
    """Whether two parts are different pieces of the same months, which add up."""
    months = (new.period_from, new.period_to) == (old.period_from, old.period_to)
    return bool(months and new.piece and old.piece and new.piece != old.piece)


def holds(new: Part, old: Part) -> bool:
    """Whether the months of `old` lie within those of `new`. The latest practice list holds."""
    if adds_to(new, old):
        return False
    within = new.period_from <= old.period_from and old.period_to <= new.period_to
    return within or new.entity == "practices"
