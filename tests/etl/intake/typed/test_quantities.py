"""A quantity with its unit, an age in years, a date in any of its forms: read right or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.contract import entities
from etl.intake.report.no_rows import END, HEADER_AGAIN, PAGE, TOTALS, no_row
from etl.intake.typed.ages import age_band
from etl.intake.typed.quantity import quantity_and_unit
from etl.intake.typed.values import dated

BANDS = entities()["patients"].columns["age_band"].allowed


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("56 tablet(s)", ("56", "tablet(s)")), ("2 x 28 tablet(s)", ("56", "tablet(s)")),
        ("1 x 300 ml", ("300", "ml")), ("1*300ml", ("300", "ml")), ("2x28", ("56", "")),
        ("2 packs of 28 capsules", ("56", "capsules")), ("1,000 ml", ("1000", "ml")),
        ("0.5 litre", ("500.0", "ml")), ("300 ml bottle", ("300", "ml")), ("2.5 ml", ("2.5", "ml")),
        ("2 at night", None), ("28 x 5mg tablets", None), ("28 x 5 mg", None), ("-1 tablet", None),
        ("56 tabs 2 boxes", None), ("1,5 ml", None), ("lots", None), ("", None), ("56 (fifty) tablets", None),
        ("5 ml four times a day", None), ("1 tablet at night", None), ("1 capsule bd", None),
        ("3 patches weekly", None), ("300 ml sugar free", ("300", "ml")),
    ],
)  # fmt: skip
def test_a_quantity_with_its_unit(cell: str, read: tuple[str, str] | None) -> None:
    assert quantity_and_unit(cell) == read


@given(st.integers(1, 99), st.integers(1, 999), st.sampled_from(["x", "×", "*", " x ", " X "]))
def test_packs_times_size_is_the_quantity_never_the_number_of_packs(
    packs: int, size: int, times: str
) -> None:
    assert quantity_and_unit(f"{packs}{times}{size} ml") == (str(packs * size), "ml")


@pytest.mark.parametrize(
    ("age", "band"),
    [
        ("0", "0-17"), ("17", "0-17"), ("18", "18-24"), ("49 years", "45-54"), ("95+", "85+"), ("101", "85+"),
        ("7 months", "0-17"), ("3 wks", "0-17"), ("20-24", "18-24"), ("20–24", "18-24"), ("20‑24", "18-24"),
        ("85 and over", "85+"),
        ("15-19", None), ("80+", None), ("131", None), ("-4", None), ("adult", None),
    ],
)  # fmt: skip
def test_an_age_is_the_band_that_holds_all_of_it(age: str, band: str | None) -> None:
    assert age_band(age, BANDS) == band


@given(st.integers(0, 130))
def test_every_age_has_one_band(age: int) -> None:
    band = age_band(str(age), BANDS)
    assert band is not None
    first, _, last = band.rstrip("+").partition("-")
    assert int(first) <= age <= int(last or 130)


FORMS = ("%d-%b-%y", "%d/%m/%y", "%d %b %Y")


@given(st.dates(dt.date(1930, 1, 1), dt.date(2026, 9, 30)))
def test_years_of_two_digits_are_never_after_the_period(day: dt.date) -> None:
    latest = dt.date(2026, 9, 30)
    found = dated(f"{day:%d/%m/%y}", FORMS, latest)
    assert found == day and found <= latest


@pytest.mark.parametrize(
    "text",
    [
        "07 Sep 2026",
        "07 Sep 2026 14:03",
        "07-Sep-26",
        "07/09/26 2:03 pm",
        "07 Sep 2026, 14:03:00",
        "07 Sep 2026T14:03:00+01:00",
        "07 Sep 2026 14:03 BST",
    ],
)
def test_times_of_day_are_no_part_of_a_date(text: str) -> None:
    assert dated(text, FORMS, dt.date(2026, 9, 30)) == dt.date(2026, 9, 7)


@pytest.mark.parametrize(
    "text", ["31-Feb-26", "45175", "Sep 07 2026", "07 Sep 2026 and 08 Sep 2026", "14:03"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert dated(text, FORMS, dt.date(2026, 9, 30)) is None


HEADERS = ("patient id", "drug", "date")


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (["", "", "3"], ""), (["Total", "", "3"], TOTALS), (["Grand Total", "", "1 204"], TOTALS),
        (["Total number of issues: 4"], TOTALS), (["Patient count", "", "3"], TOTALS),
        (["Total for patient", "", "2"], TOTALS), (["Total for the hip", "", ""], ""),
        (["*** End of report ***", "", ""], END), (["End of file."], END), (["End of life care", "", ""], ""),
        (["Page 2 of 3"], PAGE),
        (["Patient ID", "Drug", "Date"], HEADER_AGAIN), (["PATIENT ID", " drug", "Date", ""], HEADER_AGAIN),
        (["Total", "Zomorph 30mg capsules", "3"], ""), (["Total", "", "07-Sep-2026"], ""),
        (["Paget", "", "3"], ""), (["a7f6", "Zomorph", "07-Sep-2026"], ""), (["", "", ""], ""),
    ],
)  # fmt: skip
def test_lines_of_totals_pages_and_the_header_again_are_no_rows(cells: list[str], why: str) -> None:
    assert no_row(cells, HEADERS) == why
