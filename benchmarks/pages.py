"""How long the first page and a change of filter take, as a multiple of an empty page in the same run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, sync_playwright

from benchmarks.extracts import ROOT
from reporting.slides.browser import browser_path
from tests.browser.checks import FINISHED, settled
from tests.browser.serving import serving

EMPTY = "empty page"
WARM_UP = 4
FIRST_TARGET, CHANGE_TARGET = 2.5, 2.0
PATHS = {
    "overview": "",
    "high dose": "high_dose",
    "tapering": "tapering",
    "referrals": "referrals",
    "management plans": "plans",
    "best-interest safeguards": "safeguards",
    "equity": "equity",
}
SHOWN = f"() => document.querySelector('h1')?.innerText.trim() && ({FINISHED})()"
# From the click to the last change, once the main part of the page has changed and then rested a while.
CHANGE = f"""() => new Promise((done, failed) => {{
  const finished = {FINISHED}, main = document.querySelector('[data-testid="stMain"]');
  const sidebar = document.querySelector('[data-testid="stSidebar"]');
  const other = sidebar.querySelector('[data-testid="stButtonGroup"] button[aria-checked="false"]');
  let ran = false, last = 0;
  const changed = new MutationObserver((records) => {{
    last = performance.now();
    ran ||= records.some((record) => main.contains(record.target));
  }});
  changed.observe(document.body, {{ subtree: true, childList: true, attributes: true, characterData: true }});
  const start = performance.now();
  other.click();
  setTimeout(() => failed(new Error("the page did not settle within 30 seconds")), 30000);
  const look = setInterval(() => {{
    if (!ran || performance.now() - last < 400 || !finished()) return;
    clearInterval(look);
    changed.disconnect();
    done(last - start);
  }}, 50);
}})"""


@dataclass
class Pages:
    """Milliseconds: from process start to the first page shown, and of each change of filter on each page."""

    first: dict[str, list[float]] = field(default_factory=lambda: {EMPTY: [], "overview": []})
    change: dict[str, list[float]] = field(default_factory=dict)


def measure(store: Path | None, starts: int, changes: int) -> Pages:
    """Start each server so many times, then change the threshold so many times on each page."""
    found = Pages()
    with built_sample(store) as served, opened_browser() as browser:
        targets = {
            EMPTY: (ROOT / "benchmarks" / "empty.py", None),
            "overview": (ROOT / "dashboard.py", served),
        }
        for _ in range(starts):
            for name, (script, used) in targets.items():
                found.first[name].append(_first_page(browser, script, used))
        with serving(*targets[EMPTY]) as empty, serving(*targets["overview"]) as dashboard:
            addresses = {EMPTY: empty, **{name: f"{dashboard}/{path}" for name, path in PATHS.items()}}
            for name, address in addresses.items():
                found.change[name] = _changes(browser, address, changes)
    return found


@contextmanager
def built_sample(named: Path | None) -> Iterator[Path]:
    """The store named, or one of data/sample built for the time being."""
    if named is not None:
        yield named
        return
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        for verb in (["load", str(ROOT / "data" / "sample")], ["build"]):
            command = [sys.executable, "-m", "etl", *verb, "--store", str(store)]
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        yield store


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


def _changes(browser: Browser, address: str, count: int) -> list[float]:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_function(SHOWN, timeout=60_000)
        settled(page)
        taken = [float(page.evaluate(CHANGE)) for _ in range(WARM_UP + count)]
    return taken[WARM_UP:]


def table(found: Pages) -> str:
    """The measurements as Markdown."""
    starts, changes = len(found.first[EMPTY]), len(found.change[EMPTY])
    rows = [
        *_rows("first page from process start", found.first, FIRST_TARGET),
        *_rows("change of threshold", found.change, CHANGE_TARGET),
    ]
    return f"""{starts} starts with an empty browser cache; {changes} changes between two thresholds on each
page, after four that are not counted, each from the click until the page stops changing.

| | page | p50 ms | p95 ms | × the empty page (p50) | target |
|---|---|--:|--:|--:|--:|
{chr(10).join(rows)}
"""


def _rows(what: str, times: dict[str, list[float]], target: float) -> Iterator[str]:
    floor = median(times[EMPTY])
    for page, taken in times.items():
        p95 = quantiles(taken, n=20, method="inclusive")[-1]
        ratio = "1 | " if page == EMPTY else f"**{median(taken) / floor:.2f}** | at most {target:g}"
        yield f"| {what} | {page} | {median(taken):,.0f} | {p95:,.0f} | {ratio} |"
