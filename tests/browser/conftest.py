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


@pytest.fixture(scope="module")
def blank() -> list[Page]:
    """The pages of a file that nobody looks at now: one that was used before opens the dashboard in half the
    time."""
    return []


@pytest.fixture
def page_at(browser: BrowserContext, blank: list[Page]) -> Iterator[Callable[[int], Page]]:
    """A watched page of this width in CSS pixels, with nothing on it."""
    yield from pages(browser, blank)


@pytest.fixture(scope="module")
def tab(browser: BrowserContext, blank: list[Page]) -> Iterator[Callable[[int], Page]]:
    """The same, for a page that several tests go through."""
    yield from pages(browser, blank)


def pages(browser: BrowserContext, blank: list[Page]) -> Iterator[Callable[[int], Page]]:
    here: list[Page] = []

    def opened(width: int) -> Page:
        page = blank.pop() if blank else browser.new_page()
        here.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        watch(page)
        return page

    yield opened
    for page in here:
        page.goto("about:blank")
        page.unroute_all()
        page.emulate_media(media="null")
    blank += here
