"""The checks pass a clean page, and find every fault of a page that breaks every rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.checks import assert_clean, axe_faults, faults, open_page
from tests.browser.test_reading import OF_WIDTH

PAGE = Path(__file__).with_name("faulty") / "page.py"


@pytest.fixture(scope="module")
def address(serve: Callable[..., str]) -> str:
    return serve(PAGE)


@pytest.fixture(scope="module")
def found(tab: Callable[[int], Page], address: str) -> list[str]:
    """The faults of the page that breaks every rule."""
    page = tab(390)
    open_page(page, f"{address}/?broken")
    with pytest.raises(AssertionError):
        assert_clean(page)
    return faults(page)


@pytest.mark.parametrize("width", [390, 1440])
def test_a_clean_page_passes(page_at: Callable[[int], Page], address: str, width: int) -> None:
    page = page_at(width)
    open_page(page, address)
    assert page.locator(".main-svg").count() > 0, "the page was judged before it was drawn"
    assert_clean(page)


@pytest.mark.parametrize(
    "fault",
    [
        "no headline is shown",
        "an error box says: Something went wrong.",
        "an error box says: This app has encountered an error",
        "console error: meant for it",
        "console error: thrown by it",
        "a request left this machine: http://elsewhere.invalid/picture.png",
        "axe: color-contrast",
        "1 chart(s) without a text alternative",
        "chart text is cut: Below",
        "chart texts overlap: One upon and another",
        " px hang over the right edge",
        "text smaller than 12 px: Small",
    ],
)
def test_a_broken_rule_is_found(found: list[str], fault: str) -> None:
    assert [one for one in found if fault in one], found


def test_the_rules_run_at_every_width_find_what_is_pale_and_small(
    tab: Callable[[int], Page], address: str
) -> None:
    page = tab(1093)
    open_page(page, f"{address}/?broken")
    found = axe_faults(page, OF_WIDTH)
    assert [one for one in found if "color-contrast" in one and "Pale" in one]
    page.evaluate("document.body.innerHTML = '<main><h1>A</h1><a href=\"#\"></a></main>'")
    assert [one.split(":")[1].strip() for one in axe_faults(page, OF_WIDTH)] == ["link-name"]
