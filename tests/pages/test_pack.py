"""The board pack's page: quarter, slides, the slide as it will be, words kept, files, what was exported."""

from __future__ import annotations

import hashlib
import io
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from reporting.access import audit
from reporting.access.scope import Selection
from reporting.slides import history
from reporting.slides.contents import KEYS, usual_asks
from reporting.slides.pictures.renderer import BrowserFailed
from reporting.slides.quarter import Quarter
from reporting.ui.board import exports
from tests.pages.conftest import Opened
from tests.pages.test_dashboard import words_everywhere

PAGE = "board/pack"


@pytest.fixture
def own(example: Path) -> Iterator[Path]:
    """The example, rid afterwards of the words and events that the page keeps in it."""
    shutil.rmtree(example / audit.FOLDER, ignore_errors=True)
    yield example
    shutil.rmtree(example / history.FOLDER, ignore_errors=True)
    if (example / audit.FOLDER).is_file():
        (example / audit.FOLDER).unlink()
    shutil.rmtree(example / audit.FOLDER, ignore_errors=True)


def test_the_latest_quarter_is_shown_with_every_slide(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own)
    assert "Board pack: July to September 2026" in words_everywhere(app)
    assert list(app.multiselect(key="pack-slides").value) == list(KEYS)
    assert app.text_area[0].value == usual_asks()["the-quarter"]
    assert "Nothing was exported yet." in words_everywhere(app)


def test_the_quarter_comes_from_the_address(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own, quarter="2026Q2")
    app.query_params["quarter"] = "2026Q2"
    app.run()
    assert app.selectbox(key="quarter").value == "2026Q2"
    assert "April to June 2026 (Q1 2026/27)" in app.selectbox(key="quarter").options


def test_changed_words_are_kept_for_the_quarter(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own)
    app.text_area[0].set_value("Ask the PCN leads.").run()
    assert not app.exception
    assert history.asks(own, Quarter(2026, 3), Selection(120)) == {"the-quarter": "Ask the PCN leads."}
    again = opened(PAGE, own)
    assert again.text_area[0].value == "Ask the PCN leads."
    again.text_area[0].set_value("").run()
    assert history.asks(own, Quarter(2026, 3), Selection(120)) == {}


def test_words_changed_meanwhile_by_somebody_else_are_shown_and_stay(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own)
    history.save_ask(own, Quarter(2026, 3), Selection(120), "the-quarter", "Theirs.")
    app.run()
    assert app.text_area[0].value == "Theirs."
    assert history.asks(own, Quarter(2026, 3), Selection(120)) == {"the-quarter": "Theirs."}


def test_damaged_words_are_named_and_not_written_over(opened: Opened, own: Path) -> None:
    history.save_ask(own, Quarter(2026, 3), Selection(120), "the-quarter", "Ours.")
    (own / history.FOLDER / history.ASKS).write_text("{", encoding="utf-8")
    app = opened(PAGE, own)
    assert "The words kept for packs cannot be read" in words_everywhere(app)
    assert (own / history.FOLDER / history.ASKS).read_text(encoding="utf-8") == "{"


def test_no_slide_chosen_is_a_sentence(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own)
    app.multiselect(key="pack-slides").set_value([]).run()
    assert "No slide is chosen. Choose at least one." in words_everywhere(app)
    assert not app.exception


def ended(app: AppTest) -> AppTest:
    """The page after what was at work has ended."""
    if exports.WORK in app.session_state:
        app.session_state[exports.WORK].wait(60)
    app.run()
    assert not app.exception, app.exception
    return app


def labels(app: AppTest) -> list[str]:
    return [button.proto.label for button in app.get("download_button")]


def exported(store: Path) -> list[audit.Event]:
    return list(audit.events(store, what=("pack exported",)))


def test_no_pack_is_made_that_cannot_be_recorded(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own)
    shutil.rmtree(own / "audit")
    (own / "audit").write_text("no folder")
    app.multiselect(key="pack-slides").set_value(["the-quarter"]).run()
    app.button(key="pack-make").click().run()
    ended(app)
    shown = words_everywhere(app)
    assert "No file was made. It would have to be recorded first" in shown and str(own) not in shown
    assert not labels(app)


def test_a_pack_is_made_and_stands_in_the_audit(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own)
    app.multiselect(key="pack-slides").set_value(["the-quarter", "taper-speed"]).run()
    app.button(key="pack-make").click().run()
    ended(app)
    assert labels(app) == ["Everything (ZIP)", "PDF", "PowerPoint", "Numbers (XLSX)"]
    (event,) = exported(own)
    assert len(event.details["files"]) == 2 + 3 + 1 + 1
    assert (event.who, event.role, event.details["edition"]) == ("nobody signed in", "icb", "internal")
    whole = app.session_state[exports.MADE].files[event.details["file"]]
    assert event.details["sha256"] == hashlib.sha256(whole).hexdigest()
    assert "Nothing was exported yet." not in words_everywhere(app)


def test_a_report_for_each_practice_of_the_area_is_made(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own, pcn="Eastvale")
    assert app.button(key="reports-make").label == "Make 2 reports"
    app.button(key="reports-make").click().run()
    ended(app)
    assert labels(app) == ["Everything (ZIP)"]
    (event,) = exported(own)
    name = event.details["file"]
    whole = zipfile.ZipFile(io.BytesIO(app.session_state[exports.MADE].files[name]))
    assert [Path(member).suffix for member in whole.namelist()] == [".pdf", ".pdf", ".csv"]


def test_what_is_made_can_be_stopped_and_leaves_nothing(
    opened: Opened, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(*_: object, told: Callable[[int, int], None] | None = None) -> list[object]:
        begun.set()
        assert go_on.wait(20) and told is not None
        told(1, 11)
        raise AssertionError("it went on after it was stopped")

    monkeypatch.setattr(exports, "slides", lambda *asked: slow(*asked[:-1], told=asked[-1]))
    app = opened(PAGE, own)
    app.button(key="pack-make").click().run()
    assert begun.wait(20)
    app.run()
    assert "pack-make" not in [button.key for button in app.button]
    app.button(key="pack-stop").click().run()
    go_on.set()
    ended(app)
    assert exports.STOPPED in words_everywhere(app)
    assert not labels(app) and not exported(own)


def test_a_pack_that_cannot_be_made_says_why(
    opened: Opened, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> list[object]:
        raise BrowserFailed("The browser ended.")

    monkeypatch.setattr(exports, "slides", fails)
    app = opened(PAGE, own)
    app.button(key="pack-make").click().run()
    ended(app)
    assert "No file was made. The browser ended." in words_everywhere(app)
    assert not labels(app) and not exported(own)
