"""The dose method: worked patients, and the SQL against a plain second implementation."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest

from measures import policy
from tests.etl.models.people import FENTANYL, doses_of, opioid, random_patient
from tests.etl.models.plain.plain_dose import daily_doses
from tests.etl.models.world import MST30, MST60, day, every, issue, patient, rows_of, world

RULES = policy.load()


def test_regular_directions_give_the_dose_and_quantity_its_length() -> None:
    days = opioid([issue("P", day("2025-01-01"), MST30, "1 bd", 56)])
    assert set(days.values()) == {60.0}
    assert (min(days), max(days), len(days)) == (day("2025-01-01"), day("2025-01-28"), 28)


def test_an_early_issue_waits_until_the_old_supply_ends() -> None:
    days = opioid([issue("P", day(d), MST30, "1 bd", 56) for d in ("2025-01-01", "2025-01-21")])
    assert set(days.values()) == {60.0}
    assert (len(days), max(days)) == (56, day("2025-02-25"))


def test_a_late_issue_spreads_the_supply_before_it() -> None:
    days = opioid([issue("P", day(d), MST30, "1 bd", 56) for d in ("2025-01-01", "2025-02-05")])
    assert days[day("2025-01-15")] == pytest.approx(60 * 28 / 35)  # 28 days' supply over 35 days
    assert days[day("2025-02-05")] == 60.0


def test_an_issue_more_than_fifteen_days_late_leaves_unknown_days() -> None:
    days = opioid([issue("P", day(d), MST30, "1 bd", 56) for d in ("2025-01-01", "2025-02-14")])
    assert day("2025-01-28") in days and day("2025-01-29") not in days and day("2025-02-13") not in days


def test_a_change_of_strength_ends_the_stock_of_the_old_one() -> None:
    old = every("P", "2025-01-01", 4, MST60, "1 bd", 56, days=21)  # three weeks of stock ahead at the end
    new = issue("P", day("2025-03-20"), MST30, "1 bd", 56)
    days = opioid([*old, new])
    assert (days[day("2025-03-19")], days[day("2025-03-20")]) == (120.0, 60.0)


def test_stock_is_carried_for_sixty_days_at_most_when_issues_cease() -> None:
    days = opioid(every("P", "2025-01-01", 12, MST30, "1 bd", 56, days=14))
    last = day("2025-01-01") + dt.timedelta(days=14 * 11)
    assert max(days) == last + dt.timedelta(days=28 + 60 - 1)


def test_products_and_patches_add() -> None:
    lines = [
        issue("P", day("2025-01-01"), FENTANYL, "Apply one patch every 72 hours", 10),
        issue("P", day("2025-01-01"), "Longtec 10mg modified-release tablets", "1 bd", 60),
    ]
    assert set(opioid(lines).values()) == {90.0}


def test_two_lines_of_one_product_with_different_directions_are_taken_side_by_side() -> None:
    morning = issue("P", day("2025-01-01"), MST30, "one in the morning", 28)
    night = issue("P", day("2025-01-01"), MST30, "two at night", 56)
    days = opioid([morning, night])
    assert (set(days.values()), len(days)) == ({90.0}, 28)


def test_patches_go_by_rate_whatever_their_wear() -> None:
    weekly = opioid(
        [issue("P", day("2025-01-01"), "Butec 20micrograms/hour transdermal patches", "one weekly", 4)]
    )
    assert (set(weekly.values()), len(weekly)) == ({48.0}, 28)


def test_optional_doses_last_until_the_next_issue() -> None:
    lines = [
        issue("P", day(d), "Codeine 30mg tablets", "1-2 qds prn", 100) for d in ("2025-01-01", "2025-01-26")
    ]
    assert opioid(lines)[day("2025-01-10")] == 12.0  # 100 tablets of 3 mg OME over 25 days


def test_supply_ends_with_death() -> None:
    gone = patient("P", registered_to=day("2025-01-10"), left_reason="died")
    assert max(opioid([issue("P", day("2025-01-01"), MST30, "1 bd", 56)], patients=[gone])) == day(
        "2025-01-09"
    )


def test_a_mover_keeps_one_history() -> None:
    moved = [
        patient("P", registered_to=day("2025-03-10"), left_reason="deducted"),
        patient("P", practice_code="B", registered_from=day("2025-03-10")),
    ]
    issues = every("P", "2025-01-01", 6, MST60, "1 bd", 56)
    for one in issues[3:]:
        one["practice_code"] = "B"
    con = world(issues=issues, patients=moved)
    months = rows_of(con, "SELECT month, practice_code, current_ome_milli FROM patient_month ORDER BY month")
    assert [m["practice_code"] for m in months if m["month"] <= day("2025-05-01")] == [
        "A",
        "A",
        "B",
        "B",
        "B",
    ]
    assert {m["current_ome_milli"] for m in months if m["month"] <= day("2025-05-01")} == {120_000}


@pytest.mark.parametrize(("operator", "threshold", "counted"), [(">", 90, 0), (">=", 90, 1), (">", 120, 0)])
def test_exactly_ninety_is_not_above_and_is_at_least(operator: str, threshold: int, counted: int) -> None:
    rules = replace(RULES, thresholds=replace(RULES.thresholds, operator=operator))
    issues = every("P", "2025-01-01", 12, "Longtec 30mg modified-release tablets", "1 bd", 56)
    con = world(rules, issues=issues)
    (row,) = rows_of(
        con,
        f"""SELECT numerator, denominator FROM measure_month WHERE measure = 'high_dose_prevalence'
            AND threshold = {threshold} AND practice_code = 'A' AND month = DATE '2025-09-01'""",
    )
    assert (row["numerator"], row["denominator"]) == (counted, 800)


def test_the_sql_agrees_with_a_plain_implementation_on_two_thousand_patients() -> None:
    chance = random.Random(20260930)
    people = {f"P{n:04}": random_patient(chance, f"P{n:04}") for n in range(2000)}
    left = {
        key: day("2024-01-01") + dt.timedelta(days=chance.randint(200, 900))
        for key in people
        if chance.random() < 0.1
    }
    patients = [
        patient(key, **({"registered_to": left[key], "left_reason": "died"} if key in left else {}))
        for key in people
    ]
    found = doses_of([row for rows in people.values() for row in rows], patients=patients)
    wrong = []
    for key, issues in people.items():
        plain = daily_doses(issues, RULES.dose, left.get(key))
        expected = {(kind, d): milli for kind, days in plain.items() for d, milli in days.items()}
        if found.get(key, {}) != expected:
            wrong.append(key)
    assert not wrong, f"{len(wrong)} patients differ, first {wrong[:3]}"
