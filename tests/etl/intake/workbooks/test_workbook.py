"""The table of text that a workbook becomes, and what is refused by a rule before any limit is needed."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest

from etl.intake.refusal import RefusedError
from etl.intake.row import NO_VALUE
from etl.intake.workbooks import workbook
from etl.intake.workbooks.workbook import table
from tests.etl.intake.hostile.harmful import XLSX, bomb, book, sheet
from tests.etl.intake.hostile.hostile_files import WORKBOOKS

# The reader's limits refuse the first ones; the others are no ZIP, empty, or large enough to be slow.
NOT_BY_RULE = {
    "last cell, blanks", "deep cells", "open texts", "an empty sheet", "unpacked size", "locked by Excel",
    "CSV",
}  # fmt: skip
BY_RULE = [key for key, (name, _, _) in WORKBOOKS.items() if name == XLSX and key not in NOT_BY_RULE]


def saved(*sheets: list[list[Any]], hidden: int = 0) -> bytes:
    """A workbook of these sheets, the last ones hidden."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for n, rows in enumerate(sheets):
        made.create_sheet(f"Sheet {n}")
        for row in rows:
            made.worksheets[n].append(row)
        made.worksheets[n].sheet_state = "hidden" if n >= len(sheets) - hidden else "visible"
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  as it stands ", "  as it stands "),
        (56, "56"), (2.0, "2"), (0.5, "0.5"), (-3, "-3"), (10**15 - 1, "999999999999999"),
        (10**15, "1.000000E+15"),  # the digits after the 15th are lost, so it is no code
        (True, "yes"), (False, "no"),
        (dt.date(2026, 9, 7), "date:2026-09-07"),
        (dt.datetime(2026, 9, 7), "date:2026-09-07"),
        (dt.datetime(2026, 9, 7, 14, 5), "date:2026-09-07 14:05:00"),
        (dt.datetime(2026, 9, 7, 14, 5, 59, 600_000), "date:2026-09-07 14:06:00"),
    ],
)  # fmt: skip
def test_a_cell_becomes_text_that_says_what_it_was(cell: object, text: str) -> None:
    assert table(saved([["first"], [cell]])).to_pylist() == [
        {"line": 1, "fault": "", "c0": "first"},
        {"line": 2, "fault": "", "c0": text},
    ]


def test_blank_rows_are_left_out_and_lines_stay_those_of_the_sheet() -> None:
    found = table(saved([["a", "b"], [None, None], ["c", None]]))
    assert found["line"].to_pylist() == [1, 3]
    assert found["c1"].to_pylist() == ["b", ""]


def test_a_row_with_an_error_or_a_formula_never_calculated_says_so() -> None:
    found = table(saved([["a", 1], ["b", "=1/0"], ["c", "#N/A"], ["d", "=A1"], ["e", 2]]))
    assert dict(zip(found["c0"].to_pylist(), found["fault"].to_pylist(), strict=True)) == {
        "a": "", "b": NO_VALUE, "c": NO_VALUE, "d": NO_VALUE, "e": "",
    }  # fmt: skip


def test_a_sheet_without_a_cell_has_no_row() -> None:
    assert table(book(sheet=b"<worksheet><sheetData/></worksheet>")).num_rows == 0


@pytest.mark.parametrize("hidden", [0, 1])
def test_more_than_one_sheet_is_refused_hidden_or_not(hidden: int) -> None:
    with pytest.raises(RefusedError, match="exactly one sheet and no hidden one"):
        table(saved([["a"]], [["b"]], hidden=hidden))


@pytest.mark.parametrize("key", BY_RULE)
def test_a_workbook_made_to_do_harm_is_refused_by_a_rule(key: str) -> None:
    _, made, words = WORKBOOKS[key]
    with pytest.raises(RefusedError, match=r"\.$") as refused:
        table(made())
    assert words in str(refused.value)


def test_as_much_text_as_may_be_is_read_and_a_letter_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shared text counts wherever it is shown."""
    data = bomb(1000, 20)
    monkeypatch.setattr(workbook, "MAX_TEXT", sum(map(len, texts(data))))
    assert table(data).num_rows == 23
    monkeypatch.setattr(workbook, "MAX_TEXT", workbook.MAX_TEXT - 1)
    with pytest.raises(RefusedError, match="the cells down to row 23 hold more than"):
        table(data)


def texts(data: bytes) -> list[str]:
    """Every text of a workbook's cells."""
    found = table(data)
    return [text for name in found.column_names if name[0] == "c" for text in found[name].to_pylist()]


def test_the_last_cell_that_can_be_held_is_read() -> None:
    row = b'<row r="100000"><c r="B100000"><v>7</v></c></row>'
    assert table(book(sheet=sheet(row))).to_pylist()[-1]["line"] == 100_000
