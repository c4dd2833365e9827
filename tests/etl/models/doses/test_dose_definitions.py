"""The published definitions of a daily dose: worked examples, a plain implementation, the policy's choice."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from measures import policy
from medicines import factors
from tests.etl.models.people import random_patient
from tests.etl.models.plain.plain_dose import published_definitions
from tests.etl.models.world import Row, day, every, issue, rows_of, world
from tests.medicines.cases import SHARED, rows_from

RULES = policy.load()
HERE = Path(__file__).parent
SHARED_CASES = SHARED / "cases" / "dose_definitions.csv"
FIRST_DAY = day("2025-01-01")  # the 90 days to 31 March begin here
DEFINITIONS = {
    "sum_of_days_supply": "sum_of_days_supply_milli",
    "unique_days": "unique_days_milli",
    "fixed_90_day_window": "fixed_window_milli",
    "peak_day": "peak_day_milli",
}
OPIOID = {"1.5": "Oxycodone {}mg tablets", "1": "Morphine {}mg tablets"}


def worked_cases() -> dict[str, list[dict[str, str]]]:
    files = [HERE / "dose_definitions.csv", *([SHARED_CASES] if SHARED.exists() else [])]
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for file in files:
        for row in rows_from(file):
            found[f"{file.parent.name} {row['case']}"].append(row)
    return found


CASES = worked_cases()


@pytest.mark.parametrize("name", CASES)
def test_a_worked_example_comes_out_as_published(name: str) -> None:
    rows = CASES[name]
    issues = [
        issue(
            "P",
            FIRST_DAY + dt.timedelta(days=int(row["start_day"]) - 1),
            OPIOID[row["factor"]].format(row["strength_mg"]),
            "as directed",
            float(row["quantity"]),
            days_supply=float(row["days_supply"]),
        )
        for row in rows
    ]
    (found,) = rows_of(world(issues=issues), "SELECT * FROM person_month WHERE month = DATE '2025-03-01'")
    for definition, column in DEFINITIONS.items():
        if expected := rows[0][definition]:
            places = len(expected.partition(".")[2])
            assert half_up(found[column] / 1000, places) == float(expected), definition


def half_up(value: float, places: int) -> float:
    return int(value * 10**places + 0.5) / 10**places


@pytest.mark.parametrize(
    ("definition", "milli"),
    [
        ("sum_of_days_supply", 75_811),  # 2805 mg over 37 days of supply
        ("unique_days", 93_500),  # over 30 days
        ("fixed_window", 31_167),  # over 90 days
        ("peak_day", 105_000),  # 90 + 15 on the first day
    ],
)
def test_the_policy_chooses_the_definition_of_the_current_dose(definition: str, milli: int) -> None:
    rules = replace(RULES, dose=replace(RULES.dose, definition=definition))
    issues = [
        issue("P", FIRST_DAY, "Oxycodone 30mg tablets", "1 bd", 60, days_supply=30),
        issue("P", FIRST_DAY, "Oxycodone 5mg capsules", "1 bd", 14, days_supply=7),
    ]
    (found,) = rows_of(
        world(rules, issues=issues), "SELECT * FROM patient_month WHERE month = DATE '2025-03-01'"
    )
    assert found["current_ome_milli"] == milli
    assert found["dose_band"] == {31_167: "up to 50", 75_811: "50 to 90"}.get(milli, "90 to 120")


def test_all_definitions_agree_on_a_steady_dose() -> None:
    con = world(issues=every("P", "2024-01-01", 20, "Oxycodone 30mg tablets", "1 bd", 56))
    (found,) = rows_of(con, "SELECT * FROM person_month WHERE month = DATE '2025-03-01'")
    columns = ["current_ome_milli", "peak_ome_milli", *DEFINITIONS.values()]
    assert {found[column] for column in columns} == {90_000}


def test_the_definitions_agree_with_a_plain_implementation_on_five_hundred_patients() -> None:
    chance = random.Random(8270512)
    people: dict[str, list[Row]] = {f"P{n:03}": random_patient(chance, f"P{n:03}") for n in range(500)}
    con = world(issues=[row for rows in people.values() for row in rows])
    for month_end in (day("2024-06-30"), day("2025-02-28")):
        found = {
            row["patient_key"]: row
            for row in rows_of(
                con,
                f"""SELECT p.patient_key, d.* FROM person_month AS d
                INNER JOIN person AS p ON p.person = d.person
                WHERE month = DATE '{month_end.replace(day=1)}'""",
            )
        }
        for key, issues in people.items():
            plain = published_definitions(issues, RULES.dose, month_end)
            assert {name: found[key][name] if key in found else 0 for name in plain} == plain, key


def test_a_change_of_factor_version_counts_for_every_month(monkeypatch: pytest.MonkeyPatch) -> None:
    table = factors.table
    doubled = [{**row, "factor": str(2 * float(row["factor"]))} for row in table()]
    monkeypatch.setattr(factors, "versions", lambda: ("2026.11", "2027.02"))
    monkeypatch.setattr(
        factors, "table", lambda version=None: doubled if version == "2027.02" else table(version)
    )
    issues = every("P", "2024-01-01", 20, "Oxycodone 15mg modified-release tablets", "1 bd", 56)
    doses = {}
    for version in ("2026.11", "2027.02"):
        rules = replace(RULES, dose=replace(RULES.dose, factor_version=version))
        months = rows_of(
            world(rules, issues=issues), "SELECT current_ome_milli FROM patient_month ORDER BY month"
        )
        doses[version] = [month["current_ome_milli"] for month in months if month["current_ome_milli"]]
    assert set(doses["2026.11"]) == {45_000} and set(doses["2027.02"]) == {90_000}
    assert len(doses["2026.11"]) == len(doses["2027.02"]) > 12
