"""Waiting times, reasons for declining, dose since a plan's start and caseloads, on numbers that can be
checked by eye and against a plain implementation."""

from __future__ import annotations

import datetime as dt
import statistics
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reporting import figures, release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.intervals import median_notch
from reporting.charts.people.trajectory import trajectory_chart
from reporting.exhibits.plans import page as plans
from reporting.exhibits.referrals import page as referrals
from reporting.exhibits.referrals.declined import declined_headline
from reporting.exhibits.referrals.waits import waits_headline
from reporting.exhibits.tapering import page as tapering
from reporting.exhibits.tapering.course import course_headline, told_week
from reporting.figures import still
from tests.reporting.snapshots import DATA_TO, Rows, month, practice, publish

ICB = Scope.icb()
ALL = Selection(120)


def released(tmp_path: Path, **tables: Rows) -> Snapshot:
    rows = {"practice": [practice("SYN01"), practice("SYN02", data_to=dt.date(2026, 7, 31))], **tables}
    return release.current(publish(tmp_path, rows))


def contact(days: int, service: str = "Pain clinic", **changes: object) -> dict[str, object]:
    return {
        "practice_code": "SYN01", "patient_key": "P", "service": service, "month": month(1),
        "days_to_contact": days, "current_ome_milli": 150_000, "in_cohort_base": True, "high_gaba": False,
        **changes,
    }  # fmt: skip


def test_a_median_needs_eight_people_and_those_of_the_cohort_and_year(tmp_path: Path) -> None:
    left_out = (
        contact(900, month=month(12)), contact(900, in_cohort_base=False),
        contact(900, current_ome_milli=120_000), contact(900, practice_code="SYN02"),
    )  # fmt: skip
    days = [10, 20, 30, 40, 50, 60, 70, 80]
    rows = [contact(d) for d in days] + [contact(15, "Talking")] * 7
    snapshot = released(tmp_path, first_contact=[*rows, *left_out])
    table = referrals.WAITS(snapshot, ICB, ALL).table.set_index("Service")
    assert list(table.loc["Pain clinic"]) == [8, 27.5, 45.0, 62.5]  # numpy's default quartiles, by hand
    assert table.loc["Talking", "People"] == 7 and table.loc["Talking"].isna().sum() == 3
    assert list(table.loc["All services"]) == [15, *np.round(np.percentile(days + [15] * 7, [25, 50, 75]), 1)]


def test_where_no_service_has_a_median_a_sentence_stands_for_the_chart(tmp_path: Path) -> None:
    rows = [contact(d) for d in (10, 20, 30, 40, 50)] + [contact(60, "Talking")] * 3
    shown = referrals.WAITS(released(tmp_path, first_contact=rows), ICB, ALL)
    assert shown.figure is None and shown.headline == "Half waited more than 45 days"
    assert shown.empty.startswith("Days from referral to first contact of 8 people, Oct 2025 to Sep 2026.")
    assert "No service saw 8 people" in shown.empty


def test_only_a_service_apart_by_the_error_of_its_median_is_called_slower(snapshot: Snapshot) -> None:
    shown = referrals.WAITS(snapshot, ICB, ALL)  # 10 after 20 and 40 days, 20 after 100
    assert shown.headline == "Half waited more than 100 days; differences between services could be chance"
    low, high = median_notch(16, 20.0, 30.0, 40.0)
    assert (low, high) == pytest.approx((30 - 1.57 * 20 / 4, 30 + 1.57 * 20 / 4))
    total = pd.Series({"median": 40.0})
    slow = pd.DataFrame(
        {"role": ["concern", "data"], "value": [60.0, 30.0], "label": ["Pain clinic", "Talking"]}
    )
    assert waits_headline(slow, total).endswith("; really longer: Pain clinic")


def test_no_contact_is_said(tmp_path: Path) -> None:
    shown = referrals.WAITS(released(tmp_path, first_contact=[contact(5)] * 7), ICB, ALL)
    assert shown.figure is None and "Fewer than 8 people had a first contact" in shown.empty


def test_reasons_are_shares_of_the_offers_declined(snapshot: Snapshot) -> None:
    shown = referrals.DECLINED(snapshot, ICB, ALL)
    # at each of five practices 20 offers, 3 declined: 2 for travel, 1 without a reason
    assert shown.headline == "15 of 100 offers were declined; no reason stands out"
    assert list(shown.table["Offers declined"]) == [10, 5]
    assert list(shown.table["%"]) == [67.0, 33.0]
    only = pd.DataFrame(
        {"label": ["Travel", "Time"], "lower": [0.6, 0.0], "upper": [1, 0.3], "value": [0.9, 0.1]}
    )
    assert declined_headline(only, 10, 20).endswith("most often: Travel (90%)")


def test_nothing_declined_is_said(tmp_path: Path) -> None:
    offer = {
        "practice_code": "SYN01", "patient_key": "P", "service": "S", "month": month(0), "is_offered": True,
        "current_ome_milli": 150_000, "in_cohort_base": True, "high_gaba": False, "declined_as": None,
    }  # fmt: skip
    shown = referrals.DECLINED(released(tmp_path, referral=[offer] * 3), ICB, ALL)
    assert shown.empty == "Of 3 offers in the last 12 months none was declined."


def test_caseloads_of_each_practice_add_up_to_its_cohort(snapshot: Snapshot) -> None:
    shown = plans.caseload(snapshot, ICB, ALL)
    assert shown.headline == "For 42% (25 of 60) no clinician is named; 10 clinicians have up to 5 each"
    assert shown.table.groupby("Code")["People"].sum().to_dict() == dict.fromkeys(
        ("SYN01", "SYN02", "SYN03", "SYN04", "SYN05"), 12
    )
    assert list(shown.table["Clinician"][:3]) == ["GP01", "GP02", "Nobody named"]


def segments(key: str, doses: list[tuple[int, int, int]]) -> Rows:
    """(days before the data's end, days long, mg): rows of dose_segment."""
    return [
        {"patient_key": key, "class": "opioid", "from_day": DATA_TO - dt.timedelta(days=before),
         "to_day": DATA_TO - dt.timedelta(days=before - long), "ome_milli": mg * 1000}
        for before, long, mg in doses
    ]  # fmt: skip


def plainly(rows: Rows, start: dt.date) -> dict[int, float]:
    """Dose of each window of 28 days as a share of the baseline, day by day."""
    daily = {
        row["from_day"] + dt.timedelta(days=at): row["ome_milli"]
        for row in rows
        for at in range((row["to_day"] - row["from_day"]).days)
    }
    before = [mg for day, mg in daily.items() if start - dt.timedelta(days=365) <= day < start]
    found = {}
    for k in range(-6, 53):
        first = start + dt.timedelta(days=28 * k)
        window = [first + dt.timedelta(days=at) for at in range(28)]
        doses = [daily[day] for day in window if day in daily]
        if window[-1] <= DATA_TO and len(doses) >= 14:
            found[4 * k] = statistics.mean(doses) / statistics.mean(before)
    return found


def test_a_course_without_a_plan_is_what_days_counted_one_by_one_give(tmp_path: Path) -> None:
    people, doses, courses = [], [], []
    for at in range(9):
        key, fell = f"P{at}", 200 - 10 * at
        rows = segments(key, [(700, 400 + at, 200), (280, 100, fell), (170, 10, fell), (150, 150, fell - 20)])
        doses += rows
        start = dt.date(2025, 3, 1)  # the first month end that counts is that of February 2025
        courses.append(plainly(rows, start))
        for back, low in ((19, 200_000), (10, 150_000)):
            people.append(
                {"practice_code": "SYN01", "patient_key": key, "month": month(back), "is_adult": True,
                 "excluded": False, "lowest_3m_milli": low}
            )  # fmt: skip
    on_plan = {**people[0], "patient_key": "Q"}
    excluded = {**people[0], "patient_key": "X", "excluded": True}
    plan = {"practice_code": "SYN01", "patient_key": "Q", "plan_id": "1"}
    both = segments("Q", [(700, 700, 500)]) + segments("X", [(700, 700, 500)])
    snapshot = released(
        tmp_path, patient_month=[*people, on_plan, excluded], dose_segment=[*doses, *both],
        taper=[{**plan, "baseline_milli": 150_000, "excluded": False}],
        taper_window=[{**plan, "k": 0, "relative_percent": 80.0}],
    )  # fmt: skip
    found = figures.taper_course(snapshot, ICB, ALL, 1, 0).frame
    assert found[found["series"] == "plan"].values.tolist() == [["plan", 0, 1, 0.8, 0.8, 0.8]]
    without = found[found["series"] == "no plan"].set_index("week")
    weeks = sorted({week for course in courses for week in course})
    assert list(without.index) == weeks and len(weeks) > 20
    for week in weeks:
        shares = [course[week] for course in courses if week in course]
        assert without.loc[week, "people"] == len(shares)
        assert list(without.loc[week, ["lower", "median", "upper"]]) == pytest.approx(
            list(np.percentile(shares, [25, 50, 75]))
        )


def test_a_course_is_drawn_while_a_quarter_is_followed(snapshot: Snapshot) -> None:
    shown = tapering.COURSE(snapshot, ICB, ALL)
    assert shown.headline == "A year on half of 45 plans are below 40% of before"
    assert list(shown.table["People"].unique()) == [45]  # five practices, nine plans
    frame = pd.DataFrame({"series": "plan", "week": [0, 4, 8], "people": [100, 25, 24]})
    assert list(still(frame, 0.25)["week"]) == [0, 4]


@pytest.mark.parametrize(("people", "said"), [(8, ": could be chance"), (800, " without a plan")])
def test_two_medians_differ_where_their_notches_are_apart(people: int, said: str) -> None:
    frame = pd.DataFrame(
        {"series": ["plan", "no plan"], "week": 48, "people": people, "lower": [0.4, 0.7],
         "median": [0.6, 0.9], "upper": [0.9, 1.0]}
    )  # fmt: skip
    headline = course_headline(frame)
    assert headline.startswith(
        f"A year on the middle dose of {people} plans is 60% of before, 90% without a plan"
    )
    assert headline.endswith(said)


@pytest.mark.parametrize("compact", [False, True])
def test_the_course_writes_the_medians_that_its_headline_tells(compact: bool) -> None:
    """Of the week of the headline, not of the last week drawn."""
    weeks = [0, 24, 48, 72]
    frame = pd.DataFrame(
        {"group": ["On a plan"] * 4 + ["No plan"] * 4, "week": weeks * 2, "n": 100, "people": 100,
         "series": ["plan"] * 4 + ["no plan"] * 4, "median": [1, 0.8, 0.57, 0.59, 1, 1, 1.02, 0.9],
         "lower": 0.3, "upper": 1.1}
    )  # fmt: skip
    headline = course_headline(frame)
    assert headline == "A year on the middle dose of 100 plans is 57% of before, 102% without a plan"
    figure = trajectory_chart(frame, said=told_week(frame), compact=compact)
    words = [note.text for note in figure.layout.annotations]
    assert {"<b>57%</b>", "102%", "<b>On a plan</b>", "No plan"} <= set(words)
    assert not [one for one in words if "59%" in one or "90%" in one]
    ends = [note.text for note in trajectory_chart(frame, said=72).layout.annotations]
    assert {"<b>On a plan 59%</b>", "No plan 90%"} <= set(ends)


def test_too_few_plans_are_said(tmp_path: Path) -> None:
    shown = tapering.COURSE(released(tmp_path), ICB, ALL)
    assert shown.figure is None and shown.empty.startswith("Fewer than 8 plans with a baseline above 120 mg")
