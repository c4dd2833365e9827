"""The page that tries a file: how it would be read, a layout chosen by column, and saved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from etl.layouts import saving
from reporting.access.scope import Scope
from tests.etl.test_try import KNOWN, ODD
from tests.pages.conftest import Opened, sign_in
from tests.pages.test_dashboard import words_everywhere
from tests.reporting.example import publish_example

PAGE = "data/try_file"
DRAFT = """
name = "south"
description = "Issues of the south"
encodings = ["utf-8"]
delimiter = ","
dates = ["%d/%m/%Y"]
blank = [""]
yes = ["Yes"]
no = ["No"]
[entities.issues.columns]
"Someone" = "patient_key"
"On" = "issued_on"
"Item" = "product"
"""


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
    scope = Scope("data", frozenset({"SYN01"}), loads=True)
    sign_in(monkeypatch, scope)
    app = tried(opened(PAGE, own), ODD)
    assert "Only somebody who loads for every practice" in words_everywhere(app)
    assert not [button for button in app.button if button.key == "try-save"]


REPEATS = (
    "Person;Medicine;Date Issued;Medicine;Date Issued;Type;Gone\r\n"
    "a7f6c7ac5f8660b3;Zomorph 30mg capsules;07/09/2026;Gabapentin 300mg capsules;08/09/2026;R;0\r\n"
    "a0c760890f93af26;Zomorph 30mg capsules;21/09/2026;;;A;1\r\n"
)


def test_groups_words_and_rows_to_leave_out_are_chosen(opened: Opened, own: Path) -> None:
    app = tried(opened(PAGE, own), REPEATS)
    chosen = {box.label: box for box in app.selectbox}
    chosen["Person"].set_value("patient_key").run()
    {box.label: box for box in app.selectbox}["Type"].set_value("issue_type").run()
    assert app.multiselect(key="try-groups").value == ["Medicine", "Date Issued"]
    app.selectbox(key="try-out").set_value("Gone")
    app.text_input(key="try-out-values").input("1, yes")
    app.text_input(key="try-words-issues-issue_type").input("R = repeat, A = acute").run()
    shown = words_everywhere(press(app, "try-again"))
    assert "This file would come in" in shown
    assert "2 rows in, 1 left out, 0 kept back" in shown


def test_a_word_that_is_no_value_is_refused_in_a_sentence(opened: Opened, own: Path) -> None:
    app = tried(opened(PAGE, own), REPEATS)
    {box.label: box for box in app.selectbox}["Type"].set_value("issue_type").run()
    app.text_input(key="try-words-issues-issue_type").input("R = again").run()
    shown = words_everywhere(press(app, "try-again"))
    assert "is none of acute, repeat, repeat dispensing, which issue_type may be" in shown


def test_a_layout_of_another_icb_is_taken_over_under_who_looked_it_through(
    opened: Opened, own: Path, tmp_path: Path
) -> None:
    saving.save(tmp_path, DRAFT, "south_issues", "Somebody Else", dt.date(2026, 1, 2))
    data = saving.exported(tmp_path, "south_issues")
    app = opened(PAGE, own)
    app.file_uploader(key="try-import").upload("south.toml", data, "application/toml").run()
    assert app.button(key="try-take-over").disabled  # nobody has looked it through here
    app.text_input(key="try-import-by").input("B Analyst").run()
    assert "south_issues is saved" in words_everywhere(press(app, "try-take-over"))
    found = next(one for one in saving.saved(own) if one.name == "south_issues")
    assert (found.reviewed_by, found.version) == ("B Analyst", 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe", "The file is no text in UTF-8."),
        (b"name = 5", "The file: name: must be a text."),
        (b"#" * 900_000, "The file is larger than 200 KB"),
        (b'name = "emis"', "description is missing"),
    ],
)
def test_a_strange_layout_file_is_refused_in_a_sentence(
    opened: Opened, own: Path, data: bytes, words: str
) -> None:
    app = opened(PAGE, own)
    app.file_uploader(key="try-import").upload("south.toml", data, "application/toml").run()
    app.text_input(key="try-import-by").input("B Analyst").run()
    before = saving.saved(own)
    assert words in words_everywhere(press(app, "try-take-over"))
    assert saving.saved(own) == before


def test_a_layout_of_the_store_that_cannot_be_read_is_named(opened: Opened, tmp_path: Path) -> None:
    store = publish_example(tmp_path / "store")
    (store / "layouts").mkdir()
    (store / "layouts" / "bad.0001.toml").write_text("name = 5", encoding="utf-8")
    assert "Bad.0001.toml: name: must be a text" in words_everywhere(opened(PAGE, store))
