"""Every page in a real browser at desk and phone width, and what a person does there."""

from __future__ import annotations

import shutil
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.checks import assert_clean, chart_faults, open_page, settled, watch
from tests.browser.serving import DASHBOARD
from tests.reporting.example import publish_example
from tests.reporting.snapshots import practice, publish

PageAt = Callable[[int], Page]
PAGES = {
    "Overview": "",
    "People on a high dose": "high_dose",
    "Falls, stops and plans": "tapering",
    "Referrals": "referrals",
    "Practice plans": "plans",
    "Best-interest reductions": "safeguards",
    "Equity": "equity",
    "Compare a practice": "compare",
    "Worklist": "patients",
    "Dose calculator": "calculator",
    "Board pack": "pack",
    "What is missing": "completeness",
    "Send data": "upload",
    "Try a file": "try_file",
    "Rows kept out": "quarantine",
    "Medicines": "medicines",
    "Definitions": "definitions",
    "Who looked": "audit",
}
WIDTHS = (1440, 390)
MILLISECONDS = 60_000


def go_to(page: Page, name: str) -> None:
    """Follow the navigation to a page by its name, opening the sidebar where it is closed."""
    opener = page.get_by_test_id("stExpandSidebarButton")
    if opener.is_visible():
        opener.click()
    link = page.locator(".st-key-pages").get_by_role("link", name=name, exact=True)
    link.click()
    settled(page)


def test_the_eleven_safeguards_are_readable_on_a_laptop(server: str, page_at: PageAt) -> None:
    page = page_at(1093)
    open_page(page, server)
    go_to(page, "Best-interest reductions")
    assert page.locator(".st-key-card-safeguards-practices").count() == 1
    assert_clean(page)


def test_the_early_warnings_and_the_older_falls_open_their_people(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, server)
    link = page.locator(".danger").get_by_role("link").first
    people = link.inner_text().split()[-1]
    link.click()
    settled(page)
    assert page.locator(".patients a[href*='patient=']").count() == int(people)
    watch(page)  # Streamlit asks for what is not there where a page is opened by its address
    assert_clean(page)
    go_to(page, "People on a high dose")
    page.get_by_text("More on this page").click()
    row = page.locator("tr", has_text="High dose for three but not yet six months")
    row.wait_for(timeout=MILLISECONDS)
    counted = row.locator("td").nth(2).inner_text()
    row.get_by_role("link").click()
    settled(page)
    assert page.locator(".patients a[href*='patient=']").count() == int(counted) > 0
    watch(page)
    assert_clean(page)


def test_a_bookmarked_address_restores_page_and_filters(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    asked = urlencode({"pcn": "Riverside PCN", "threshold": "90 mg", "period": "1 year"})
    open_page(page, f"{server}/high_dose?{asked}")
    assert "Riverside PCN" in page.locator(".eyebrow").inner_text()
    assert "Above 90 mg" in page.locator(".introduction").inner_text()
    assert page.get_by_role("dialog").count() == 0
    period = page.get_by_test_id("stSelectbox").filter(has_text="Period")
    assert period.get_by_role("combobox").input_value() == "1 year" or "1 year" in period.inner_text()


def test_filters_stay_in_the_address_when_the_page_changes(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, server)
    page.get_by_text("90 mg", exact=True).click()
    settled(page)
    go_to(page, "Falls, stops and plans")
    assert parse_qs(urlsplit(page.url).query) == {"threshold": ["90"]}
    assert "above 90 mg" in page.locator(".foot").inner_text()


def test_the_numbers_and_the_picture_of_a_chart_can_be_taken_away(
    server: str, page_at: PageAt, tmp_path: Path
) -> None:
    page = page_at(1440)
    open_page(page, f"{server}/high_dose")
    card = page.locator(".st-key-card-high-dose-trend")
    card.get_by_text("About this chart").click()
    settled(page)  # until then the button moves, and a click may miss it
    with page.expect_download(timeout=MILLISECONDS) as taken:
        page.get_by_role("button", name="Numbers (CSV)").click()
    assert taken.value.suggested_filename == "high-dose-trend-120-mg-internal-to-2026-09-synthetic.csv"
    taken.value.save_as(tmp_path / "numbers.csv")
    lines = (tmp_path / "numbers.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Month,People,Registered adults,Per 1,000".replace("1,000", '"1,000"')) or (
        lines[0].startswith('Month,People,Registered adults,"Per 1,000"')
    )
    with page.expect_download(timeout=MILLISECONDS) as taken:
        page.get_by_role("button", name="Picture (PNG)").click()
    taken.value.save_as(tmp_path / "picture.png")
    picture = (tmp_path / "picture.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24]) == (1920, 1080)


def test_definition_and_table_are_one_click_away(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, server)
    go_to(page, "People on a high dose")
    card = page.locator(".st-key-card-high-dose-trend")
    card.get_by_text("About this chart").click()
    page.get_by_role("heading", name="On a high-dose opioid (M1)").wait_for(timeout=MILLISECONDS)
    page.get_by_role("columnheader", name="Registered adults").wait_for(timeout=MILLISECONDS)
    assert_clean(page)


def test_a_signal_leads_to_the_practice(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, server)
    row = page.locator(".ring tbody tr").first
    code = row.locator("small").first.inner_text().split()[0]
    row.locator(".bar").first.get_by_role("link").click()
    page.wait_for_url("**practice=**", timeout=MILLISECONDS)
    page.locator("h1").wait_for(timeout=MILLISECONDS)
    settled(page)
    assert parse_qs(urlsplit(page.url).query)["practice"] == [code]
    assert "which is not among the choices" not in page.locator("body").inner_text()


def test_a_phone_gets_charts_of_its_own(server: str, page_at: PageAt) -> None:
    heights = []
    for width in WIDTHS:
        page = page_at(width)
        open_page(page, f"{server}/referrals")
        chart = page.locator(".st-key-card-referral-stages .js-plotly-plot")
        chart.wait_for(timeout=MILLISECONDS)
        heights.append(chart.bounding_box()["height"])  # type: ignore[index]
    assert heights[1] > 1.5 * heights[0]


CHARTS = "() => [...document.querySelectorAll('.chart')]"
DRAWN = f"""{CHARTS}.map((chart) => [...chart.querySelectorAll('.main-svg')].map((svg) => svg.textContent
    + [...svg.querySelectorAll('path')].map((path) => path.getAttribute('d'))).join())"""


def test_another_threshold_changes_the_charts_in_place(server: str, page_at: PageAt) -> None:
    """None is taken off and drawn anew, and each is then as when the page is opened so."""
    page, fresh = page_at(1440), page_at(1440)
    open_page(page, f"{server}/high_dose")
    before = page.evaluate(DRAWN)
    page.evaluate(f"{CHARTS}.forEach((chart) => {{ chart.querySelector('.main-svg').kept = true; }})")
    page.get_by_test_id("stButtonGroup").get_by_text("90 mg").click()
    page.locator(".foot").get_by_text("above 90 mg").wait_for(timeout=MILLISECONDS)
    settled(page)
    open_page(fresh, f"{server}/high_dose?{urlencode({'threshold': '90 mg'})}")
    assert page.evaluate(DRAWN) == fresh.evaluate(DRAWN) != before
    kept = page.evaluate(f"{CHARTS}.map((chart) => chart.querySelector('.main-svg').kept)")
    assert kept == [True] * 4


def test_charts_keep_to_the_width_of_their_cards(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, f"{server}/high_dose")
    for width in (1100, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        settled(page)
        widths = page.evaluate(f"{CHARTS}.map((chart) => [chart.clientWidth, "
                               "chart.querySelector('.main-svg').clientWidth])")  # fmt: skip
        assert len(widths) == 4 and all(chart == drawn for chart, drawn in widths), widths


SLOW_TO_FOLLOW = """(() => {
  const soon = window.setTimeout;
  window.setTimeout = (call, after, ...told) => soon(call, after === 100 ? 3000 : after, ...told);
})()"""  # charts follow their cards after 100 milliseconds of rest


def test_a_chart_of_the_wide_page_that_comes_before_its_card_is_wide_is_whole(
    server: str, page_at: PageAt
) -> None:
    page = page_at(390)
    page.add_init_script(SLOW_TO_FOLLOW)
    open_page(page, f"{server}/compare?practice=SYN01")
    height = page.evaluate(f"{CHARTS}[0].clientHeight")
    page.set_viewport_size({"width": 768, "height": 900})
    page.wait_for_function(f"(phone) => {CHARTS}[0]?.clientHeight < phone", arg=height, timeout=MILLISECONDS)
    settled(page)
    assert chart_faults(page) == []


def test_a_chart_that_cannot_be_drawn_says_where_its_numbers_are_and_is_tried_again(
    server: str, page_at: PageAt
) -> None:
    page = page_at(1440)
    page.route("**/PlotlyChart.*", lambda route: route.abort())
    page.goto(f"{server}/equity")
    words = "This chart could not be drawn. Its numbers are under “About this chart”."
    page.get_by_text(words).nth(2).wait_for(timeout=MILLISECONDS)
    assert page.get_by_text(words).count() == 3
    page.unroute("**/PlotlyChart.*")
    page.get_by_test_id("stButtonGroup").get_by_text("90 mg").click()
    page.get_by_text(words).first.wait_for(state="detached", timeout=MILLISECONDS)
    settled(page)
    assert page.locator(".chart .main-svg").count() >= 3 and page.get_by_text(words).count() == 0


def test_a_reader_who_goes_on_while_a_chart_is_drawn_meets_no_error(server: str, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, server)
    go_to(page, "Equity")
    settled(page)
    page.evaluate("""() => {
        const react = Plotly.react;
        const held = new Promise((resolve) => { window.letGo = resolve; });
        window.begun = 0;
        Plotly.react = async (...args) => { await react(...args); window.begun += 1; await held; };
    }""")
    page.get_by_test_id("stButtonGroup").get_by_text("90 mg").click()
    page.wait_for_function("() => window.begun >= 1", timeout=MILLISECONDS)
    page.evaluate(f"() => {{ window.left = ({CHARTS})(); }}")
    go_to(page, "What is missing")
    page.wait_for_function("() => window.left.every((box) => !box.isConnected)", timeout=MILLISECONDS)
    page.evaluate("() => window.letGo()")
    settled(page)
    assert_clean(page)


@dataclass(frozen=True)
class Own:
    """A server whose store the tests change, one after the other, and the first page it was asked for."""

    address: str
    store: Path
    first: Page


@pytest.fixture(scope="module")
def own(serve: Callable[..., str], tab: PageAt, tmp_path_factory: pytest.TempPathFactory) -> Own:
    store = publish_example(tmp_path_factory.mktemp("own") / "store")
    address, first = serve(DASHBOARD, store), tab(1440)
    open_page(first, f"{address}/high_dose")
    return Own(address, store, first)


def test_the_first_link_after_a_start_finds_its_page(own: Own) -> None:
    assert urlsplit(own.first.url).path == "/high_dose"
    assert own.first.get_by_text("Page not found").count() == 0


def test_a_pack_is_stopped_made_and_taken_away(own: Own, page_at: PageAt, tmp_path: Path) -> None:
    page = page_at(1440)
    open_page(page, own.address)
    go_to(page, "Board pack")
    page.get_by_role("button", name="Make 10 slides").click()
    page.get_by_role("progressbar", name="The pack").wait_for(timeout=MILLISECONDS)
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. No file was kept.").wait_for(timeout=MILLISECONDS)
    assert "Nothing was exported yet." in page.locator("body").inner_text()
    page.get_by_role("button", name="Make 10 slides").click()
    taking = page.get_by_role("button", name="Everything (ZIP)")
    taking.wait_for(timeout=MILLISECONDS)
    settled(page)
    assert_clean(page)
    with page.expect_download(timeout=MILLISECONDS) as taken:
        taking.click()
    assert taken.value.suggested_filename == "example-icb-2026q3-board-pack-internal-synthetic.zip"
    taken.value.save_as(tmp_path / "pack.zip")
    assert len(zipfile.ZipFile(tmp_path / "pack.zip").namelist()) == 10 + 3 + 1


def test_a_new_release_is_shown_without_a_restart(own: Own, page_at: PageAt) -> None:
    page = page_at(1440)
    open_page(page, own.address)
    go_to(page, "What is missing")
    assert "5 of 6 practices" in page.locator("h1").inner_text()
    publish(own.store, {"practice": [practice("SYN01")]}, release="2026-12-01T000000")
    go_to(page, "What is missing")
    assert "1 of 1 practices" in page.locator("h1").inner_text()


def test_real_data_get_the_sign_in_page_on_every_address(own: Own, page_at: PageAt) -> None:
    publish_example(own.store, release="2026-12-02T000000", synthetic=False)
    page = page_at(1440)
    for path in ("", *[path for path in PAGES.values() if path]):
        open_page(page, f"{own.address}/{path}")
        assert page.locator("h1").all_inner_texts() == ["Sign-in is needed for these data"], path
        assert "Alder Street" not in page.content(), path


def test_a_missing_store_is_a_sentence(own: Own, page_at: PageAt) -> None:
    shutil.rmtree(own.store / "releases")
    page = page_at(390)
    open_page(page, own.address)
    assert page.locator("h1").inner_text() == "There is nothing to show yet"
    assert_clean(page)
