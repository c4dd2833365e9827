"""Naloxone, sedatives, early warnings, pain and substitution therapy, on people checked by eye.

MST 60 twice a day is 120 mg a day. The month is September 2026, at practice A, beyond 90 mg.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from measures import measure, policy
from tests.etl.models.measures.test_care_measures import review
from tests.etl.models.world import MST30, MST60, Row, day, every, issue, patient, plan, rows_of, world

STEADY = ("2025-01-02", 23, MST60, "1 bd", 56)
METHADONE, SUBUTEX = "Methadone 1mg/ml oral solution", "Buprenorphine 8mg sublingual tablets"
BUTEC = "Butec 20micrograms/hour transdermal patches"
NYXOID = "Nyxoid 1.8mg/0.1ml nasal spray unit dose"
DIAMORPHINE = "Diamorphine 10mg powder for injection ampoules"
PRENOXAD = "Prenoxad 1mg/ml solution for injection 2ml pre-filled syringes"
AMPOULES = "Naloxone 400micrograms/1ml solution for injection ampoules"
OFFERED = policy.Naloxone("cohort with a gabapentinoid or sedative", "practices", 12)


def share(con: duckdb.DuckDBPyConnection, slug: str, threshold: int = 90) -> tuple[int, int] | None:
    rows = rows_of(
        con,
        f"""SELECT numerator, denominator FROM measure_month WHERE measure = '{slug}' AND category = ''
            AND threshold IN (0, {threshold}) AND practice_code = 'A' AND month = DATE '2026-09-01'""",
    )
    return (rows[0]["numerator"], rows[0]["denominator"]) if rows else None


# Key → (the sedative and when, the kit and when): everybody takes MST 60 twice a day.
TAKES: dict[str, tuple[tuple[str, str, float, str] | None, tuple[str, str] | None]] = {
    "SPRAY": (("Diazepam 5mg tablets", "1 nocte", 28, "2026-09-10"), (NYXOID, "2025-10-01")),
    "SYRINGE": (("Zopiclone 7.5mg tablets", "1 nocte", 28, "2026-09-10"), (PRENOXAD, "2026-09-30")),
    "EXPIRED": (("Diazepam 5mg tablets", "1 nocte", 28, "2026-09-10"), (NYXOID, "2025-09-30")),
    "AMPOULE": (("Diazepam 5mg tablets", "1 nocte", 28, "2026-09-10"), (AMPOULES, "2026-09-10")),
    "GABA": (("Pregabalin 150mg capsules", "1 bd", 56, "2026-09-10"), None),
    "LATER": (("Diazepam 5mg tablets", "1 nocte", 28, "2026-09-10"), (NYXOID, "2026-10-01")),
    "ALONE": (None, (NYXOID, "2026-09-10")),  # nothing beside the opioid: not offered, so not counted
    "LONGAGO": (("Diazepam 5mg tablets", "1 nocte", 28, "2026-06-04"), None),  # to 2 July: the day before
}


@pytest.fixture(scope="module")
def kits() -> dict[str, duckdb.DuckDBPyConnection]:
    issues: list[Row] = []
    for key, (beside, kit) in TAKES.items():
        issues += every(key, *STEADY)
        if beside:
            issues.append(issue(key, day(beside[3]), beside[0], beside[1], beside[2]))
        if kit:
            issues.append(issue(key, day(kit[1]), kit[0], "as directed", 1))
    rules = {"unset": None, "narrow": OFFERED, "wide": replace(OFFERED, offered_to="cohort")}
    rules["others"] = replace(OFFERED, supplied_by="practices and others")
    return {name: world(replace(policy.load(), naloxone=one), issues=issues) for name, one in rules.items()}


def test_an_opioid_and_a_sedative_share_a_day_of_the_last_ninety(
    kits: dict[str, duckdb.DuckDBPyConnection],
) -> None:
    assert share(kits["unset"], "opioid_with_sedative") == (5, 8)  # not GABA, ALONE, LONGAGO


@pytest.mark.parametrize(
    ("rules", "counted"),
    [
        ("unset", None),  # never a nought
        ("narrow", (2, 6)),  # SPRAY and SYRINGE; of EXPIRED, AMPOULE, GABA and LATER too
        ("wide", (3, 8)),  # and ALONE
        ("others", (2, 6)),
    ],
)
def test_naloxone_is_counted_where_policy_says_who_is_offered_it(
    kits: dict[str, duckdb.DuckDBPyConnection], rules: str, counted: tuple[int, int] | None
) -> None:
    assert share(kits[rules], "naloxone_supplied") == counted


def test_naloxone_unset_is_nowhere_in_a_release_and_others_kits_leave_no_direction(
    kits: dict[str, duckdb.DuckDBPyConnection],
) -> None:
    defined = "SELECT better FROM measure_def WHERE measure = 'naloxone_supplied'"
    assert {name: [r["better"] for r in rows_of(con, defined)] for name, con in kits.items()} == {
        "unset": [], "narrow": ["higher"], "wide": ["higher"], "others": ["neither"],
    }  # fmt: skip
    grouped = "SELECT * FROM measure_group WHERE measure = 'naloxone_supplied'"
    assert rows_of(kits["unset"], grouped) == []


# Key → (first issue of 120 mg, issues): how long each has been beyond 90 mg at a month's end.
SINCE = {
    "TWO": ("2026-07-20", 4, 0),  # 31 August is the first month end: two of them
    "THREE": ("2026-06-20", 5, 1),
    "FIVE": ("2026-04-20", 7, 1),
    "SIX": ("2026-03-20", 8, 0),
}


def test_three_but_not_yet_six_month_ends_are_an_early_warning() -> None:
    issues: list[Row] = []
    for key, (first, times, _) in SINCE.items():
        issues += every(key, "2025-01-02", 8, MST30, "1 od", 28)  # so that nobody is an acute user
        issues += every(key, "2025-08-14", 1, MST30, "1 od", 28 * 12)
        issues += every(key, first, times, MST60, "2 bd", 112)
    # New to opioids: acute use until the 90th day, and then warned of at once.
    issues += every("NEW", "2026-06-20", 5, MST60, "2 bd", 112)
    issues += every("STILL ACUTE", "2026-07-10", 5, MST60, "2 bd", 112)
    con = world(issues=issues)
    rows = rows_of(
        con,
        """SELECT patient_key, lowest_3m_milli > 90000 AND NOT lowest_6m_milli > 90000 AS warned
           FROM patient_month WHERE month = DATE '2026-09-01'""",
    )
    assert {r["patient_key"]: int(r["warned"]) for r in rows} == {
        **{k: w for k, (*_, w) in SINCE.items()}, "NEW": 1, "STILL ACUTE": 0,
    }  # fmt: skip
    assert share(con, "early_warning") == (3, 800)
    assert (share(con, "high_dose_3_months"), share(con, "high_dose_6_months")) == ((4, 800), (1, 800))


def test_pain_is_severe_from_seven_and_of_people_on_a_high_dose_only() -> None:
    issues = [row for key in ("HIGH", "CANCER") for row in every(key, *STEADY)]
    issues += every("LOW", "2025-01-02", 23, MST30, "1 bd", 56)
    reviews = [
        *(review("HIGH", on, pain_score=score) for on, score in (
            ("2025-10-01", 7), ("2026-02-01", 6), ("2026-05-01", 10), ("2026-06-01", None),
            ("2025-09-30", 9),  # a day too early
        )),
        review("LOW", "2026-05-01", pain_score=9),
        review("CANCER", "2026-05-01", pain_score=9),
    ]  # fmt: skip
    people = [patient("HIGH"), patient("LOW"), patient("CANCER", cancer_on=day("2024-06-01"))]
    con = world(issues=issues, patients=people, reviews=reviews)
    assert share(con, "severe_pain") == (2, 3)


# Key → (opioid at the end, pregabalin before and at the end): both down at once or not.
BOTH: dict[str, tuple[tuple[str, str, float], tuple[str, float] | None, tuple[str, float] | None, int]] = {
    "BOTH": ((MST60, "1 od", 28), ("2 bd", 112), ("1 bd", 56), 1),
    "OPIOID": ((MST60, "1 od", 28), ("2 bd", 112), ("2 bd", 112), 0),
    "GABA": ((MST60, "1 bd", 56), ("2 bd", 112), ("1 bd", 56), 0),
    "ENDED": ((MST60, "1 od", 28), ("2 bd", 112), None, 0),  # no gabapentinoid left to bring down
    "NONE": ((MST60, "1 od", 28), None, None, 0),
    "RISING": ((MST60, "1 od", 28), ("1 bd", 56), ("2 bd", 112), 0),
    "UNKNOWN": (("Special opioid mixture", "as directed", 100), ("2 bd", 112), ("1 bd", 56), 0),
}


def test_both_come_down_where_both_doses_are_well_below_baseline() -> None:
    """Everybody's plan counts, a dose that is not known too; only BOTH is counted. Alone, then among all."""
    issues: dict[str, list[Row]] = {}
    for key, (opioid, before, after, _) in BOTH.items():
        issues[key] = every(key, "2025-01-02", 16, MST60, "1 bd", 56)  # to 25 March 2026
        issues[key] += every(key, "2026-03-26", 7, *opioid)
        for first, times, dose in (("2025-01-02", 16, before), ("2026-03-26", 7, after)):
            if dose:
                issues[key] += every(key, first, times, "Pregabalin 150mg capsules", *dose)
    plans = {key: plan(key, "2026-03-26") for key in BOTH}
    alone = world(issues=issues["BOTH"], plans=[plans["BOTH"]])
    assert share(alone, "both_coming_down") == (1, 1)
    everybody = world(issues=[row for rows in issues.values() for row in rows], plans=[*plans.values()])
    assert share(everybody, "both_coming_down") == (sum(both for *_, both in BOTH.values()), len(BOTH))


# Key → what was issued last, in September 2026; what the list says: for pain, mg of it, whether that is all.
SUBSTITUTED: dict[str, tuple[list[tuple[str, str, float]], tuple[str, float | None, bool] | None]] = {
    "METHADONE": ([(METHADONE, "40ml daily", 1120), (MST30, "1 bd", 56)], ("morphine", 60, True)),
    "SUBUTEX": ([(SUBUTEX, "1 od", 28), (MST60, "1 bd", 56)], ("morphine", 120, True)),
    "TWICE": ([(SUBUTEX, "1 od", 28), (METHADONE, "5ml daily", 140), (MST30, "1 bd", 56)],
              ("morphine", 60, True)),
    "PATCH": ([(METHADONE, "40ml daily", 1120), (BUTEC, "one weekly", 4)], ("buprenorphine", 48, True)),
    "NODOSE": ([(METHADONE, "40ml daily", 1120), (DIAMORPHINE, "as directed", 5)],
               ("diamorphine", None, False)),
    "MORE": ([(METHADONE, "40ml daily", 1120), (MST30, "1 bd", 56),
              (DIAMORPHINE, "as directed", 5)], ("diamorphine, morphine", 60, False)),
    "KEPT": ([(METHADONE, "40ml daily", 1120), (MST30, "1 bd", 56)], ("morphine", 60, False)),
    "ALONE": ([(METHADONE, "40ml daily", 1120)], None),  # methadone only
    "BUTEC": ([(BUTEC, "one weekly", 4), (MST30, "1 bd", 56)], None),  # patches are for pain
    "GABA": ([(METHADONE, "40ml daily", 1120), ("Pregabalin 150mg capsules", "1 bd", 56)], None),
    "NALOXONE": ([(NYXOID, "as directed", 2), (MST30, "1 bd", 56)], None),
}  # fmt: skip


@pytest.fixture(scope="module")
def substituted() -> Iterator[duckdb.DuckDBPyConnection]:
    issues = [
        row
        for key, (taken, _) in SUBSTITUTED.items()
        for one in taken
        for row in every(key, "2026-05-07", 6, *one)
    ]
    old = [*every("LONGAGO", "2026-01-02", 5, METHADONE, "40ml daily", 1120), *every("LONGAGO", *STEADY)]
    gone = [*every("LEFT", "2026-05-07", 5, METHADONE, "40ml daily", 1120), *every("LEFT", *STEADY)]
    implants = [  # counts for 183 days, to 30 September and to the day before
        issue(key, day(on), "Sixmo 74.2mg implants", "as directed", 4)
        for key, on in (("IMPLANT", "2026-04-01"), ("OLD IMPLANT", "2026-03-31"))
    ]
    implants += [row for key in ("IMPLANT", "OLD IMPLANT") for row in every(key, *STEADY)]
    issues += implants
    people = [patient(key) for key in (*SUBSTITUTED, "LONGAGO", "IMPLANT", "OLD IMPLANT")]
    people.append(patient("LEFT", registered_to=day("2026-09-20"), left_reason="deducted"))
    kept = {
        "practice_code": "A",
        "patient_key": "KEPT",
        "first_on": day("2026-01-01"),
        "last_on": day("2026-09-30"),
    }
    with world(issues=[*issues, *old, *gone], patients=people, kept_issue=[kept]) as con:
        yield con


def test_an_opioid_for_pain_with_substitution_therapy_has_a_list_of_its_own(
    substituted: duckdb.DuckDBPyConnection,
) -> None:
    rows = rows_of(substituted, "SELECT * FROM substitution")
    found: dict[str, Any] = {
        r["patient_key"]: (r["for_pain"], r["pain_milli"] and r["pain_milli"] / 1000, r["all_dosed"])
        for r in rows
    }
    assert found.pop("IMPLANT")[0] == "morphine"
    assert found == {key: said for key, (_, said) in SUBSTITUTED.items() if said}
    assert {r["patient_key"]: r["substitution"] for r in rows}[
        "TWICE"
    ] == "buprenorphine for dependence, methadone"


def test_whoever_is_on_that_list_is_in_no_cohort(substituted: duckdb.DuckDBPyConnection) -> None:
    rows = rows_of(
        substituted,
        """SELECT count(*) AS n FROM cohort_month AS c
           INNER JOIN substitution AS s ON s.patient_key = c.patient_key AND s.month = c.month""",
    )
    assert rows == [{"n": 0}]


def test_only_measures_that_may_be_unset_wait_for_the_policy() -> None:
    every_one = measure.load()
    assert {m.slug for m in every_one} - {m.slug for m in measure.under(every_one, policy.load())} == {
        "naloxone_supplied"
    }
