"""Files that leave the dashboard."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from reporting import exhibits
from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits import high_dose_funnel, high_dose_trend
from reporting.exhibits.exhibit import Exhibit
from reporting.slides import kept
from reporting.ui import downloads
from reporting.ui.downloads import Leaving
from reporting.ui.session import View
from reporting.ui.tables import table_html
from tests.reporting.makers import MAKERS, STAYS


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


def test_a_file_gives_the_address_of_what_its_source_names(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = replace(exhibit(pd.DataFrame({"A": [1]})), caption="After FPM.")
    address = "Links: Opioids Aware: https://www.fpm.ac.uk/opioids-aware"
    assert downloads.csv(named).decode("utf-8-sig").splitlines()[-1] == address
    monkeypatch.setattr(downloads, "png", lambda frame: frame.caption.encode())
    view = View(snapshot, Scope.icb(), Selection(120), False, ())
    made = Leaving(view, lambda *_: named, Path(), "").picture("finding.png")
    assert made.decode() == f"After FPM. {address}"


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


def real(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, info=replace(snapshot.info, synthetic=False))


def test_what_leaves_of_real_data_is_protected_and_written_down_first(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    view = View(real(snapshot), Scope.icb(), Selection(120, pcn="Southdown"))
    leaving = Leaving(view, high_dose_funnel.funnel, tmp_path, "ann@icb.example")
    text = leaving.csv("funnel.csv").decode("utf-8-sig")
    assert "[c] confidential: 1 to 7" in text
    synthetic = Leaving(
        replace(view, snapshot=snapshot), high_dose_funnel.funnel, tmp_path, "ann@icb.example"
    )
    assert "confidential" not in synthetic.csv("funnel.csv").decode("utf-8-sig")
    (written,) = kept.history(tmp_path)
    assert (written.who, written.quarter, written.area, written.files) == (
        "ann@icb.example", "2026-09", "Southdown", ("funnel.csv",)
    )  # fmt: skip


def test_nothing_of_real_data_leaves_unwritten(snapshot: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "packs").write_text("no folder")
    leaving = Leaving(
        View(real(snapshot), Scope.icb(), Selection(120)), high_dose_trend.trend, tmp_path, "ann"
    )
    with pytest.raises(OSError):
        leaving.csv("trend.csv")


AREAS = (
    Selection(120),
    Selection(90, pcn="Southdown"),
    Selection(120, place="North"),
    Selection(120, practice="SYN04"),
)


@pytest.mark.parametrize("selection", AREAS)
def test_every_exhibit_that_leaves_can_be_made_protected(snapshot: Snapshot, selection: Selection) -> None:
    made = [maker(real(snapshot), Scope.icb().leaving(), selection) for maker in MAKERS]
    assert {one.key for one in made} == downloads.LEAVES
    for one in made:
        figure = "" if one.figure is None else str(one.figure.to_json())
        said = (
            f"{one.headline} {one.subtitle} {one.caption} {one.alt} {one.empty} {one.table.to_csv()} {figure}"
        )
        assert not re.search(r"exact_|whole_|\bnan\b|\bNaN\b", said), (one.key, said)
        assert (one.figure is None) == bool(one.empty), one.key


def test_every_chart_of_the_pages_leaves_or_is_of_single_people() -> None:
    """Keys as the exhibits write them, those of equity by dimension."""
    source = "".join(path.read_text("utf-8") for path in Path(exhibits.__path__[0]).glob("*.py"))
    keys = set(re.findall(r"frame_of\(\s*(?:snapshot|then), f?\"([^\"]+)\"", source))
    of_pack = {"the-quarter", "data-quality"}
    assert {key for key in keys if "{" not in key} - of_pack == {
        key for key in downloads.LEAVES if not key.startswith("equity-")
    } | STAYS
