"""The upload page in each of its states, over a service that answers as the test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from etl.upload.receipt_messages import QuarantinedRows, ReceiptMessage
from etl.upload.service import LoadOutcome, Published, UploadOutcome
from reporting.access.listed import Listed
from reporting.access.scope import Scope
from reporting.ui.data import upload
from reporting.ui.entry import gate
from tests.pages.conftest import Opened, sign_in
from tests.pages.test_dashboard import words_everywhere
from tests.reporting.example import publish_example

PAGE = "data/upload"
FILE = ("SYN01_issues_2026-09.csv", b"a,b\n1,2\n", "text/csv")
IN = UploadOutcome(
    (ReceiptMessage("a.csv", "accepted", "issues", "SYN01", "Sep 2026", "900 rows in, none kept back."),)
)
BEFORE = UploadOutcome(
    (ReceiptMessage("b.csv", "duplicate", "issues", "SYN02", "Sep 2026", "The same content is in already."),)
)
KEPT = (QuarantinedRows(3, "Quantity is not a number", "The practice exports it as plain digits."),)
PARTIAL = UploadOutcome(
    (
        ReceiptMessage(
            "c.csv", "partial", "issues", "SYN03", "Sep 2026", "8 of 11 rows in.", KEPT, "Please <b>"
        ),
    )
)
REFUSED = UploadOutcome(
    (
        ReceiptMessage(
            "d.csv", "refused", words="No layout fits this file.", message="We could not take it in"
        ),
    )
)
SMALLER = UploadOutcome(
    (ReceiptMessage("e.csv", "smaller", words="Its 3 rows would replace 10."),),
    upload=object(),  # type: ignore[arg-type]
)


@dataclass
class AnsweringService:
    """A service that gives what it was told to give, when it is let go."""

    taken: LoadOutcome = field(default_factory=LoadOutcome)
    release: Published = field(default_factory=lambda: Published("2026-12-01T000000"))
    new: int = 0
    synthetic_only: bool = True
    publishes: Callable[[], object] = lambda: None
    asked: list[dict[str, Any]] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __call__(
        self, store: Path, practice: str | None = None, synthetic_only: bool = False, who: str = ""
    ) -> AnsweringService:
        assert who  # the audit of the command names somebody
        self.synthetic_only = synthetic_only
        self.asked.append({"practice": practice, "synthetic_only": synthetic_only})
        return self

    def load(
        self, uploads: Sequence[Any], progress: Callable[[float, str], None], accept_smaller: bool = False
    ) -> LoadOutcome:
        self.asked.append({"uploads": list(uploads), "accept_smaller": accept_smaller})
        progress(0.25, "1 of 4: a<b>.csv")
        assert self.go_on.wait(20)
        return self.taken

    def publish(self, progress: Callable[[float, str], None]) -> Published:
        progress(0.5, "patient month")
        assert self.go_on.wait(20)
        self.publishes()
        return self.release

    def unpublished(self, last: int) -> int:
        return self.new


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> AnsweringService:
    made = AnsweringService()
    monkeypatch.setattr(upload, "upload_service", made)
    return made


def finished(app: AppTest) -> AppTest:
    """The page after what was at work has ended."""
    held = app.session_state
    for name in (upload.LOADING, upload.BUILDING):
        if name in held:
            job = held[name][0] if isinstance(held[name], tuple) else held[name]
            job.wait(20)
    app.run()
    assert not app.exception, app.exception
    return app


def taken_in(app: AppTest, at: AnsweringService, *files: UploadOutcome) -> AppTest:
    """The page after a file was taken in, with these receipts."""
    at.taken = LoadOutcome(files)
    at.go_on.set()
    app.file_uploader[0].upload(*FILE).run()
    app.button(key="upload-take-in").click().run()
    return finished(app)


def test_an_empty_page_says_the_limit_and_that_nothing_changes_yet(
    opened: Opened, at: AnsweringService
) -> None:
    app = opened(PAGE)
    shown = words_everywhere(app)
    assert "Upload what the practices sent" in shown and "until you publish" in shown
    assert "Up to 100 MB a file" in shown and "python -m etl load" in shown
    assert "only invented practices come in" in shown and at.asked[-1]["synthetic_only"]
    assert app.button(key="upload-take-in").disabled
    assert "Every file that came in is in the release you see." in shown


def test_what_is_at_work_is_shown_and_nothing_else_can_be_begun(opened: Opened, at: AnsweringService) -> None:
    app = opened(PAGE)
    app.file_uploader[0].upload(*FILE).run()
    assert app.button(key="upload-take-in").label == "Take in 1 file"
    app.button(key="upload-take-in").click().run()
    shown = words_everywhere(app)
    assert "The files are being taken in" in shown and 'role="progressbar"' in shown
    assert not app.file_uploader and not [b for b in app.button if str(b.key).startswith("upload-")]
    app.switch_page("pages/data/completeness.py").run()
    at.go_on.set()
    app.switch_page("pages/data/upload.py").run()
    finished(app)
    assert len(app.file_uploader) == 1


def test_the_server_keeps_no_upload_that_was_taken_in(
    opened: Opened, at: AnsweringService, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[str] = []
    let_go = MemoryUploadedFileManager.remove_file

    def watched(self: MemoryUploadedFileManager, session_id: str, file_id: str) -> None:
        gone.append(file_id)
        let_go(self, session_id, file_id)

    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", watched)
    taken_in(opened(PAGE), at, IN)
    (given,) = [file for one in at.asked for file in one.get("uploads", [])]
    assert given.file_id in gone and given.getvalue() == FILE[1]


def test_receipts_come_with_what_needs_somebody_first(opened: Opened, at: AnsweringService) -> None:
    at.new = 2
    app = taken_in(opened(PAGE), at, IN, BEFORE, PARTIAL, REFUSED, SMALLER)
    shown = words_everywhere(app)
    assert "3 of 5 files are in, 3 need somebody" in shown
    order = [shown.index(f">{name}.csv<") for name in "edc"] + [shown.index("2 files need nothing")]
    assert order == sorted(order)
    assert "Alder Street (SYN01), issues, Sep 2026" in shown
    assert "Quantity is not a number" in shown and "exports it as plain digits" in shown
    assert [code.value for code in app.code] == ["We could not take it in", "Please <b>"]
    assert "2 files have come in since this release was built" in shown


def test_fewer_rows_are_accepted_for_that_file_alone(opened: Opened, at: AnsweringService) -> None:
    app = taken_in(opened(PAGE), at, IN, SMALLER)
    at.taken = LoadOutcome(
        (UploadOutcome((ReceiptMessage("e.csv", "accepted", "issues", "SYN05", "Sep 2026", "3 rows in."),)),)
    )
    app.button(key="upload-accept-0").click().run()
    finished(app)
    loads = [one for one in at.asked if "uploads" in one]
    assert loads[-1] == {"uploads": [SMALLER.upload], "accept_smaller": True}
    assert not loads[0]["accept_smaller"]
    shown = words_everywhere(app)
    assert "2 of 2 files are in" in shown and "3 rows in." in shown and "Accept" not in shown


def test_a_load_that_cannot_begin_says_why_and_keeps_what_waited(
    opened: Opened, at: AnsweringService
) -> None:
    app = taken_in(opened(PAGE), at, SMALLER)
    at.taken = LoadOutcome(problem="Another load or build is running. Wait until it has finished.")
    app.button(key="upload-accept-0").click().run()
    finished(app)
    shown = words_everywhere(app)
    assert "Another load or build is running" in shown and "Its 3 rows would replace 10." in shown


def test_a_new_release_is_shown_once_published(opened: Opened, at: AnsweringService, tmp_path: Path) -> None:
    app = opened(PAGE, store=publish_example(tmp_path))
    at.publishes = lambda: publish_example(tmp_path, release="2026-12-01T000000")
    app.button(key="upload-publish").click().run()
    assert "A release is being built" in words_everywhere(app)
    at.go_on.set()
    finished(app)
    shown = words_everywhere(app)
    assert "Published: every page shows the new release" in shown
    assert shown.count("2026-12-01T000000") == 2  # in the head, and where the sidebar names what is shown


def test_a_build_that_fails_says_why(opened: Opened, at: AnsweringService) -> None:
    at.release = Published(problem='Not published: the check "areas add up" fails.')
    at.go_on.set()
    app = opened(PAGE)
    app.button(key="upload-publish").click().run()
    finished(app)
    assert "the check &quot;areas add up&quot; fails" in words_everywhere(app)


def test_work_that_breaks_off_is_said(opened: Opened, at: AnsweringService) -> None:
    app = taken_in(opened(PAGE), at)
    at.taken = None  # type: ignore[assignment]
    app.file_uploader[0].upload(*FILE).run()
    app.button(key="upload-take-in").click().run()
    assert "It broke off" in words_everywhere(finished(app))


def test_whoever_only_looks_cannot_load(
    opened: Opened, at: AnsweringService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign_in(monkeypatch, Scope.icb())
    app = opened(PAGE, store=publish_example(tmp_path, synthetic=False))
    assert "the role “data”" in words_everywhere(app)
    assert not app.file_uploader and at.asked == []


def test_a_loader_sees_the_data_pages_only_and_loads_real_practices(
    opened: Opened, at: AnsweringService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign_in(monkeypatch, Scope("data", None, loads=True))
    app = opened(store=publish_example(tmp_path, synthetic=False))
    assert "practices have sent data" in words_everywhere(app)
    links = [link.proto.label for link in app.get("page_link")]
    assert links == [
        "What is missing",
        "Send data",
        "Try a file",
        "Rows kept out",
        "Medicines",
        "Definitions",
    ]
    app.switch_page("pages/data/upload.py").run()
    assert at.asked[-1] == {"practice": None, "synthetic_only": False}
    assert app.button(key="upload-publish")
    monkeypatch.setattr(gate, "listed", Listed)
    app.run()
    assert not app.file_uploader and "not set up for this dashboard" in words_everywhere(app)


@pytest.mark.parametrize(
    "page", [PAGE, "data/completeness", "data/quarantine", "data/medicines", "data/definitions"]
)
def test_a_practice_s_loader_sees_and_loads_that_practice_alone(
    opened: Opened, at: AnsweringService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, page: str
) -> None:
    sign_in(monkeypatch, Scope("data", frozenset({"SYN02"}), loads=True))
    app = opened(page, store=publish_example(tmp_path, synthetic=False))
    shown = words_everywhere(app)
    assert "1 of 1 practices to Sep 2026" in shown and "Alder Street" not in shown
    if page == PAGE:
        assert "You load for Birchway (SYN02)" in shown and "The ICB publishes" in shown
        assert at.asked[-1] == {"practice": "SYN02", "synthetic_only": False}
        assert "upload-publish" not in [button.key for button in app.button]
