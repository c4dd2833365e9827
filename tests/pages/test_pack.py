"""The board pack's page: quarter, slides, the slide as it will be, its words kept, the files, the history."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reporting.access import Selection
from reporting.slides import kept
from reporting.slides.contents import KEYS, usual_asks
from reporting.slides.quarter import Quarter
from tests.pages.conftest import Opened
from tests.pages.test_dashboard import words_everywhere

PAGE = "board/pack"


@pytest.fixture
def own(example: Path, tmp_path: Path) -> Path:
    """A store of the test's own, since the page keeps words and history in it."""
    return Path(shutil.copytree(example, tmp_path / "store"))


def test_the_latest_quarter_is_shown_with_every_slide(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own)
    assert "Board pack: July to September 2026" in words_everywhere(app)
    assert list(app.multiselect(key="pack-slides").value) == list(KEYS)
    assert app.text_area[0].value == usual_asks()["the-quarter"]
    assert "No pack was exported yet." in words_everywhere(app)


def test_the_quarter_comes_from_the_address(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own, quarter="2026Q2")
    app.query_params["quarter"] = "2026Q2"
    app.run()
    assert app.selectbox(key="quarter").value == "2026Q2"


def test_changed_words_are_kept_for_the_quarter(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own)
    app.text_area[0].set_value("Ask the PCN leads.").run()
    assert not app.exception
    assert kept.asks(own, Quarter(2026, 3), Selection(120)) == {"the-quarter": "Ask the PCN leads."}
    again = opened(PAGE, own)
    assert again.text_area[0].value == "Ask the PCN leads."
    again.text_area[0].set_value("").run()
    assert kept.asks(own, Quarter(2026, 3), Selection(120)) == {}


def test_words_changed_meanwhile_by_somebody_else_are_shown_and_stay(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own)
    kept.keep_ask(own, Quarter(2026, 3), Selection(120), "the-quarter", "Theirs.")
    app.run()
    assert app.text_area[0].value == "Theirs."
    assert kept.asks(own, Quarter(2026, 3), Selection(120)) == {"the-quarter": "Theirs."}


def test_damaged_words_are_named_and_not_written_over(opened: Opened, own: Path) -> None:
    kept.keep_ask(own, Quarter(2026, 3), Selection(120), "the-quarter", "Ours.")
    (own / kept.FOLDER / kept.ASKS).write_text("{", encoding="utf-8")
    app = opened(PAGE, own)
    assert "The words kept for packs cannot be read" in words_everywhere(app)
    assert (own / kept.FOLDER / kept.ASKS).read_text(encoding="utf-8") == "{"


def test_no_slide_chosen_is_a_sentence(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own)
    app.multiselect(key="pack-slides").set_value([]).run()
    assert "No slide is chosen. Choose at least one." in words_everywhere(app)
    assert not app.exception


def test_a_pack_is_made_and_stands_in_the_history(opened: Opened, own: Path) -> None:
    app = opened(PAGE, own)
    app.multiselect(key="pack-slides").set_value(["the-quarter", "taper-speed"]).run()
    app.button(key="pack-make").click().run()
    assert not app.exception
    names = [button.proto.label for button in app.get("download_button")]
    assert names == ["Everything (ZIP)", "PDF", "PowerPoint", "Numbers (XLSX)"]
    made = kept.history(own)
    assert len(made) == 1 and len(made[0].files) == 2 + 3 + 1
    assert "No pack was exported yet." not in words_everywhere(app)
