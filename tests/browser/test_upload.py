"""Files dropped in a real browser, taken in by the real command line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import FilePayload, Page

from tests.browser.checks import assert_clean, open_page, settled
from tests.browser.serving import DASHBOARD, ROOT
from tests.browser.test_pages import go_to

SAMPLE = ROOT / "data" / "sample"
MILLISECONDS = 60_000


def sent(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": data}


def test_files_are_uploaded_and_each_is_answered(
    serve: Callable[..., str], page_at: Callable[[int], Page], sample_store: Path, tmp_path: Path
) -> None:
    store = shutil.copytree(sample_store, tmp_path / "store")
    before = {path.name for path in (store / "receipts").iterdir()}
    issues = (SAMPLE / "SYN03_issues_2026-09.csv").read_bytes()
    page = page_at(1440)
    open_page(page, serve(DASHBOARD, store))
    go_to(page, "Send data")
    page.locator("input[type=file]").set_input_files(
        [
            sent("SYN03_issues_2026-09.csv", b"".join(issues.splitlines(keepends=True)[:-10])),
            sent("SYN03_patients_2026-09.csv", (SAMPLE / "SYN03_patients_2026-09.csv").read_bytes()),
            sent("Mr John Smith.csv", b"forename,surname\nJohn,Smith\n"),
        ]
    )
    page.get_by_role("button", name="Take in 3 files").click()
    page.get_by_role("heading", name="1 of 3 files is in, 2 need somebody").wait_for(timeout=MILLISECONDS)
    settled(page)
    shown = page.locator("[data-testid=stMain]").inner_text()
    assert "The same content is in already" in shown and "would replace" in shown
    assert "name withheld" in shown and "Smith" not in shown
    page.get_by_role("button", name="Accept it as it is").click()
    page.get_by_role("heading", name="2 of 3 files are in, 1 needs somebody").wait_for(timeout=MILLISECONDS)
    settled(page)
    assert (
        "1 file has come in since this release was built" in page.locator("[data-testid=stMain]").inner_text()
    )
    assert_clean(page)
    assert len({path.name for path in (store / "receipts").iterdir()} - before) == 4
