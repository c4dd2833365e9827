"""The dose calculator by keyboard alone, at desk and phone width; what is typed leaves no trace."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.checks import assert_clean, open_page, settled
from tests.browser.test_pages import WIDTHS, go_to

MILLISECONDS = 60_000
HOSTILE = "Zan</textarea><script>document.title='gone'</script> $x^2$ **b** 5mg"


def at_calculator(page: Page, server: str) -> None:
    open_page(page, server)
    go_to(page, "Dose calculator")
    page.get_by_role("heading", level=1).filter(has_text="OME a day").wait_for(timeout=MILLISECONDS)
    closer = page.get_by_test_id("stSidebarCollapseButton").get_by_role("button")
    if page.viewport_size == {"width": 390, "height": 900} and closer.is_visible():
        closer.click()
        settled(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_two_lines_are_typed_with_the_keyboard_alone(
    server: str, page_at: Callable[[int], Page], width: int
) -> None:
    page = page_at(width)
    at_calculator(page, server)
    page.get_by_role("button", name="Add a line").press("Enter")
    second = page.get_by_label("Line 2: product")
    second.wait_for(timeout=MILLISECONDS)
    settled(page)
    second.focus()
    page.keyboard.type("Codeine 30mg tablets")
    page.keyboard.press("Tab")
    page.keyboard.type("two four times a day")
    page.keyboard.press("Tab")
    page.get_by_text("8 tablets a day × 30 mg × 0.1 = 24 mg OME a day").wait_for(timeout=MILLISECONDS)
    settled(page)
    assert page.locator("h1").inner_text() == "114 mg OME a day: above 90 mg and not above 120 mg"
    assert_clean(page)


def test_hostile_text_is_only_text_and_leaves_no_trace(server: str, page_at: Callable[[int], Page]) -> None:
    page = page_at(1440)
    at_calculator(page, server)
    product = page.get_by_label("Line 1: product")
    product.fill(HOSTILE)
    product.press("Enter")
    left_out = page.get_by_text("Left out: line 1")
    left_out.wait_for(timeout=MILLISECONDS)
    settled(page)
    assert HOSTILE in left_out.inner_text()
    assert page.title() != "gone"
    kept = page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, location.href])"
    )
    assert "Zan" not in kept
    assert_clean(page)
