"""A real browser reaches a real dashboard through the shipped proxy and nothing that it needs is refused."""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from reporting.slides.pictures.browser import browser_path
from tests.browser.checks import settled
from tests.browser.serving import DASHBOARD, serving
from tests.deploy.proxied import Proxy, proxied
from tests.deploy.standing_in import head, standing_in
from tests.reporting.example import publish_example

REFUSED: list[str] = []


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    store = publish_example(tmp_path_factory.mktemp("example") / "store")
    with (
        serving(DASHBOARD, store) as dashboard,
        proxied(tmp_path_factory.mktemp("proxy"), dashboard.removeprefix("http://")) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def page(proxy: Proxy) -> Iterator[Page]:
    """A browser that keeps the words of whatever was refused."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), chromium_sandbox=not root)
        opened = browser.new_context(ignore_https_errors=True).new_page()
        opened.on("console", lambda said: REFUSED.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: REFUSED.append(str(error)))
        yield opened
        browser.close()


@pytest.mark.parametrize("name", ["", "high_dose", "compare", "upload", "pack"])
def test_a_page_is_whole_through_the_proxy(proxy: Proxy, page: Page, name: str) -> None:
    REFUSED.clear()
    sockets: list[str] = []
    page.once("websocket", lambda opened: sockets.append(opened.url))
    page.goto(f"{proxy.address}/{name}")
    settled(page)
    assert page.locator("h1").first.inner_text().strip()
    assert sockets == [proxy.address.replace("https", "wss") + "/_stcore/stream"]
    # Streamlit looks for its server below a page's name first, twice, and finds none there.
    below = 2 if name else 0
    missing = "Failed to load resource: the server responded with a status of 404 (Not Found)"
    assert Counter(REFUSED) == Counter({missing: below} if below else {})


def test_charts_are_drawn_and_change_with_a_filter(proxy: Proxy, page: Page) -> None:
    page.goto(f"{proxy.address}/high_dose")
    settled(page)
    assert page.locator('.chart[data-drawn="true"] .main-svg').count() > 0
    other = page.locator(
        '[data-testid="stSidebar"] [data-testid="stButtonGroup"] button[aria-checked="false"]'
    )
    before = page.url
    other.first.click()
    page.wait_for_url(lambda url: url != before)
    settled(page)
    assert page.locator('.chart[data-drawn="true"] .main-svg').count() > 0


def test_a_file_is_sent_up_and_one_is_taken_away(proxy: Proxy, page: Page, tmp_path: Path) -> None:
    page.goto(f"{proxy.address}/try_file")
    settled(page)
    export = tmp_path / "export.csv"
    export.write_text("Patient,Date\nSYN1,2026-01-01\n", encoding="utf-8")
    with page.expect_response(lambda answer: "/_stcore/upload_file/" in answer.url) as sent:
        page.locator('input[type="file"]').first.set_input_files(export)
    assert sent.value.status in (200, 204)
    page.goto(f"{proxy.address}/high_dose")
    settled(page)
    page.locator(".st-key-card-high-dose-trend").get_by_text("About this chart").click()
    settled(page)  # until then the button moves, and a click may miss it
    with page.expect_download() as taken:
        page.get_by_role("button", name="Numbers (CSV)").first.click()
    taken.value.save_as(tmp_path / "numbers.csv")
    assert (tmp_path / "numbers.csv").read_text(encoding="utf-8-sig").startswith("Month,People,")
    assert "GET /media/" in proxy.logged()


def test_a_script_written_into_a_page_does_not_run(proxy: Proxy, page: Page) -> None:
    page.goto(proxy.address)
    settled(page)
    with page.expect_console_message(lambda said: "violates" in said.text and "script" in said.text):
        page.evaluate(
            """() => {
              const script = document.createElement("script");
              script.textContent = "window.intruded = true";
              document.body.append(script);
            }"""
        )
    with page.expect_console_message(lambda said: "violates" in said.text and "img-src" in said.text):
        page.evaluate("() => { document.createElement('img').src = 'https://127.0.0.1:9/x.png'; }")
    assert page.evaluate("window.intruded") is None


def test_no_other_page_may_frame_it(proxy: Proxy, page: Page) -> None:
    def framing(connection: socket.socket) -> None:
        head(connection)
        frame = f'<iframe src="{proxy.address}/"></iframe>'.encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + frame)

    with (
        standing_in(framing) as other,
        page.expect_console_message(lambda said: "frame-ancestors" in said.text and "blocked" in said.text),
    ):
        page.goto(f"http://{other}")
