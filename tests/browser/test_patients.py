"""The patients page with a practice chosen, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.checks import assert_clean, open_page, settled
from tests.browser.test_pages import go_to

PageAt = Callable[[int], Page]
QUAYSIDE = urlencode({"practice": "Quayside (SYN01)"})


@pytest.mark.parametrize("width", [1440, 390])
def test_a_practice_s_people_are_shown_cleanly(server: str, page_at: PageAt, width: int) -> None:
    page = page_at(width)
    open_page(page, f"{server}/?{QUAYSIDE}")
    go_to(page, "Worklist")
    assert "at Quayside have something to look into" in page.locator("h1").inner_text().replace("\n", " ")
    assert_clean(page)


def test_a_person_opens_from_the_list_and_the_address_keeps_them(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, server)
    open_page(page, f"{server}/patients?{QUAYSIDE}")
    link = page.locator(".patients a").nth(3)
    key = link.inner_text()
    link.click()
    settled(page)
    assert parse_qs(urlsplit(page.url).query)["patient"] == [key]
    page.get_by_role("heading", name=key).wait_for()
    assert page.locator(".patients tr.open a").inner_text() == key
    assert "mg OME a day from" in page.locator(".working h2").inner_text()
