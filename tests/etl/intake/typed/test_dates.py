"""Dates read as strptime reads them, in any form a layout may name; English months everywhere."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from etl.layouts.dates import dated, read_day

FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y", "%d%b%Y", "%Y%m%d",
         "%d.%m.%y", "%Y-%m", "date:%Y-%m-%d", "%d/%m/%Y %H:%M:%S", "%y%m%d", "%m/%d/%y",
         "%d %b %y")  # fmt: skip
ODD = ["", "31/02/2026", "29-Feb-2023", "29-Feb-2024", "1/9/2026", "01/13/2026", "7-sep-26", "07-SEPT-2026",
       "00/01/1900", "2026-9-7", "07  Sep  2026", "07 Sep 2026 ", " 07/09/2026", "07/09/26", "١/٩/2026",
       "0/9/2026", "2026-09-07T10:00", "07/09/20266", "date:2026-09-07", "32-Jan-2026",
       "29-Feb-00"]  # fmt: skip


def by_strptime(text: str, form: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, form).date()
    except ValueError:
        return None


@pytest.mark.parametrize("form", FORMS)
def test_a_date_is_read_as_strptime_reads_it(form: str) -> None:
    chance = random.Random(form)
    days = [dt.date(1900, 1, 1) + dt.timedelta(chance.randrange(73_000)) for _ in range(300)]
    written = [day.strftime(other) for day in days for other in (form, chance.choice(FORMS))]
    for text in [*written, *ODD]:
        if text.isascii():
            assert read_day(text, form) == by_strptime(text, form), text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("07-Aug-58", dt.date(1958, 8, 7)),  # not 2058
        ("25-Mar-17", dt.date(2017, 3, 25)),
        ("30-Sep-26", dt.date(2026, 9, 30)),
        ("01-Oct-26", dt.date(2026, 10, 1)),  # the report was run in October: after the period, not in 1926
        ("01-Oct-30", dt.date(1930, 10, 1)),
        ("29-Feb-00", dt.date(2000, 2, 29)),
        ("07-Sep-2026 14:03", dt.date(2026, 9, 7)),
        ("07-Sep-2026 2:03 pm", dt.date(2026, 9, 7)),
        ("31-Feb-26", None),
    ],
)
def test_years_of_two_digits_lie_in_the_past(text: str, day: dt.date | None) -> None:
    assert dated(text, ("%d-%b-%Y", "%d-%b-%y"), dt.date(2026, 9, 30)) == day


def test_a_form_that_no_date_has_is_an_error() -> None:
    with pytest.raises(ValueError, match="%Q is no part of a date"):
        read_day("7", "%Q")
