"""Measures of people, each on patients small enough to check by eye. MST 60 twice a day is 120 mg a day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.etl.models.world import MST30, MST60, Row, day, every, issue, patient, rows_of, world

NOW = "2026-09-01"
PREGABALIN = "Pregabalin 300mg capsules"
STEADY = ("2025-01-02", 23, MST60, "1 bd", 56)  # 120 mg to 7 October 2026
ISSUES: list[Row] = [
    *every("STEADY", *STEADY),
    *every("ROSE", "2025-01-02", 20, MST30, "1 bd", 56),  # 60 mg to 15 July 2026
    *every("ROSE", "2026-07-16", 4, MST60, "1 bd", 56),
    *every("FELL", "2025-01-02", 20, MST60, "1 bd", 56),
    *every("FELL", "2026-07-16", 4, MST30, "1 bd", 56),
    *every("DIED", *STEADY),
    *every("LEFT", *STEADY),
    *every("JOINED", *STEADY),
    *every("CANCER", *STEADY),
    *every("GABA", "2026-01-01", 11, PREGABALIN, "1 tds", 84),  # 900 mg: 3 DDD, to 4 November
    *every("FITS", "2026-01-01", 11, PREGABALIN, "1 tds", 84),
    *every("TRIPLE", "2025-01-02", 23, MST30, "1 bd", 56),
    *every("TRIPLE", "2026-09-01", 1, PREGABALIN, "1 bd", 56),
    issue("TRIPLE", day("2026-09-28"), "Diazepam 5mg tablets", "1 nocte", 1),  # the last day of pregabalin
    *every("APART", "2025-01-02", 23, MST30, "1 bd", 56),
    *every("APART", "2026-09-01", 1, PREGABALIN, "1 bd", 56),
    issue("APART", day("2026-09-29"), "Diazepam 5mg tablets", "1 nocte", 1),  # a day too late
    *every("TWO", "2025-01-02", 23, MST30, "1 bd", 56),
    *every("TWO", "2026-09-01", 1, "Oxycodone 10mg capsules", "1 bd", 2),
    *every("FORMS", "2025-01-02", 23, MST30, "1 bd", 56),
    *every("FORMS", "2026-09-01", 1, "Sevredol 10mg tablets", "1 bd", 56),  # morphine too
]
GONE: dict[str, dict[str, Any]] = {
    "DIED": {"registered_to": day("2026-09-10"), "left_reason": "died"},
    "LEFT": {"registered_to": day("2026-09-30"), "left_reason": "deducted"},
    "JOINED": {"registered_from": day("2026-09-10")},
    "CANCER": {"cancer_on": day("2026-09-30")},
    "FITS": {"epilepsy_on": day("2020-01-01")},
    "STEADY": {"sex": "male", "imd_quintile": 1},
}
KEYS = sorted({row["patient_key"] for row in ISSUES})


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    with world(issues=ISSUES, patients=[patient(key, **GONE.get(key, {})) for key in KEYS]) as con:
        yield con


def share(
    con: duckdb.DuckDBPyConnection, slug: str, threshold: int = 90, month: str = NOW
) -> tuple[int, int]:
    (row,) = rows_of(
        con,
        f"""SELECT numerator, denominator FROM measure_month WHERE measure = '{slug}' AND category = ''
            AND threshold IN (0, {threshold}) AND practice_code = 'A' AND month = DATE '{month}'""",
    )
    return row["numerator"], row["denominator"]


def reasons(con: duckdb.DuckDBPyConnection, slug: str, month: str = NOW) -> dict[str, int]:
    rows = rows_of(
        con,
        f"""SELECT category, numerator FROM measure_month WHERE measure = '{slug}' AND threshold = 90
            AND practice_code = 'A' AND month = DATE '{month}' AND numerator > 0""",
    )
    return {row["category"]: row["numerator"] for row in rows}


def test_long_term_high_dose_is_three_month_ends_in_a_row(marts: duckdb.DuckDBPyConnection) -> None:
    # ROSE: 60 mg on 74 of the 90 days to 31 July (71 mg), on 43 of those to 31 August (91 mg), then 120 mg.
    # FELL: 120 mg on 43 of the days to 31 August (89 mg). JOINED was registered nowhere before.
    assert share(marts, "high_dose_prevalence") == (3, 800)  # STEADY, JOINED, ROSE
    assert share(marts, "high_dose_3_months") == (1, 800)  # STEADY
    assert share(marts, "high_dose_6_months") == (1, 800)


def test_burden_adds_up_what_the_days_of_the_month_hold(marts: duckdb.DuckDBPyConnection) -> None:
    per_day = {"STEADY": 120, "ROSE": 120, "FELL": 60, "JOINED": 120, "CANCER": 120}
    others = 4 * 60 * 30 + 28 * 20 + 1 * 30  # four on 60 mg; FORMS 20 mg for 28 days, TWO 30 mg for one
    assert share(marts, "ome_burden") == (sum(per_day.values()) * 30 + others, 1000)


def test_gabapentinoids_count_in_ddd_and_not_for_epilepsy_as_high(marts: duckdb.DuckDBPyConnection) -> None:
    # GABA and FITS 3 DDD on 30 days; TRIPLE and APART 2 DDD on 28.
    assert share(marts, "gabapentinoid_ddd") == (2 * 3 * 30 + 2 * 2 * 28, 1000)
    assert share(marts, "high_dose_gabapentinoid") == (1, 800)


def test_together_means_on_one_day_at_least(marts: duckdb.DuckDBPyConnection) -> None:
    on_opioids = 8  # STEADY, ROSE, FELL, JOINED and the four on 60 mg
    assert share(marts, "opioid_with_gabapentinoid") == (2, on_opioids)  # TRIPLE, APART
    assert share(marts, "triple_combination") == (1, on_opioids)
    assert share(marts, "two_opioids") == (1, on_opioids)  # TWO; FORMS takes one ingredient in two forms
    assert share(marts, "long_term_opioids") == (on_opioids, 800)


def test_people_come_to_high_doses_and_leave_them_for_a_reason(marts: duckdb.DuckDBPyConnection) -> None:
    assert reasons(marts, "new_to_high_dose") == {"newly registered": 1}
    assert reasons(marts, "new_to_high_dose", "2026-08-01") == {"dose rose": 1}
    assert reasons(marts, "left_high_dose") == {"died": 1, "deducted": 1, "excluded": 1}
    assert reasons(marts, "left_high_dose", "2026-08-01") == {"dose fell": 1}


def test_groups_are_counted_apart_and_rates_not_by_deprivation(marts: duckdb.DuckDBPyConnection) -> None:
    rows = rows_of(
        marts,
        f"""SELECT measure, dimension, category, numerator, denominator FROM measure_group
            WHERE measure IN ('high_dose_prevalence', 'high_dose_share') AND threshold = 90
              AND practice_code = 'A' AND month = DATE '{NOW}'""",
    )
    found = {(r["measure"], r["category"]): (r["numerator"], r["denominator"]) for r in rows}
    assert found == {
        ("high_dose_prevalence", "45-54"): (3, 800),
        ("high_dose_prevalence", "female"): (2, 800),  # no man is on the list, so no rate of men
        ("high_dose_share", "45-54"): (3, 8),
        ("high_dose_share", "female"): (2, 7),
        ("high_dose_share", "male"): (1, 1),
        ("high_dose_share", "1"): (1, 1),
        ("high_dose_share", "unknown"): (2, 7),
    }


def test_the_waterfall_tells_everybody_who_leaves_it(marts: duckdb.DuckDBPyConnection) -> None:
    rows = rows_of(
        marts,
        f"""SELECT step, outcome, people FROM cohort_waterfall
            WHERE practice_code = 'A' AND threshold = 90 AND month = DATE '{NOW}'""",
    )
    found = {(r["step"], r["outcome"]): r["people"] for r in rows}
    assert found == {
        (1, ""): 800,
        (2, ""): 9, (2, "no opioid"): 791,
        (3, ""): 9,
        (4, ""): 4, (4, "not beyond the threshold"): 5,
        (5, ""): 3, (5, "cancer"): 1,
        (6, ""): 0, (6, "no taper plan"): 3,
        (7, ""): 0,
        (8, ""): 0,
    }  # fmt: skip


def test_an_older_code_still_excludes_after_a_newer_one_unless_codes_were_withdrawn() -> None:
    """Extracts hold the latest code: the first said 2025, the second 2026, or none."""
    issues = [row for key in ("AGAIN", "NONE") for row in every(key, *STEADY)]
    first = {"period_from": day("2024-01-01"), "period_to": day("2025-12-01"), "cancer_on": day("2025-06-15")}
    then = {"period_from": day("2026-01-01"), "period_to": day("2026-09-01")}
    people = [
        patient("AGAIN", **first),
        patient("AGAIN", **then, cancer_on=day("2026-08-15")),
        patient("NONE", **first),
        patient("NONE", **then),
    ]
    con = world(issues=issues, patients=people)
    rows = rows_of(
        con,
        """SELECT patient_key, min(month) FILTER (WHERE exclusions = 'cancer') AS since FROM patient_month
           GROUP BY patient_key ORDER BY patient_key""",
    )
    assert [row["since"] for row in rows] == [day("2025-06-01"), None]
