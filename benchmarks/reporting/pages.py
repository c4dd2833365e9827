"""How long the first page, a change of filter and the first look at a practice take, as multiples of an
empty page in the same run."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.etl.extracts import ROOT
from benchmarks.reporting.stores import built_large
from reporting import figures, release
from reporting.access.scope import Scope
from reporting.slides.pictures.browser import browser_path
from tests.browser.checks import FINISHED, settled
from tests.browser.serving import DASHBOARD, serving

EMPTY = "empty page"
WARM_UP = 4
FIRST_TARGET, CHANGE_TARGET = 2.5, 2.0
PATHS = {
    "overview": "",
    "people on a high dose": "high_dose",
    "falls, stops and plans": "tapering",
    "referrals": "referrals",
    "practice plans": "plans",
    "best-interest reductions": "safeguards",
    "equity": "equity",
}
SHOWN = f"() => document.querySelector('h1')?.innerText.trim() && ({FINISHED})()"
OTHER_THRESHOLD = '[data-testid="stSidebar"] [data-testid="stButtonGroup"] button[aria-checked="false"]'
FIRST_CHOICE = '[data-testid="stSelectboxVirtualDropdown"] [role="option"]'
# From the click to the last change of the page, and of what is on the screen of it, once the main part has
# changed and then rested a while.
CHANGE = f"""(clicked) => new Promise((done, failed) => {{
  const finished = {FINISHED}, main = document.querySelector('[data-testid="stMain"]');
  let ran = false, last = 0;
  const batches = []; // looked at in the end: a box asked for at once makes the browser place everything
  const isSeen = (target) => {{
    const element = target.closest ? target : target.parentElement;
    const box = (element?.closest('[class*="st-key-card-"]') ?? element)?.getBoundingClientRect();
    return box && box.bottom > 0 && box.top < window.innerHeight;
  }};
  const changed = new MutationObserver((records) => {{
    last = performance.now();
    batches.push([last, new Set(records.map(({{ target }}) => target))]);
    ran ||= records.some((record) => main.contains(record.target));
  }});
  changed.observe(document.body, {{ subtree: true, childList: true, attributes: true, characterData: true }});
  const start = performance.now();
  document.querySelector(clicked).click();
  setTimeout(() => failed(new Error("the page did not settle within 30 seconds")), 30000);
  const look = setInterval(() => {{
    if (!ran || performance.now() - last < 400 || !finished()) return;
    clearInterval(look);
    changed.disconnect();
    const seen = batches.findLast(([, targets]) => [...targets].some(isSeen));
    done([last - start, (seen ?? [start])[0] - start]);
  }}, 50);
}})"""

Times = dict[str, list[float]]


@dataclass
class Pages:
    """Milliseconds by page: from process start to the first page; of a change of threshold, until all of the
    page stands still, and what is on the screen of it; of the first look at a practice."""

    release: str
    first: Times = field(default_factory=lambda: {EMPTY: [], "overview": []})
    change: Times = field(default_factory=dict)
    on_screen: Times = field(default_factory=dict)
    first_look: Times = field(default_factory=dict)


def measure(store: Path | None, practices: int, months: int, starts: int, changes: int) -> Pages:
    """Start each server so many times; on each page change the threshold so many times, and then select as
    many practices, one after the other."""
    with built_large(store, practices, months) as served, opened_browser() as browser:
        snapshot = release.current(served)
        codes = list(figures.practices(snapshot, Scope.icb()).frame["practice_code"])
        found = Pages(
            f"{len(codes)} practices from {snapshot.info.data_from:%b %Y} to {snapshot.info.data_to:%b %Y}, "
            f"thresholds {', '.join(map(str, snapshot.info.thresholds))} mg"
        )
        targets = {
            EMPTY: (ROOT / "benchmarks" / "reporting" / "empty.py", None),
            "overview": (DASHBOARD, served),
        }
        for _ in range(starts):
            for name, (script, used) in targets.items():
                found.first[name].append(_first_page(browser, script, used))
        with serving(*targets[EMPTY]) as empty, serving(*targets["overview"]) as dashboard:
            addresses = {EMPTY: empty, **{name: f"{dashboard}/{path}" for name, path in PATHS.items()}}
            for name, address in addresses.items():
                with _opened(browser, address) as page:
                    taken = [_change(page, OTHER_THRESHOLD) for _ in range(WARM_UP + changes)][WARM_UP:]
                    found.change[name], found.on_screen[name] = map(list, zip(*taken, strict=True))
                    if name != EMPTY:
                        found.first_look[name] = [_first_look(page, code) for code in codes[:changes]]
    return found


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """The browser that makes the slides."""
    # Chromium refuses its sandbox to root; Windows has no such user.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), chromium_sandbox=not root)
        yield browser
        browser.close()


def _first_page(browser: Browser, script: Path, store: Path | None) -> float:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        start = time.perf_counter()
        with serving(script, store) as address:
            page.goto(address)
            page.wait_for_function(SHOWN, timeout=60_000)
            return 1000 * (time.perf_counter() - start)


@contextmanager
def _opened(browser: Browser, address: str) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function(SHOWN, timeout=60_000)
        settled(page)
        yield page


def _change(page: Page, clicked: str) -> tuple[float, float]:
    whole, on_screen = page.evaluate(CHANGE, clicked)
    return float(whole), float(on_screen)


def _first_look(page: Page, code: str) -> float:
    """Until all of the page stands still. Finding the practice in the list is not counted."""
    box = page.get_by_test_id("stSidebar").get_by_label("Practice", exact=True)
    box.click()
    box.fill(code)
    page.locator(FIRST_CHOICE).filter(has_text=f"({code})").first.wait_for()
    return _change(page, FIRST_CHOICE)[0]


def table(found: Pages) -> str:
    """The measurements as Markdown."""
    empty = {EMPTY: found.change[EMPTY]}
    rows = [
        *_rows("first page from process start", found.first, FIRST_TARGET),
        *_rows("change of threshold", found.change, CHANGE_TARGET),
        *_rows("the same, what is on the screen", found.on_screen, CHANGE_TARGET),
        *_rows("first look at a practice", empty | found.first_look, CHANGE_TARGET),
    ]
    starts, changes = len(found.first[EMPTY]), len(found.change[EMPTY])
    return f"""{found.release}.
{starts} starts with an empty browser cache; {changes} changes between two thresholds on each page, after four
that are not counted, each from the click until the page stops changing; then as many practices, none
looked at before, each beside a change of the empty page.

| | page | p50 ms | p95 ms | × the empty page (p50) | target |
|---|---|--:|--:|--:|--:|
{chr(10).join(rows)}
"""


def _rows(what: str, times: Times, target: float) -> Iterator[str]:
    floor = median(times[EMPTY])
    for page, taken in times.items():
        p95 = quantiles(taken, n=20, method="inclusive")[-1]
        ratio = "1 | " if page == EMPTY else f"**{median(taken) / floor:.2f}** | at most {target:g}"
        yield f"| {what} | {page} | {median(taken):,.0f} | {p95:,.0f} | {ratio} |"
