"""Taper states, each on a patient small enough to check by eye. MST 60 twice a day is 120 mg a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.etl.models.world import MST30, MST60, Row, day, every, issue, patient, plan, rows_of, world

HALF = "MST Continus 15mg tablets"


def taper(issues: list[Row], **more: Any) -> Row:
    """The only plan's row in the mart, with a plan from 1 January 2026 unless given."""
    more.setdefault("plans", [plan("P", "2026-01-01")])
    (row,) = rows_of(world(issues=issues, **more), "SELECT * FROM taper")
    return row


def months(issues: list[Row], **more: Any) -> list[Row]:
    more.setdefault("plans", [plan("P", "2026-01-01")])
    return rows_of(world(issues=issues, **more), "SELECT * FROM taper_month ORDER BY month")


YEAR_AT_120 = every("P", "2025-01-02", 13, MST60, "1 bd", 56)  # to 31 December 2025
NEW_YEAR = "2026-01-01"


def test_baseline_is_the_mean_of_the_year_before() -> None:
    first = every("P", "2024-12-19", 7, MST60, "1 bd", 56)  # 120 mg for 196 days
    second = every("P", "2025-07-03", 7, MST30, "1 bd", 56)  # 60 mg to 14 January
    row = taper([*first, *second])
    inside = (183, 182)  # days of 2025 at 120 and at 60
    assert row["baseline_milli"] == round((inside[0] * 120_000 + inside[1] * 60_000) / 365)
    assert not row["baseline_provisional"]


def test_a_baseline_of_less_than_ninety_days_is_provisional() -> None:
    row = taper(every("P", "2025-11-01", 12, MST60, "1 bd", 56))
    assert (row["baseline_milli"], row["baseline_provisional"]) == (120_000, True)


@pytest.mark.parametrize(
    ("tablet", "directions", "band"),
    [
        (MST60, "1 bd", "85–114%"),
        (MST30, "1 mane 2 nocte", "50–84%"),  # 90 of 120: 75 %
        (HALF, "1 bd", "1–49%"),  # 30 of 120: 25 %
        (MST60, "1 mane 2 nocte", "115%+"),  # 180 of 120
    ],
)
def test_outcome_bands_are_shares_of_baseline(tablet: str, directions: str, band: str) -> None:
    each = {"1 bd": 56, "1 mane 2 nocte": 84}[directions]
    row = taper([*YEAR_AT_120, *every("P", NEW_YEAR, 11, tablet, directions, each)])
    assert (row["outcome_band"], row["escalated"]) == (band, band == "115%+")


def test_stopped_is_sixty_days_without_supply_and_told_from_abrupt() -> None:
    abrupt = taper([*YEAR_AT_120, *every("P", NEW_YEAR, 3, MST60, "1 bd", 56)])
    slow = taper(
        [
            *YEAR_AT_120,
            *every("P", NEW_YEAR, 3, MST30, "1 bd", 56),
            *every("P", "2026-03-26", 2, HALF, "1 nocte", 28),
        ]
    )
    assert (abrupt["outcome_band"], abrupt["abrupt_stop"]) == ("stopped", True)
    assert (slow["outcome_band"], slow["abrupt_stop"]) == ("stopped", False)  # 15 mg is an eighth of 120


@pytest.mark.parametrize("other", ["Methadone 1mg/ml oral solution", "Specials item - see notes"])
def test_a_switch_to_what_has_no_dose_is_unknown_not_stopped(other: str) -> None:
    switched = every("P", "2026-03-26", 8, other, "10ml daily", 280)
    row = taper([*YEAR_AT_120, *every("P", NEW_YEAR, 3, MST60, "1 bd", 56), *switched])
    assert (row["now_milli"], row["outcome_band"], row["now_band"]) == (None, "not known", None)
    assert (row["abrupt_stop"], row["stalled"], row["escalated"]) == (False, False, False)


@pytest.mark.parametrize(
    ("start", "harmed"),
    [("2025-12-01", True), ("2026-01-28", True), ("2026-04-01", True), ("2026-04-02", False)],
)
def test_a_plan_written_after_a_crash_is_no_success_without_harm(start: str, harmed: bool) -> None:
    """From 120 mg to 20 on New Year's Day; a plan that begins up to 90 days later has that as its harm."""
    issues = [*YEAR_AT_120, *every("P", NEW_YEAR, 11, "MST Continus 10mg tablets", "1 bd", 56)]
    latest = months(issues, plans=[plan("P", start)])[-1]
    assert (latest["harmed"], latest["relative_percent"] <= 85) == (harmed, True)


@pytest.mark.parametrize(("last_mg", "harmed"), [(60, True), (30, False)])
def test_a_stop_from_fifty_mg_is_harm_however_slow_the_way_there(last_mg: int, harmed: bool) -> None:
    """120 mg, then 10 mg less every 28 days; nothing after the last."""
    on, issues = day(NEW_YEAR), [*YEAR_AT_120]
    for mg in range(110, last_mg - 1, -10):
        issues.append(issue("P", on, "MST Continus 5mg tablets", f"{mg // 10} bd", mg // 5 * 28))
        on += dt.timedelta(days=28)
    latest = months(issues, last=day("2026-12-01"))[-1]
    assert (latest["is_stopped"], latest["harmed"]) == (True, harmed)


def test_a_stop_is_counted_in_the_month_it_shows() -> None:
    rows = months([*YEAR_AT_120, *every("P", NEW_YEAR, 3, MST60, "1 bd", 56)])  # supply to 25 March
    assert [r["month"] for r in rows if r["stopped_this_month"]] == [day("2026-05-01")]


def test_death_and_deduction_are_censored_not_stopped() -> None:
    gone = patient("P", registered_to=day("2026-04-10"), left_reason="died")
    issues = [*YEAR_AT_120, *every("P", NEW_YEAR, 3, MST60, "1 bd", 56)]
    row = taper(issues, patients=[gone])
    assert (row["censored"], row["as_of"], row["outcome_band"]) == ("died", day("2026-04-09"), "85–114%")
    assert max(r["month"] for r in months(issues, patients=[gone])) == day("2026-03-01")


@pytest.mark.parametrize(
    ("steps", "fall", "speed"),
    [
        ([(MST60, "1 bd", 56)], 0, "within"),
        ([("MST Continus 100mg tablets", "1 od", 28)], 100 / 6, "within"),
        ([(MST30, "1 mane 2 nocte", 84)], 25, "amber"),
        ([(MST30, "1 bd", 56)], 50, "red"),
    ],
)
def test_speed_is_the_largest_fall_between_consecutive_28_day_means(
    steps: list[tuple[str, str, float]], fall: float, speed: str
) -> None:
    ((tablet, directions, quantity),) = steps
    row = taper([*YEAR_AT_120, *every("P", NEW_YEAR, 11, tablet, directions, quantity)])
    assert row["max_fall_percent"] == pytest.approx(fall)
    assert row["speed"] == speed


def test_a_step_in_the_middle_of_a_window_is_as_steep_as_at_its_edge() -> None:
    middle = [
        *YEAR_AT_120,
        *every("P", NEW_YEAR, 2, MST60, "1 bd", 42, days=21),
        *every("P", "2026-02-12", 9, MST30, "1 bd", 56),
    ]
    assert taper(middle)["max_fall_percent"] == pytest.approx(50)


def test_the_day_of_a_red_fall_is_where_the_latest_one_is_steepest() -> None:
    """From 120 mg to 30 on New Year's Day, to 20 on 21 May. The means around either day differ by more than
    30% for weeks: 14 days before it and 21 after it for the first, up to 3 for the second."""
    issues = [
        *YEAR_AT_120,
        *every("P", NEW_YEAR, 5, HALF, "1 bd", 56),
        *every("P", "2026-05-21", 6, "MST Continus 10mg tablets", "1 bd", 56),
    ]
    rows = {row["month"]: row for row in months(issues)}
    assert rows[day("2026-04-01")]["red_fell_on"] == day("2026-01-01")
    latest = rows[day("2026-09-01")]
    assert (latest["red_fell_on"], latest["max_fall_percent_12m"]) == (day("2026-05-21"), pytest.approx(75))
    amber = [*YEAR_AT_120, *every("P", NEW_YEAR, 11, MST30, "1 mane 2 nocte", 84)]  # to 90 mg: 25%
    assert {row["red_fell_on"] for row in months(amber)} == {None}


def test_stalled_needs_six_weeks_no_fall_and_no_pause() -> None:
    issues = [*YEAR_AT_120, *every("P", NEW_YEAR, 11, MST60, "1 bd", 56)]
    assert [r["stalled"] for r in months(issues)[:3]] == [False, True, True]  # 30, 58 and 89 days
    paused = plan("P", "2026-01-01", status="paused", paused_on=day("2026-01-20"), pause_reason="surgery")
    row = taper(issues, plans=[paused])
    assert (row["stalled"], row["paused"], row["active"]) == (False, True, False)


def test_a_taper_at_its_target_is_not_stalled() -> None:
    issues = [*YEAR_AT_120, *every("P", NEW_YEAR, 11, MST30, "1 bd", 56)]
    assert taper(issues)["stalled"]
    assert not taper(issues, plans=[plan("P", "2026-01-01", target_ome=60.0)])["stalled"]


def test_an_opioid_that_falls_while_a_gabapentinoid_rises_is_flagged() -> None:
    issues = [*YEAR_AT_120, *every("P", NEW_YEAR, 11, MST30, "1 bd", 56)]
    before = every("P", "2025-01-02", 13, "Pregabalin 75mg capsules", "1 bd", 56)
    after = every("P", NEW_YEAR, 11, "Pregabalin 300mg capsules", "1 bd", 56)
    steady = every("P", NEW_YEAR, 11, "Pregabalin 75mg capsules", "1 bd", 56)
    assert taper([*issues, *before, *after])["gaba_rising"]
    assert not taper([*issues, *before, *steady])["gaba_rising"]


def test_below_the_threshold_now_is_measured_apart_from_stopped() -> None:
    issues, plans = [], []
    for key, then in {"DOWN": (MST30, "1 bd", 56.0), "SAME": (MST60, "1 bd", 56.0), "GONE": None}.items():
        high = every(key, "2025-01-02", 13, "MST Continus 100mg tablets", "1 bd", 56)  # 200 mg a day
        issues += [*high, *(every(key, NEW_YEAR, 11, *then) if then else [])]
        plans.append(plan(key, "2026-01-01"))
    found = rows_of(
        world(issues=issues, plans=plans),
        """SELECT measure, numerator, denominator FROM measure_month
           WHERE measure IN ('below_threshold_now', 'below_threshold_after_fall')
             AND threshold = 90 AND practice_code = 'A' AND month = DATE '2026-09-01' ORDER BY measure""",
    )
    # From 200 mg to 60 at once is a red fall, so it counts apart.
    assert [tuple(row.values()) for row in found] == [
        ("below_threshold_after_fall", 1, 3), ("below_threshold_now", 0, 3),
    ]  # fmt: skip


def test_a_taper_in_small_steps_is_down_without_harm_and_one_in_a_leap_after_it() -> None:
    """From 200 mg to 110 in nine steps of 10 mg, or to 100 at once, or to nothing."""
    issues = [row for key in ("GONE", "LEAP", "STEPS")
              for row in every(key, "2025-01-02", 13, "MST Continus 100mg tablets", "1 bd", 56)]  # fmt: skip
    issues += every("LEAP", NEW_YEAR, 11, "MST Continus 100mg tablets", "1 od", 28)
    for n in range(10):
        tablets, on = 19 - min(n, 8), str(day(NEW_YEAR) + dt.timedelta(days=28 * n))
        issues += every("STEPS", on, 1, "MST Continus 5mg tablets", f"{tablets} bd", 2 * tablets * 28)
    con = world(issues=issues, plans=[plan(key, NEW_YEAR) for key in ("GONE", "LEAP", "STEPS")])
    rows = rows_of(con, """SELECT patient_key, harmed, relative_percent <= 85 AS down FROM taper_month
                           WHERE month = DATE '2026-09-01' ORDER BY 1""")  # fmt: skip
    assert [tuple(row.values()) for row in rows] == [
        ("GONE", True, True), ("LEAP", True, True), ("STEPS", False, True),
    ]  # fmt: skip


def test_a_plan_whose_dose_is_not_known_is_no_fall_and_no_progress() -> None:
    """From 200 mg to 20 beside issues nobody understands: a least dose, neither down nor fallen for sure."""
    issues = [*every("P", "2025-01-02", 13, "MST Continus 100mg tablets", "1 bd", 56),
              *every("P", NEW_YEAR, 11, "MST Continus 10mg tablets", "1 bd", 56),
              *every("P", NEW_YEAR, 11, "Specials item - see notes", "10ml daily", 280)]  # fmt: skip
    con = world(issues=issues, plans=[plan("P", NEW_YEAR)])
    asked = ("tapering", "tapering_after_fall", "below_threshold_now", "red_speed")
    rows = rows_of(
        con,
        f"""SELECT measure, numerator, denominator FROM measure_month WHERE measure IN {asked}
                            AND threshold = 90 AND practice_code = 'A' AND month = DATE '2026-09-01'""",
    )
    found = {row["measure"]: (row["numerator"], row["denominator"]) for row in rows}
    assert found == dict.fromkeys(asked, (0, 1))
    bands = rows_of(con, """SELECT category FROM measure_month WHERE measure = 'outcome_band_share'
                            AND threshold = 90 AND practice_code = 'A' AND numerator > 0""")  # fmt: skip
    assert {row["category"] for row in bands} <= {"not known"}


def test_a_plan_with_too_few_days_of_supply_is_not_within_the_limit_and_no_success_without_harm() -> None:
    """200 mg on 12 days of 28, then 20 mg a day: what was taken before is not known, so nor is the fall."""
    issues = [*every("P", "2025-01-02", 13, "MST Continus 100mg tablets", "1 bd", 24),
              *every("P", NEW_YEAR, 11, "MST Continus 10mg tablets", "1 bd", 56)]  # fmt: skip
    con = world(issues=issues, plans=[plan("P", NEW_YEAR)])
    asked = "SELECT speed FROM taper UNION ALL SELECT speed FROM taper_month WHERE month = DATE '2026-09-01'"
    assert rows_of(con, asked) == [{"speed": None}] * 2
    rows = rows_of(con, """SELECT measure, numerator FROM measure_month
                           WHERE measure IN ('tapering', 'tapering_after_fall') AND threshold = 90
                             AND practice_code = 'A' AND month = DATE '2026-09-01'""")  # fmt: skip
    assert {row["measure"]: row["numerator"] for row in rows} == {"tapering": 0, "tapering_after_fall": 1}


@pytest.mark.parametrize(
    ("after", "speed", "outcome"),
    [
        ([], "red", "stopped"),
        (every("P", NEW_YEAR, 9, "Specials item - see notes", "10ml daily", 280), None, "not known"),
        (every("P", NEW_YEAR, 4, "MST Continus 100mg tablets", "as directed", None, 84), None, "not known"),
        (every("P", NEW_YEAR, 9, "MST Continus 100mg tablets", "1 bd", 1), "within", "85–114%"),
        (every("P", NEW_YEAR, 9, "MST Continus 100mg tablets", "as directed", 1), None, "not known"),
    ],
)
def test_a_plan_without_a_known_dose_is_not_stopped_nor_within_the_limit(
    after: list[Row], speed: str | None, outcome: str
) -> None:
    """200 mg a day to New Year; then nothing, what nobody understands, no quantity, or a pack for tablets."""
    issues = [*every("P", "2025-01-02", 13, "MST Continus 100mg tablets", "1 bd", 56), *after]
    con = world(issues=issues, plans=[plan("P", "2025-12-01")])
    assert rows_of(con, "SELECT speed, outcome_band FROM taper") == [
        {"speed": speed, "outcome_band": outcome}
    ]
    bands = rows_of(con, "SELECT DISTINCT outcome_band FROM taper_month WHERE month >= DATE '2026-05-01'")
    assert [row["outcome_band"] for row in bands] == [outcome]


def test_excluded_people_are_kept_and_not_counted() -> None:
    issues = [
        row for key in "XY" for row in every(key, "2025-01-02", 23, "MST Continus 100mg tablets", "1 bd", 56)
    ]
    cancer = patient("X", cancer_on=day("2025-06-01"))
    methadone = [issue("Y", day("2026-09-01"), "Methadone 1mg/ml oral solution", "40ml daily", 1120)]
    con = world(issues=[*issues, *methadone], patients=[cancer, patient("Y")])
    found = rows_of(
        con,
        """SELECT patient_key, excluded, exclusions FROM patient_month
           WHERE month = DATE '2026-09-01' ORDER BY 1""",
    )
    assert found == [
        {"patient_key": "X", "excluded": True, "exclusions": "cancer"},
        {"patient_key": "Y", "excluded": True, "exclusions": "methadone"},
    ]
    (counted,) = rows_of(
        con,
        """SELECT numerator FROM measure_month WHERE measure = 'high_dose_prevalence' AND threshold = 90
           AND practice_code = 'A' AND month = DATE '2026-09-01'""",
    )
    assert counted["numerator"] == 0


def test_acute_use_is_excluded_until_ninety_days() -> None:
    con = world(issues=every("P", "2026-05-01", 6, MST60, "1 bd", 56))
    found = rows_of(con, "SELECT month, exclusions FROM patient_month ORDER BY month")
    assert [(r["month"].month, r["exclusions"]) for r in found[:4]] == [
        (5, "acute use"),
        (6, "acute use"),
        (7, ""),
        (8, ""),
    ]
