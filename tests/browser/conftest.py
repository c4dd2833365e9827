"""A real server and a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.checks import watch
from tests.browser.chromium import chromium
from tests.browser.serving import DASHBOARD, serving


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """Serve a script, with a store if one is given, until the tests end; gives the address."""
    with ExitStack() as stack:

        def address(script: Path, store: Path | None = None) -> str:
            return stack.enter_context(serving(script, store))

        yield address


@pytest.fixture(scope="session")
def server(serve: Callable[..., str], sample_store: Path) -> str:
    """The address of the dashboard over the sample."""
    return serve(DASHBOARD, sample_store)


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowserContext]:
    """The browser that makes the slides; closed after each file, for it keeps an event loop running."""
    with chromium() as opened:
        yield opened.new_context(locale="en-GB")


@pytest.fixture
def page_at(browser: BrowserContext) -> Iterator[Callable[[int], Page]]:
    """A new watched page of this width in CSS pixels; pages of one file share what the browser has cached."""
    yield from pages(browser)


@pytest.fixture(scope="module")
def tab(browser: BrowserContext) -> Iterator[Callable[[int], Page]]:
    """The same, for a page that several tests go through."""
    yield from pages(browser)


def pages(browser: BrowserContext) -> Iterator[Callable[[int], Page]]:
    with ExitStack() as stack:

        def opened(width: int) -> Page:
            page = browser.new_page()
            stack.callback(page.close)
            page.set_viewport_size({"width": width, "height": 900})
            watch(page)
            return page

        yield opened
