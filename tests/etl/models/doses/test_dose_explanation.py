"""The working of a day's dose: its supplies add up to the dose, and each says how it came about."""

from __future__ import annotations

import random
from decimal import Decimal

from medicines.dose_explanation import SupplyExplanation, supplies
from tests.etl.models.people import FENTANYL, random_patient
from tests.etl.models.world import MST30, MST60, Row, day, every, issue, rows_of, world


def made_of(issues: list[Row], on: str) -> tuple[SupplyExplanation, ...]:
    con = world(issues=issues)
    return supplies(
        rows_of(con, f"SELECT * FROM dose_explanation WHERE DATE '{on}' >= from_day AND DATE '{on}' < to_day")
    )


def test_the_supplies_of_any_day_add_up_to_its_dose() -> None:
    chance = random.Random(42)
    people = {f"P{n:03}": random_patient(chance, f"P{n:03}") for n in range(150)}
    con = world(issues=[row for rows in people.values() for row in rows])
    segments = rows_of(con, "SELECT * FROM dose_segment WHERE class = 'opioid'")
    for one in chance.sample(segments, 400):
        rows = rows_of(
            con,
            f"""SELECT * FROM dose_explanation WHERE patient_key = '{one["patient_key"]}'
                AND from_day <= DATE '{one["from_day"]}' AND to_day > DATE '{one["from_day"]}'""",
        )
        found = [s.dose for s in supplies(rows) if s.class_ == "opioid" and s.dose is not None]
        assert sum(found) == Decimal(one["ome_milli"]) / 1000


def test_regular_directions_say_amount_strength_and_factor() -> None:
    (one,) = made_of(
        [issue("P", day("2025-01-01"), "Oxycodone 15mg modified-release tablets", "1 bd", 56)], "2025-01-10"
    )
    assert one.arithmetic == "2 a day × 15 mg × 1.5 = 45 mg OME a day"
    assert (one.lasts, one.notes) == ("28 days by quantity and directions", ())
    assert (one.first, one.last) == (day("2025-01-01"), day("2025-01-28"))
    assert "Opioids Aware" in one.source


def test_a_late_issue_says_that_the_supply_is_spread() -> None:
    (one,) = made_of(
        [issue("P", day(d), MST30, "1 bd", 56) for d in ("2025-01-01", "2025-02-05")], "2025-01-10"
    )
    assert (
        one.arithmetic == "2 a day × 30 mg × 1 = 60 mg OME a day as directed, "
        "spread over the days to the next issue: 48 mg OME a day"
    )
    assert one.notes == ("the next issue was late, so the supply is spread up to it",)


def test_two_lines_of_one_product_are_both_shown() -> None:
    morning = issue("P", day("2025-01-01"), MST30, "one in the morning", 28)
    night = issue("P", day("2025-01-01"), MST30, "two at night", 56)
    (one,) = made_of([morning, night], "2025-01-10")
    assert [line.directions_read for line in one.lines] == ["1 a day", "2 a day"]
    assert one.arithmetic == "30 + 60 = 90 mg OME a day"


def test_patches_say_their_rate_and_how_many_are_worn() -> None:
    (one,) = made_of(
        [issue("P", day("2025-01-01"), FENTANYL, "apply two patches every 72 hours", 10)], "2025-01-02"
    )
    assert one.arithmetic == "25 microgram/h × 2.4 × 2 worn = 120 mg OME a day"


def test_optional_doses_say_that_the_quantity_decides_and_why() -> None:
    lines = [
        issue("P", day(d), "Codeine 30mg tablets", "1-2 qds prn", 100) for d in ("2025-01-01", "2025-01-26")
    ]
    (one,) = made_of(lines, "2025-01-10")
    assert one.arithmetic == "100 units of 3 mg OME each over the days they last: 12 mg OME a day"
    assert one.lasts == "25 days by the time to the next issue, as no one amount a day can be told"
    assert one.lines[0].directions_read == "0 to 8 a day, when required"


def test_a_switch_and_its_surplus_are_noted() -> None:
    old = every("P", "2025-01-01", 4, MST60, "1 bd", 56, days=21)
    new = issue("P", day("2025-03-20"), MST30, "1 bd", 56)
    (one,) = made_of([*old, new], "2025-03-19")  # the third supply, carried to 26 February to 25 March
    assert one.notes == (
        "it ends early: another strength takes over",
        "6 days of stock are surplus and count in no dose",
    )


def test_an_impossible_quantity_is_noted_and_gives_no_dose() -> None:
    (one,) = made_of([issue("P", day("2025-01-01"), MST30, "1 bd", 30_000)], "2025-01-02")
    assert (one.dose, one.arithmetic) == (
        None,
        "no dose: the quantity is not a number above 0 and up to 20,000, or not one of ml",
    )
    assert one.notes == ("the quantity is impossible and is not used",)
