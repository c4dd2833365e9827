"""A line issued once has the dose in the release that it has by itself: random pairs of worked products and
directions, with quantities and days a record may hold."""

from __future__ import annotations

import random
from typing import Any

import pytest

from medicines import dose
from medicines.dose import LineDose
from tests.etl.models.world import Row, day, issue, rows_of, world
from tests.medicines.cases import worked

PRODUCTS = [case["name"] for case in worked("products")]
DIRECTIONS = [case["directions"] for case in worked("directions")]
QUANTITIES = [
    None,
    0,
    1,
    2,
    4,
    7,
    8,
    10,
    14,
    28,
    56,
    60,
    84,
    100,
    112,
    168,
    224,
    300,
    1000,
    5000,
    20_000,
    25_000,
]
DAYS = [1, 2, 3, 7, 10, 14, 15, 28, 28, 28, 30, 30, 56, 90, 180, 366, 400]
Line = tuple[str, str, float | None, float]


def some_lines(seed: int, size: int) -> list[Line]:
    chance = random.Random(seed)
    return [
        (chance.choice(PRODUCTS), chance.choice(DIRECTIONS), chance.choice(QUANTITIES), chance.choice(DAYS))
        for _ in range(size)
    ]


def said(line: LineDose) -> tuple[Any, ...]:
    """Dose in thousandths of a mg, or of a defined daily dose, and whether an opioid's or it is not known."""
    if line.class_ == "gabapentinoid":
        ddd = line.ddd_per_day
        return 0, False, None if ddd is None else round(ddd * 1000)
    ome = line.ome_mg_per_day if line.status == "ok" else None
    return round((ome or 0) * 1000), line.status in ("unclear", "not_converted"), 0


@pytest.mark.parametrize("seed", range(2))
def test_random_lines_have_one_dose_by_themselves_and_in_the_release(seed: int) -> None:
    lines = {f"P{n}": line for n, line in enumerate(some_lines(seed, 1500))}
    rows: list[Row] = [
        issue(key, day("2026-09-07"), *line[:3], days_supply=line[3]) for key, line in lines.items()
    ]
    con = world(issues=rows)
    found = {
        row["patient_key"]: (
            row["current_ome_milli"], row["without_dose"],
            None if row["gaba_unclear"] else row["gaba_ddd_milli"],
        )
        for row in rows_of(con, "SELECT * FROM patient_month WHERE month = DATE '2026-09-01'")
    }  # fmt: skip
    alone = {key: said(dose.line(*line)) for key, line in lines.items()}
    wrong = [
        (lines[key], alone[key], found.get(key))
        for key in lines
        if found.get(key, (0, False, 0)) != alone[key]
    ]
    assert not wrong, f"{len(wrong)} lines differ, first {wrong[:3]}"
    assert sum(1 for ome, _, _ in alone.values() if ome) > 300
    assert sum(1 for _, unknown, _ in alone.values() if unknown) > 100
