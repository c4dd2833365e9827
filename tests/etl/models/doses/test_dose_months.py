"""Rhythms of collecting that a month's doses must not trip over, and those they must show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.etl.models.people import FENTANYL, opioid
from tests.etl.models.world import MST30, MST60, Row, day, every, issue, rows_of, world


def months_of(issues: list[Row], first: str = "2024-06-01", last: str = "2025-06-01") -> list[dict[str, Any]]:
    con = world(issues=issues)
    return rows_of(
        con,
        f"SELECT * FROM person_month WHERE month BETWEEN DATE '{first}' AND DATE '{last}' ORDER BY month",
    )


@pytest.mark.parametrize(("quantity", "days"), [(56, 28), (60, 30), (112, 56), (168, 84), (14, 7)])
def test_a_regular_cycle_is_a_steady_dose_and_no_difference(quantity: int, days: int) -> None:
    months = months_of(every("P", "2024-01-01", 800 // days, MST30, "1 bd", quantity, days=days))
    assert {(m["current_ome_milli"], m["peak_ome_milli"], m["supplied_differs"]) for m in months} == {
        (60_000, 60_000, False)
    }


def test_ordering_a_week_early_each_month_shows_as_supplied_above_directed() -> None:
    months = months_of(every("P", "2024-01-01", 28, MST30, "1 bd", 56, days=21))
    assert {(m["current_ome_milli"], m["supplied_differs"]) for m in months} == {(60_000, True)}
    assert all(m["supplied_ome_milli"] > 72_000 for m in months)


def test_taking_half_of_what_is_directed_shows_as_supplied_below_directed() -> None:
    months = months_of(every("P", "2024-01-01", 11, MST30, "1 bd", 56, days=56))
    assert {m["supplied_differs"] for m in months} == {True}


def test_double_supply_before_a_holiday_is_carried_and_is_no_difference() -> None:
    normal = every("P", "2024-01-01", 8, MST30, "1 bd", 56)
    holiday = issue("P", day("2024-08-12"), MST30, "1 bd", 112)
    after = every("P", "2024-10-07", 10, MST30, "1 bd", 56)
    months = months_of([*normal, holiday, *after])
    assert {(m["current_ome_milli"], m["covered_days"], m["supplied_differs"]) for m in months} == {
        (60_000, 90, False)
    }


def test_optional_doses_have_nothing_to_differ_from() -> None:
    months = months_of(every("P", "2024-01-01", 20, "Codeine 30mg tablets", "1-2 qds prn", 224))
    assert {m["supplied_differs"] for m in months} == {False}


def test_patches_in_odd_quantities_last_for_their_wear() -> None:
    days = opioid([issue("P", day("2025-01-01"), FENTANYL, "Apply one patch every 72 hours", 7)])
    assert (set(days.values()), len(days)) == ({60.0}, 21)


def test_two_strengths_of_one_drug_issued_together_add_and_neither_ends_the_other() -> None:
    issues = [
        *every("P", "2024-01-01", 18, MST60, "1 bd", 56),
        *every("P", "2024-01-01", 18, "MST Continus 15mg tablets", "1 bd", 56),
    ]
    assert {m["current_ome_milli"] for m in months_of(issues, last="2025-04-01")} == {150_000}


def test_a_gap_is_unknown_then_no_supply() -> None:
    issues = every("P", "2024-01-01", 9, MST30, "1 bd", 56)  # covered to 8 September
    months = {str(m["month"])[:7]: m["current_ome_milli"] for m in months_of(issues)}
    assert (months["2024-09"], months["2024-10"]) == (60_000, 60_000)  # 22 and 53 days without
    assert months.get("2024-11", 0) == 0  # 83 days without


def test_the_peak_is_of_the_whole_window() -> None:
    issues = [
        *every("P", "2024-01-01", 20, MST30, "1 bd", 56),
        issue("P", day("2024-10-05"), "Oxycodone 10mg capsules", "1 qds", 28),
    ]
    months = {str(m["month"])[:7]: m["peak_ome_milli"] for m in months_of(issues)}
    assert [months[f"2024-{month}"] for month in ("09", "10", "11", "12")] == [
        60_000,
        120_000,
        120_000,
        120_000,
    ]


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        ({"quantity": 0}, "bad_quantity"),
        ({"quantity": 30_000}, "bad_quantity"),
        ({"days_supply": 0}, "bad_days"),
        ({"days_supply": 5000}, "bad_days"),
    ],
)
def test_an_amount_that_cannot_be_is_flagged_and_counts_for_nothing(fields: Row, flag: str) -> None:
    one = {**issue("P", day("2025-01-01"), "Oramorph 10mg/5ml oral solution", "as directed", 300), **fields}
    (supply,) = rows_of(world(issues=[one]), "SELECT * FROM supply")
    assert supply[flag] is True
    if flag == "bad_quantity":
        assert supply["ome_milli"] is None
    else:
        assert supply["basis"] == "default"  # neither 0 nor 5,000 days: 28


@pytest.mark.parametrize(("directions", "dose"), [("1 bd", 60_000), ("as directed", None)])
def test_without_a_quantity_only_regular_directions_give_a_dose(directions: str, dose: int | None) -> None:
    one = issue("P", day("2025-01-01"), MST30, directions, None)
    (supply,) = rows_of(world(issues=[one]), "SELECT * FROM supply")
    assert (supply["ome_milli"], supply["bad_quantity"]) == (dose, False)
    assert supply["no_dose"] == (None if dose else "no_quantity")
