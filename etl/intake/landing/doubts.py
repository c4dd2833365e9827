"""Why a file that could be loaded waits for a person: it replaces more, is much smaller than usual, or is of
people nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from etl.contract import Entity, entities
from etl.intake.landing.loaded_parts import Loaded, place
from etl.intake.refusal import RefusedError
from etl.store import Part

FEWER_ROWS = 0.9  # a re-sent period with a smaller share of the rows it replaces waits
LESS_THAN_USUAL = 0.5  # a new period with a smaller share of the practice's median month waits
FEW = 10  # rows a month below which half as many may be chance
HOLLOW = 0.25  # the same within a file of several: of many months a low one is no wonder
SOME = 5  # rows a month from which none, or one, is no chance either
NAMED = 6  # months a message names
NEVER_EMPTY = ("issues", "patients")
PUT_OFF = "again, now that all files are seen: "  # begins what a load says of a file that was put off
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


def size_doubts(part: Part, by_month: Mapping[str, int], loaded: Loaded, beside: Iterable[Part]) -> list[str]:
    """Whether a part, or a month within it, is empty or much smaller than the practice's others. `by_month`:
    its rows, where each belongs to a month; `beside`: parts of the same load, whether they came in or not."""
    if part.entity == "practices":
        return []
    others = history(part, loaded, beside)
    if sum(map(_months, loaded.replaced(part))) < _months(part) and (found := _whole(part, others)):
        return found
    return _hollow(part, by_month, others) if part.entity in NEVER_EMPTY and _months(part) > 1 else []


def _whole(part: Part, others: Sequence[Part]) -> list[str]:
    """The same of a part that brings a new month, taken whole."""
    of = f"of {part.entity.replace('_', ' ')} of {part.practice} for {_period(part)}"
    if not part.rows and part.entity in NEVER_EMPTY:
        return [f"there is no row {of}, and hardly any practice has none"]
    usual = usual_rows(part, others)
    each = " a month" if _by_month(entities()[part.entity]) else ""
    if usual is not None and usual >= 1 and not part.rows:
        return [f"there is no row {of}, but usually it has {usual:,.0f}{each}"]
    if usual is not None and _is_too_few(_rate(part), usual):
        return [f"{part.rows} rows {of} are fewer than half of the {usual:,.0f} it usually has{each}"]
    return []


def _hollow(part: Part, by_month: Mapping[str, int], others: Sequence[Part]) -> list[str]:
    """The same of each month within a part of several."""
    before = [rate for other in others for rate in [_rate(other)] * _months(other)]
    found = []
    for month, rows in by_month.items():
        usual = median([*before, *(n for other, n in by_month.items() if other != month)])
        if not rows or _is_too_few(rows, usual, HOLLOW):
            found.append(f"{month} ({rows} rows)")
    of = f"of {part.entity.replace('_', ' ')} of {part.practice}"
    few = ", ".join(found[:NAMED]) + (f" and {len(found) - NAMED} more" if len(found) > NAMED else "")
    return [f"months {of} within {_period(part)} are empty or unusually small: {few}"] if found else []


def _is_too_few(rows: float, usual: float, share: float = LESS_THAN_USUAL) -> bool:
    """Whether a month is too small to be chance: below a share, or of a small practice none or one."""
    return rows < share * usual and (usual >= FEW or (rows <= 1 and usual >= SOME))


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
