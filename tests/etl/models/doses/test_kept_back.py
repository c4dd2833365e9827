"""People with an issue that is kept back, of which no more than the person is known: the table is the claim.

Everybody takes 200 mg a day in 2025, and nothing known from New Year's Day 2026 unless their row says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import pytest

from measures import policy
from tests.etl.models.falls.test_falls import AT_200, MST100, NEW, Course, to_20
from tests.etl.models.world import LAST, Row, day, every, patient, plan, rows_of, world

ZOMORPH, DIAZEPAM = "Zomorph 30mg capsules", "Diazepam 5mg tablets"
PREGABALIN = "Pregabalin 300mg capsules"
STOP, FALL = ("stop", 100), ("fall", 90)


# key → courses; product, first and last day of what is kept back; what is found, and since when it is unknown
Found = list[tuple[str, int, str | None]]
JANUARY = ("2026-01-01", "2026-01-31")
PEOPLE: dict[str, tuple[list[Course], list[tuple[str | None, str, str]], Found]] = {
    "nothing kept back": ([AT_200], [], [(*STOP, None)]),
    "nothing kept back, fell": ([AT_200, to_20()], [], [(*FALL, None)]),
    "a day in January": ([AT_200], [(ZOMORPH, *JANUARY)], [("unknown", 100, NEW)]),
    "product unread": ([AT_200], [(None, "2026-01-20", "2026-01-20")], [("unknown", 100, "2026-01-20")]),
    "neither read": ([AT_200], [(None, *JANUARY)], [("unknown", 100, NEW)]),
    "a text nobody understands": ([AT_200], [("Specials item", *JANUARY)], [("unknown", 100, NEW)]),
    "a day of the year before": ([AT_200], [(ZOMORPH, "2025-12-01", "2025-12-31")], [(*STOP, None)]),
    "maybe the day of the stop": ([AT_200], [(ZOMORPH, "2025-12-02", NEW)], [("unknown", 100, NEW)]),
    "in a file of years": ([AT_200], [(ZOMORPH, "2024-04-01", "2026-06-30")], [("unknown", 100, NEW)]),
    "just in time": (
        [AT_200], [(ZOMORPH, "2026-03-01", "2026-03-31")], [("unknown", 100, "2026-03-01")]),
    "too late to be no stop": ([AT_200], [(ZOMORPH, "2026-03-02", "2026-03-31")], [(*STOP, None)]),
    "a sedative": ([AT_200], [(DIAZEPAM, *JANUARY)], [(*STOP, None)]),
    "a gabapentinoid": ([AT_200], [(PREGABALIN, *JANUARY)], [(*STOP, None)]),
    "fell, kept back since": ([AT_200, to_20()], [(ZOMORPH, *JANUARY)],
                             # once by the days around, once by those before and after what is not known
                             [("unknown", 90, NEW), ("unknown", 90, "2026-02-28")]),
    "fell, kept back later": ([AT_200, to_20()], [(ZOMORPH, "2026-02-01", "2026-02-28")], [(*FALL, None)]),
    "on a plan": ([AT_200], [(ZOMORPH, *JANUARY)], [("unknown", 100, NEW)]),
    "new": ([], [(None, "2026-09-01", "2026-09-30")], []),
    "new on a gabapentinoid": ([], [(PREGABALIN, "2026-09-10", "2026-09-10")], []),
    "steady": ([("2025-01-02", 23, MST100, "1 bd", 56)], [(ZOMORPH, "2026-09-01", "2026-09-30")], []),
}  # fmt: skip


def rows() -> dict[str, list[Row]]:
    made: dict[str, list[Row]] = {"issues": [], "kept_issue": [], "patients": [], "plans": []}
    for key, (courses, kept, _) in PEOPLE.items():
        made["patients"].append(patient(key))
        for start, times, product, directions, quantity in courses:
            made["issues"] += every(key, start, times, product, directions, quantity)
        for product_kept, first, last in kept:
            made["kept_issue"].append(
                {"practice_code": "A", "patient_key": key, "product": product_kept,
                 "first_on": day(first), "last_on": day(last)}
            )  # fmt: skip
    made["plans"].append(plan("on a plan", "2025-12-01"))
    return made


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    with world(policy.load(), LAST, **rows()) as con:
        yield con


@pytest.mark.parametrize("key", PEOPLE)
def test_nobody_stopped_or_fell_for_want_of_a_row_that_is_kept_back(
    marts: duckdb.DuckDBPyConnection, key: str
) -> None:
    found = rows_of(marts, f"SELECT * FROM fall WHERE patient_key = '{key}' ORDER BY fell_on")
    told = [(r["kind"], round(r["fall_percent"]), r["unknown_since"]) for r in found]
    assert told == [(kind, percent, since and day(since)) for kind, percent, since in PEOPLE[key][2]]


def test_who_left_high_dose_is_not_told_of_them(marts: duckdb.DuckDBPyConnection) -> None:
    """The 90 days to the end of March hold no supply; before, everybody was beyond 120 mg."""
    gone = rows_of(marts, """SELECT patient_key, went, now_known FROM patient_crossing
                             WHERE month = DATE '2026-03-01' AND now_milli < before_milli""")  # fmt: skip
    went = {r["patient_key"]: (r["went"], r["now_known"]) for r in gone}
    assert went["nothing kept back"] == went["a sedative"] == went["a gabapentinoid"] == ("no supply", True)
    for key in ("a day in January", "product unread", "neither read", "on a plan"):
        assert went[key] == (None, False), key


def test_a_plan_is_not_below_its_threshold_for_want_of_them(marts: duckdb.DuckDBPyConnection) -> None:
    doses = rows_of(
        marts, "SELECT month, now_milli, now_known, now_least_milli FROM plan_dose ORDER BY month"
    )
    told = {str(r["month"])[:7]: (r["now_milli"], r["now_known"], r["now_least_milli"]) for r in doses}
    assert told["2025-12"] == (200_000, True, 200_000)
    assert told["2026-01"] == (None, False, 200_000)
    assert told["2026-03"] == (None, False, 0)  # the 60 days from 31 January
    assert told["2026-04"] == (0, True, 0)


def test_they_are_on_the_worklist_with_the_reason(marts: duckdb.DuckDBPyConnection) -> None:
    listed = {r["patient_key"]: r for r in rows_of(marts, "SELECT * FROM worklist")}
    new = listed["new"]
    assert (new["without_dose"], new["unmapped"], new["without_since"]) == (True, True, day("2026-09-01"))
    assert (
        listed["new on a gabapentinoid"]["gaba_unclear"],
        listed["new on a gabapentinoid"]["without_dose"],
    ) == (True, False)
    steady = listed["steady"]
    assert (steady["current_ome_milli"], steady["without_dose"], steady["unlooked"]) == (200_000, True, False)
    assert listed["a day in January"]["unlooked"]
    (told,) = rows_of(marts, "SELECT * FROM undosed_issue WHERE patient_key = 'new'")
    assert (told["status"], told["product"], told["issued_on"], told["last_on"]) == (
        "kept back", None, day("2026-09-01"), day("2026-09-30")
    )  # fmt: skip
    (band,) = rows_of(marts, "SELECT dose_band FROM patient_month WHERE patient_key = 'new'")
    assert band == {"dose_band": "not known"}


def test_spans_of_unknown_dose_are_those_of_a_plain_walk_through_the_days(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    days = policy.load().dose.default_days
    plain = set()
    for key, (_, kept, _) in PEOPLE.items():
        for product, first, last in kept:
            on = day(first)
            while product not in (DIAZEPAM, PREGABALIN) and on <= day(last):
                plain.add((key, on, on + dt.timedelta(days=days)))
                on += dt.timedelta(days=1)
    sql = """SELECT n.patient_key, s.from_day, s.to_day FROM undosed_span AS s
             JOIN person AS n ON n.person = s.person"""
    assert {tuple(row.values()) for row in rows_of(marts, sql)} == plain
