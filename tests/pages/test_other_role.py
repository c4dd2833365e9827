"""What a page holds for one role goes with the role: the same open page shows none of it to the next."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import IO, Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from etl.upload.service import LoadOutcome
from reporting.access.scope import Scope
from reporting.ui.board import exports
from reporting.ui.data import upload
from tests.pages.conftest import SECONDS, Opened, sign_in
from tests.pages.test_dashboard import words_everywhere

ICB = Scope.icb()
OF_ALDER, OF_BIRCHWAY = (Scope("practice", frozenset({code})) for code in ("SYN01", "SYN02"))


@pytest.fixture
def real(example: Path, tmp_path: Path) -> Path:
    """The example as if it were of real people."""
    store = shutil.copytree(example, tmp_path / "store")
    (release,) = (store / "releases").iterdir()
    with duckdb.connect(str(release)) as con:
        con.execute("UPDATE release_info SET synthetic = false")
    return store


def finished(app: AppTest) -> AppTest:
    """The page once the work in the background has ended."""
    if exports.WORK in app.session_state:
        app.session_state[exports.WORK].wait(SECONDS)
    return app.run()


@pytest.mark.parametrize("before", [ICB, OF_BIRCHWAY], ids=["the ICB", "another practice"])
@pytest.mark.parametrize("taken", [True, False], ids=["made", "at work"])
def test_reports_of_other_practices_are_not_given_to_the_next_role(
    before: Scope, taken: bool, real: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(file: IO[bytes], *_: Any) -> str:
        file.write(b"a report of another practice")
        return "practice-reports.zip"

    monkeypatch.setattr(exports, "write_reports", written)
    monkeypatch.setattr(exports, "no_picture", str)
    sign_in(monkeypatch, before)
    app = opened("board/pack" if before == ICB else "practice/report", real)
    app.button(key="reports-make").click().run()
    if taken:
        finished(app)
        assert given(app)
    sign_in(monkeypatch, OF_ALDER)
    app.run()
    app.switch_page("pages/practice/report.py").run()
    finished(app)
    assert "Alder Street: report of" in words_everywhere(app)
    assert not given(app)


def test_receipts_of_other_practices_are_not_shown_to_the_next_role(
    real: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(monkeypatch, Scope("data", None, loads=True))
    app = opened("data/upload", real)
    app.session_state[upload.TAKEN] = LoadOutcome((), "A file of another practice.")
    assert "A file of another practice." in words_everywhere(app.run())
    sign_in(monkeypatch, Scope("data", OF_ALDER.practices, loads=True))
    assert "A file of another practice." not in words_everywhere(app.run())
    assert "You load for Alder Street" in words_everywhere(app)


def given(app: AppTest) -> list[str]:
    """The files of an export that the page gives."""
    return [one.proto.id for one in app.get("download_button") if "made-" in one.proto.id]
