"""What every pack and report of a quarter tells together: an attack on the sample by integer programming."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise, product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from reporting import figures, protection
from reporting.access import Scope, Selection, Snapshot
from reporting.disclosure import Cleared, coarse, half_up, whole
from reporting.exhibits.likeness import TEN, similar
from reporting.protection import (
    CONTACTS,
    CROSSED,
    DECLINED,
    EVERY,
    EXCLUDED,
    SCOPE,
    WAYS,
    ZONES,
    Counted,
)  # fmt: skip
from reporting.slides.contents import KEYS
from reporting.slides.pack import Order, drawable
from reporting.slides.quarter import Quarter, at_end_of, quarters

READERS: dict[str, Callable[..., Cleared]] = {
    ZONES.what: figures.taper_zones,
    CONTACTS.what: figures.first_contacts,
    DECLINED.what: figures.declined_reasons,
    WAYS.what: figures.taper_ways,
    EXCLUDED.what: figures.people_excluded,
    SCOPE.what: figures.people_in_scope,
    **{way: partial(figures.crossings_of_a_year, measure=way) for way in CROSSED},
}
NO_LIMIT, ENOUGH = 10**6, 5
Cell = tuple[str, str]  # an area; a category or group, "" for all


@dataclass(frozen=True)
class Area:
    """A place, PCN or practice, or the ICB, with the areas it is made of."""

    name: str
    selection: Selection
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pooled:
    """What the report of a practice tells of others added up: which, and how many people it may be."""

    practices: tuple[str, ...]
    least: float
    most: float


def pooled(snapshot: Snapshot, measure: str) -> Iterator[Pooled]:
    """What all reports tell, to somebody who knows the exact denominators."""
    latest = snapshot.info.last_month
    for code in figures.practices(snapshot, Scope.icb()).frame["practice_code"]:
        alike = similar(snapshot, Scope.icb(), Selection(120, practice=code), TEN).codes
        exact = figures.measures_together(snapshot, Scope.icb(), alike, [measure], [0, 120], latest).frame
        for n, people in zip(exact["numerator"], exact["denominator"], strict=True):
            shown = [other for other in range(people + 1) if coarse(other, people) == coarse(n, people)]
            if shown:  # where so few are counted nothing is told
                yield Pooled(alike, min(shown), max(shown))


def areas(snapshot: Snapshot) -> list[Area]:
    listed = figures.practices(snapshot, Scope.icb()).frame
    made = [Area(code, Selection(120, practice=code)) for code in listed["practice_code"]]
    for pcn, inside in listed.groupby("pcn"):
        made.append(Area(str(pcn), Selection(120, pcn=str(pcn)), tuple(inside["practice_code"])))
    for place, inside in listed.groupby("place"):
        made.append(Area(str(place), Selection(120, place=str(place)), tuple(sorted(set(inside["pcn"])))))
    return [*made, Area("ICB", Selection(120), tuple(sorted(set(listed["place"]))))]


def counts(
    snapshot: Snapshot, scope: Scope, every: Iterable[Area], measure: str, name: str
) -> dict[Cell, float]:
    """What packs of all areas and reports of all practices hold of one measure at the latest month."""
    latest, found = snapshot.info.last_month, dict[Cell, float]()
    for area in every:
        asked, year = [0, 120], replace(area.selection, years=1)
        frame = figures.measure_by_month(snapshot, scope, year, [measure], asked).frame
        frame = frame[frame["month"] == pd.Timestamp(latest)]
        found |= {(area.name, c): n for c, n in zip(frame["category"], frame[name], strict=True)}
        if area.parts:
            split = figures.measure_by_group(snapshot, scope, area.selection, asked, [latest]).frame
            split = split[split["measure"] == measure]
            found |= {
                (area.name, f"{d} {c}"): n
                for d, c, n in zip(split["dimension"], split["category"], split[name], strict=True)
            }
    return found


def sums(every: Iterable[Area], exact: dict[Cell, float]) -> Iterator[tuple[Cell, list[Cell]]]:
    """Whole and parts: areas of each category, and groups of each area, where the exact counts add up."""
    kinds = sorted({kind for _, kind in exact})
    for area, kind in product(every, kinds):
        yield (area.name, kind), [(part, kind) for part in area.parts]
    for area, dimension in product(every, ("age_band", "sex", "imd_quintile")):
        yield (area.name, ""), [(area.name, kind) for kind in kinds if kind.startswith(f"{dimension} ")]


def left_open(
    exact: dict[Cell, float],
    told: dict[Cell, float],
    added: Iterable[tuple[Cell, list[Cell]]],
    knows: bool,
    pooled: Iterable[Pooled] = (),
    nested: Iterable[tuple[Cell, Cell]] = (),
) -> list[int]:
    """How many numbers each suppressed count may be, ENOUGH or more where it is seen to be as many. added:
    wholes and parts. knows: for one who somehow knows which of the numbers withheld are suppressed as small.
    pooled: of similar practices, as each report tells them. nested: cells, and those that are at least as
    much."""
    at = {cell: place for place, cell in enumerate(exact)}
    bounds = np.array([_bounds(exact[cell], told[cell], knows) for cell in exact])
    rows, least, most = list[Any](), list[float](), list[float]()

    def told_that(low: float, high: float, plus: Iterable[Cell], minus: Iterable[Cell] = ()) -> None:
        row = np.zeros(len(exact))
        row[[at[cell] for cell in plus]] = 1
        row[[at[cell] for cell in minus]] = -1
        for made, value in zip((rows, least, most), (row, low, high), strict=True):
            made.append(value)

    for all_of, parts in added:
        held = [part for part in parts if part in at]
        if all_of in at and held and sum(exact[part] for part in held) == exact[all_of]:
            told_that(0, 0, held, [all_of])
    for one in pooled:
        told_that(one.least, one.most, [(code, "") for code in one.practices if (code, "") in at])
    for less, more in nested:
        told_that(0, NO_LIMIT, [more], [less])
    suppressed = [at[cell] for cell, count in exact.items() if 0 < count < 8]
    known = LinearConstraint(np.array(rows), least, most)
    low, high = np.full(len(exact), np.inf), np.full(len(exact), -np.inf)  # over all that was found possible
    for cell, sign in product(suppressed, (1, -1)):
        if high[cell] - low[cell] + 1 < ENOUGH:
            aim = np.zeros(len(exact))
            aim[cell] = sign
            possible = _least(aim, known, bounds)
            low, high = np.minimum(low, possible), np.maximum(high, possible)
    return [round(high[cell] - low[cell]) + 1 for cell in suppressed]


def _least(aim: Any, known: LinearConstraint, bounds: Any) -> Any:
    """Numbers of all cells that fit what is known, with the least that is aimed at."""
    solved = milp(
        aim,
        constraints=known,
        bounds=Bounds(bounds[:, 0], bounds[:, 1]),
        integrality=np.ones(len(aim), dtype=int),
    )
    assert solved.success
    return np.round(solved.x)


def _bounds(exact: float, told: float, knows: bool) -> tuple[float, float]:
    if told == told:
        return (max(8, told - 2), told + 2) if told else (0, 0)
    return (1, 7) if knows and 0 < exact < 8 else (0, NO_LIMIT)


@pytest.mark.parametrize(
    ("measure", "name"),
    [
        ("on_taper_plan", "numerator"),
        ("two_opioids", "numerator"),
        ("tapering", "denominator"),
    ],
)
def test_no_suppressed_count_is_told_by_all_that_is_published(
    sample: Snapshot, measure: str, name: str
) -> None:
    every = areas(sample)
    exact = counts(sample, Scope.icb(), every, measure, name)
    told = counts(sample, Scope.icb().leaving(), every, measure, name)
    assert all((n == half_up(int(exact[cell]), 5)) for cell, n in told.items() if n == n)
    assert not any(told[cell] == told[cell] for cell, n in exact.items() if 0 < n < 8)
    reports = list(pooled(sample, measure)) if name == "numerator" else []
    added = list(sums(every, exact))
    assert min(left_open(exact, told, added, knows=False, pooled=reports)) >= 5
    assert min(left_open(exact, told, added, knows=True, pooled=reports)) >= 2


NESTED = ("offered", "made", "accepted", "attended", "completed")


def of_stages(snapshot: Snapshot, scope: Scope, every: Iterable[Area]) -> dict[Cell, float]:
    """What packs of all areas hold of referrals by service and stage, beyond either threshold."""
    found = dict[Cell, float]()
    for area, threshold in product(every, snapshot.info.thresholds):
        if area.parts:
            selection = replace(area.selection, threshold=threshold)
            frame = figures.referral_stages(snapshot, scope, selection).frame
            for stage in NESTED:
                named = zip(frame["service"], frame[stage], strict=True)
                found |= {(area.name, f"{threshold} {stage} {service}"): n for service, n in named}
                found[area.name, f"{threshold} {stage} "] = whole(frame, stage)
    return found


def of_services(exact: dict[Cell, float]) -> Iterator[tuple[Cell, list[Cell]]]:
    for area, kind in exact:
        if kind.endswith(" "):
            yield (area, kind), [(a, k) for a, k in exact if a == area and k.startswith(kind) and k != kind]


def pairs(exact: dict[Cell, float], thresholds: Iterable[int]) -> Iterator[tuple[Cell, Cell]]:
    """A stage and the one before; beyond a threshold and beyond the next lower."""
    steps = [*pairwise(NESTED), *pairwise(map(str, sorted(thresholds)))]
    for (area, kind), (more, less) in product(exact, steps):
        other = (area, " ".join(more if word == less else word for word in kind.split(" ")))
        if other != (area, kind):
            assert exact[area, kind] <= exact[other], "not nested, so that the attack would be wrong"
            yield (area, kind), other


@pytest.mark.parametrize(("planned", "fewest"), [(True, 5), (False, 3)], ids=["planned", "control"])
def test_stages_that_are_nested_tell_no_suppressed_count(
    sample: Snapshot, monkeypatch: pytest.MonkeyPatch, planned: bool, fewest: int
) -> None:
    """Control: a plan that holds sums alone told one count of 2025Q4 to three numbers."""
    snapshot = at_end_of(sample, Quarter(2025, 4))
    if not planned:
        monkeypatch.setattr(protection, "_nested", lambda _: iter(()))
        monkeypatch.setattr(protection, "plan_of", cache(protection.plan_of.__wrapped__))
    every = areas(snapshot)
    exact, told = (of_stages(snapshot, scope, every) for scope in (Scope.icb(), Scope.icb().leaving()))
    added = [*sums(every, exact), *of_services(exact)]
    nested = list(pairs(exact, snapshot.info.thresholds))
    found = left_open(exact, told, added, knows=False, nested=nested)
    assert len(found) > 100 and (min(found) >= fewest if planned else min(found) == fewest)


def of_events(snapshot: Snapshot, scope: Scope, every: Iterable[Area], one: Counted) -> dict[Cell, float]:
    """What charts of all areas hold of these counts, beyond 120 mg."""
    found, (count,) = dict[Cell, float](), one.counts
    for area in every:
        if area.parts:
            frame = READERS[one.what](snapshot, scope, area.selection).frame
            named = zip(frame[one.by], frame[count], strict=True)
            found |= {(area.name, f"{one.by} {category or 'none'}"): n for category, n in named}
            if one.whole_is_told:
                found[area.name, f"{one.by} "] = whole(frame, count)
    return found


@pytest.mark.parametrize("one", EVERY[1:], ids=lambda one: one.what)
def test_counts_of_charts_tell_no_suppressed_one(sample: Snapshot, one: Counted) -> None:
    every = areas(sample)
    exact, told = (of_events(sample, scope, every, one) for scope in (Scope.icb(), Scope.icb().leaving()))
    assert any(n == n for n in told.values())
    found = left_open(exact, told, [*sums(every, exact), *of_services(exact)], knows=False)
    assert not found or min(found) >= 5
    assert found or one.what == "people in scope"


def test_rounding_each_number_by_itself_would_tell_of_some(sample: Snapshot) -> None:
    """The control: the same attack where nothing is withheld beside the small counts."""
    every = areas(sample)
    exact = counts(sample, Scope.icb(), every, "two_opioids", "numerator")
    alone = {cell: float("nan") if 0 < n < 8 else half_up(int(n), 5) for cell, n in exact.items()}
    assert min(left_open(exact, alone, sums(every, exact), knows=True)) == 2


def test_every_slide_of_areas_and_practices_is_made_and_holds_no_exact_column(
    sample: Snapshot,
) -> None:
    quarter, every = quarters(sample.info)[0], areas(sample)
    practices = [area for area in every if not area.parts]
    for area, key in product([*practices[:3], *every[len(practices) :]], KEYS):
        exhibit, frame = drawable(sample, Scope.icb(), Order(quarter, area.selection), key)
        figure = frame.figure if isinstance(frame.figure, str) else frame.figure.to_json()
        said = (
            f"{exhibit.table.to_csv()} {figure} {frame.headline} {frame.notes} {frame.caption} {exhibit.alt}"
        )
        assert not re.search(r"exact_|whole_|\bnan\b", said), (area.name, key)
