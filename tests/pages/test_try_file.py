"""The page that tries a file: how it would be read, a layout chosen by column, and saved."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from etl.layouts import saving
from reporting.access import Scope
from reporting.ui import gate
from tests.etl.test_try import KNOWN, ODD
from tests.pages.conftest import Opened
from tests.pages.test_dashboard import words_everywhere
from tests.reporting.example import publish_example

PAGE = "data/try_file"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that layouts may be saved in."""
    return publish_example(tmp_path_factory.mktemp("own") / "store")


def tried(app: AppTest, text: str) -> AppTest:
    app.file_uploader[0].upload("TST01_issues_2026-09.csv", text.encode(), "text/csv").run()
    app.button(key="try-it").click().run()
    assert not app.exception, app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def test_a_known_file_says_its_rows_and_shows_no_value(opened: Opened, own: Path) -> None:
    shown = words_everywhere(tried(opened(PAGE, own), KNOWN))
    assert "1 rows in, 1 left out, 1 kept back" in shown
    assert "PAT0001" not in shown and "Zomorph" not in shown


def test_a_layout_is_chosen_by_column_tried_and_saved(opened: Opened, own: Path) -> None:
    app = tried(opened(PAGE, own), ODD)
    assert "This file would be refused" in words_everywhere(app)
    app = press(app, "try-again")
    assert "This file would come in" in words_everywhere(app)
    app.text_input(key="try-name").input("north_issues")
    app.text_input(key="try-by").input("A Pharmacist").run()
    assert "north_issues is saved" in words_everywhere(press(app, "try-save"))
    (layout,) = saving.saved(own)
    assert (layout.name, layout.version, layout.reviewed_by) == ("north_issues", 1, "A Pharmacist")
    assert "This file would come in" in words_everywhere(tried(app, ODD))  # by the layout that is saved now


def test_one_practices_loader_saves_no_layout(
    opened: Opened, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = {"is_logged_in": True, "email": "ann@icb.example", "iat": time.time()}
    scope = Scope("data", frozenset({"SYN01"}), loads=True)
    monkeypatch.setattr(gate, "_user", lambda: person)
    monkeypatch.setattr(gate, "people", lambda: {"ann@icb.example": scope})
    app = tried(opened(PAGE, own), ODD)
    assert "Only somebody who loads for every practice" in words_everywhere(app)
    assert not [button for button in app.button if button.key == "try-save"]
