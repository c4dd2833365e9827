"""The checks pass a clean page, and each fails on the page that breaks its rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.checks import assert_clean, open_page

PAGE = Path(__file__).with_name("faulty") / "page.py"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(PAGE)


@pytest.mark.parametrize("width", [390, 1440])
def test_a_clean_page_passes(page_at: Callable[[int], Page], address: str, width: int) -> None:
    page = page_at(width)
    open_page(page, address)
    assert page.locator(".main-svg").count() > 0, "the page was judged before it was drawn"
    assert_clean(page)


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("headline", "no headline is shown"),
        ("exception", "an error box says"),
        ("error", "an error box says: Something went wrong."),
        ("console", "console error: meant"),
        ("script", "console error: meant"),
        ("outside", "a request left this machine: http://elsewhere.invalid/picture.png"),
        ("contrast", "axe: color-contrast"),
        ("alt", "1 chart(s) without a text alternative"),
        ("cut", "chart text is cut: Below"),
        ("over", "chart texts overlap: One upon and another"),
        ("overflow", "px hang over the right edge"),
        ("small", "text smaller than 12 px: Small"),
    ],
)
def test_a_broken_rule_is_found(
    page_at: Callable[[int], Page], address: str, broken: str, fault: str
) -> None:
    page = page_at(390)
    open_page(page, f"{address}/?break={broken}")
    with pytest.raises(AssertionError, match=re.escape(fault)):
        assert_clean(page)
