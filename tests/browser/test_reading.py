"""What a reader meets: few words, labels that keep apart at every width, print, focus, the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, TimeoutError

from reporting.ui import screen
from tests.browser.checks import FINISHED, axe_faults, chart_faults, faults, open_page, settled, watch
from tests.browser.test_pages import MILLISECONDS, PAGES, go_to

PageAt = Callable[[int], Page]
WIDTHS = (360, 390, 768, 1024, 1093, 1280, 1366, 1440, 1920)
NAMES = {path: name for name, path in PAGES.items()}
MOST_WORDS, BESIDE_TABLES = 400, 250
# Page → whether a table is most of it. One visit goes through them by the menu, since a page that is loaded
# anew costs ten times as much. With a practice it is loaded, so these come last.
READ = {
    "": True, "high_dose": False, "tapering": False, "referrals": False, "plans": True,
    "safeguards": True, "equity": False, "compare": False, "patients": True, "calculator": False,
    "pack": False, "completeness": True, "upload": False, "try_file": False, "quarantine": True,
    "medicines": True, "definitions": False, "audit": True,
    "compare?practice=SYN01": False, "patients?practice=SYN01": True,
}  # fmt: skip
NARROWEST, ON_A_PHONE = 320, 110
# At a desk and on a phone a page is looked at for every fault; at the other widths for those that hang on it.
EVERY_FAULT = (390, 1440)
# Rules of axe whose answer hangs on the width: what is shown, where it lies and what scrolls.
OF_WIDTH = (
    "color-contrast", "scrollable-region-focusable", "target-size", "heading-order", "landmark-one-main",
    "aria-hidden-focus", "link-name", "button-name",
)  # fmt: skip
PHONE = f"matchMedia('{screen.PHONE}').matches"
WORDS = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  let words = 0;
  for (let node; (node = walk.nextNode());) {
    const at = node.parentElement, box = at.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || getComputedStyle(at).visibility === "hidden") continue;
    if (at.closest("svg, table, ul.practices, style, [data-testid='stDataFrame']")) continue;
    if (at.closest("[data-testid='stIconMaterial']")) continue;  // the name of a picture
    words += (node.textContent.match(/[A-Za-z0-9%][^\\s]*/g) || []).length;
  }
  return words;
}"""
PLOTS = """() => [...document.querySelectorAll(".js-plotly-plot")].filter((one) => one.clientWidth)
  .map((plot) => {
    const sides = Object.values(plot._fullLayout._plots || {}).map((one) => one.xaxis._length);
    const column = plot.closest('[data-testid="stColumn"]');
    const top = (one) => one.getBoundingClientRect().top;
    const near = column ? [column.previousElementSibling, column.nextElementSibling].filter(Boolean) : [];
    const beside = near.some((other) => Math.abs(top(other) - top(column)) < 5);
    const wide = Math.round(sides.reduce((sum, one) => sum + one, 0));
    return [wide, beside, plot.getAttribute("aria-label").slice(0, 60)];
  })"""
WIDER = """() => document.querySelector('[data-testid="stMain"]').scrollWidth
  - document.querySelector('[data-testid="stMain"]').clientWidth"""


@pytest.fixture(scope="module")
def visit(server: str, tab: PageAt) -> Page:
    """A person's visit: the dashboard is opened once, its pages are gone through in turn."""
    page = tab(1093)
    open_page(page, server)
    return page


@pytest.mark.parametrize("path", READ)
def test_a_page_is_clean_and_reads_in_a_minute_at_every_width(server: str, visit: Page, path: str) -> None:
    _as_wide_as(visit, 1093)
    if "?" in path:  # Streamlit asks for what is not there where a page is opened by its address
        open_page(visit, f"{server}/{path}")
    watch(visit)
    if "?" not in path and urlsplit(visit.url).path.strip("/") != path:
        go_to(visit, NAMES[path])
    assert urlsplit(visit.url).path.strip("/") == path.partition("?")[0]
    visit.wait_for_function("document.querySelectorAll('h1').length === 1", timeout=MILLISECONDS)
    assert 20 < visit.evaluate(WORDS) <= (BESIDE_TABLES if READ[path] else MOST_WORDS)
    found = []
    for width in WIDTHS:
        _as_wide_as(visit, width)
        of_width = [*_narrow(visit), *(faults(visit) if width in EVERY_FAULT else _of_width(visit))]
        found += [f"{width}: {fault}" for fault in of_width]
    assert not found, "\n".join(found)


def _as_wide_as(page: Page, width: int) -> None:
    """Give the page this width and wait until it follows. On a phone charts have another shape, for which the
    script runs again where the page has such charts."""
    before = page.evaluate(PHONE)
    page.set_viewport_size({"width": width, "height": 900})
    if page.evaluate(PHONE) != before:
        with suppress(TimeoutError):
            page.wait_for_function(f"() => !({FINISHED})()", timeout=1_000)
    settled(page)


def _of_width(page: Page) -> list[str]:
    return [*chart_faults(page), *axe_faults(page, OF_WIDTH)]


def _narrow(page: Page) -> list[str]:
    faults = [f"the page is {over} px too wide"] if (over := page.evaluate(WIDER)) > 0 else []
    for plot, beside, name in page.evaluate(PLOTS):
        least = NARROWEST if beside else ON_A_PHONE
        if plot < least:
            faults.append(f"a plot is {plot} px wide: {name}")
    return faults


def test_the_menu_of_a_phone_has_a_name(server: str, page_at: PageAt) -> None:
    page = page_at(390)
    open_page(page, server)
    opener = page.get_by_test_id("stExpandSidebarButton")
    name = opener.evaluate("one => getComputedStyle(one, '::after').content")
    assert name == '"Menu"' and opener.bounding_box()["width"] > 44  # type: ignore[index]


def test_focus_is_plainly_seen(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, f"{server}/high_dose")
    seen = 0
    for _ in range(30):
        page.keyboard.press("Tab")
        width, style = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " return [parseFloat(s.outlineWidth), s.outlineStyle]; }"
        )
        seen += width >= 2 and style != "none"
    assert seen >= 25


@pytest.mark.parametrize("path", ["", "high_dose", "plans"])
def test_a_page_prints_whole(server: str, page_at: PageAt, path: str) -> None:
    """No menu, nothing cut off at the right, and all of it: more than one sheet."""
    page = page_at(1093)
    open_page(page, f"{server}/{path}")
    page.set_viewport_size({"width": 688, "height": 1000})  # A4 within its margins
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(500)
    assert not page.get_by_test_id("stSidebar").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 690
    assert page.evaluate("document.documentElement.scrollHeight") > 1000  # not only what the window showed
    wide = page.evaluate("() => [...document.querySelectorAll('.js-plotly-plot')].map(p => p.clientWidth)")
    assert all(width <= 688 for width in wide)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4"))) > 1


def test_back_undoes_one_change_at_a_time(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, f"{server}/high_dose")
    page.get_by_text("90 mg", exact=True).click()
    page.wait_for_url("**threshold=90", timeout=60_000)
    settled(page)
    menu = page.locator(".st-key-pages")
    menu.get_by_role("link", name="Referrals", exact=True).click()
    page.wait_for_url("**/referrals?threshold=90", timeout=60_000)
    settled(page)
    page.go_back()
    page.wait_for_url("**/high_dose?threshold=90", timeout=60_000)
    settled(page)
    page.go_back()
    page.wait_for_url("**/high_dose", timeout=60_000)
    settled(page)
    assert "120 mg" in page.locator(".foot").inner_text()


def test_addresses_use_codes_and_old_ones_still_work(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    for asked in ("practice=SYN01&threshold=90", "practice=Quayside+%28SYN01%29&threshold=90+mg"):
        open_page(page, f"{server}/high_dose?{asked}")
        assert "Quayside" in page.locator(".eyebrow").inner_text()
        assert "above 90 mg" in page.locator(".foot").inner_text()
        assert page.title().startswith("People on a high dose, Quayside")
    link = page.locator(".st-key-pages").get_by_role("link", name="Referrals", exact=True)
    assert parse_qs(urlsplit(link.get_attribute("href") or "").query) == {
        "practice": ["SYN01"], "threshold": ["90"]
    }  # fmt: skip


def test_the_overview_is_found_by_its_name(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, f"{server}/overview")
    assert page.get_by_text("Page not found").count() == 0
    assert page.get_by_role("heading", name="Are we getting anywhere?").count() == 1


def test_a_stranger_is_told_what_this_is_and_what_to_try(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, server)
    page.get_by_text("New here?").click()
    page.get_by_text("What it is not.").wait_for(timeout=60_000)
    page.get_by_role("link", name="Look at one practice").click()
    page.wait_for_url("**/compare?*practice=SYN*", timeout=60_000)


def test_links_in_a_table_keep_the_filters_and_the_table_is_not_placed_again(
    server: str, page_at: PageAt
) -> None:
    """By mouse, by keyboard, and when the link is copied; Back leads to where one was."""
    page = page_at(1440)
    open_page(page, f"{server}/plans?period=5")
    table = page.locator(".st-key-card-plan-headings .matrix")
    table.evaluate("one => { one.placedBefore = true; }")
    link = table.get_by_role("link", name="Tallow Hill")
    for threshold in (["90"], None):
        page.get_by_text("90 mg" if threshold else "120 mg", exact=True).click()
        page.wait_for_url("**/plans?*threshold=90" if threshold else re.compile(r"plans\?period=5$"))
        settled(page)
        assert table.evaluate("one => one.placedBefore === true")
        for come in (link.hover, link.focus):
            page.mouse.move(0, 0)
            link.blur()
            come()
            kept = {"practice": ["SYN20"], "period": ["5"]} | ({"threshold": threshold} if threshold else {})
            assert parse_qs(urlsplit(link.get_attribute("href") or "").query) == kept
    link.press("Enter")
    page.wait_for_url("**/plans?practice=SYN20&period=5", timeout=60_000)
    settled(page)
    assert "Tallow Hill" in page.locator(".eyebrow").inner_text()
    page.go_back()
    page.wait_for_url("**/plans?period=5", timeout=60_000)
