"""What must hold on every page in a real browser, whatever the page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, TimeoutError

MILLISECONDS = 30_000
LEAST_TEXT = 12
HERE = {"127.0.0.1", "localhost", ""}

FINISHED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const busy = document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]');
  const charts = [...document.querySelectorAll('[class*="st-key-chart-"]')];
  return app?.dataset.testScriptState === "notRunning" && !busy
    && charts.every((chart) => chart.querySelector('.chart[data-drawn="true"]'));
}"""
# Finished, and each chart as wide as its card, for so many milliseconds of this wait (an id).
STILL = f"""([wait, quiet]) => {{
  const follows = (chart) => chart.clientWidth === chart.querySelector(".main-svg")?.clientWidth;
  const still = ({FINISHED})() && [...document.querySelectorAll('.chart[data-drawn="true"]')].every(follows);
  if (!still || window.stillOf !== wait) [window.stillOf, window.stillSince] = [wait, performance.now()];
  return still && performance.now() - window.stillSince >= quiet;
}}"""
QUIET = 250  # milliseconds
RESTLESS = """() => {
  const all = (one) => document.querySelectorAll(one), app = document.querySelector('[data-testid="stApp"]');
  const charts = [...all('[class*="st-key-chart-"]')].map((one) => one.querySelector(".chart"));
  const sizes = charts.map((one) => `${one?.dataset.drawn} ${one?._fullLayout?.width} ${one?.clientWidth}`);
  const waiting = all('[data-testid="stSkeleton"]').length, stale = all('[data-stale="true"]').length;
  return `the script is ${app?.dataset.testScriptState}, ${waiting} places wait, ${stale} are stale; `
    + `charts (drawn, px wide, px of their card): ${sizes}`;
}"""
SMALL_TEXT = """(least) => {
  const small = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), element = walk.currentNode.parentElement;
    const shown = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (text && shown && !["SCRIPT", "STYLE", "NOSCRIPT"].includes(element.tagName)
        && parseFloat(getComputedStyle(element).fontSize) < least)
      small.push(text.slice(0, 40));
  }
  return small;
}"""
UNNAMED_CHARTS = """() => [...document.querySelectorAll(".js-plotly-plot")].filter((plot) => {
  const named = plot.closest("[aria-label], [aria-labelledby]");
  const label = named?.getAttribute("aria-label") ??
    document.getElementById(named?.getAttribute("aria-labelledby"))?.textContent;
  return !label?.trim() || !["figure", "img", "graphics-document"].includes(named.getAttribute("role"));
}).length"""
CHART_TEXT = """() => [...document.querySelectorAll(".js-plotly-plot")].flatMap((plot) => {
  const edge = plot.querySelector(".main-svg").getBoundingClientRect();
  const shown = (text) => text.textContent.trim() &&
    text.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const texts = [...plot.querySelectorAll(".main-svg text")].filter(shown)
    .map((text) => [text.textContent.slice(0, 40), text.getBoundingClientRect()]);
  const cut = texts.filter(([, box]) => box.left < edge.left - 1 || box.right > edge.right + 1
    || box.top < edge.top - 1 || box.bottom > edge.bottom + 1)
    .map(([words]) => `chart text is cut: ${words}`);
  const over = texts.flatMap(([words, one], at) => texts.slice(at + 1).filter(([, other]) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2
    && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4)
    .map(([others]) => `chart texts overlap: ${words} and ${others}`));
  return [...cut, ...over];
})"""
AXE = "(options) => axe.run(options).then((found) => found.violations)"
OVERFLOW = """() => [document.scrollingElement, ...document.querySelectorAll('[data-testid="stMain"]')]
  .map((box) => box.scrollWidth - box.clientWidth).reduce((most, one) => Math.max(most, one), 0)"""


@dataclass
class Seen:
    """What a page said and asked for since it was opened."""

    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


_seen: WeakKeyDictionary[Page, Seen] = WeakKeyDictionary()
_waits = count()


def watch(page: Page) -> None:
    """Note from now on every console error, script error and request of this page."""
    seen = _seen[page] = Seen()

    def asked(url: str) -> None:
        if (urlsplit(url).hostname or "") not in HERE:
            seen.outside.append(url)

    page.on("console", lambda message: seen.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("request", lambda request: asked(request.url))
    page.on("websocket", lambda socket: asked(socket.url))


def open_page(page: Page, url: str) -> None:
    """Go there and wait until Streamlit has finished running and every chart is drawn."""
    page.goto(url, timeout=MILLISECONDS)
    settled(page)


def settled(page: Page) -> None:
    """Wait until the script has finished, nothing is stale and every chart is drawn at the width it has, and
    it stays so."""
    try:
        page.wait_for_function(STILL, arg=[next(_waits), QUIET], timeout=MILLISECONDS)
    except TimeoutError as error:
        raise AssertionError(f"{page.url} does not come to rest: {page.evaluate(RESTLESS)}") from error
    page.evaluate("document.fonts.ready.then(() => true)")


def assert_clean(page: Page) -> None:
    """Fail with everything that is wrong with the page as it stands, at the width it has."""
    found = faults(page)
    assert not found, f"{page.url} at {page.viewport_size}:\n" + "\n".join(f"- {fault}" for fault in found)


def faults(page: Page) -> list[str]:
    """Every fault of a page that is watched, in words; empty if it is clean."""
    seen = _seen[page]
    headlines = [text for text in page.locator("h1").all_inner_texts() if text.strip()]
    boxes = page.locator('[data-testid="stException"], [data-testid="stAlertContentError"]')
    unnamed = page.evaluate(UNNAMED_CHARTS)
    overflow = page.evaluate(OVERFLOW)
    return [
        *([] if headlines else ["no headline is shown"]),
        *(f"an error box says: {text.strip()[:200]}" for text in boxes.all_inner_texts()),
        *(f"console error: {text[:300]}" for text in seen.errors),
        *(f"a request left this machine: {url}" for url in seen.outside),
        *([f"{unnamed} chart(s) without a text alternative"] if unnamed else []),
        *([f"{overflow} px hang over the right edge"] if overflow > 0 else []),
        *(f"text smaller than {LEAST_TEXT} px: {text}" for text in page.evaluate(SMALL_TEXT, LEAST_TEXT)),
        *chart_faults(page),
        *axe_faults(page),
    ]


def chart_faults(page: Page) -> list[str]:
    """Texts of charts that lie over one another or are cut."""
    return list(page.evaluate(CHART_TEXT))


def axe_faults(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds against WCAG, by these of its rules, by all unless given."""
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(AXE, {"resultTypes": ["violations"], **only})
    nodes = [(one, node) for one in found for node in one["nodes"] if not _is_streamlits(one, node)]
    return [f"axe: {one['id']}: {one['help']}: {node['html'][:160]}" for one, node in nodes]


def _is_streamlits(violation: dict[str, Any], node: dict[str, Any]) -> bool:
    """Whether this is the drop area of Streamlit's own uploader, which has a role it should not have. The
    button inside is what a keyboard and a screen reader use."""
    return violation["id"] == "presentation-role-conflict" and "stFileUploaderDropzone" in node["html"]
