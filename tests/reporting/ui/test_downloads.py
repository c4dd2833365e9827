"""Files that leave the dashboard."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from reporting.access import audit
from reporting.access.scope import Edition, Scope, Selection, Snapshot
from reporting.disclosure import NotPublishedError
from reporting.exhibits.editions import Maker
from reporting.exhibits.equity.measure import ByGroup
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.high_dose import page
from reporting.slides.frame import SlideFrame
from reporting.ui import downloads
from reporting.ui.downloads import Download
from reporting.ui.session import View
from reporting.ui.tables import table_html

LEAD = Scope("practice", frozenset({"SYN01"}))
BOARD = Scope("board", None, edition="published")


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


def frames_drawn(monkeypatch: pytest.MonkeyPatch) -> list[SlideFrame]:
    """The frames of pictures as they are asked for, each drawn as one pixel."""
    drawn, pixel = list[SlideFrame](), io.BytesIO()
    Image.new("L", (1, 1)).save(pixel, "PNG")

    def png(frame: SlideFrame) -> bytes:
        drawn.append(frame)
        return pixel.getvalue()

    monkeypatch.setattr(downloads, "png", png)
    return drawn


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
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = replace(exhibit(pd.DataFrame({"A": [1]})), caption="After FPM.")
    address = "Links: Opioids Aware: https://www.fpm.ac.uk/opioids-aware"
    assert downloads.csv(named).decode("utf-8-sig").splitlines()[-1] == address
    view = View(snapshot, Scope.icb(), Selection(120), False, ())
    drawn = frames_drawn(monkeypatch)
    download(view, lambda *_: named, tmp_path).picture("finding.png")
    assert drawn[0].caption == f"After FPM. {address}"


def test_a_file_is_named_for_what_and_when() -> None:
    named = downloads.file_name(exhibit(pd.DataFrame()), ".png", "120 mg", "internal")
    assert named == "high-dose-trend-120-mg-internal-to-2026-09-synthetic.png"


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


def download(view: View, maker: Maker, store: Path, edition: Edition = "internal") -> Download:
    return Download(view, maker, store, "ann@icb.example", edition)


@pytest.mark.parametrize(
    ("edition", "mark"),
    [("internal", "Internal edition: not for publication."), ("published", "[c] withheld: 1 to 7")],
)
def test_a_file_of_real_data_bears_its_edition_and_is_written_down_first(
    snapshot: Snapshot, tmp_path: Path, edition: Edition, mark: str
) -> None:
    view = View(real(snapshot), Scope.icb(), Selection(120, pcn="Southdown"))
    made = download(view, page.BANDS, tmp_path, edition)
    name = made.name(made.exhibit, ".csv")
    assert f"-{edition}-" in name
    assert mark in made.csv(name).decode("utf-8-sig")
    (event,) = audit.events(tmp_path)
    assert (event.what, event.who, event.role, event.scope, event.release) == (
        "download", "ann@icb.example", "icb", "all practices", snapshot.release
    )  # fmt: skip
    assert event.details == {
        "file": name, "edition": edition, "area": "Southdown", "filters": "pcn Southdown, 120 mg, 3 years",
        "rows": len(made.exhibit.table), "sha256": hashlib.sha256(made.csv(name)).hexdigest(),
    }  # fmt: skip
    assert mark in download(replace(view, snapshot=snapshot), made.maker, tmp_path, edition).csv("").decode()
    assert len(list(audit.events(tmp_path))) == 3  # of a synthetic release too


def test_a_picture_says_its_edition_in_itself_and_in_its_metadata(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = frames_drawn(monkeypatch)
    view = View(snapshot, Scope.icb(), Selection(120))
    data = download(view, page.TREND, tmp_path).picture("a.png")
    assert next(audit.events(tmp_path)).details["sha256"] == hashlib.sha256(data).hexdigest()
    assert drawn[0].edition == "internal" and drawn[0].footer.startswith("Internal edition: not for")
    assert b"Internal edition: not for publication; release" in data


@pytest.mark.parametrize(
    ("maker", "selection", "why"),
    [
        (page.FUNNEL, Selection(120), "no published form"),
        (ByGroup("sex", "referral_offered"), Selection(120), "no published form"),
        (page.TREND, Selection(120, practice="SYN04"), "Figures of one practice"),
    ],
)
def test_what_is_not_published_is_refused_in_words(
    snapshot: Snapshot, tmp_path: Path, maker: Maker, selection: Selection, why: str
) -> None:
    made = download(View(real(snapshot), Scope.icb(), selection), maker, tmp_path, "published")
    for file in (made.csv, made.picture):
        with pytest.raises(NotPublishedError, match=why):
            file("a")
    assert not list(audit.events(tmp_path))


def test_whoever_sees_figures_takes_files_of_real_data_and_nobody_one_of_a_person(snapshot: Snapshot) -> None:
    chart, person = exhibit(pd.DataFrame()), replace(exhibit(pd.DataFrame()), key="patient-timeline")
    for scope in (Scope.icb(), LEAD, BOARD):
        view = View(real(snapshot), scope, Selection(120))
        assert downloads.may_take(view, chart) and not downloads.may_take(view, person)
        assert downloads.may_take(replace(view, snapshot=snapshot), person)
    loader = View(real(snapshot), Scope("data", None, loads=True), Selection(120))
    assert not downloads.may_take(loader, chart)


@pytest.mark.parametrize(("scope", "edition"), [(LEAD, "published"), (BOARD, "internal")])
def test_nobody_takes_an_edition_that_is_not_theirs(
    snapshot: Snapshot, tmp_path: Path, scope: Scope, edition: Edition
) -> None:
    view = View(snapshot, scope, Selection(120, practice="SYN01" if scope is LEAD else None))
    with pytest.raises(PermissionError):
        Download(view, page.TREND, tmp_path, "ann", edition).csv("trend.csv")


def test_nothing_is_taken_out_that_cannot_be_recorded(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "audit").write_text("no folder")
    frames_drawn(monkeypatch)
    for shown in (snapshot, real(snapshot)):
        view = View(shown, Scope.icb(), Selection(120))
        made = download(view, page.TREND, tmp_path)
        for take in (
            partial(made.csv, "trend.csv"),
            partial(made.picture, "trend.png"),
            partial(
                downloads.pseudonyms, view, lambda *_: pd.DataFrame({"A": [1]}), tmp_path, "ann", "a.csv"
            ),
        ):
            with pytest.raises(audit.AuditError, match="cannot be used"):
                take()


def test_a_list_of_pseudonyms_is_recorded_and_runs_in_no_spreadsheet(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    view = View(real(snapshot), Scope("data", frozenset({"SYN02", "SYN01"}), True), Selection(120))
    frame = pd.DataFrame({"patient_key": ["=P1", "P2"]})
    data = downloads.pseudonyms(view, lambda *_: frame, tmp_path, "ann", "people.csv")
    assert "'=P1" in data.decode("utf-8-sig")
    (event,) = audit.events(tmp_path)
    assert (event.role, event.scope, event.details["rows"]) == ("data", "SYN01, SYN02", 2)
    assert event.details["sha256"] == hashlib.sha256(data).hexdigest()
