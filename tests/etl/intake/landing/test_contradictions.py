"""Files that contradict themselves: whose they are, of which months, which row is whose."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from etl.intake.report.period import Period, period_named
from etl.layouts import layouts
from etl.load import load
from etl.store import Store
from etl.trial.trial import trials
from tests.etl.conftest import Loader, landed
from tests.etl.layouts.test_exports import (
    BREAKDOWN,
    KEYS,
    NDQ,
    PART,
    PLAIN,
    SIDE_BY_SIDE,
    STRATEGIC,
    csv,
    medicine,
    plain,
    strategic,
    told,
    why,
    write,
)

ROW = f"{KEYS[0]},07 Sep 2026 14:03,Zomorph 30mg capsules,one twice a day,56 capsule(s),Repeat,1"
SEPTEMBER = Period(dt.date(2026, 9, 1), dt.date(2026, 9, 1))


@pytest.mark.parametrize(
    ("above", "words"),
    [
        ("Practice: Oak Surgery (TST02)", "name practice TST02, but the file's name TST01"),
        ("Organisation Name: Oak Surgery,TST02", "name practice TST02"),
        ("Oak Surgery (A81009)", "name practice A81009, but the file's name TST01"),
        (
            "Period: 01/08/2026 to 31/08/2026",
            "say 2026-08-01 to 2026-08-31, but the file's name says 2026-09",
        ),
        ("Issued between 1 Sep 2026 and 15 Sep 2026", "say 2026-09-01 to 2026-09-15"),
        ("From 2026-08-01 - 2026-08-31", "say 2026-08-01 to 2026-08-31"),
        ("Run 02/10/2026 10:00 - 02/10/2026 10:05", ""),  # one day is no period
        ("Issued 1 September 2026 to 30 September 2026", ""),
        ("Issued between 01-Oct-25 and 30-Sep-26", ""),  # looks back, and holds the month
        ("Practice: Elm Surgery (TST01)", ""),
        ("Organisation: Dr Patel & Partners (TST01)", ""),
        ("Practice nurse: Mrs Mary Jones", "above the header): a title and name"),
    ],
)
def test_lines_above_any_header_that_contradict_the_name_refuse_the_file(
    put: Loader, above: str, words: str
) -> None:
    receipt = put(csv("Opioids", above, "", BREAKDOWN, ROW))
    assert (words in why(receipt)) if words else (receipt.outcome == "accepted")
    assert receipt.outcome == ("refused" if words else "accepted")


def test_lines_above_say_practice_and_months_where_the_name_does_not(put: Loader) -> None:
    receipt = put(csv("Elm (TST01)", "01/09/2026 to 30/09/2026", BREAKDOWN, ROW), "export.csv")
    assert (receipt.outcome, receipt.practice, receipt.period) == ("accepted", "TST01", "2026-09")


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("A81001_issues_2026-09.csv", SEPTEMBER),
        ("issues_2026-09_run 2026-10-02.csv", SEPTEMBER),
        ("issues_2026-09-01_2026-09-30.csv", SEPTEMBER),
        ("issues_2026-09-1of2.csv", SEPTEMBER),
        ("patients_2026-10-02.csv", None),  # the day it was run is no month
        ("issues_2026-09-01_2026-09-15.csv", None),
        ("issues_2026-09_run_2026-10.csv", None),
    ],
)
def test_days_and_second_months_in_a_name_are_no_period(name: str, period: Period | None) -> None:
    assert period_named(name) == period


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TST01_issues_2026-09_run_2026-10.csv", "says two periods, 2026-09 and 2026-10"),
        ("TST01_issues_2026-09-01_2026-09-15.csv", "no period"),
        ("TST01_TST02_issues_2026-09.csv", "two practice codes, TST01 and TST02"),
        ("TST01/TST09_issues_2026-09.csv", "practice TST09 is not in the practice list"),
    ],
)
def test_a_name_that_says_two_things_refuses_the_file(
    put: Loader, tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "in" / "TST01").mkdir(parents=True)
    receipt = put(csv(BREAKDOWN, ROW), name)
    assert receipt.outcome == "refused" and words in why(receipt)


def test_a_column_of_practices_that_is_not_read_never_becomes_one_practice(put: Loader) -> None:
    header = f'Organisation Name,Patient ID,"{NDQ}",Date of Issue'
    rows = [f"{name},{key},{medicine('A')},07-Sep-2026" for name, key in (("Elm", KEYS[0]), ("Oak", KEYS[1]))]
    assert "its column 'organisation name' names 2 practices" in why(put(csv(header, *rows)))
    assert put(csv(header, rows[0].replace("Elm", "Dr Patel & Partners"))).outcome == "accepted"


def test_details_lost_from_one_row_are_not_those_of_the_row_above(put: Loader, store: Store) -> None:
    """Where a report repeats them in every row: docs/extracts.md tells to switch that on."""
    header = f'Patient ID,Gender,"{NDQ}",Date of Issue'
    whole = [f"{key},Male,{medicine(name)},0{n}-Sep-2026"
             for n, (key, name) in enumerate(zip((*KEYS[:2], KEYS[1]), "ABD", strict=True), 1)]  # fmt: skip
    receipt = put(csv(header, *whole, f",,{medicine('C')},09-Sep-2026"))
    assert receipt.reasons == {"patient_key is missing": 1}
    assert len(told(store, "patient_key")) == 3


def test_patients_are_carried_down_below_a_practice_named_in_every_row(put: Loader, store: Store) -> None:
    header = f'Organisation Code,Patient ID,"{NDQ}",Date of Issue'
    rows = [f"TST01,{KEYS[0]},{medicine('A')},07-Sep-2026", f"TST01,,{medicine('B')},08-Sep-2026",
            f"TST02,,{medicine('C')},08-Sep-2026"]  # fmt: skip
    receipt = put(csv(header, *rows), "issues_2026-09.csv")
    assert receipt.reasons == {"patient_key is missing": 1}
    assert told(store, "patient_key", "practice_code") == [(KEYS[0], "TST01")] * 2


def test_rows_above_a_header_that_a_sort_has_moved_are_never_lost(put: Loader) -> None:
    receipt = put(csv(ROW, BREAKDOWN, ROW.replace("07 Sep", "08 Sep")))
    assert receipt.outcome == "refused" and "line 1 looks like a row, but stands above the header" in why(
        receipt
    )


def test_every_line_of_a_head_may_come_again(put: Loader) -> None:
    row = f"{KEYS[0]},Male,{medicine('A')},07-Sep-2026,,,,"
    head = ["Opioids", "Patient Details,,Medication Issues,,,,Clinical Codes,", SIDE_BY_SIDE]
    receipt = put(csv(*head, row, *head, row.replace("07-Sep", "08-Sep")))
    assert (receipt.outcome, receipt.rows_loaded) == ("accepted", 2)
    assert receipt.rows_left_out == {"the header again": 3}


@pytest.mark.parametrize("count", ["2", "10", "2.0"])
def test_a_row_that_stands_for_several_issues_is_never_accepted_as_one(put: Loader, count: str) -> None:
    other = ROW.replace("07 Sep", "08 Sep")
    receipt = put(csv(BREAKDOWN, f"{ROW[:-1]}{count}", other))
    assert (receipt.rows_loaded, receipt.reasons) == (1, {"stands for more than one by its count": 1})
    assert "name a person but not what was issued" in receipt.known[0]


def test_month_first_dates_refuse_the_file_in_which_others_would_be_read_wrong(put: Loader) -> None:
    header = "Patient pseudonym,Age,Gender,Date registered"
    days = ["03/04/2019", "03/25/2019", "12/28/2019", "13/04/2019"]
    rows = [f"{key},49,Male,{day}" for key, day in zip([*KEYS, "a" + "0" * 31 + "f"], days, strict=True)]
    receipt = put(csv(header, *rows), "TST01_patients_2026-09.csv")
    assert "2 dates can only be month/day, so 1 more would be read wrong" in why(receipt)
    slip = put(csv(header, *rows[:2], rows[3]), "TST01_patients_2026-09.csv")
    assert slip.reasons == {"registered_from is not a date of this layout": 1}


def test_a_day_after_the_period_is_not_one_of_the_last_century(put: Loader) -> None:
    header = "Patient pseudonym,Age,Gender,Date registered,Date deducted"
    rows = [f"{KEYS[0]},49,Male,03/04/58,05/10/26", f"{KEYS[1]},49,Male,03/04/58,"]
    receipt = put(csv(header, *rows), "TST01_patients_2026-09.csv")
    assert receipt.reasons == {"registered_to lies after the period 2026-09": 1}


def test_a_registration_never_ends_before_it_begins(put: Loader) -> None:
    header = "Patient pseudonym,Age,Gender,Date registered,Date deducted"
    ends = ("04/04/2019", "03/04/2019", "02/04/2019")
    rows = [f"{key},49,Male,03/04/2019,{end}" for key, end in zip(KEYS, ends, strict=True)]
    receipt = put(csv(header, *rows), "TST01_patients_2026-09.csv")
    assert (receipt.rows_loaded, receipt.reasons) == (2, {"registered_to lies before registered_from": 1})


def test_a_refusal_of_every_row_tells_how_one_is_written(put: Loader) -> None:
    receipt = put(csv(BREAKDOWN, ROW.replace("07 Sep 2026 14:03", "07.09.2026")))
    assert "issued_on is not a date of this layout (1 rows, written issued_on 99.99.9999)" in why(receipt)


def test_times_of_day_in_a_workbook_tell_two_supplies_apart(store: Store, tmp_path: Path) -> None:
    book, path = openpyxl.Workbook(), tmp_path / "TST01_issues_2026-09.xlsx"
    book.properties.creator = None
    book.active.append(BREAKDOWN.split(",")[:-1])
    for hour in (9, 16, 16):
        day = dt.datetime(2026, 9, 7, hour, 3)
        book.active.append([KEYS[0], day, "Zomorph 30mg capsules", "one", 56, "Repeat"])
    book.save(path)
    (receipt,) = load([path], store)
    assert (receipt.rows_loaded, receipt.reasons) == (2, {"exact copy of an earlier row": 1})


def test_row_numbers_that_a_spreadsheet_has_rounded_tell_nothing(put: Loader) -> None:
    rows = [strategic(1, key=key).replace("1,TST01", "1.23457E+11,TST01", 1) for key in KEYS]
    receipt = put(csv(STRATEGIC, *rows, rows[0]))
    assert (receipt.rows_loaded, receipt.reasons) == (3, {"exact copy of an earlier row": 1})


def test_parts_with_other_columns_still_must_not_overlap(store: Store, tmp_path: Path) -> None:
    first = csv(f"{PLAIN},directions", *(f"{plain(day)},one" for day in (1, 2)))
    files = {PART.format(1): first, PART.format(2): csv(PLAIN, plain(2), plain(3))}
    one, two = load(write(tmp_path / "a", **files), store)
    assert (one.outcome, two.outcome) == ("accepted", "refused") and "the parts overlap" in why(two)
    assert len(landed(store, "issues")) == 2


def test_a_web_page_is_named_as_one(put: Loader) -> None:
    assert "a web page, though its name says text" in why(
        put("\ufeff <HTML><table><tr><td>1</td></tr></table>")
    )


def test_a_trial_refuses_what_a_load_would(tmp_path: Path) -> None:
    path = tmp_path / "TST01_issues_2026-09.csv"
    for text, words in (
        (csv(BREAKDOWN, ROW.replace("Repeat", "Odd")), "no row fits the contract"),
        (csv("01/08/2026 to 31/08/2026", BREAKDOWN, ROW), "the lines above the header say"),
    ):
        path.write_text(text, encoding="utf-8")
        (trial,) = trials(path, layouts())
        assert words in trial.refusal
