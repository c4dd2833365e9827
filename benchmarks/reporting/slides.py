"""How long slides, a board pack and the reports of many practices take, and how much memory."""

from __future__ import annotations

import io
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from plotly.offline import get_plotlyjs

from benchmarks.reporting.pages import opened_browser
from benchmarks.reporting.stores import built_sample, multiplied
from reporting import release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.canvas import Figure
from reporting.slides.files import files, zipped
from reporting.slides.pack import Order, about, drawable, slides
from reporting.slides.pictures.picture import png
from reporting.slides.practice_reports import PAGES, practices, write_reports
from reporting.slides.quarter import quarters

SLIDE_TARGET, PACK_TARGET, PAGE_TARGET, MEMORY_TARGET = 2.0, 15, 0.6, 1.5
TEN = 10
BARE = """(text) => {
  const figure = JSON.parse(text);
  return Plotly.newPlot("plot", figure.data, {...figure.layout, width: 1920, height: 1080});
}"""


@dataclass(frozen=True)
class Slides:
    """bare and slide: seconds of each chart, without and with its slide around it, medians, by slide key.
    pack: seconds of ten slides in every format. reports: seconds of all reports, of so many practices.
    memory: bytes, the most that this process and its browser held."""

    bare: dict[str, float]
    slide: dict[str, float]
    pack: float
    reports: float
    practices: int
    memory: int


def measure(store: Path | None, repeats: int, times: int) -> Slides:
    """Draw each chart so many times, make a pack, and reports of the store's practices so many times over."""
    with built_sample(store) as served, tempfile.TemporaryDirectory() as folder:
        snapshot = release.current(served)
        quarter = quarters(snapshot.info)[0]
        order = Order(quarter, Selection(snapshot.info.default_threshold))
        bare, slide = _charts(snapshot, order, repeats)
        many = release.current(multiplied(served, Path(folder) / "many", times))
        scope, selection = Scope.icb(), order.selection
        with _watched() as most:
            short = Order(quarter, selection, order.slides[:TEN])
            pack = _seconds(lambda: _pack(snapshot, short))
            reports = _seconds(
                lambda: write_reports(io.BytesIO(), many, scope, quarter, selection, lambda *_: None)
            )
        return Slides(bare, slide, pack, reports, len(practices(many, scope, selection)), most[0])


def _charts(snapshot: Snapshot, order: Order, repeats: int) -> tuple[dict[str, float], dict[str, float]]:
    """Medians of both, taken in turn; the first of each is not counted."""
    frames = {key: drawable(snapshot, Scope.icb(), order, key)[1] for key in order.slides}
    charts = {key: frame for key, frame in frames.items() if isinstance(frame.figure, Figure)}
    bare: dict[str, list[float]] = {key: [] for key in charts}
    slide: dict[str, list[float]] = {key: [] for key in charts}
    with opened_browser() as browser:
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.set_content(f"<div id='plot'></div><script>{get_plotlyjs()}</script>")
        for _ in range(repeats + 1):
            for key, frame in charts.items():
                figure = frame.figure.to_json()  # type: ignore[union-attr]

                def drawn(figure: str = figure) -> None:
                    page.evaluate(BARE, figure)
                    page.screenshot()

                bare[key].append(_seconds(drawn))
                slide[key].append(_seconds(lambda frame=frame: png(frame)))  # type: ignore[misc]
    return tuple({key: median(taken[1:]) for key, taken in each.items()} for each in (bare, slide))  # type: ignore[return-value]


def _pack(snapshot: Snapshot, order: Order) -> bytes:
    told = about(snapshot, Scope.icb(), order)
    return zipped(files(slides(snapshot, Scope.icb(), order), told), told)[1]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextmanager
def _watched() -> Iterator[list[int]]:
    """The most bytes that this process and all it started hold at once, looked at ten times a second."""
    most, over = [0], threading.Event()

    def look() -> None:
        own = psutil.Process()
        while not over.wait(0.1):
            held = 0
            for process in (own, *own.children(recursive=True)):
                try:
                    held += process.memory_full_info().uss
                except psutil.Error:  # it ended meanwhile
                    continue
            most[0] = max(most[0], held)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def table(found: Slides) -> str:
    """The measurements as Markdown."""
    ratios = {key: found.slide[key] / found.bare[key] for key in found.bare}
    rows = "\n".join(
        f"| {key} | {found.bare[key] * 1000:,.0f} | {found.slide[key] * 1000:,.0f} | **{ratio:.2f}** "
        f"| at most {SLIDE_TARGET:g} |"
        for key, ratio in ratios.items()
    )
    page = found.reports / found.practices / PAGES
    reports = f"{found.reports:.0f} s, **{page:.2f} s** a page"
    return f"""A slide beside the bare chart that a browser draws and pictures at 1920 × 1080; medians, warm.

| slide | bare chart ms | slide ms | × the bare chart | target |
|---|--:|--:|--:|--:|
{rows}

| | | target |
|---|--:|--:|
| ten slides as PNG, PDF, PowerPoint, XLSX and ZIP | {found.pack:.1f} s | at most {PACK_TARGET} s |
| reports of {found.practices} practices | {reports} | at most {PAGE_TARGET:g} s a page |
| most memory meanwhile, with the browser | **{found.memory / 1e9:.2f} GB** | at most {MEMORY_TARGET:g} GB |
"""
