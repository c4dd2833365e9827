"""Queries worth asking: each kind on records small enough to check by eye, beside those that raise none.

Data go to 30 September 2026. Everybody takes MST 60 twice a day, 120 mg, and is beyond 90 mg.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.etl.models.measures.test_care_measures import offer, review, step
from tests.etl.models.world import MST30, MST60, Row, day, every, issue, patient, plan, rows_of, world

Found = set[tuple[str, Any]]
TAPER = {"status": "active"}


def raised(*kinds: str, keys: tuple[str, ...] = (), **rows: list[Row]) -> Found:
    """(Key or “”, number or None) of the queries of these kinds."""
    issues = [row for key in keys for row in every(key, "2025-01-02", 23, MST60, "1 bd", 56)]
    rows["issues"] = [*issues, *rows.get("issues", [])]
    with world(**rows) as con:  # type: ignore[arg-type]
        found = rows_of(con, "SELECT * FROM quality_query")
    return {(r["patient_key"] or "", r["number"]) for r in found if r["kind"] in kinds}


def test_a_plan_is_asked_about_steps_before_they_are_made() -> None:
    """By steps to come where there are any, else by what the plan says of its rate."""
    keys = ("RATE", "SLOW", "STEPS", "MADE", "CLOSE", "ENDED", "BLANK")
    plans = [
        plan("RATE", "2026-06-01", rate_percent=15.0, step_interval_days=7),
        plan("SLOW", "2026-06-01", rate_percent=10.0, step_interval_days=14),
        plan("STEPS", "2026-06-01", rate_percent=50.0, step_interval_days=1),  # its steps win
        plan("MADE", "2026-06-01"),
        plan("CLOSE", "2026-06-01"),
        plan("ENDED", "2026-06-01", rate_percent=50.0, status="complete", ended_on=day("2026-09-01")),
        plan("BLANK", "2026-06-01"),
    ]
    steps = [
        {**step("STEPS", 1, "2026-10-01", 108.0), "actual_on": None},  # 10% of 120
        {**step("STEPS", 2, "2026-10-15", 97.2), "actual_on": None},
        step("MADE", 1, "2026-07-01", 60.0),  # a large step, but made: counted by M37
        {**step("MADE", 2, "2026-10-01", 54.0), "actual_on": None},
        {**step("CLOSE", 1, "2026-10-01", 96.0), "actual_on": None},  # 20%
        {**step("CLOSE", 2, "2026-10-14", 90.0), "actual_on": None},  # after 13 days
    ]
    asked = {"keys": keys, "plans": plans, "taper_steps": steps}
    assert raised("large step planned", **asked) == {("RATE", 15), ("CLOSE", 20)}  # type: ignore[arg-type]
    assert raised("steps planned close together", **asked) == {("RATE", 7), ("CLOSE", 13)}  # type: ignore[arg-type]


def test_a_step_whose_day_is_past_is_asked_about_unless_paused() -> None:
    keys = ("PAST", "TOCOME", "PAUSED")
    plans = [plan("PAST", "2026-06-01"), plan("TOCOME", "2026-06-01")]
    plans.append(plan("PAUSED", "2026-06-01", status="paused", paused_on=day("2026-07-01")))
    steps = [
        {**step(key, 1, on, 110.0), "actual_on": None}
        for key, on in (("PAST", "2026-09-29"), ("TOCOME", "2026-09-30"), ("PAUSED", "2026-08-01"))
    ]
    found = raised("step without a date made", keys=keys, plans=plans, taper_steps=steps)
    assert found == {("PAST", None)}


def test_a_review_is_past_due_until_another_is_held() -> None:
    reviews = [
        review("DUE", "2026-03-01", next_due=day("2026-09-30")),
        review("NOTYET", "2026-03-01", next_due=day("2026-10-01")),
        review("HELD", "2026-03-01", next_due=day("2026-06-01")),
        review("HELD", "2026-05-01"),  # before the day, so the next one is still due
        review("AGAIN", "2026-03-01", next_due=day("2026-06-01")),
        review("AGAIN", "2026-07-01"),
        review("LOW", "2026-03-01", next_due=day("2026-06-01")),  # not on a high dose, on no plan
    ]
    low = every("LOW", "2025-01-02", 23, MST30, "1 bd", 56)
    keys = ("DUE", "NOTYET", "HELD", "AGAIN")
    found = raised("review past due", keys=keys, issues=low, reviews=reviews)
    assert found == {("DUE", None), ("HELD", None)}


def test_what_a_review_agreed_is_looked_for_four_weeks_later() -> None:
    reviews = [
        review("TAPER", "2026-09-02", outcome="taper"),
        review("RECENT", "2026-09-03", outcome="taper"),
        review("PLANNED", "2026-06-01", outcome="taper"),
        review("OLDPLAN", "2026-06-01", outcome="taper"),
        review("REFER", "2026-06-01", outcome="refer"),
        review("OFFERED", "2026-06-01", outcome="refer"),
        review("SINCE", "2026-06-01", outcome="taper"),
        review("SINCE", "2026-07-01", outcome="continue"),  # the latest review counts
    ]
    plans = [
        plan("PLANNED", "2026-06-20"),
        plan("OLDPLAN", "2025-06-01", status="complete", ended_on=day("2026-01-01")),
    ]
    keys = ("TAPER", "RECENT", "PLANNED", "OLDPLAN", "REFER", "OFFERED", "SINCE")
    asked: dict[str, Any] = {"keys": keys, "reviews": reviews, "plans": plans}
    asked["referrals"] = [offer("OFFERED", "1", "2026-06-10")]
    assert raised("taper agreed, no plan", **asked) == {("TAPER", None), ("OLDPLAN", None)}
    assert raised("referral agreed, none offered", **asked) == {("REFER", None)}


def test_an_indication_that_review_and_code_tell_differently_is_asked_about() -> None:
    keys = ("CLEAR", "CODED", "BOTH", "NEITHER", "BLANK")
    people = [patient(key, indication="Back pain" if key in ("CODED", "BOTH") else None) for key in keys]
    said = {"CLEAR": True, "CODED": False, "BOTH": True, "NEITHER": False, "BLANK": None}
    reviews = [review(key, "2026-06-01", indication_clear=clear) for key, clear in said.items()]
    asked: dict[str, Any] = {"keys": keys, "patients": people, "reviews": reviews}
    assert raised("indication clear, not coded", **asked) == {("CLEAR", None)}
    assert raised("indication coded, not clear", **asked) == {("CODED", None)}


def test_acute_issues_of_one_medicine_over_three_months_are_asked_about() -> None:
    def acute(key: str, days: list[str], product: str = MST30) -> list[Row]:
        return [issue(key, day(on), product, "1 bd", 56, issue_type="acute") for on in days]

    issues = [
        *acute("LONG", ["2026-06-01", "2026-07-15", "2026-08-30"]),  # 90 days apart
        *acute("SHORT", ["2026-06-02", "2026-07-15", "2026-08-30"]),  # 89
        *acute("TWO", ["2026-06-01", "2026-08-30"]),
        *acute(
            "OVER", ["2026-04-10", "2026-05-20", "2026-07-02"]
        ),  # the last 90 days before the end of the data
        *acute("OTHERS", ["2026-06-01", "2026-08-30"]),
        *acute("OTHERS", ["2026-07-15"], "Codeine 30mg tablets"),
    ]
    assert raised("acute for over three months", issues=issues) == {("LONG", 3)}


def words(kind: str, issues: list[Row]) -> list[str]:
    with world(issues=issues) as con:
        rows = rows_of(con, f"SELECT words FROM quality_query WHERE kind = '{kind}' ORDER BY words")
    return [row["words"] for row in rows]


def coded(product: str, code: str | None) -> Row:
    return issue("P", day("2026-09-01"), product, "1 bd", 56, dmd_code=code)


def test_one_code_of_two_medicines_is_asked_about_and_two_names_of_one_are_not() -> None:
    issues = [
        coded("MST Continus 30mg tablets", "1111111"), coded("MST Continus 60mg tablets", "1111111"),
        coded("MST Continus 10mg tablets", "2222222"),
        coded("Morphine 10mg modified-release tablets", "2222222"),
        coded("Codeine 30mg tablets", None), coded("Codeine 15mg tablets", None),
    ]  # fmt: skip
    assert words("one code, different medicines", issues) == [
        "1111111: MST Continus 30mg tablets / MST Continus 60mg tablets"
    ]


def test_a_name_that_was_not_read_gets_no_dose_from_its_code() -> None:
    issues = [coded("MST Continus 30mg tablets", "1111111"), coded("House mixture", "1111111")]
    assert words("name not read, code known", issues) == ["1111111: MST Continus 30mg tablets"]
    with world(issues=[coded("House mixture", "1111111")]) as con:
        assert rows_of(con, "SELECT * FROM supply") == []
        assert rows_of(con, "SELECT * FROM quality_query") == []  # nobody knows that code


@pytest.mark.parametrize(
    ("product", "unit", "is_asked"),
    [
        (MST30, "tablet", False), (MST30, "Tabs", False), (MST30, "capsule(s)", False), (MST30, None, False),
        (MST30, "x", False), (MST30, "ml", True), (MST30, "pack of 56 tablets", True), (MST30, "OP", True),
        (MST30, "op(s)", True), (MST30, "strips", True),
        ("Oramorph 10mg/5ml oral solution", "ml", False), ("Oramorph 10mg/5ml oral solution", "bottle", True),
        ("Oramorph 10mg/5ml oral solution", "tablet", True),
        ("Butec 20micrograms/hour transdermal patches", "patch", False),
        ("Butec 20micrograms/hour transdermal patches", "box", True),
        ("Butec 20micrograms/hour transdermal patches", "tablet", True),
    ],
)  # fmt: skip
def test_a_quantity_in_another_unit_than_the_product_is_asked_about(
    product: str, unit: str | None, is_asked: bool
) -> None:
    issues = [issue("P", day("2026-09-01"), product, "1 bd", 56, unit=unit)]
    assert bool(words("quantity in another unit", issues)) == is_asked


@pytest.mark.parametrize(
    "unit", ["OP", "OPs", "op(s)", "O.P.", "carton", "strips", "original pack", "Tub", None, "tablet"]
)
def test_a_number_of_packs_is_no_quantity(unit: str | None) -> None:
    is_known = unit in (None, "tablet")
    with world(issues=[issue("P", day("2026-09-01"), MST30, "as directed", 3, unit=unit)]) as con:
        (found,) = rows_of(con, "SELECT bad_quantity, quantity FROM issue")
        assert (found["bad_quantity"], found["quantity"]) == (not is_known, 3 if is_known else None)


@pytest.mark.parametrize(
    ("found", "excluded", "left_over"),
    [
        (5, 0, None), (5, None, None), (7, 0, None), (3, 0, None), (None, None, None),  # our cohort is 5, ± 2
        (8, 0, 8), (8, 1, None), (2, 0, 2), (0, 0, 0),
    ],
)  # fmt: skip
def test_a_search_that_leaves_others_than_our_cohort_is_asked_about(
    found: int | None, excluded: int | None, left_over: int | None
) -> None:
    own = {"practice_code": "A", "search_run_on": day("2026-09-10"), "search_found": found}
    own["search_excluded"] = excluded
    issues = [row for n in range(5) for row in every(f"P{n}", "2025-01-02", 23, MST60, "2 bd", 112)]
    expected = set() if left_over is None else {("", left_over)}
    assert raised("search differs from our cohort", issues=issues, practice_plans=[own]) == expected


def test_a_search_cannot_exclude_more_than_it_found() -> None:
    own = {
        "practice_code": "A", "search_run_on": day("2026-09-10"), "search_found": 4, "search_excluded": 5
    }  # fmt: skip
    assert raised("search excludes more than it found", keys=("P",), practice_plans=[own]) == {("", 5)}


def test_issues_from_before_a_practice_opened_or_after_it_closed_are_asked_about() -> None:
    names = {"name": "A", "pcn": "N", "place": "E", "icb": "Example ICB"}
    practices: list[Row] = [
        {
            "practice_code": "A", **names, "active_from": day("2025-01-03"), "active_to": day("2026-09-09"),
            "merged_into": "B",
        },
        {"practice_code": "B", **names},
    ]  # fmt: skip
    issues = every("P", "2025-01-02", 23, MST60, "1 bd", 56)
    with world(issues=issues, practices=practices) as con:
        rows = rows_of(con, "SELECT kind, on_day, words FROM quality_query ORDER BY kind")
    assert rows == [
        {"kind": "issues after it closed", "on_day": day("2026-09-10"), "words": "B"},
        {"kind": "issues before it opened", "on_day": day("2025-01-02"), "words": ""},
    ]
