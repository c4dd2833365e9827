"""The browser that makes the slides, driven by Playwright for as long as a block lasts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from reporting.slides.pictures.browser import browser_path


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start it without a window. It keeps an event loop running until the block ends."""
    # Chromium refuses its sandbox to root; Windows has no such user.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser_path(), chromium_sandbox=not root)
        yield opened
        opened.close()
