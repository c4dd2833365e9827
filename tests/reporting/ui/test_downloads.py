"""Files that leave the dashboard."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pandas as pd
import pytest

from reporting.exhibits.exhibit import Exhibit
from reporting.ui import downloads
from reporting.ui.tables import table_html


def exhibit(table: pd.DataFrame, headline: str = "A finding") -> Exhibit:
    return Exhibit(
        "high-dose-trend",
        headline,
        ("high_dose_prevalence",),
        dt.date(2026, 9, 30),
        True,
        table=table,
        caption="Source",
    )


def cells(table: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(downloads.csv(exhibit(table)).decode("utf-8-sig"))))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(start: str) -> None:
    assert cells(pd.DataFrame({"Practice": [f"{start}HYPERLINK(1)"]}))[1] == [f"'{start}HYPERLINK(1)"]


def test_a_negative_number_stays_a_number() -> None:
    assert cells(pd.DataFrame({"Change": [-1.5, -2]}))[1:3] == [["-1.5"], ["-2.0"]]


def test_a_hostile_column_name_is_made_text_too() -> None:
    assert cells(pd.DataFrame({"=1+1": [1]}))[0] == ["'=1+1"]


def test_the_csv_carries_its_source() -> None:
    assert cells(pd.DataFrame({"Month": ["Sep 2026"]}))[-3:] == [["A finding"], [""], ["Source"]]


def test_a_file_is_named_for_what_and_when() -> None:
    named = downloads.file_name(exhibit(pd.DataFrame()), ".png", "120 mg")
    assert named == "high-dose-trend-120-mg-to-2026-09-synthetic.png"


def test_without_a_browser_the_reason_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    assert "BROWSER_PATH is set to /nowhere/chromium" in downloads.no_picture()


def test_a_table_escapes_every_text() -> None:
    shown = table_html(pd.DataFrame({"<b>Name</b>": ["<script>alert(1)</script>"], "n": [1234]}), 'A "table"')
    assert "<script>" not in shown and "<b>" not in shown
    assert "&lt;script&gt;" in shown and '<td class="n" data-of="n">1,234</td>' in shown
    assert 'aria-label="A &quot;table&quot;"' in shown
