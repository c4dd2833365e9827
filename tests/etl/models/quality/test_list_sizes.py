"""A list size that cannot be one leaves out the rates of its practice and month, and nothing else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from etl.build import list_sizes_left_out
from tests.etl.models.world import every, rows_of, world

LAST = dt.date(2024, 8, 1)
BAD = dt.date(2024, 6, 1)
Lists = dict[str, dict[dt.date, dict[str, int]]]


def lists(
    changed: dict[str, int], at: dt.date = BAD, then: dict[str, int] | None = None
) -> list[dict[str, Any]]:
    """Lists of A and B from January to August: 1,000 people; `changed` of A in one month, `then` after."""
    rows = []
    for code in "AB":
        for n in range(1, 9):
            month = dt.date(2024, n, 1)
            sizes = {"0-17": 200, "45-54": 700, "85+": 100}
            if code == "A" and month >= at:
                sizes |= changed if month == at else then or {}
            rows += [
                {"practice_code": code, "month": month, "age_band": band, "sex": "female", "registered": n}
                for band, n in sizes.items()
                if n >= 0
            ]
    return rows


def measured(rows: list[dict[str, Any]]) -> Any:
    issues = every("P1", "2024-01-01", 9, "MST Continus 100mg tablets", "ONE TWICE A DAY", 56)
    others = every("P2", "2024-01-01", 9, "MST Continus 100mg tablets", "ONE TWICE A DAY", 56)
    for row in others:
        row["practice_code"] = "B"
    patients = [
        {"practice_code": code, "patient_key": key, "age_band": "45-54", "sex": "female",
         "registered_from": dt.date(2000, 1, 1)}
        for code, key in (("A", "P1"), ("B", "P2"))
    ]  # fmt: skip
    return world(last=LAST, issues=issues + others, patients=patients, list_sizes=rows)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"0-17": 0, "45-54": 0, "85+": 0}, "it is 0"),
        ({"45-54": 0, "85+": 0}, "it has no adults"),
        ({"0-17": 99, "45-54": 300, "85+": 100}, "it is less than half of the list before"),
        ({"85+": 0}, "it has nobody in an age band and sex that had more than 1 in 100 people before"),
        (
            {"85+": -1},
            "it has nobody in an age band and sex that had more than 1 in 100 people before",
        ),  # no row
        ({"0-17": 100, "45-54": 300, "85+": 100}, None),  # half is not below half
        ({"45-54": 1400}, None),
        (
            {"0-17": 2000, "45-54": 7000, "85+": 1000},
            "it is more than twice the list before",
        ),  # a nought too many
        ({"0-17": 400, "45-54": 1400, "85+": 200}, None),  # twice is not more than twice
    ],
)
def test_a_list_that_cannot_be_one_leaves_out_that_months_rates_only(
    changed: dict[str, int], reason: str | None
) -> None:
    con = measured(lists(changed))
    found = rows_of(con, "SELECT practice_code, month, reason FROM quality_list_size")
    expected = [{"practice_code": "A", "month": BAD, "reason": reason}] if reason else []
    assert found == expected
    rates = missing(con, "per 1,000")
    assert rates == ({("A", BAD)} if reason else set())
    assert missing(con, "%") == set()  # shares of people do not need the list
    assert len(list_sizes_left_out(con)) == len(expected)


def missing(con: Any, unit: str) -> set[tuple[str, dt.date]]:
    """Practices and complete months without a measure of this unit that others have there."""
    rows = rows_of(
        con,
        f"""SELECT p.practice_code, p.month FROM practice_month AS p
        WHERE p.complete AND p.month >= DATE '2024-05-01' AND NOT EXISTS (
            SELECT 1 FROM measure_month AS m INNER JOIN measure_def AS d ON d.measure = m.measure
            WHERE m.practice_code = p.practice_code AND m.month = p.month AND d.unit = '{unit}')""",
    )
    return {(row["practice_code"], row["month"]) for row in rows}


def test_the_sentence_names_the_rows_to_correct() -> None:
    con = measured(lists({"0-17": 0, "45-54": 0, "85+": 0}))
    assert list_sizes_left_out(con) == [
        "no rates of A for 2024-06: its list size cannot be right (0 people, 1,000 before): it is 0. Correct "
        "the rows of A, 2024-06 in the list_sizes file, load it again, then build."
    ]


BANDS = ("0-17", "45-54", "85+")
USUAL = (200, 700, 100)


def course(*sizes: tuple[int, ...] | int | None) -> list[dict[str, Any]]:
    """Lists of A a month from January: percent of the usual size, the people of each band, or none."""
    rows = [row for row in lists({}) if row["practice_code"] == "B"]
    for n, size in enumerate(sizes, start=1):
        if size is None:
            continue
        found = size if isinstance(size, tuple) else tuple(k * size // 100 for k in USUAL)
        rows += [
            {
                "practice_code": "A",
                "month": dt.date(2024, n, 1),
                "age_band": band,
                "sex": "female",
                "registered": k,
            }
            for band, k in zip(BANDS, found, strict=True)
            if k >= 0
        ]
    return rows


WHOLE, NO_OLD = USUAL, (200, 700, -1)


@pytest.mark.parametrize(
    ("sizes", "left_out"),
    [
        # percent of the usual list from January on, and the months left out
        ((100, 100, 100, 100, 49, 100, 100, 100), [5]),
        ((100, 100, 100, 100, 49, 49, 100, 100), [5, 6]),
        ((100, 100, 100, 100, 100, 100, 49, 49), [7, 8]),  # not believed yet
        ((100, 100, 100, 100, 100, 49, 49, 49), [6]),  # three agree: the practice was split
        ((100, 100, 100, 100, 1000, 100, 100, 100), [5]),  # and June, which is right, is not left out
        ((100, 100, 100, 100, 100, 100, 1000, 100), [7]),
        ((100, 100, 100, 100, 100, 100, 100, 1000), [8]),
        ((100, 100, 100, 100, 1000, 1000, 100, 100), [5, 6]),
        ((10, 100, 100, 100, 100, 100, 100, 100), [1]),
        ((1000, 100, 100, 100, 100, 100, 100, 100), [1]),
        ((0, 10, 100, 100, 100, 100, 100, 100), [1, 2]),
        ((100, 100, 100, 0, 0, 0, 0, 100), [4, 5, 6, 7]),
        ((100, 100, 100, 0, 10, 10, 0, 100), [4, 5, 6, 7]),
        ((100, 110, 140, 190, 240, 300, 350, 400), []),  # it grows
        ((100, None, 100, None, 49, None, 100, 100), [5]),  # lists that come now and then
        ((100, 49), [1, 2]),  # one of them is wrong, and nobody knows which
        ((100, 60), []),
        ((49,), []),
        # a band that is gone does not become right by staying away
        ((WHOLE, WHOLE, WHOLE, WHOLE, NO_OLD, NO_OLD, NO_OLD, NO_OLD), [5, 6, 7, 8]),
        ((NO_OLD, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, WHOLE), [1]),
        ((WHOLE, WHOLE, NO_OLD, WHOLE, WHOLE, NO_OLD, WHOLE, WHOLE), [3, 6]),
    ],
)
def test_a_list_is_held_against_lists_that_are_sure(sizes: tuple[Any, ...], left_out: list[int]) -> None:
    """Found: a wrong list counted from its second month on, and the right one after it was left out."""
    found = rows_of(
        measured(course(*sizes)),
        "SELECT month FROM quality_list_size WHERE practice_code = 'A' ORDER BY month",
    )
    assert [row["month"].month for row in found] == left_out


@pytest.mark.parametrize(("month", "times"), [(n, times) for n in (1, 2, 3, 8) for times in (0.1, 10)])
def test_a_slip_is_left_out_and_no_month_beside_it(month: int, times: float) -> None:
    rows = lists({})
    for row in rows:
        if row["practice_code"] == "A" and row["month"] == dt.date(2024, month, 1):
            row["registered"] = round(row["registered"] * times)
    found = rows_of(measured(rows), "SELECT practice_code, month FROM quality_list_size")
    assert found == [{"practice_code": "A", "month": dt.date(2024, month, 1)}]


def test_after_a_list_of_nought_the_next_is_held_against_the_last_that_was_not() -> None:
    nought, tiny = {"0-17": 0, "45-54": 0, "85+": 0}, {"0-17": 1, "45-54": 2, "85+": 1}
    found = rows_of(measured(lists(nought, then=tiny)), "SELECT month FROM quality_list_size ORDER BY ALL")
    assert [row["month"] for row in found] == [BAD, dt.date(2024, 7, 1), dt.date(2024, 8, 1)]


def test_a_first_list_smaller_than_the_people_counted_stops_nothing() -> None:
    rows = lists({})
    for row in rows:
        if row["practice_code"] == "A":
            row["registered"] = 1 if row["age_band"] == "0-17" else 0
    con = measured(rows)
    assert {row["reason"] for row in rows_of(con, "SELECT reason FROM quality_list_size")} == {
        "it has no adults"
    }
    assert (
        rows_of(con, "SELECT 1 FROM measure_month WHERE numerator > denominator AND practice_code = 'A'")
        == []
    )
