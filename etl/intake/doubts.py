"""Why a file that could be loaded waits for a person: it replaces more, is much smaller than usual, or is of
people nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from etl.contract import Entity, entities
from etl.intake.loaded import Loaded, place
from etl.intake.refusal import RefusedError
from etl.store import Part

FEWER_ROWS = 0.9  # a re-sent period with a smaller share of the rows it replaces waits
LESS_THAN_USUAL = 0.5  # a new period with a smaller share of the practice's median month waits
FEW = 10  # rows a month below which half as many may be chance
NEVER_EMPTY = ("issues", "patients")
AGAIN = "again, now that all files are seen: "  # begins what a load says of a file that was put off
ASKED = "If that is right, load it again with --accept-smaller."


class WaitsError(RefusedError):
    """A file that waits until a person accepts it. The message says why."""

    def __init__(self, doubts: Sequence[str]) -> None:
        super().__init__(f"{'; '.join(doubts)}. {ASKED}")


def replaced_doubts(part: Part, columns: Sequence[str], loaded: Loaded) -> list[str]:
    """What would be lost where a part replaces others: rows, or whole columns."""
    replaced = loaded.replaced(part)
    before = sum(p.rows for p in replaced)
    found = []
    if part.rows < FEWER_ROWS * before:
        found.append(
            f"{part.rows} rows would replace {before} of {part.practice}, {part.period_from} to "
            f"{part.period_to}"
        )
    had = {name for old in replaced for name in loaded.live[old].columns or ()}
    if lost := [name for name in entities()[part.entity].columns if name in had - set(columns)]:
        found.append(f"it has no column {', '.join(lost)}, which the file it would replace has")
    return found


def size_doubts(part: Part, loaded: Loaded, beside: Iterable[Part]) -> list[str]:
    """Whether a part that brings a new month is empty, or much smaller than the practice's others. `beside`:
    parts of the same load, whether they came in or not."""
    replaced = loaded.replaced(part)
    if part.entity == "practices" or sum(map(_months, replaced)) >= _months(part):
        return []
    of = f"of {part.entity.replace('_', ' ')} of {part.practice} for {_period(part)}"
    if not part.rows and part.entity in NEVER_EMPTY:
        return [f"there is no row {of}, and hardly any practice has none"]
    usual = usual_rows(part, history(part, loaded, beside))
    if usual is not None and usual >= FEW and _rate(part) < LESS_THAN_USUAL * usual:
        each = " a month" if _by_month(entities()[part.entity]) else ""
        return [f"{part.rows} rows {of} are fewer than half of the {usual:,.0f} it usually has{each}"]
    return []


def history(part: Part, loaded: Loaded, beside: Iterable[Part] = ()) -> list[Part]:
    """The other parts of the same entity and practice, one a period, but for those it would replace. Plans
    and what else a programme gathers grow with it: of these only earlier ones say what is usual."""
    others = [*beside, *loaded.places[part.entity, part.practice]]
    if part.entity not in NEVER_EMPTY:
        others = [other for other in others if other.period_to < part.period_from]
    found = {place(other): other for other in others if place(other)[:2] == place(part)[:2]}
    for gone in (*loaded.replaced(part), part):
        found.pop(place(gone), None)
    return list(found.values())


def usual_rows(part: Part, others: Iterable[Part]) -> float | None:
    """The median of their months in rows; an extract that says how things stand counts for its months."""
    months = [rate for other in others for rate in [_rate(other)] * _months(other)]
    return median(months) if months else None


def _rate(part: Part) -> float:
    return part.rows / _months(part) if _by_month(entities()[part.entity]) else part.rows


def _by_month(entity: Entity) -> bool:
    """Whether each row belongs to one month of its extract; else rows say how things stand at its end."""
    return any(column.in_period for column in entity.columns.values())


def _months(part: Part) -> int:
    (y0, m0), (y1, m1) = (map(int, text.split("-")) for text in (part.period_from, part.period_to))
    return (y1 - y0) * 12 + m1 - m0 + 1


def _period(part: Part) -> str:
    same = part.period_from == part.period_to
    return part.period_from if same else f"{part.period_from} to {part.period_to}"
