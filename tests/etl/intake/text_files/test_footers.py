"""How files end: lines of totals, the number of rows they say, and rows that may have been cut."""

from __future__ import annotations

import pytest

from etl.intake.text_files import footers
from tests.etl.conftest import Loader
from tests.etl.extracts import Issue, csv_text, issues

ROWS = [Issue(f"PAT000{n}", early="1") for n in range(1, 4)]
TEXT = csv_text("plain", issues("plain", ROWS))
COMMAS = "," * 10
NHS = "943 476 5919"  # the NHS's own example


@pytest.mark.parametrize(
    "footer",
    [
        "Total rows: 3",
        f"Total rows,3{COMMAS}",
        "TOTAL NUMBER OF RECORDS 3",
        "Total,,,168",
        "End of report",
        "3 records",
        "(3 rows affected)",
        f"Row count,3{COMMAS}",
    ],
)
def test_a_line_of_totals_is_no_row(put: Loader, footer: str) -> None:
    receipt = put(f"{TEXT}\n{footer}\n\n")
    assert (receipt.outcome, receipt.rows_read) == ("accepted", 3)


@pytest.mark.parametrize("said", [2, 4, 30])
@pytest.mark.parametrize("footer", ["Total rows: {}", "({} rows affected)"])
def test_a_file_that_says_another_number_of_rows_is_refused(put: Loader, said: int, footer: str) -> None:
    receipt = put(f"{TEXT}{footer.format(said)}\n")
    assert receipt.outcome == "refused"
    assert f"its last lines say {said} rows, but it has 3" in next(iter(receipt.reasons))


@pytest.mark.parametrize("footer", [f"Total {NHS}", f"Total,{NHS}{COMMAS},"])
def test_lines_of_totals_are_searched_too(put: Loader, footer: str) -> None:
    receipt = put(f"{TEXT}{footer}\n")
    assert receipt.outcome == "refused"
    assert "a valid NHS number" in next(iter(receipt.reasons))


def test_totals_in_the_middle_are_no_row(put: Loader) -> None:
    head, *rows = TEXT.splitlines(keepends=True)
    receipt = put("".join([head, rows[0], "Total,,,56\r\n", *rows[1:]]))
    assert (receipt.outcome, receipt.rows_read, receipt.rows_loaded) == ("accepted", 3, 3)
    assert receipt.rows_left_out == {"a line of totals": 1}


def test_the_rows_beside_a_line_of_one_cell_are_kept_back(put: Loader) -> None:
    head, *rows = TEXT.splitlines(keepends=True)
    receipt = put("".join([head, rows[0], "GP\r\n", *rows[1:]]))
    assert receipt.reasons == {"1 cells where the header has 13": 1, footers.CUT_BY_LINE_BREAK: 2}
    assert receipt.rows_loaded == 1


def last_row(early: list[str]) -> str:
    """A file whose last cell is the last of these, without a line end."""
    rows = [Issue(f"PAT000{n}", early=days) for n, days in enumerate(early)]
    return csv_text("plain", issues("plain", rows)).rstrip("\r\n")


@pytest.mark.parametrize(
    ("early", "whole"),
    [
        (["1", "3", "3"], True),
        (["", "", ""], True),
        (["1", "12", "1"], False),
        (["3", "", ""], False),
        (["1", "2"], False),
    ],
)
def test_a_last_row_without_a_line_end_is_trusted_only_where_it_must_be_whole(
    put: Loader, early: list[str], whole: bool
) -> None:
    receipt = put(last_row(early))
    assert receipt.reasons == ({} if whole else {footers.CUT_SHORT: 1})
    assert receipt.rows_loaded == len(early) - (not whole)


def test_a_last_cell_in_quotation_marks_is_whole(put: Loader) -> None:
    receipt = put(last_row(["1", "2"])[:-1] + '"2"')
    assert (receipt.outcome, receipt.rows_loaded) == ("accepted", 2)
