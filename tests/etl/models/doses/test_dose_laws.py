"""What holds for any patient: each law on a crowd of random ones at a time, for the cost is a world's.

More of them: pytest --hypothesis-profile thorough tests/etl/models/doses/test_dose_laws.py
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.release.readings import line_readings, product_readings
from medicines.dose import LARGEST_QUANTITY
from tests.etl.models.people import FENTANYL, PRODUCTS, doses_of, random_patient
from tests.etl.models.world import MST30, MST60, Row, day, every, issue, rows_of, world

seeds = st.integers(min_value=0, max_value=10**9)
few = settings(max_examples=settings().max_examples // 25, deadline=None)


def crowd(seed: int, size: int = 150) -> dict[str, list[Row]]:
    chance = random.Random(seed)
    return {f"P{n:03}": random_patient(chance, f"P{n:03}") for n in range(size)}


def rows_in(people: dict[str, list[Row]]) -> list[Row]:
    return [row for rows in people.values() for row in rows]


@few
@given(seeds)
def test_ome_days_are_conserved_from_issues_to_supplies_and_segments(seed: int) -> None:
    """What was issued is in the segments or reported as surplus, but for rounding ends to whole days."""
    people = crowd(seed)
    con = world(issues=rows_in(people))
    supplies = rows_of(con, "SELECT * FROM supply WHERE class = 'opioid' AND ome_milli IS NOT NULL")
    within, surplus, held, most = (defaultdict[str, float](float) for _ in range(4))
    issued = ome_issued(rows_in(people))
    compared = 0
    for one in supplies:
        key = one["patient_key"]
        within[key] += one["ome_milli"] * (one["to_day"] - one["from_day"]).days
        surplus[key] += one["ome_milli"] * one["surplus_days"]
        held[key] += one["issued_ome_milli"]
        most[key] += max(one["ome_milli"], (one["to_day"] - one["from_day"]).days)
        amount = issued.get((key, one["product_key"], one["issued_on"]))
        if amount is not None and "quantity" in (one["dose_basis"], LENGTH[one["basis"]]):
            assert abs(one["issued_ome_milli"] - amount) <= 1 + 1e-3 * amount, one
            compared += 1
    assert compared > 200
    segments = {
        row["patient_key"]: row["ome_days"]
        for row in rows_of(
            con,
            """SELECT patient_key, sum(ome_milli * (to_day - from_day)) AS ome_days
               FROM dose_segment WHERE class = 'opioid' GROUP BY patient_key""",
        )
    }
    for key in within:
        assert segments.get(key, 0) == within[key]
        assert abs(within[key] + surplus[key] - held[key]) <= most[key]


LENGTH = defaultdict[str, str](str, {"directions": "quantity"})  # what the length of a supply rests on


def ome_issued(rows: list[Row]) -> dict[tuple[str, str, dt.date], float]:
    """Patient, product and day → quantity × OME of a unit, in thousandths; not patches, nor days on which
    some quantity is not known or cannot be one."""
    products = readings()
    found, unknown = defaultdict[tuple[str, str, dt.date], float](float), set[tuple[str, str, dt.date]]()
    for row in rows:
        unit, product = products[row["product"]]
        if unit["status"] != "converted" or unit["form"] == "patch":
            continue
        at = row["patient_key"], product, row["issued_on"]
        if row["quantity"] is None or not 0 < row["quantity"] <= LARGEST_QUANTITY:
            unknown.add(at)
        else:
            found[at] += row["quantity"] * unit["ome_unit_micro"] / 1000
    return {at: amount for at, amount in found.items() if at not in unknown}


@cache
def readings() -> dict[str, tuple[Any, Any]]:
    """Product → its reading and its key."""
    names = {name for name, _, _ in PRODUCTS}
    units = {r["product"]: r for r in product_readings(names).to_dict("records")}
    lines = line_readings({(name, "") for name in names}).to_dict("records")
    return {r["product"]: (units[r["product"]], r["product_key"]) for r in lines}


@few
@given(seeds, seeds.map(random.Random))
def test_the_order_of_rows_changes_nothing(seed: int, chance: random.Random) -> None:
    rows = rows_in(crowd(seed))
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert doses_of(rows) == doses_of(shuffled)


@few
@given(seeds, seeds.map(random.Random))
def test_an_issue_split_into_two_of_the_same_day_changes_nothing(seed: int, chance: random.Random) -> None:
    people = crowd(seed)
    split = {key: split_one(rows, chance) for key, rows in people.items()}
    assert doses_of(rows_in(split)) == doses_of(rows_in(people))


def split_one(rows: list[Row], chance: random.Random) -> list[Row]:
    """The rows with one issue given as two halves, where one has amounts that can be halved."""
    able = [n for n, row in enumerate(rows) if row["quantity"] in (28, 56, 60, 100, 224, 300, 168, 280)]
    able = [n for n in able if rows[n]["days_supply"] != 5000]
    if not able:
        return rows
    chosen = chance.choice(able)
    one = rows[chosen]
    halves = {"quantity": one["quantity"] / 2, "days_supply": one["days_supply"] and one["days_supply"] / 2}
    return [*rows[:chosen], {**one, **halves}, {**one, **halves}, *rows[chosen + 1 :]]


def test_doubling_the_last_issue_lengthens_cover_not_dose() -> None:
    """One to eight issues, every fourteen to forty days: each a patient."""
    courses = [
        every(f"P{times}x{gap}", "2025-01-01", times, MST30, "1 bd", 56, days=gap)
        for times in range(1, 9)
        for gap in range(14, 41)
    ]
    doubled = [[*issues[:-1], {**issues[-1], "quantity": 112}] for issues in courses]
    before, after = (doses_of([row for rows in those for row in rows]) for those in (courses, doubled))
    assert len(before) == len(after) == len(courses)
    for key, days in before.items():
        assert {d: after[key][d] for d in days} == days, key
        assert len(after[key]) >= len(days) + 28, key


@few
@given(seeds, seeds.map(random.Random))
def test_a_medicine_added_never_lowers_any_day(seed: int, chance: random.Random) -> None:
    """A medicine the patient does not have. Another strength of one they have may replace it: a switch."""
    people = crowd(seed)
    added = {key: [*rows, *course(key, chance, rows[0]["issued_on"])] for key, rows in people.items()}
    before, after = doses_of(rows_in(people)), doses_of(rows_in(added))
    for key, days in before.items():
        lower = {at: milli for at, milli in days.items() if after[key].get(at, 0) < milli}
        assert not lower, (key, lower)


def course(key: str, chance: random.Random, first: dt.date) -> list[Row]:
    on = first + dt.timedelta(days=chance.randint(-30, 200))
    step = dt.timedelta(days=chance.choice([7, 28, 35, 60]))
    product = chance.choice(["Palexia SR 100mg tablets", "Tramadol 50mg capsules", "Pethidine 50mg tablets"])
    text = chance.choice(["1 bd", "1-2 qds prn", "as directed"])
    return [
        issue(key, max(on, day("2024-01-01")) + n * step, product, text, 56)
        for n in range(chance.randint(1, 5))
    ]


OTHER_NAMES = {
    MST30: "Morphine 30mg modified-release tablets",
    MST60: "Morphine 60mg modified-release tablets",
    "Co-codamol 30mg/500mg tablets": "Kapake 30mg/500mg tablets",
    FENTANYL: "Matrifen 25micrograms/hour transdermal patches",
    "Pregabalin 150mg capsules": "Lyrica 150mg capsules",
}


@few
@given(seeds, seeds.map(random.Random))
def test_another_name_for_a_medicine_changes_nothing(seed: int, chance: random.Random) -> None:
    """Not on any issue, and so not on one of two lines of a day."""
    rows = rows_in(crowd(seed))
    named = [
        {**row, "product": OTHER_NAMES.get(row["product"], row["product"])} if chance.random() < 0.5 else row
        for row in rows
    ]
    assert doses_of(named) == doses_of(rows)


@few
@given(seeds, seeds.map(random.Random))
def test_a_quantity_left_out_is_never_a_lower_dose_that_is_known(seed: int, chance: random.Random) -> None:
    """Either the directions give the dose, or the month says that it is not known."""
    people = crowd(seed)
    blanked = {
        key: [blank(row) if chance.random() < 0.5 else row for row in rows] for key, rows in people.items()
    }
    con = world(issues=rows_in(blanked))
    known = rows_of(con, "SELECT * FROM supply_dosed WHERE no_dose IS NULL AND quantity IS NULL")
    assert known and all(one["dose_basis"] == "directions" for one in known)
    assert not rows_of(con, "SELECT * FROM supply_dosed WHERE coalesce(ome_milli, ddd_milli) = 0")
    assert not rows_of(
        con,
        """SELECT * FROM patient_month AS m INNER JOIN person AS p ON p.patient_key = m.patient_key
           INNER JOIN supply_dosed AS s ON s.person = p.person
           INNER JOIN numbered_product AS k ON k.product_no = s.product_no
           WHERE k.class = 'opioid' AND s.no_dose IS NOT NULL AND NOT m.without_dose
             AND s.issued_on BETWEEN last_day(m.month) - 89 AND last_day(m.month)""",
    )


def blank(row: Row) -> Row:
    return {**row, "quantity": None}
